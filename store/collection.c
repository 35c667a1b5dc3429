/* See collection.h. */
#include "store/collection.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

struct length_chunk {
    size_t number;
    bool changed;
    uint16_t tokens[LENGTHS_PER_CHUNK][N_COLUMNS];
};

enum { LENGTH_BYTES = 2 * N_COLUMNS };

/* The rows of the table, in the order of their ids from 1 on. */
enum row {
    N_DOCUMENTS = 1,
    N_PASSAGES,
    NEXT_PASSAGE,
    NEXT_TERM,
    TOKENS, /* of each column */
    REFERENCE = TOKENS + N_COLUMNS,
    LANGUAGES = REFERENCE + N_COLUMNS,
    N_ROWS_AND_1,
};

/* "de fr": the codes that are two letters, as they all should be. */
static void read_languages(struct collection *collection, const char *codes) {
    for (size_t length; codes && *codes; codes += length + (codes[length] == ' ')) {
        length = strcspn(codes, " ");
        if (length == 2 && collection->n_languages < COLLECTION_MAX_LANGUAGES)
            memcpy(collection->languages[collection->n_languages++], codes, length);
    }
}

static void read_row(struct collection *collection, int i, sqlite3_stmt *row) {
    if (i == N_DOCUMENTS)
        collection->n_documents = sqlite3_column_int64(row, 0);
    else if (i == N_PASSAGES)
        collection->n_passages = sqlite3_column_int64(row, 0);
    else if (i == NEXT_PASSAGE)
        collection->next_passage = (uint32_t)sqlite3_column_int64(row, 0);
    else if (i == NEXT_TERM)
        collection->next_term = (uint32_t)sqlite3_column_int64(row, 0);
    else if (i < REFERENCE)
        collection->tokens[i - TOKENS] = sqlite3_column_int64(row, 0);
    else if (i < LANGUAGES)
        collection->reference[i - REFERENCE] = sqlite3_column_double(row, 0);
    else
        read_languages(collection, (const char *)sqlite3_column_text(row, 0));
}

enum status collection_read(struct index *index, struct collection *collection,
                            struct error *error) {
    sqlite3_stmt *row = NULL;
    enum status status =
        index_prepare(index, "SELECT value FROM collection ORDER BY id", &row, error);
    *collection = (struct collection){0};
    for (int i = 1; i < N_ROWS_AND_1 && status == STATUS_OK; i++) {
        if (sqlite3_step(row) == SQLITE_ROW)
            read_row(collection, i, row);
        else
            status = index_error(index, error);
    }
    sqlite3_finalize(row);
    return status;
}

enum status collection_write(struct index *index, const struct collection *collection,
                             struct error *error) {
    const int64_t numbers[] = {collection->n_documents, collection->n_passages,
                               collection->next_passage, collection->next_term};
    sqlite3_stmt *update = NULL;
    enum status status =
        index_prepare(index, "UPDATE collection SET value = ?2 WHERE id = ?1", &update, error);
    for (int i = 1; i < LANGUAGES && status == STATUS_OK; i++) {
        sqlite3_bind_int(update, 1, i);
        if (i < TOKENS)
            sqlite3_bind_int64(update, 2, numbers[i - 1]);
        else if (i < REFERENCE)
            sqlite3_bind_int64(update, 2, collection->tokens[i - TOKENS]);
        else
            sqlite3_bind_double(update, 2, collection->reference[i - REFERENCE]);
        status = index_run(index, update, error);
    }
    sqlite3_finalize(update);
    return status;
}

struct bm25f collection_bm25f(const struct collection *collection) {
    double averages[N_COLUMNS] = {0};
    for (int column = 0; column < N_COLUMNS && collection->n_passages > 0; column++)
        averages[column] = (double)collection->tokens[column] / (double)collection->n_passages;
    return bm25f_of(averages);
}

void collection_set_reference(struct collection *collection) {
    for (int column = 0; column < N_COLUMNS && collection->n_passages > 0; column++) {
        double average = (double)collection->tokens[column] / (double)collection->n_passages;
        if (collection->reference[column] <= 0)
            collection->reference[column] = average > 1 ? average : 1;
    }
}

double collection_growth(const struct collection *collection) {
    double growth = 1;
    for (int column = 0; column < N_COLUMNS && collection->n_passages > 0; column++) {
        double average = (double)collection->tokens[column] / (double)collection->n_passages;
        if (average > growth * collection->reference[column])
            growth = average / collection->reference[column];
    }
    return growth;
}

enum status lengths_open(struct lengths *lengths, struct index *index, struct error *error) {
    *lengths = (struct lengths){.index = index};
    return index_prepare(index, "SELECT tokens FROM lengths WHERE chunk = ?1", &lengths->read,
                         error);
}

void lengths_close(struct lengths *lengths) {
    sqlite3_finalize(lengths->read);
    sqlite3_finalize(lengths->write);
    for (size_t i = 0; i < lengths->n_chunks; i++)
        free(lengths->chunks[i]);
    free(lengths->chunks);
    *lengths = (struct lengths){0};
}

static void unpack(const unsigned char *bytes, size_t n_bytes, struct length_chunk *chunk) {
    size_t n_passages = n_bytes / LENGTH_BYTES;
    if (n_passages > LENGTHS_PER_CHUNK)
        n_passages = LENGTHS_PER_CHUNK;
    if (n_passages > 0)
        memcpy(chunk->tokens, bytes, n_passages * LENGTH_BYTES);
    memset(chunk->tokens + n_passages, 0, (LENGTHS_PER_CHUNK - n_passages) * LENGTH_BYTES);
    bool is_native = le16toh(1) == 1;
    for (size_t i = 0; i < n_passages && !is_native; i++)
        for (size_t column = 0; column < N_COLUMNS; column++)
            chunk->tokens[i][column] = le16toh(chunk->tokens[i][column]);
}

