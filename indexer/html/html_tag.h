/* What the main-content rules know of each HTML element. */
#ifndef OSLER_INDEXER_HTML_HTML_TAG_H
#define OSLER_INDEXER_HTML_HTML_TAG_H

#include <stdint.h>

/* The elements that a rule names; all others are TAG_OTHER. */
enum html_tag {
    TAG_OTHER,
    TAG_A,
    TAG_ARTICLE,
    TAG_BASE,
    TAG_BLOCKQUOTE,
    TAG_BODY,
    TAG_BR,
    TAG_DD,
    TAG_DIV,
    TAG_DL,
    TAG_DT,
    TAG_H1,
    TAG_H2,
    TAG_H3,
    TAG_H4,
    TAG_H5,
    TAG_H6,
    TAG_HEAD,
    TAG_HTML,
    TAG_IMG,
    TAG_LI,
    TAG_LINK,
    TAG_MAIN,
    TAG_META,
    TAG_OL,
    TAG_P,
    TAG_PRE,
    TAG_SCRIPT,
    TAG_SECTION,
    TAG_SPAN,
    TAG_TABLE,
    TAG_TD,
    TAG_TH,
    TAG_TIME,
    TAG_TITLE,
    TAG_UL,
};

enum html_tag_trait {
    TAG_BLOCK = 1, /* its start and its end are ends of a text block */
    TAG_HARD = 2,  /* nothing in it is ever read */
    TAG_SOFT = 4,  /* seldom holds the article */
    TAG_TEXT = 8,  /* made for running text: what is in it needs no full stop to be a sentence */
};

struct html_tag_info {
    char name[12];
    uint8_t tag;    /* enum html_tag */
    uint8_t traits; /* of enum html_tag_trait */
};

/* `name` in lower case, as libxml2 leaves it; an unknown element has no traits. Never NULL. */
const struct html_tag_info *html_tag_find(const char *name);

#endif
