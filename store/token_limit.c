/* See token_limit.h. */
#include "store/token_limit.h"

static int letter_number(char c) {
    return c >= 'a' && c <= 'z' ? c - 'a' : c >= 'A' && c <= 'Z' ? c - 'A' : -1;
}

static void add_beginning(struct token_limit *limit, int first, int second) {
    limit->initials['a' + first] = true;
    limit->seconds[first] |= 1u << second;
}

static void add_third(struct token_limit *limit, int first, int third) {
    limit->thirds[first] |= third < 0 ? UINT32_MAX : 1u << third;
    if (third == 'a' - 'a') /* greyish */
        limit->thirds[first] |= 1u << ('e' - 'a');
    if (third == 'l' - 'a') /* moulding */
        limit->thirds[first] |= 1u << ('u' - 'a');
}

void token_limit_add(struct token_limit *limit, const char *term, size_t n_bytes) {
    /* What words have where their term has another letter: haemo-, foet-, dying, sceptic. */
    static const struct {
        char of_term, of_word;
    } others[] = {{'e', 'a'}, {'e', 'o'}, {'i', 'y'}, {'k', 'c'}};
    const int first = n_bytes > 0 ? letter_number(term[0]) : -1;
    const int second = n_bytes > 1 ? letter_number(term[1]) : -1;
    if (n_bytes > 0)
        limit->initials[first < 0 ? (unsigned char)term[0] : 'a' + first] = true;
    if (first >= 0 && n_bytes == 1) /* "AEDs" ends up as "a" */
        limit->seconds[first] = limit->thirds[first] = UINT32_MAX;
    if (first < 0 || second < 0)
        return;
    add_beginning(limit, first, second);
    add_third(limit, first, n_bytes > 2 ? letter_number(term[2]) : -1);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i].of_term - 'a' == second)
            add_beginning(limit, first, others[i].of_word - 'a');
    if (first == 'e' - 'a') { /* oestrogen, aetiology */
        add_beginning(limit, 'o' - 'a', first);
        add_beginning(limit, 'a' - 'a', first);
    }
}

/* True if one of the first three letters begins an "ae" or "oe", which Americans write as one
 * letter.
 */
static bool begins_british(const char *folded) {
    for (size_t i = 0; i < 3; i++)
        if (folded[i + 1] == 'e' && (folded[i] == 'a' || folded[i] == 'o'))
            return true;
    return false;
}

bool token_limit_lets(const struct token_limit *limit, const char *folded, size_t n_bytes,
                      bool is_english) {
    enum { LONG_WORD = 7 }; /* no ending reaches back to the third letter */
    if (!limit->initials[(unsigned char)folded[0]])
        return false;
    const int first = letter_number(folded[0]);
    const int second = n_bytes > 1 ? letter_number(folded[1]) : -1;
    if (first < 0 || second < 0 || !is_english)
        return true;
    if (!(limit->seconds[first] >> second & 1))
        return false;
    const int third = n_bytes >= LONG_WORD ? letter_number(folded[2]) : -1;
    return third < 0 || limit->thirds[first] >> third & 1 || begins_british(folded);
}
