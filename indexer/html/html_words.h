/* What the class and id of an element say of its content: names that page authors give to menus,
 * comments and advertisements, and names that they give to the article. */
#ifndef OSLER_INDEXER_HTML_HTML_WORDS_H
#define OSLER_INDEXER_HTML_HTML_WORDS_H

#include <stdbool.h>

enum html_suspicion {
    HTML_TRUSTED,
    HTML_DOUBTFUL, /* page furniture if it is short or full of links */
    HTML_FURNITURE,
};

/* The suspicion that the words of `class_name` and `id` (each may be NULL) raise. */
enum html_suspicion html_words_suspicion(const char *class_name, const char *id);

/* True for the names of what asks for consent to cookies; either may be NULL. */
bool html_words_name_consent(const char *class_name, const char *id);

/* True if `name`, a class or an id, is like "article-body" or "postContent"; NULL is not. */
bool html_words_name_article(const char *name);

/* True if a class or id is that of an answer which a click on its question shows. */
bool html_words_name_answer(const char *class_name, const char *id);

#endif
