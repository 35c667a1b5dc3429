/* See cited_sentence.h. */
#include "indexer/passages/cited_sentence.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "indexer/passages/sentence.h"

/* A longer label is a page wrapped in a link by mistake, and may be cut like other text. */
enum { LABEL_BYTES = 400 };

/* More links, or brackets and stops, in a row than any sentence has: they bound how often a byte is
 * read. */
enum { MAX_CHAIN_LINKS = 64, MAX_MARK_BYTES = 16 };

/* Citations begin this close after a stop: "([", " (see also: ". */
enum { LEAD_BYTES = 40 };

/* A label with fewer words is a name even if a stop closes it ("Hims & Hers Health, Inc."). */
enum { MIN_PROSE_WORDS = 5 };

/* Links that follow each other with nothing but brackets and silent words between them. */
struct chain {
    size_t end; /* after the last link and the brackets and stops that close it; 0: no links */
    bool is_all_marks; /* labels such as "1", "[2]", "source" */
    bool is_bracketed;
};

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

static bool is_label(const struct link *link) {
    return link->end - link->start <= LABEL_BYTES;
}

/* Letters, and bytes of other characters than punctuation and symbols (U+00A0-00BF, U+2000-2BFF,
 * U+3000-303F, U+FF00-FF3F). */
static bool is_letter(const char *text, size_t at, size_t end) {
    unsigned char first = (unsigned char)text[at];
    unsigned char second = at + 1 < end ? (unsigned char)text[at + 1] : 0;
    if (first < 0x80)
        return (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
    return first >= 0xC3 && !(first == 0xE2 && second < 0xB0) &&
           !(first == 0xE3 && second == 0x80) && !(first == 0xEF && second == 0xBC);
}

static size_t character_end(const char *text, size_t at, size_t end) {
    at++;
    while (at < end && ((unsigned char)text[at] & 0xC0) == 0x80)
        at++;
    return at;
}

static size_t word_end(const char *text, size_t at, size_t end) {
    while (at < end && is_letter(text, at, end))
        at = character_end(text, at, end);
    return at;
}

/* Words that only point to a source. */
static bool is_silent_word(const char *word, size_t n_bytes) {
    static const char *const words[] = {
        "see",  "also", "source", "sources",   "via",        "and",   "or",
        "from", "read", "more",   "at",        "here",       "by",    "cf",
        "e",    "g",    "ref",    "refs",      "citation",   "cite",  "link",
        "for",  "in",   "the",    "reference", "references", "links", "full",
        "this", "p",    "pp",     "according", "eg",         "to",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (tolower((unsigned char)word[0]) == words[i][0] && strlen(words[i]) == n_bytes &&
            strncasecmp(word, words[i], n_bytes) == 0)
            return true;
    return false;
}

/* True if text[at, end) holds no words but silent ones. */
static bool is_silent(const char *text, size_t at, size_t end) {
    while (at < end) {
        size_t after = word_end(text, at, end);
        if (after > at && !is_silent_word(text + at, after - at))
            return false;
        at = after > at ? after : character_end(text, at, end);
    }
    return true;
}

/* The place after white space, brackets, numbers and silent words, not beyond a newline. */
static size_t skip_silent(const char *text, size_t at, size_t end) {
    while (at < end && text[at] != '\n') {
        size_t after = word_end(text, at, end);
        bool is_word = after > at && is_silent_word(text + at, after - at);
        if (!is_word && !is_space(text[at]) && !strchr("()[],;:&|^-/0123456789", text[at]))
            return at;
        at = is_word ? after : at + 1;
    }
    return at;
}

/* The place before white space, opening brackets and silent words that end at `at`. */
static size_t silent_start(const char *text, size_t start, size_t at) {
    for (size_t limit = at; at > start && limit - at < LEAD_BYTES;) {
        size_t word = at;
        while (word > start && limit - word < LEAD_BYTES && is_letter(text, word - 1, at))
            word--;
        if (word < at && is_silent_word(text + word, at - word))
            at = word;
        else if (strchr(" ([,;:", text[at - 1]))
            at--;
        else
            break;
    }
    return at;
}

size_t cited_sentence_link(const struct document *document, size_t offset) {
    size_t low = 0;
    size_t high = document->n_links;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct link *link = &document->links[middle];
        if (link->start >= offset || link->end > offset)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* The chain of links that begins within LEAD_BYTES after `at`; `i_link` is the first link there. */
static struct chain read_chain(const struct document *document, size_t at, size_t end,
                               size_t i_link) {
    const char *text = document->text.data;
    struct chain chain = {.is_all_marks = true};
    size_t begin = at;
    size_t limit = i_link + MAX_CHAIN_LINKS;
    for (; i_link < document->n_links && i_link < limit; i_link++) {
        const struct link *link = &document->links[i_link];
        if (link->start < at && link->end <= at)
            continue; /* a footnote with several links has one mark */
        if (link->start < at || link->start > end || link->start - at > LEAD_BYTES ||
            skip_silent(text, at, link->start) < link->start)
            break;
        bool is_note = link->end - link->start > 2 && memcmp(text + link->start, "[^", 2) == 0;
        chain.is_all_marks &= is_note || is_silent(text, link->start, link->end);
        at = chain.end = link->end;
    }
    if (chain.end == 0)
        return chain;
    while (begin < end && is_space(text[begin]))
        begin++;
    chain.is_bracketed = text[begin] == '(' || text[begin] == '[';
    size_t last = end - at < MAX_MARK_BYTES ? end : at + MAX_MARK_BYTES;
    while (at < last && chain.is_bracketed && strchr("0123456789 ,", text[at]))
        at++;
    if (at < last && strchr(")]", text[at]))
        chain.end = at;
    while (chain.end < last && strchr(")].,;", text[chain.end]))
        chain.end++;
    return chain;
}

/* True if a citation that ends at `at` is followed by a new sentence or by nothing. */
static bool is_apart(const char *text, size_t at, size_t end) {
    size_t next = at;
    while (next < end && is_space(text[next]) && text[next] != '\n')
        next++;
    if (next >= end || text[next] == '\n')
        return true;
    return next > at && sentence_may_begin(text, end, next);
}

/* True if a stop, perhaps with closing quotes and brackets, ends at `at`. */
static bool follows_stop(const char *text, size_t start, size_t at) {
    size_t first = at - start < MAX_MARK_BYTES ? start : at - MAX_MARK_BYTES;
    while (at > first && strchr(")]\"'", text[at - 1]))
        at--;
    if (at > start && strchr(".!?", text[at - 1]))
        return true;
    static const char *const wide[] = {"…", "”", "’", "»", "。", "！", "？"};
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++) {
        size_t length = strlen(wide[i]);
        if (at - start >= length && memcmp(text + at - length, wide[i], length) == 0)
            return true;
    }
    return false;
}

/* The end of the sentence if the label of `link`, or its bracket, is glued to its stop
 * ("outcomes.1 Next", "outcomes.(WHO) Next"), or 0. */
static size_t glued_end(const struct document *document, size_t start, size_t end, size_t i_link) {
    const char *text = document->text.data;
    const struct link *link = &document->links[i_link];
    size_t at = link->start;
    while (at > start && strchr("([", text[at - 1]))
        at--;
    if (at <= start || !follows_stop(text, start, at))
        return 0;
    struct chain chain = read_chain(document, at, end, i_link);
    bool is_name = link->start < link->end && text[link->start] >= 'A' && text[link->start] <= 'Z';
    bool is_citation = chain.is_all_marks || is_name || at < link->start;
    return is_citation && is_apart(text, chain.end, end) ? chain.end : 0;
}

/* Where what is said ends in [start, end): before the links and brackets at the end if a stop
 * stands before them. `i_link` is the first link after them. */
static size_t said_end(const struct document *document, size_t start, size_t end, size_t i_link) {
    const char *text = document->text.data;
    size_t first = cited_sentence_link(document, start);
    size_t at = end;
    bool has_link = false;
    while (i_link > first && document->links[i_link - 1].start >= start) {
        const struct link *link = &document->links[i_link - 1];
        if (has_link && link->start == at && link->end > at) { /* another of the same footnote */
            i_link--;
            continue;
        }
        size_t before = at;
        while (before > link->end && strchr(" ()[].,;0123456789", text[before - 1]))
            before--;
        if (before != link->end)
            break;
        at = link->start;
        has_link = true;
        i_link--;
    }
    at = silent_start(text, start, at);
    return has_link && at > start && follows_stop(text, start, at) ? at : end;
}

/* The place after the bullet of a list that was run together into one line. */
static size_t said_start(const char *text, size_t start, size_t end) {
    static const char *const bullets[] = {"- ", "* ", "– ", "— ", "• ", "· "};
    for (size_t i = 0; i < sizeof bullets / sizeof *bullets; i++) {
        size_t length = strlen(bullets[i]);
        if (end - start > length && memcmp(text + start, bullets[i], length) == 0)
            return start + length;
    }
    return start;
}

bool cited_sentence_next(const struct document *document, size_t start, size_t end,
                         struct cited_sentence *sentence) {
    const char *text = document->text.data;
    while (start < end && is_space(text[start]))
        start++;
    if (start >= end)
        return false;
    size_t at = sentence_end(text, end, start, document->language);
    size_t i_link = cited_sentence_link(document, start);
    for (; i_link < document->n_links && document->links[i_link].start < at; i_link++) {
        const struct link *link = &document->links[i_link];
        size_t glued = glued_end(document, start, end, i_link);
        if (glued > 0)
            at = glued;
        while (at < link->end && link->end <= end && is_label(link))
            at = sentence_end(text, end, at, document->language);
    }
    *sentence = (struct cited_sentence){.start = start,
                                        .end = at,
                                        .said_start = said_start(text, start, at),
                                        .said_end = said_end(document, start, at, i_link)};
    struct chain chain = read_chain(document, at, end, i_link);
    bool is_last = chain.end > 0 && is_apart(text, chain.end, end);
    if (is_last &&
        (chain.is_all_marks || chain.is_bracketed || skip_silent(text, chain.end, end) >= end))
        sentence->end = chain.end;
    return true;
}

/* True if a label is a sentence of its own: "[The drug failed in two trials.](https://...)". */
static bool is_prose(const char *text, const struct link *link) {
    if (!is_label(link))
        return false;
    size_t n_words = 1;
    for (size_t i = link->start; i < link->end; i++)
        n_words += text[i] == ' ';
    return n_words >= MIN_PROSE_WORDS && follows_stop(text, link->start, link->end);
}

bool cited_sentence_says(const struct document *document, size_t start, size_t end, bool is_row) {
    const char *text = document->text.data;
    size_t i_link = cited_sentence_link(document, start);
    for (size_t at = start; at < end;) {
        bool has_link = i_link < document->n_links && document->links[i_link].start < end;
        const struct link *link = has_link ? &document->links[i_link] : NULL;
        size_t limit = link && link->start > at ? link->start : end;
        if (link && link->start <= at) {
            if (is_prose(text, link))
                return true;
            at = link->end > at && is_label(link) ? link->end : at;
            i_link++;
            continue;
        }
        size_t after = word_end(text, at, limit);
        bool is_number = is_row && text[at] >= '0' && text[at] <= '9';
        if (is_number || (after > at && !is_silent_word(text + at, after - at)))
            return true;
        at = after > at ? after : character_end(text, at, limit);
    }
    return false;
}
