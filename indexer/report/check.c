/* See check.h. */
#include "indexer/report/check.h"

#include <string.h>

#include "store/collection.h"
#include "store/function_words.h"
#include "store/postings.h"

/* What must hold of a sound index: each query gives a row for each fault, its text in column 0. */
static const char *const rules[] = {
    "SELECT 'database: ' || integrity_check FROM pragma_integrity_check"
    " WHERE integrity_check <> 'ok'",
    "SELECT 'table ' || \"table\" || ' names a row of ' || parent || ' that is not there'"
    " FROM pragma_foreign_key_check GROUP BY 1",
    "SELECT 'terms: \"' || v.term || '\" is in FTS5 ' || v.doc || ' times, in terms '"
    " || coalesce(t.df, 0) FROM temp.vocabulary AS v LEFT JOIN terms AS t ON t.term = v.term"
    " WHERE t.df IS NOT v.doc OR t.cf IS NOT v.cnt LIMIT 20",
    "SELECT 'terms: \"' || term || '\" is not in FTS5' FROM terms"
    " WHERE term NOT IN (SELECT term FROM temp.vocabulary) AND NOT is_function_word(term) LIMIT 20",
    "SELECT 'documents: \"' || title || '\" does not have the passages it says' FROM documents AS d"
    " WHERE n_passages <> (SELECT count(*) FROM passages AS p WHERE p.document = d.id AND"
    " p.id >= d.first_passage AND p.id < d.first_passage + d.n_passages) LIMIT 20",
    "SELECT 'collection: the number of documents or passages is wrong' FROM collection"
    " WHERE (name = 'n_documents' AND value <> (SELECT count(*) FROM documents))"
    " OR (name = 'n_passages' AND value <> (SELECT count(*) FROM passages))",
};

/* is_function_word(term) for the rules: FTS5 does not have these. */
static void sql_is_function_word(sqlite3_context *context, int n_arguments,
                                 sqlite3_value **arguments) {
    (void)n_arguments;
    const char *term = (const char *)sqlite3_value_text(arguments[0]);
    sqlite3_result_int(context, term && is_function_word(term, strlen(term)));
}

static enum status check_rule(struct index *index, const char *rule, struct report *report,
                              struct error *error) {
    sqlite3_stmt *faults = NULL;
    enum status status = index_prepare(index, rule, &faults, error);
    while (index_next(index, faults, &status, error))
        report_problem(report, index->path, 0, (const char *)sqlite3_column_text(faults, 0));
    sqlite3_finalize(faults);
    return status;
}

/* FTS5's check is an INSERT that writes nothing. */
static enum status check_fts5(struct index *index, struct report *report, struct error *error) {
    const char check[] =
        "INSERT INTO passages_fts(passages_fts, rank) VALUES('integrity-check', 1)";
    enum status status = index_execute(index, check, error);
    if (status != STATUS_INDEX)
        return status;
    report_problem(report, index->path, 0,
                   sqlite3_extended_errcode(index->connection) == SQLITE_CORRUPT_VTAB
                       ? "FTS5: its index does not agree with the text"
                       : error->text);
    return STATUS_OK;
}

/* Sets `*sound` if the postings of a term are as many as its df, rising, within the collection, and
 * none has a larger impact than its block and its term say. */
static enum status check_list(const struct posting_list *list, const struct term *term,
                              const struct collection *collection, struct lengths *lengths,
                              bool *sound, struct error *error) {
    struct bm25f reference = bm25f_of(collection->reference);
    *sound = list->n_postings == term->df;
    for (size_t i = 0; i < list->n_postings && *sound; i++) {
        const struct posting *posting = &list->postings[i];
        *sound = posting->passage < collection->next_passage &&
                 (i == 0 || posting->passage > list->postings[i - 1].passage);
        if (!*sound)
            break;
        const uint16_t *tokens;
        enum status status = lengths_of(lengths, posting->passage, &tokens, error);
        if (status != STATUS_OK)
            return status;
        *sound = posting->impact <= term->impact &&
                 bm25f_impact(bm25f_x(&reference, posting->counts, tokens)) <= posting->impact;
    }
    return STATUS_OK;
}

