/* The formats of print.h, one function each, and what they share.
 *
 * All of them append to `out` and report failure only as out->failed. */
#ifndef OSLER_QUERY_PRINT_PRINT_FORMATS_H
#define OSLER_QUERY_PRINT_PRINT_FORMATS_H

#include <stdbool.h>
#include <stddef.h>

#include "query/hits/answer.h"
#include "query/print/print.h"
#include "store/buffer.h"

void print_text(const struct answer *answer, const struct print_options *options,
                struct buffer *out);
/* One object, indented or on one line, without a newline. */
void print_json(const struct answer *answer, const struct print_options *options, bool indented,
                struct buffer *out);
/* The same of an error: {"format":1,"error":{"status":"...","message":"..."}} */
void print_error_json(const struct error *failure, struct buffer *out);
void print_tsv(const struct answer *answer, struct buffer *out);
void print_trec(const struct answer *answer, struct buffer *out);
void print_markdown(const struct answer *answer, struct buffer *out);
/* The items of an array that print_end closes. */
void print_csl_json(struct printing *printing, const struct answer *answer, struct buffer *out);
void print_bibtex(struct printing *printing, const struct answer *answer, struct buffer *out);

/* True if no document with this id was printed in this output before; now one is. */
bool print_is_new(struct printing *printing, const char *id, struct buffer *out);

/* Appends `text` so that it does no harm on a terminal: white space of any kind as spaces, other
 * control characters, bidirectional overrides and invalid bytes as U+FFFD. */
void print_clean(struct buffer *out, const char *text, size_t n_bytes);
void print_clean_string(struct buffer *out, const char *text); /* NULL appends nothing */

/* Appends a URL or path with everything but visible ASCII, and each of `also`, percent-encoded. */
void print_encoded(struct buffer *out, const char *url, const char *also);

/* True for http and https, the only links that are made clickable: a title may hold
 * "javascript:...". NULL is none. */
bool print_is_web_url(const char *url);

/* Appends `number` with that many decimals, whatever the locale; 0 for what is not finite. */
void print_decimal(struct buffer *out, double number, unsigned n_decimals);

/* The line of the first match in the part of the passage that is `shown`; the passage's first line
 * if nothing there matches. 0: there are no lines to go to. */
size_t print_match_line(const struct hit *hit, struct span shown);

/* For each hit whether it is the first of its document. The caller frees; NULL when memory is out.
 */
bool *print_first_hits(const struct answer *answer);

#endif
