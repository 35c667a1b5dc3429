/* What a list of sources is called. */
#ifndef OSLER_INDEXER_PASSAGES_SOURCE_HEADING_H
#define OSLER_INDEXER_PASSAGES_SOURCE_HEADING_H

#include <stddef.h>

/* The longest heading that can name a list of sources, without its number. */
enum { SOURCE_HEADING_BYTES = 48 };

/* NOTES ("Further reading") often head prose as well, so that their entries must look like
 * references. */
enum source_heading { NO_LIST, SOURCES, NOTES };

/* What a heading or a line that stands for one names; its number and marks around it do not count.
 */
enum source_heading source_heading(const char *text, size_t n_bytes);

/* The bytes of the "Sources:" or "References:" that text[0, n_bytes) begins with, or 0. */
size_t source_heading_lead(const char *text, size_t n_bytes);

#endif
