/* A stretch of a text. */
#ifndef OSLER_QUERY_SCORE_SPAN_H
#define OSLER_QUERY_SCORE_SPAN_H

#include <stddef.h>

/* Bytes [start, end). */
struct span {
    size_t start, end;
};

#endif
