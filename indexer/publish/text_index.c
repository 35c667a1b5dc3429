/* See text_index.h. */
#include "indexer/publish/text_index.h"

#include "indexer/postings/postings_writer.h"

/* Memory for FTS5's pending terms: the more, the fewer segments it has to merge. */
#define FTS5_PENDING_BYTES "50331648"

enum status text_index_open(struct text_index *text_index, struct index *index,
                            struct error *error) {
    *text_index = (struct text_index){.index = index};
    /* The setting is kept in the file: outside the transaction it would be a write of its own. */
    enum status status = index_execute(index,
                                       "INSERT INTO passages_fts(passages_fts, rank)"
                                       " VALUES('hashsize', " FTS5_PENDING_BYTES ")",
                                       error);
    if (status == STATUS_OK)
        status = collection_read(index, &text_index->collection, error);
    if (status == STATUS_OK)
        status = lengths_open(&text_index->lengths, index, error);
    if (status == STATUS_OK)
        status = postings_writer_open(&text_index->postings, index, &text_index->collection,
                                      &text_index->lengths, error);
    if (status == STATUS_OK)
        status = index_prepare(index,
                               "INSERT INTO passages_fts(rowid, body, headings, title)"
                               " VALUES(?1, ?2, ?3, ?4)",
                               &text_index->insert, error);
    if (status == STATUS_OK)
        status =
            index_prepare(index,
                          "INSERT INTO passages_fts(passages_fts, rowid, body, headings, title)"
                          " VALUES('delete', ?1, ?2, ?3, ?4)",
                          &text_index->remove, error);
    return status;
}

void text_index_close(struct text_index *text_index) {
    sqlite3_finalize(text_index->insert);
    sqlite3_finalize(text_index->remove);
    postings_writer_close(text_index->postings);
    lengths_close(&text_index->lengths);
    *text_index = (struct text_index){0};
}

/* Hands a passage to FTS5. */
static enum status run(struct text_index *self, sqlite3_stmt *statement, uint32_t id,
                       const struct inversion *inversion, size_t number,
                       const struct column_text columns[N_COLUMNS], struct error *error) {
    struct fts5_words words[N_COLUMNS];
    sqlite3_bind_int64(statement, 1, id);
    for (int column = 0; column < N_COLUMNS; column++)
        sqlite3_bind_text(statement, 2 + column, columns[column].bytes,
                          (int)columns[column].n_bytes, SQLITE_STATIC);
    inversion_fts5_words(inversion, number, words);
    fts5_replay(self->index->fts5, words);
    inversion->passages[number].id = id;
    return index_run(self->index, statement, error);
}

enum status text_index_add(struct text_index *text_index, uint32_t id,
                           const struct inversion *inversion, size_t number,
                           const struct column_text columns[N_COLUMNS], struct error *error) {
    const struct inverted_passage *passage = &inversion->passages[number];
    uint16_t tokens[N_COLUMNS];
    inverted_passage_lengths(passage, tokens);
    text_index->collection.n_passages++;
    for (size_t column = 0; column < N_COLUMNS; column++)
        text_index->collection.tokens[column] += passage->columns[column].n_positions;
    enum status status = run(text_index, text_index->insert, id, inversion, number, columns, error);
    return status == STATUS_OK ? lengths_set(&text_index->lengths, id, tokens, error) : status;
}

enum status text_index_remove(struct text_index *text_index, uint32_t id,
                              const struct inversion *inversion, size_t number,
                              const struct column_text columns[N_COLUMNS], struct error *error) {
    static const uint16_t none[N_COLUMNS];
    const struct inverted_passage *passage = &inversion->passages[number];
    text_index->collection.n_passages--;
    for (size_t column = 0; column < N_COLUMNS; column++)
        text_index->collection.tokens[column] -= passage->columns[column].n_positions;
    enum status status = run(text_index, text_index->remove, id, inversion, number, columns, error);
    return status == STATUS_OK ? lengths_set(&text_index->lengths, id, none, error) : status;
}

enum status text_index_add_postings(struct text_index *text_index,
                                    const struct inversion *inversion, struct error *error) {
    return postings_writer_add(text_index->postings, inversion, error);
}

enum status text_index_remove_postings(struct text_index *text_index,
                                       const struct inversion *inversion, struct error *error) {
    return postings_writer_remove(text_index->postings, inversion, error);
}

enum status text_index_write(struct text_index *text_index, struct error *error) {
    enum status status = postings_writer_flush(text_index->postings, error);
    if (status == STATUS_OK)
        status = lengths_write(&text_index->lengths, error);
    return status == STATUS_OK ? collection_write(text_index->index, &text_index->collection, error)
                               : status;
}