static enum status check_postings(struct index *index, const struct collection *collection,
                                  struct report *report, struct error *error) {
    struct postings_reader reader = {0};
    struct lengths lengths = {0};
    struct posting_list list = {0};
    sqlite3_stmt *terms = NULL;
    enum status status = postings_reader_open(&reader, index, error);
    if (status == STATUS_OK)
        status = lengths_open(&lengths, index, error);
    if (status == STATUS_OK)
        status = index_prepare(index, "SELECT term, id, df, impact FROM terms", &terms, error);
    while (index_next(index, terms, &status, error)) {
        struct term term = {.id = (uint32_t)sqlite3_column_int64(terms, 1),
                            .df = (uint32_t)sqlite3_column_int64(terms, 2),
                            .impact = (uint8_t)sqlite3_column_int(terms, 3)};
        bool sound = true;
        list.n_postings = 0;
        status = postings_read(&reader, &term, &list, error);
        if (status == STATUS_OK)
            status = check_list(&list, &term, collection, &lengths, &sound, error);
        if (status == STATUS_OK && !sound) {
            struct error text;
            error_set(&text, STATUS_INDEX, "postings: those of \"%s\" are not in order",
                      sqlite3_column_text(terms, 0));
            report_problem(report, index->path, 0, text.text);
        }
    }
    sqlite3_finalize(terms);
    posting_list_free(&list);
    lengths_close(&lengths);
    postings_reader_close(&reader);
    return status;
}

static enum status check_lengths(struct index *index, const struct collection *collection,
                                 struct report *report, struct error *error) {
    struct lengths lengths = {0};
    int64_t tokens[N_COLUMNS] = {0};
    bool saturated = false;
    enum status status = lengths_open(&lengths, index, error);
    for (uint32_t i = 0; i < collection->next_passage && status == STATUS_OK; i++) {
        const uint16_t *length;
        status = lengths_of(&lengths, i, &length, error);
        for (size_t column = 0; column < N_COLUMNS && status == STATUS_OK; column++) {
            tokens[column] += length[column];
            saturated = saturated || length[column] == UINT16_MAX;
        }
    }
    for (size_t column = 0; column < N_COLUMNS && status == STATUS_OK && !saturated; column++)
        if (tokens[column] != collection->tokens[column])
            report_problem(report, index->path, 0,
                           "lengths: they do not add up to the collection's");
    lengths_close(&lengths);
    return status;
}

enum status check_index(const char *path, struct report *report, struct error *error) {
    struct index index;
    struct collection collection;
    enum status status = index_open(&index, path, INDEX_WRITE, error);
    if (status != STATUS_OK)
        return status;
    if (sqlite3_db_readonly(index.connection, "main") == 1) {
        index_close(&index);
        return error_set(error, STATUS_INDEX,
                         "%s: FTS5 checks only what may be written: check a copy of it", path);
    }
    status = check_fts5(&index, report, error);
    sqlite3_create_function(index.connection, "is_function_word", 1, SQLITE_UTF8, NULL,
                            sql_is_function_word, NULL, NULL);
    if (status == STATUS_OK)
        status = index_execute(
            &index, "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, passages_fts, row)",
            error);
    for (size_t i = 0; i < sizeof rules / sizeof *rules && status == STATUS_OK; i++)
        status = check_rule(&index, rules[i], report, error);
    if (status == STATUS_OK)
        status = collection_read(&index, &collection, error);
    if (status == STATUS_OK)
        status = check_postings(&index, &collection, report, error);
    if (status == STATUS_OK)
        status = check_lengths(&index, &collection, report, error);
    index_close(&index);
    /* What cannot be read any further is a fault that was found, not a failure to look. */
    if (status == STATUS_INDEX) {
        report_problem(report, path, 0, error->text);
        status = STATUS_OK;
    }
    return status == STATUS_OK && report->failed ? error_no_memory(error) : status;
}
