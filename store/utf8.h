/* Characters of UTF-8 text: decoding, white space, quotation marks, columns on a terminal. */
#ifndef OSLER_STORE_UTF8_H
#define OSLER_STORE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_INVALID ((uint32_t)-1)

/* The code point at text[0, n_bytes), n_bytes > 0, and its length in bytes. A byte that begins no
 * well-formed sequence (RFC 3629) gives UTF8_INVALID and length 1. */
uint32_t utf8_decode(const char *text, size_t n_bytes, size_t *length);

/* Bytes of the white space or control character at `at` (NUL-terminated), 0 if it is neither. */
size_t utf8_space_bytes(const char *at);

/* Bytes of the quotation mark at `at` (NUL-terminated), 0 if it is none: " “ ” „ ‟ « ». */
size_t utf8_quote_bytes(const char *at);

/* True for what may do harm on a terminal or show text in another order than it is in: C0 and C1
 * controls, DEL, bidirectional overrides, line and paragraph separators, UTF8_INVALID. */
bool utf8_is_unsafe(uint32_t code_point);

/* Columns a terminal gives the character: 0 for combining marks, 2 for East Asian wide ones. */
size_t utf8_columns(uint32_t code_point);

#endif