static enum status make_room(struct lengths *lengths, size_t place, struct error *error) {
    if (place < lengths->n_chunks)
        return STATUS_OK;
    size_t n_chunks = place + 1 > 2 * lengths->n_chunks ? place + 1 : 2 * lengths->n_chunks;
    struct length_chunk **chunks = realloc(lengths->chunks, n_chunks * sizeof(*chunks));
    if (!chunks)
        return error_no_memory(error);
    for (size_t i = lengths->n_chunks; i < n_chunks; i++)
        chunks[i] = NULL;
    lengths->chunks = chunks;
    lengths->n_chunks = n_chunks;
    return STATUS_OK;
}

static enum status read_chunk(struct lengths *lengths, size_t number, struct length_chunk *chunk,
                              struct error *error) {
    sqlite3_stmt *row = lengths->read;
    sqlite3_bind_int64(row, 1, (sqlite3_int64)number);
    int result = sqlite3_step(row);
    enum status status = result == SQLITE_ROW || result == SQLITE_DONE
                             ? STATUS_OK
                             : index_error(lengths->index, error);
    bool is_there = result == SQLITE_ROW;
    unpack(is_there ? sqlite3_column_blob(row, 0) : NULL,
           is_there ? (size_t)sqlite3_column_bytes(row, 0) : 0, chunk);
    chunk->number = number;
    chunk->changed = false;
    sqlite3_reset(row);
    return status;
}

/* Finds the chunk `number`, read from the index if it is not here. */
static enum status find_chunk(struct lengths *lengths, size_t number, struct length_chunk **found,
                              struct error *error) {
    size_t place = lengths->keeps_few ? number % LENGTHS_FEW : number;
    enum status status = make_room(lengths, place, error);
    if (status != STATUS_OK)
        return status;
    struct length_chunk *chunk = lengths->chunks[place];
    *found = chunk;
    if (chunk && chunk->number == number)
        return STATUS_OK;
    if (!chunk)
        chunk = malloc(sizeof *chunk);
    status = chunk ? read_chunk(lengths, number, chunk, error) : error_no_memory(error);
    if (status != STATUS_OK) {
        free(chunk);
        chunk = NULL;
    }
    *found = lengths->chunks[place] = chunk;
    return status;
}

enum status lengths_of(struct lengths *lengths, uint32_t passage, const uint16_t **tokens,
                       struct error *error) {
    struct length_chunk *chunk;
    enum status status = find_chunk(lengths, passage >> LENGTHS_SHIFT, &chunk, error);
    if (status == STATUS_OK)
        *tokens = chunk->tokens[passage & (LENGTHS_PER_CHUNK - 1)];
    return status;
}

enum status lengths_chunk(struct lengths *lengths, size_t number,
                          const uint16_t (**tokens)[N_COLUMNS], struct error *error) {
    struct length_chunk *chunk;
    enum status status = find_chunk(lengths, number, &chunk, error);
    if (status == STATUS_OK)
        *tokens = (const uint16_t(*)[N_COLUMNS])chunk->tokens;
    return status;
}

enum status lengths_set(struct lengths *lengths, uint32_t passage, const uint16_t tokens[N_COLUMNS],
                        struct error *error) {
    struct length_chunk *chunk;
    enum status status = find_chunk(lengths, passage >> LENGTHS_SHIFT, &chunk, error);
    if (status != STATUS_OK)
        return status;
    for (size_t column = 0; column < N_COLUMNS; column++)
        chunk->tokens[passage & (LENGTHS_PER_CHUNK - 1)][column] = tokens[column];
    chunk->changed = true;
    return STATUS_OK;
}

/* Packs a chunk up to its last passage; returns the bytes used. */
static size_t pack(const struct length_chunk *chunk, unsigned char *bytes) {
    size_t n_passages = LENGTHS_PER_CHUNK;
    static const uint16_t none[N_COLUMNS];
    while (n_passages > 0 && memcmp(chunk->tokens[n_passages - 1], none, sizeof none) == 0)
        n_passages--;
    for (size_t i = 0; i < n_passages; i++)
        for (size_t column = 0; column < N_COLUMNS; column++) {
            *bytes++ = (unsigned char)(chunk->tokens[i][column] & 0xFF);
            *bytes++ = (unsigned char)(chunk->tokens[i][column] >> 8);
        }
    return n_passages * LENGTH_BYTES;
}

enum status lengths_write(struct lengths *lengths, struct error *error) {
    enum status status = STATUS_OK;
    if (!lengths->write)
        status = index_prepare(lengths->index, "INSERT OR REPLACE INTO lengths VALUES(?1, ?2)",
                               &lengths->write, error);
    for (size_t i = 0; i < lengths->n_chunks && status == STATUS_OK; i++) {
        struct length_chunk *chunk = lengths->chunks[i];
        if (!chunk || !chunk->changed)
            continue;
        unsigned char bytes[LENGTHS_PER_CHUNK * LENGTH_BYTES];
        sqlite3_bind_int64(lengths->write, 1, (sqlite3_int64)i);
        sqlite3_bind_blob(lengths->write, 2, bytes, (int)pack(chunk, bytes), SQLITE_STATIC);
        status = index_run(lengths->index, lengths->write, error);
        chunk->changed = false;
    }
    return status;
}
