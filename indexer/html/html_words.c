/* See html_words.h. The words and their strength were measured on judged pages. */
#include "indexer/html/html_words.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

enum {
    LETTERS = 26,
    WORDS_OF_A_LETTER = 16,
    WORD_BYTES = 16, /* longer than any word below; the rest of a word is not looked at */
};

enum word_use {
    WORD_DOUBTFUL = 1,
    WORD_FURNITURE,
    PREFIX_FURNITURE, /* also every word that begins with it */
    PREFIX_CONSENT,   /* furniture that is never the article, whatever a page calls the rest */
    PREFIX_TRUSTED,   /* an exception to a prefix of the same letter; stands before it */
    PREFIX_ANSWER,    /* text that a click on its question shows, though it is hidden at first */
    WORD_WIDGET,      /* furniture, but Elementor calls every box of a page a widget */
    WORD_ELEMENTOR,   /* see WORD_WIDGET */
    WORD_HIDE,        /* doubtful */
    WORD_HARMLESS,    /* but not beside these: "overflow-hidden", or Drupal's "label-hidden" */
};

struct word {
    char text[WORD_BYTES];
    uint8_t n_bytes;
    uint8_t use; /* enum word_use */
};

#define WORD(text, use)                                                                            \
    { text, sizeof text - 1, use }
#define DOUBTFUL(text) WORD(text, WORD_DOUBTFUL)
#define FURNITURE(text) WORD(text, WORD_FURNITURE)
#define PREFIX(text) WORD(text, PREFIX_FURNITURE)
#define CONSENT(text) WORD(text, PREFIX_CONSENT)
#define ANSWER(text) WORD(text, PREFIX_ANSWER)

static const struct word words[LETTERS][WORDS_OF_A_LETTER] = {
    ['a' - 'a'] = {PREFIX("advert"), FURNITURE("addthis"), DOUBTFUL("ad"), DOUBTFUL("ads"),
                   DOUBTFUL("attribution"), DOUBTFUL("author"), ANSWER("accordion"),
                   ANSWER("answer")},
    ['b' - 'a'] = {FURNITURE("banner"), PREFIX("breadcrumb"), FURNITURE("byline"), DOUBTFUL("bio")},
    ['c' - 'a'] = {WORD("commentar", PREFIX_TRUSTED), PREFIX("comment"), FURNITURE("caption"),
                   FURNITURE("carousel"), CONSENT("consent"), CONSENT("cookie"),
                   DOUBTFUL("contributor"), DOUBTFUL("copyright"), DOUBTFUL("credit")},
    ['d' - 'a'] = {FURNITURE("dfp"), FURNITURE("discussion"), FURNITURE("disqus"),
                   DOUBTFUL("dateline")},
    ['e' - 'a'] = {WORD("elementor", WORD_ELEMENTOR), DOUBTFUL("embed"), DOUBTFUL("embedded")},
    ['f' - 'a'] = {FURNITURE("footer"), DOUBTFUL("follow"), ANSWER("faq")},
    ['g' - 'a'] = {FURNITURE("gallery"), CONSENT("gdpr")},
    ['h' - 'a'] = {WORD("hidden", WORD_HIDE), WORD("hide", WORD_HIDE), DOUBTFUL("hdn")},
    ['l' - 'a'] = {WORD("label", WORD_HARMLESS), FURNITURE("login"), DOUBTFUL("likes")},
    ['m' - 'a'] = {FURNITURE("modal"), FURNITURE("mostpopular"), DOUBTFUL("menu"),
                   DOUBTFUL("message"), DOUBTFUL("meta"), DOUBTFUL("more")},
    ['n' - 'a'] = {FURNITURE("nav"), FURNITURE("navbar"), PREFIX("navig"), PREFIX("newsletter"),
                   FURNITURE("nextup"), DOUBTFUL("next")},
    ['o' - 'a'] = {WORD("overflow", WORD_HARMLESS), FURNITURE("outbrain"), FURNITURE("overlay")},
    ['p' - 'a'] = {FURNITURE("pager"), FURNITURE("pagination"), FURNITURE("popular"),
                   FURNITURE("popup"), PREFIX("promo"), DOUBTFUL("paywall")},
    ['r' - 'a'] = {PREFIX("related"), PREFIX("recommend"), PREFIX("recirc"), FURNITURE("readmore"),
                   FURNITURE("respond"), DOUBTFUL("rating"), DOUBTFUL("reply")},
    ['s' - 'a'] = {PREFIX("social"), PREFIX("share"), FURNITURE("sharing"), PREFIX("sidebar"),
                   PREFIX("sponsor"), PREFIX("subscri"), FURNITURE("signup"),
                   FURNITURE("slideshow"), FURNITURE("sociable"), DOUBTFUL("slide"),
                   DOUBTFUL("screenreader"), DOUBTFUL("sr")},
    ['t' - 'a'] = {FURNITURE("taboola"), FURNITURE("toolbar"), FURNITURE("trending"),
                   DOUBTFUL("tag"), DOUBTFUL("tags"), DOUBTFUL("taglist"), DOUBTFUL("thumb"),
                   DOUBTFUL("timestamp"), DOUBTFUL("topics")},
    ['w' - 'a'] = {WORD("widget", WORD_WIDGET)},
};

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || is_upper(c);
}

