/* The readers: one function per input format, each filling a zeroed `struct document`.
 *
 * `bytes` are the input as it is on disk. A reader never fails on what a person or a broken program
 * may have written: damage becomes a document.problems entry and the rest is read. The only errors
 * are STATUS_NO_MEMORY and, for JSONL and PDF, STATUS_INPUT for what gives no document. */
#ifndef OSLER_INDEXER_DOCUMENT_READERS_H
#define OSLER_INDEXER_DOCUMENT_READERS_H

#include <stdbool.h>
#include <stddef.h>

#include "indexer/document/document.h"
#include "store/error.h"

/* CommonMark with GitHub's tables, by md4c; YAML front matter. Source offsets are exact. */
enum status markdown_read(const char *bytes, size_t n_bytes, struct document *document,
                          struct error *error);

/* The main content of a web page, by libxml2. `charset` is what the HTTP header says, or NULL.
 * Source offsets are there if asked for, see html_places.h; text from JSON-LD has none, and without
 * any run places are those of the document's own text. */
enum status html_read(const char *bytes, size_t n_bytes, const char *charset, bool has_places,
                      struct document *document, struct error *error);

/* Paragraphs separated by blank lines. Source offsets are exact. */
enum status plain_text_read(const char *bytes, size_t n_bytes, struct document *document,
                            struct error *error);

/* A PDF, by poppler's pdftotext in a process of its own (child_process.h). The document has pages,
 * and no source runs: places are those of its own text. STATUS_INPUT if no text can be had: the
 * error says why, and what helps. */
enum status pdf_read(const char *bytes, size_t n_bytes, struct document *document,
                     struct error *error);

/* Why no PDF can be read; and whether one could now. */
#define PDF_NO_READER                                                                              \
    "pdftotext, which reads PDF files, is not installed (it is in the package poppler-utils)"
bool pdf_has_reader(void);

/* One line of a JSONL file (without its line end): `_id` or `id`, `title`, `text`, and optionally
 * `url`, `date`, `author`, `lang`. */
enum status jsonl_read_line(const char *bytes, size_t n_bytes, struct document *document,
                            struct error *error);

#endif
