/* Postings: for each term the passages that hold it, and how often in which column.
 *
 * Table `terms` is the dictionary:
 *
 *   id       never used again
 *   df, cf   passages that hold the term, occurrences in all of them
 *   impact   at least the largest of its postings (bm25f.h)
 *
 * Table `postings` holds the postings in segments, by rising passage:
 *
 *   key      term id << 32 | the segment's first passage
 *   segment  see segment.h
 *
 * Ids of passages only grow, so new postings go behind the last segment; a deletion rewrites one.
 * How full segments are says nothing. */
#ifndef OSLER_STORE_POSTINGS_H
#define OSLER_STORE_POSTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/buffer.h"
#include "store/error.h"
#include "store/index.h"
#include "store/posting_segments.h"
#include "store/schema.h"
#include "store/term_cache.h"
#include "store/unpacked.h"

struct posting_list {
    struct posting *postings; /* by rising passage */
    size_t n_postings, capacity;
};

void posting_list_free(struct posting_list *list); /* frees and zeroes */

/* Makes room for `n_more` postings. Errors: STATUS_NO_MEMORY. */
enum status posting_list_reserve(struct posting_list *list, size_t n_more, struct error *error);

/* Appends `posting`. Errors: STATUS_NO_MEMORY. */
enum status posting_list_add(struct posting_list *list, struct posting posting,
                             struct error *error);

/* Appends the postings of a segment, each with the impact of its block. Errors: STATUS_INDEX for a
 * damaged one, STATUS_NO_MEMORY. */
enum status posting_list_add_segment(struct posting_list *list, const void *bytes, size_t n_bytes,
                                     uint32_t first, struct error *error);

/* Reads the dictionary and postings; made once for an open index. */
struct postings_reader {
    struct index *index;
    sqlite3_stmt *find, *all, *at, *after;
    /* Only of a reader for queries: */
    struct unpacked_cache cache;
    struct term_cache terms;
    struct unpacked_formula formula; /* once has_formula is set */
    bool has_formula;
    const struct collection *collection; /* borrowed, as are: */
    struct lengths *lengths;
};

enum status postings_reader_open(struct postings_reader *reader, struct index *index,
                                 struct error *error);
void postings_reader_close(struct postings_reader *reader); /* safe on a zeroed reader */

/* To be called before every query while no cursor is open; from the second on terms and postings
 * are cached, which are forgotten if the index changed. The other two must stay. */
void postings_reader_refresh(struct postings_reader *reader, bool changed,
                             const struct collection *collection, struct lengths *lengths);

/* Fills `found`; a term that the index does not have gets a df of 0. */
enum status postings_find(struct postings_reader *reader, const char *term, size_t n_bytes,
                          struct term *found, struct error *error);

/* Appends all postings of `term` to `list`. */
enum status postings_read(struct postings_reader *reader, const struct term *term,
                          struct posting_list *list, struct error *error);

/* Fills zeroed `segments` from `list`, its impacts included. Errors: STATUS_NO_MEMORY. */
enum status posting_segments_init(struct posting_segments *segments,
                                  const struct posting_list *list, struct error *error);

/* Goes through the postings of one term, reading no more of them than it is asked for. Moving
 * forward is cheap; any other order works too. */
struct postings_cursor {
    uint32_t passage; /* of the current posting; POSTINGS_END: there is none from there on */
    const struct unpacked *unpacked; /* all postings, of the reader's cache; NULL: not cached */
    size_t i;                        /* of them, or of the block */

    /* Inside. Postings from `from` to before the segment there are none. */
    struct postings_reader *reader; /* borrowed; NULL: in memory */
    struct posting_segments memory; /* owned */
    sqlite3_int64 key;              /* of a passage 0 of the term */
    uint64_t from;
    uint64_t end;   /* there are none from this passage on, as far as is known */
    bool is_loaded; /* a segment is */
    bool is_decoded;
    struct segment segment;
    size_t i_block; /* of the segment */
    struct segment_block block;
    struct buffer bytes; /* of a segment of the index, padded */
};

enum { POSTINGS_END = UINT32_MAX }; /* no passage has this id */

/* A cursor over the postings of `term`; nothing is read yet, unless it can be cached, and
 * `passage` is undefined. Errors: STATUS_NO_MEMORY, STATUS_INDEX. */
enum status postings_cursor_open(struct postings_cursor **cursor, struct postings_reader *reader,
                                 const struct term *term, struct error *error);

/* The same over `list`, which it need not keep. */
enum status postings_cursor_open_list(struct postings_cursor **cursor,
                                      const struct posting_list *list, struct error *error);
void postings_cursor_close(struct postings_cursor *cursor); /* NULL is fine */

/* Moves to the first posting of `passage` or a later one and sets cursor->passage. Errors:
 * STATUS_INDEX (cannot be read, damaged). */
enum status postings_cursor_seek(struct postings_cursor *cursor, uint32_t passage,
                                 struct error *error);

/* Fills in the counts of the posting of `passage`, zeros if there is none: cheaper than to seek
 * what may come later. Then cursor->passage is undefined. Errors: STATUS_INDEX. */
enum status postings_cursor_look_up(struct postings_cursor *cursor, uint32_t passage,
                                    uint16_t counts[N_COLUMNS], struct error *error);

/* Not of unpacked postings: moves to the block of the first posting of `passage` or a later one
 * without decoding it; false in `*found` if there is none. Then cursor->segment and i_block say
 * what is known of it; cursor->passage is undefined. */
enum status postings_cursor_seek_block(struct postings_cursor *cursor, uint32_t passage,
                                       bool *found, struct error *error);

/* Reads that block into cursor->block. */
enum status postings_cursor_read_block(struct postings_cursor *cursor, struct error *error);

#endif
