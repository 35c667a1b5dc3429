/* See neighbour.h. */
#include "query/select/neighbour.h"

#include <string.h>

#include "query/score/ranking.h"

enum { MAX_JOINED_BYTES = 60 }; /* longer ones are no words */

/* True for a word after which a numeral tells which one. */
static bool is_kind(const char *word) {
    static const char *const kinds[] = {"type",   "types",  "stage",   "stages", "grade",
                                        "grades", "class",  "classes", "factor", "factors",
                                        "phase",  "phases", "group",   "groups"};
    for (size_t i = 0; word && i < sizeof kinds / sizeof *kinds; i++)
        if (strcasecmp(word, kinds[i]) == 0)
            return true;
    return false;
}

/* "2" for "ii" and "ii" for "2"; NULL for what is no numeral. A letter alone is too often something
 * else to stand for a number: "I". */
static const char *other_numeral(const char *word) {
    static const char *const numerals[][2] = {
        {"1", "i"},    {"2", "ii"},    {"3", "iii"},    {"4", "iv"},   {"5", "v"},
        {"6", "vi"},   {"7", "vii"},   {"8", "viii"},   {"9", "ix"},   {"10", "x"},
        {"11", "xi"},  {"12", "xii"},  {"13", "xiii"},  {"14", "xiv"}, {"15", "xv"},
        {"16", "xvi"}, {"17", "xvii"}, {"18", "xviii"}, {"19", "xix"}, {"20", "xx"},
    };
    for (size_t i = 0; i < sizeof numerals / sizeof *numerals; i++)
        for (size_t side = 0; side < 2; side++)
            if (strcmp(word, numerals[i][side]) == 0)
                return side == 0 && !numerals[i][1][1] ? NULL : numerals[i][1 - side];
    return NULL;
}

static enum status add_form(struct selecting *run, struct token_list *list, const char *term) {
    const struct token *main = &list->tokens[0];
    const struct token_form form = {.term = term,
                                    .n_bytes = strlen(term),
                                    .surface = main->surface,
                                    .surface_bytes = main->surface_bytes,
                                    .in_fts5 = true,
                                    .start = main->start,
                                    .end = main->end};
    return token_list_add(list, main->position, &form, run->error);
}

/* In how many passages `word` is, by its forms one after another; `*is_content` is false for what
 * is not one word, or a function word. */
static enum status count_word(struct selecting *run, const char *word, uint64_t *count,
                              bool *is_content) {
    struct token_list list = {0};
    enum status status = selecting_tokenize(run, word, TOKENS_OF_QUERY, &list);
    *count = 0;
    *is_content = list.n_positions == 1 && !list.tokens[0].is_function_word;
    for (size_t i = 0; i < list.n_tokens && *is_content && status == STATUS_OK; i++) {
        struct term found = {0};
        status = postings_find(&run->searcher->postings, token_term(&list, &list.tokens[i]),
                               list.tokens[i].term_bytes, &found, run->error);
        *count += found.df;
    }
    token_list_free(&list);
    return status;
}

static bool is_letters(const char *word) {
    while ((*word >= 'a' && *word <= 'z') || (*word >= 'A' && *word <= 'Z') || *word & 0x80)
        word++;
    return *word == '\0';
}

/* Sets run->joined to the term of `first` and `second` as one word, if they are one. */
static enum status find_joined(struct selecting *run, const char *first, const char *second) {
    char text[MAX_JOINED_BYTES + 1];
    struct token_list *list = &run->searcher->tokens;
    struct term joined = {0};
    uint64_t counts[2] = {0};
    bool are_content[2] = {false};
    if (strlen(first) + strlen(second) > MAX_JOINED_BYTES || !is_letters(first) ||
        !is_letters(second))
        return STATUS_OK;
    strcpy(stpcpy(text, first), second);
    enum status status = selecting_tokenize(run, text, TOKENS_OF_TEXT, list);
    if (status != STATUS_OK || list->n_tokens != 1)
        return status;
    const char *term = token_term(list, &list->tokens[0]);
    status = postings_find(&run->searcher->postings, term, list->tokens[0].term_bytes, &joined,
                           run->error);
    if (status != STATUS_OK || joined.df == 0)
        return status;
    status = count_word(run, first, &counts[0], &are_content[0]);
    if (status == STATUS_OK)
        status = count_word(run, second, &counts[1], &are_content[1]);
    if (status == STATUS_OK && are_content[0] && are_content[1] &&
        (joined.df > counts[0] || joined.df > counts[1])) {
        run->joined = arena_string(run->arena, term);
        status = run->joined ? STATUS_OK : error_no_memory(run->error);
    }
    return status;
}

enum status neighbour_forms(struct selecting *run, const struct query_node *node,
                            struct token_list *list) {
    enum status status = STATUS_OK;
    const char *other = is_kind(node->before) && list->n_positions == 1
                            ? other_numeral(token_surface(list, &list->tokens[0]))
                            : NULL;
    if (!RANKING_NEIGHBOURS)
        return STATUS_OK;
    if (other && strcmp(node->text, "i") != 0) {
        list->tokens[0].is_function_word = false; /* "I" */
        status = add_form(run, list, other);
    }
    if (status == STATUS_OK && run->joined)
        status = add_form(run, list, run->joined);
    run->joined = NULL;
    if (status == STATUS_OK && node->after && list->n_positions == 1 &&
        !list->tokens[0].is_function_word)
        status = find_joined(run, node->text, node->after);
    return status == STATUS_OK && run->joined ? add_form(run, list, run->joined) : status;
}
