/* See source_heading.h. */
#include "indexer/passages/source_heading.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

static bool equals(const char *a, size_t a_bytes, const char *b) {
    return strlen(b) == a_bytes && strncasecmp(a, b, a_bytes) == 0;
}

/* The names of a list of sources; those of the second kind often head prose as well, so that their
 * entries must look like references. */
static const char *const source_names[] = {
    "sources",
    "reference",
    "references",
    "reference list",
    "list of references",
    "bibliography",
    "citations",
    "works cited",
    "literature cited",
    "references cited",
    "sources cited",
    "article sources",
    "selected references",
    "works consulted",
    "sources and references",
    "sources consulted",
    "key references",
    "select references",
    "key sources",
    "selected sources",
    "sources used",
    "references used",
    "our sources",
    "list of sources",
    "source list",
    "quellen",
    "r\303\251f\303\251rences",
    "fuentes",
    "referencias",
    "fonti",
    "bronnen",
};
static const char *const note_names[] = {
    "notes",           "footnotes",          "endnotes",
    "further reading", "additional reading", "suggested reading",
    "external links",  "literature",         "source",
};

static bool is_one_of(const char *const *names, size_t n_names, const char *name, size_t n_bytes) {
    for (size_t i = 0; i < n_names; i++)
        if (equals(name, n_bytes, names[i]))
            return true;
    return false;
}

/* "7. References and notes:" is a name as well as "Sources"; what follows "and" or "&" is not read.
 */
enum source_heading source_heading(const char *text, size_t n_bytes) {
    while (n_bytes > 0 && strchr("0123456789.) *_[#", *text))
        text++, n_bytes--;
    while (n_bytes > 0 && strchr(" :.*_", text[n_bytes - 1]))
        n_bytes--;
    if (n_bytes > SOURCE_HEADING_BYTES)
        return NO_LIST;
    size_t n_first = n_bytes;
    for (size_t i = 0; i < n_bytes && n_first == n_bytes; i++) {
        bool is_and = n_bytes - i > 5 && strncasecmp(text + i, " and ", 5) == 0;
        if (is_and || (n_bytes - i > 3 && memcmp(text + i, " & ", 3) == 0) || text[i] == '/')
            n_first = i;
    }
    if (is_one_of(source_names, sizeof source_names / sizeof *source_names, text, n_first))
        return SOURCES;
    bool is_note = is_one_of(note_names, sizeof note_names / sizeof *note_names, text, n_first);
    return is_note ? NOTES : NO_LIST;
}

size_t source_heading_lead(const char *text, size_t n_bytes) {
    const char *colon =
        memchr(text, ':', n_bytes < SOURCE_HEADING_BYTES ? n_bytes : SOURCE_HEADING_BYTES);
    size_t n_name = colon ? (size_t)(colon - text) : 0;
    return colon && source_heading(text, n_name) == SOURCES ? n_name + 1 : 0;
}
