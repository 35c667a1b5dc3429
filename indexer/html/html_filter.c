/* The filter of html_blocks.h: rules in the order in which they were measured. */
#include <stdlib.h>
#include <string.h>

#include "indexer/html/html_blocks.h"
#include "indexer/html/html_tag.h"

enum {
    LABEL_CHARS = 60,      /* longer text is no label */
    LINK_LINE_CHARS = 200, /* longer text is kept though it is one link */
    STRAY_CHARS = 150,     /* longer text outside running text is prose without a full stop */
    REPEAT_CHARS = 40,     /* shorter text may come again by chance */
    TAIL_CHARS = 250,      /* longer text is no invitation */
    MAX_TAIL_BLOCKS = 3,   /* what follows an article and is not recognised as furniture is short */
    MAX_PROBES = 32,       /* bounds the look-up of repetitions against chosen texts */
};

static const char *block_text(const struct html_blocks *blocks, const struct html_block *block) {
    return blocks->text.data + block->start;
}

/* True if the text ends as sentences, quotations and brackets end. */
static bool ends_sentence(const struct html_blocks *blocks, const struct html_block *block) {
    static const char *const ends[] = {".", "!", "?", ":", ";",  "\"", "'",  ")", "]",
                                       "…", "”", "’", "»", "。", "！", "？", "؟", "।"};
    size_t n_text = block->end - block->start;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t n_end = strlen(ends[i]);
        if (n_text >= n_end && memcmp(blocks->text.data + block->end - n_end, ends[i], n_end) == 0)
            return true;
    }
    return false;
}

/* True if most of the region is in elements made for running text, so that what is not is odd. */
static bool is_well_marked(const struct html_blocks *blocks) {
    size_t n_chars = 0;
    size_t n_text_chars = 0;
    for (size_t i = 0; i < blocks->n_blocks; i++) {
        const struct html_block *block = &blocks->blocks[i];
        n_chars += block->n_chars;
        if (block->is_text && block->kind != BLOCK_HEADING)
            n_text_chars += block->n_chars;
    }
    return n_text_chars * 2 >= n_chars;
}

/* Matches a normal form against a label in which '#' is a number and a final '*' anything. */
static bool label_matches(const char *label, const char *text) {
    for (; *label && *label != '*'; label++) {
        if (*label != '#') {
            if (*text++ != *label)
                return false;
            continue;
        }
        size_t n_digits = strspn(text, "0123456789");
        if (n_digits == 0)
            return false;
        text += n_digits;
    }
    return *label == '*' || *text == '\0';
}

/* True for what pages print beside an article: labels of advertisements, buttons and counters. */
static bool is_label(const char *normal, bool has_slash) {
    static const char *const labels[] = {"advertisement",
                                         "advertisements",
                                         "advert",
                                         "ad",
                                         "sponsored",
                                         "# comments",
                                         "# comment",
                                         "sponsored content",
                                         "share",
                                         "share this",
                                         "tweet",
                                         "related",
                                         "loading",
                                         "related stories",
                                         "related posts",
                                         "related articles",
                                         "read more",
                                         "read next",
                                         "more",
                                         "related content",
                                         "print",
                                         "e mail",
                                         "email",
                                         "see also",
                                         "image # of #",
                                         "story continues*",
                                         "continue reading*"};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (label_matches(labels[i], normal))
            return true;
    return has_slash && label_matches("# #", normal);
}

/* The texts that were kept so far: an open hash table of block indices. */
struct kept_texts {
    size_t *slots; /* index of a block + 1, or 0 */
    size_t n_slots;
};

/* True if a block with the same text is in the table; else puts this one there. */
static bool was_kept(const struct html_blocks *blocks, size_t i_block, struct kept_texts *kept) {
    const struct html_block *block = &blocks->blocks[i_block];
    size_t n_bytes = block->end - block->start;
    uint64_t hash = 0xcbf29ce484222325U; /* FNV-1a */
    for (size_t i = 0; i < n_bytes; i++)
        hash = (hash ^ (unsigned char)block_text(blocks, block)[i]) * 0x100000001b3U;
    for (size_t probe = 0; probe < MAX_PROBES; probe++) {
        size_t *slot = &kept->slots[(hash + probe) & (kept->n_slots - 1)];
        if (*slot == 0) {
            *slot = i_block + 1;
            return false;
        }
        const struct html_block *other = &blocks->blocks[*slot - 1];
        if (other->end - other->start == n_bytes &&
            memcmp(block_text(blocks, other), block_text(blocks, block), n_bytes) == 0)
            return true;
    }
    return false;
}

/* True if the block is nothing but a link; a heading that links to itself is a heading. */
static bool is_link_line(const struct html_block *block) {
    if (block->tag == TAG_LI || block->tag == TAG_TD || block->tag == TAG_TH)
        return false;
    if (block->kind == BLOCK_HEADING && block->in_page_link)
        return false;
    return block->n_link_chars * 5 > block->n_chars * 4 && block->n_chars < LINK_LINE_CHARS;
}