/* The use of a lower-case word, 0 if it is in no list. `n_bytes` > 0. */
static unsigned word_use(const char *text, size_t n_bytes) {
    for (const struct word *word = words[text[0] - 'a']; word->n_bytes; word++) {
        bool is_prefix = word->use == PREFIX_FURNITURE || word->use == PREFIX_CONSENT ||
                         word->use == PREFIX_ANSWER || word->use == PREFIX_TRUSTED;
        if (word->n_bytes > n_bytes || (word->n_bytes < n_bytes && !is_prefix))
            continue;
        if (memcmp(word->text, text, word->n_bytes) == 0)
            return word->use;
    }
    return 0;
}

/* The uses of the words of `name` as a set of bits; words end at what is no letter and where a
 * capital follows a small letter. */
static unsigned name_uses(const char *name) {
    unsigned uses = 0;
    char word[WORD_BYTES];
    size_t n_bytes = 0;
    for (size_t i = 0; name[i]; i++) {
        if (!is_letter(name[i]))
            continue;
        if (n_bytes < sizeof word)
            word[n_bytes++] = (char)(name[i] | 0x20);
        bool goes_on = is_letter(name[i + 1]) && (is_upper(name[i]) || !is_upper(name[i + 1]));
        if (!goes_on) {
            uses |= 1U << word_use(word, n_bytes);
            n_bytes = 0;
        }
    }
    return uses;
}

static unsigned element_uses(const char *class_name, const char *id) {
    return (class_name ? name_uses(class_name) : 0) | (id ? name_uses(id) : 0);
}

bool html_words_name_consent(const char *class_name, const char *id) {
    return element_uses(class_name, id) & 1U << PREFIX_CONSENT;
}

bool html_words_name_answer(const char *class_name, const char *id) {
    return element_uses(class_name, id) & 1U << PREFIX_ANSWER;
}

enum html_suspicion html_words_suspicion(const char *class_name, const char *id) {
    unsigned uses = element_uses(class_name, id);
    bool is_widget = (uses & 1U << WORD_WIDGET) && !(uses & 1U << WORD_ELEMENTOR);
    bool is_hidden = (uses & 1U << WORD_HIDE) && !(uses & 1U << WORD_HARMLESS);
    if (is_widget ||
        (uses & (1U << WORD_FURNITURE | 1U << PREFIX_FURNITURE | 1U << PREFIX_CONSENT)))
        return HTML_FURNITURE;
    return is_hidden || (uses & 1U << WORD_DOUBTFUL) ? HTML_DOUBTFUL : HTML_TRUSTED;
}

/* The length of the first of `names` that `text` begins with, 0 for none. */
static size_t match_any(const char *text, const char *const *names) {
    for (; *names; names++) {
        if ((*text | 0x20) != **names)
            continue;
        size_t n_bytes = strlen(*names);
        if (strncasecmp(text, *names, n_bytes) == 0)
            return n_bytes;
    }
    return 0;
}

bool html_words_name_article(const char *name) {
    static const char *const things[] = {"article", "story", "post", "entry", "blog", "news", NULL};
    static const char *const parts[] = {"content", "body", "text", "entry", "copy", NULL};
    static const char initials[] = "asepbnASEPBN"; /* of things */
    for (name = name ? strpbrk(name, initials) : NULL; name; name = strpbrk(name + 1, initials)) {
        size_t n_thing = match_any(name, things);
        if (n_thing == 0)
            continue;
        const char *part = name + n_thing;
        part += *part == 's' || *part == 'S';
        for (int i = 0; i < 2 && (*part == '-' || *part == '_'); i++)
            part++;
        size_t n_part = match_any(part, parts);
        if (n_part > 0 && !is_letter(part[n_part]))
            return true;
    }
    return false;
}
