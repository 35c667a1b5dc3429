/* The tokens of some documents, term by term: a worker makes of the documents of a job what FTS5 is
 * handed and the postings of each term, so that the one writing thread looks for a term once a job
 * and copies bytes.
 *
 *   words   for each column of each passage, the numbers of its terms in the lexicon, in the
 *           order in which FTS5 gets them (fts5.h)
 *   coded   for each term its postings (coded_posting.h), the first without its head. Passages are
 *           numbered from 0 here; the writer gives them their ids */
#ifndef OSLER_INDEXER_POSTINGS_INVERSION_H
#define OSLER_INDEXER_POSTINGS_INVERSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/buffer.h"
#include "store/error.h"
#include "store/fts5.h"
#include "store/lexicon.h"
#include "store/postings.h"
#include "store/schema.h"
#include "store/tokenizer.h"

/* The words of a text. */
struct inverted_text {
    uint32_t first_word, n_words;
    uint32_t n_positions; /* its length in tokens */
    uint32_t n_bytes;
};

struct inverted_passage {
    struct inverted_text columns[N_COLUMNS];
    uint32_t id; /* 0: not in the index */
};

/* The postings of a term; there are none of one in the title of a document without text. */
struct inverted_term {
    uint32_t first, last; /* passages */
    uint32_t n_postings, cf;
    bool first_is_plain;
    size_t start; /* in coded; the end is the next one's, or the end of coded */
};

/* Zero-initialised it is empty and ready. */
struct inversion {
    struct lexicon lexicon;
    uint32_t *words;
    size_t n_words, words_capacity;
    struct inverted_passage *passages;
    size_t n_passages, passages_capacity;
    struct inverted_term *terms; /* one for each of the lexicon, once closed */
    struct buffer coded;
};

/* Takes in the tokens of a text. Several passages may have it. Errors: STATUS_NO_MEMORY. */
enum status inversion_add_text(struct inversion *inversion, const struct token_list *tokens,
                               struct inverted_text *text, struct error *error);

/* Adds the next passage. Errors: STATUS_NO_MEMORY. */
enum status inversion_add_passage(struct inversion *inversion,
                                  const struct inverted_text *const columns[N_COLUMNS],
                                  struct error *error);

/* What FTS5 is handed of a passage; valid until the inversion changes. */
void inversion_fts5_words(const struct inversion *inversion, size_t passage,
                          struct fts5_words words[N_COLUMNS]);

/* Codes the postings, when all passages are added. Linear in the words. Errors: STATUS_NO_MEMORY.
 */
enum status inversion_close(struct inversion *inversion, struct error *error);

/* True if all passages have ids that follow each other. */
bool inversion_is_contiguous(const struct inversion *inversion);

/* The lengths of a passage as they are kept: see collection.h. */
void inverted_passage_lengths(const struct inverted_passage *passage, uint16_t tokens[N_COLUMNS]);

/* Appends the postings of a term in those passages that have an id. Errors: STATUS_NO_MEMORY. */
enum status inversion_postings(const struct inversion *inversion, size_t term,
                               struct posting_list *list, struct error *error);

void inversion_clear(struct inversion *inversion); /* keeps the memory */
void inversion_free(struct inversion *inversion);  /* frees and zeroes */

#endif