/* True if the block stays; `is_first`: none was kept before. */
static bool passes(const struct html_blocks *blocks, const struct html_block *block,
                   const struct html_titles *titles, bool is_first, struct buffer *normal) {
    bool is_heading = block->kind == BLOCK_HEADING;
    size_t n_bytes = block->end - block->start;
    if (is_link_line(block))
        return false;
    if (block->n_chars >= LABEL_CHARS && !is_heading && !is_first)
        return true;
    buffer_clear(normal);
    html_normal_form(block_text(blocks, block), n_bytes, normal);
    bool is_cell = block->tag == TAG_TD || block->tag == TAG_TH; /* "Share" may be of a market */
    if (block->n_chars < LABEL_CHARS && !is_cell &&
        is_label(buffer_string(normal), memchr(block_text(blocks, block), '/', n_bytes)))
        return false;
    return !(is_heading || is_first) ||
           !html_titles_repeat(titles, buffer_string(normal), normal->size);
}

static void filter_each(struct html_blocks *blocks, const struct html_titles *titles) {
    bool is_marked = is_well_marked(blocks);
    bool is_first = true;
    struct buffer normal = {0};
    struct kept_texts kept = {.n_slots = 64};
    while (kept.n_slots < blocks->n_blocks * 2)
        kept.n_slots *= 2;
    kept.slots = calloc(kept.n_slots, sizeof *kept.slots);
    blocks->failed = blocks->failed || !kept.slots;
    for (size_t i = 0; i < blocks->n_blocks && !blocks->failed; i++) {
        struct html_block *block = &blocks->blocks[i];
        bool is_stray = is_marked && !block->is_text && block->n_chars < STRAY_CHARS &&
                        !ends_sentence(blocks, block);
        block->is_kept = !is_stray && passes(blocks, block, titles, is_first, &normal);
        if (block->is_kept && block->n_chars >= REPEAT_CHARS)
            block->is_kept = !was_kept(blocks, i, &kept);
        is_first = is_first && !block->is_kept;
    }
    blocks->failed = blocks->failed || normal.failed;
    free(kept.slots);
    buffer_free(&normal);
}

/* The last kept block before block `end`, or SIZE_MAX. */
static size_t last_kept(const struct html_blocks *blocks, size_t end) {
    while (end-- > 0)
        if (blocks->blocks[end].is_kept)
            return end;
    return SIZE_MAX;
}

/* Drops a closing list whose text is links, and the line that introduces it. */
static bool drop_link_list(struct html_blocks *blocks, size_t last) {
    uint32_t list = blocks->blocks[last].list;
    size_t n_chars = 0;
    size_t n_link_chars = 0;
    size_t first = last;
    size_t before = last;
    for (; before != SIZE_MAX && blocks->blocks[before].list == list;
         before = last_kept(blocks, before)) {
        n_chars += blocks->blocks[before].n_chars;
        n_link_chars += blocks->blocks[before].n_link_chars;
        first = before;
    }
    if (n_link_chars * 10 <= n_chars * 3)
        return false;
    for (size_t i = first; i <= last; i++)
        blocks->blocks[i].is_kept = false;
    if (before != SIZE_MAX && blocks->blocks[before].n_chars < LABEL_CHARS &&
        !ends_sentence(blocks, &blocks->blocks[before]))
        blocks->blocks[before].is_kept = false;
    return true;
}

/* True if `text` has "email" and, at most 30 characters after it, an '@'. */
static bool has_address(const char *text) {
    const char *mail = text;
    while ((mail = strcasestr(mail, "mail ")) != NULL) {
        const char *at = strchr(mail, '@');
        if (at && at - mail <= 36 && mail > text)
            return true;
        mail++;
    }
    return false;
}

static bool is_invitation(const struct html_blocks *blocks, const struct html_block *block) {
    static const char *const phrases[] = {"follow us",
                                          "follow him",
                                          "follow her",
                                          "follow them",
                                          "follow me",
                                          "follow @",
                                          "on twitter",
                                          "on facebook",
                                          "on instagram",
                                          "newsletter",
                                          "contributed to this",
                                          "contributed from",
                                          "sign up",
                                          "subscribe",
                                          "contributed reporting",
                                          "click here",
                                          "reporting by",
                                          "all rights reserved",
                                          "reach the reporter",
                                          "share this",
                                          "share it",
                                          "©"};
    char text[TAIL_CHARS * 4 + 1];
    size_t n_bytes = block->end - block->start;
    if (block->n_chars >= TAIL_CHARS || n_bytes >= sizeof text)
        return false;
    memcpy(text, block_text(blocks, block), n_bytes);
    text[n_bytes] = '\0';
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
        if (strcasestr(text, phrases[i]))
            return true;
    return has_address(text);
}

static void drop_tail(struct html_blocks *blocks) {
    int n_invitations = 0;
    for (size_t last = last_kept(blocks, blocks->n_blocks); last != SIZE_MAX;
         last = last_kept(blocks, last)) {
        struct html_block *block = &blocks->blocks[last];
        if (block->kind == BLOCK_HEADING) {
            block->is_kept = false;
            continue;
        }
        if (block->list != HTML_NONE && drop_link_list(blocks, last))
            continue;
        if (n_invitations == MAX_TAIL_BLOCKS || !is_invitation(blocks, block))
            break;
        block->is_kept = false;
        n_invitations++;
    }
}

void html_blocks_filter(struct html_blocks *blocks, const struct html_titles *titles) {
    filter_each(blocks, titles);
    drop_tail(blocks);
}
