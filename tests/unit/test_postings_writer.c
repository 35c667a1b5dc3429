/* The writer of postings against a model: arrays of counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "indexer/postings/postings_writer.h"
#include "tests/unit/temporary_index.h"

/* Term t of passage p occurs counts[t][p][column] times. */
enum { N_TERMS = 6, N_PASSAGES = 2500 };

struct model {
    struct index index;
    struct collection collection;
    struct lengths lengths;
    struct postings_writer *writer;
    uint16_t counts[N_TERMS][N_PASSAGES][N_COLUMNS];
    uint16_t tokens[N_PASSAGES][N_COLUMNS];
};

static size_t random_below(size_t n) {
    static uint64_t state = 5;
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (size_t)(state >> 33) % n;
}

static struct model *open_model(void) {
    struct model *model = calloc(1, sizeof *model);
    assert_non_null(model);
    assert_int_equal(index_open(&model->index, "test.db", INDEX_CREATE, NULL), STATUS_OK);
    assert_int_equal(collection_read(&model->index, &model->collection, NULL), STATUS_OK);
    assert_int_equal(lengths_open(&model->lengths, &model->index, NULL), STATUS_OK);
    assert_int_equal(postings_writer_open(&model->writer, &model->index, &model->collection,
                                          &model->lengths, NULL),
                     STATUS_OK);
    return model;
}

static void close_model(struct model *model) {
    postings_writer_close(model->writer);
    lengths_close(&model->lengths);
    index_close(&model->index);
    free(model);
}

static void term_name(size_t term, char name[8]) {
    snprintf(name, 8, "term%zu", term);
}

/* The tokens of a passage's column, as the tokenizer would make them. The caller frees. */
static struct token_list tokens_of(const struct model *model, uint32_t passage, size_t column) {
    struct token_list list = {.tokens = calloc(300 * N_TERMS, sizeof *list.tokens),
                              .n_positions = model->tokens[passage][column]};
    for (size_t term = 0; term < N_TERMS; term++) {
        char name[8];
        term_name(term, name);
        struct token token = {.term = (uint32_t)list.strings.size,
                              .term_bytes = (uint16_t)strlen(name)};
        buffer_append(&list.strings, name, strlen(name) + 1);
        for (size_t n = model->counts[term][passage][column]; n > 0; n--)
            list.tokens[list.n_tokens++] = token;
    }
    return list;
}

typedef enum status change(struct postings_writer *, const struct inversion *, struct error *);

/* Takes a passage in. */
static void invert(const struct model *model, uint32_t passage, struct inversion *inversion) {
    struct inverted_text texts[N_COLUMNS];
    const struct inverted_text *columns[N_COLUMNS];
    for (size_t column = 0; column < N_COLUMNS; column++) {
        struct token_list list = tokens_of(model, passage, column);
        columns[column] = &texts[column];
        assert_int_equal(inversion_add_text(inversion, &list, &texts[column], NULL), STATUS_OK);
        token_list_free(&list);
    }
    assert_int_equal(inversion_add_passage(inversion, columns, NULL), STATUS_OK);
    inversion->passages[inversion->n_passages - 1].id = passage;
}

static enum status apply(struct model *model, change *add_or_remove, uint32_t passage,
                         struct error *error) {
    struct inversion inversion = {0};
    invert(model, passage, &inversion);
    assert_int_equal(inversion_close(&inversion, NULL), STATUS_OK);
    enum status status = add_or_remove(model->writer, &inversion, error);
    inversion_free(&inversion);
    return status;
}

/* Makes a passage up. */
static void make(struct model *model, uint32_t passage) {
    const uint16_t tokens[N_COLUMNS] = {(uint16_t)(50 + random_below(500)),
                                        (uint16_t)random_below(10), (uint16_t)random_below(20)};
    memcpy(model->tokens[passage], tokens, sizeof tokens);
    for (size_t term = 0; term < N_TERMS; term++)
        for (size_t column = 0; column < N_COLUMNS; column++)
            model->counts[term][passage][column] =
                (uint16_t)(random_below(term + 1) == 0
                               ? random_below(50) == 0 ? random_below(300) : random_below(3)
                               : 0);
    assert_int_equal(lengths_set(&model->lengths, passage, tokens, NULL), STATUS_OK);
    model->collection.n_passages++;
    for (size_t column = 0; column < N_COLUMNS; column++)
        model->collection.tokens[column] += tokens[column];
}

static void add(struct model *model, uint32_t passage) {
    make(model, passage);
    assert_int_equal(apply(model, postings_writer_add, passage, NULL), STATUS_OK);
}

/* Makes another text of a passage, which gets some of its words again, in as many tokens or in
 * others. */
static void edit(struct model *model, uint32_t passage) {
    uint16_t before[N_TERMS][N_COLUMNS];
    assert_int_equal(apply(model, postings_writer_remove, passage, NULL), STATUS_OK);
    for (size_t term = 0; term < N_TERMS; term++)
        memcpy(before[term], model->counts[term][passage], sizeof before[term]);
    make(model, passage);
    for (size_t term = 0; term < N_TERMS; term++)
        if (random_below(3) > 0)
            memcpy(model->counts[term][passage], before[term], sizeof before[term]);
    assert_int_equal(apply(model, postings_writer_add, passage, NULL), STATUS_OK);
}

static void remove_passage(struct model *model, uint32_t passage) {
    assert_int_equal(apply(model, postings_writer_remove, passage, NULL), STATUS_OK);
    for (size_t term = 0; term < N_TERMS; term++)
        memset(model->counts[term][passage], 0, sizeof model->counts[term][passage]);
}

/* No posting has more than the impact of its block or its term says. */
static void assert_bounded(struct model *model, const struct term *term,
                           const struct posting_list *list) {
    struct bm25f reference = bm25f_of(model->collection.reference);
    for (size_t i = 0; i < list->n_postings; i++) {
        const struct posting *posting = &list->postings[i];
        const uint16_t *tokens;
        assert_int_equal(lengths_of(&model->lengths, posting->passage, &tokens, NULL), STATUS_OK);
        assert_in_range(bm25f_impact(bm25f_x(&reference, posting->counts, tokens)), 1,
                        posting->impact);
        assert_in_range(posting->impact, 1, term->impact);
    }
}

static void assert_term(struct model *model, struct postings_reader *reader, size_t i) {
    static const uint16_t none[N_COLUMNS];
    char name[8];
    struct term term;
    struct posting_list list = {0};
    uint64_t cf = 0;
    size_t n = 0;
    term_name(i, name);
    assert_int_equal(postings_find(reader, name, strlen(name), &term, NULL), STATUS_OK);
    assert_int_equal(postings_read(reader, &term, &list, NULL), STATUS_OK);
    for (uint32_t passage = 0; passage < N_PASSAGES; passage++) {
        const uint16_t *counts = model->counts[i][passage];
        if (memcmp(counts, none, sizeof none) == 0)
            continue;
        assert_in_range(n, 0, list.n_postings - 1);
        assert_int_equal(list.postings[n].passage, passage);
        assert_memory_equal(list.postings[n].counts, counts, sizeof none);
        for (size_t column = 0; column < N_COLUMNS; column++)
            cf += counts[column];
        n++;
    }
    assert_int_equal(list.n_postings, n);
    assert_int_equal(term.df, n);
    assert_int_equal(term.cf, cf);
    assert_bounded(model, &term, &list);
    posting_list_free(&list);
}

static void flush_and_compare(struct model *model) {
    struct postings_reader reader;
    assert_int_equal(postings_writer_flush(model->writer, NULL), STATUS_OK);
    assert_int_equal(postings_reader_open(&reader, &model->index, NULL), STATUS_OK);
    for (size_t term = 0; term < N_TERMS; term++)
        assert_term(model, &reader, term);
    postings_reader_close(&reader);
}

static int64_t value_of(struct index *index, const char *sql) {
    sqlite3_stmt *row;
    assert_int_equal(index_prepare(index, sql, &row, NULL), STATUS_OK);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(row, 0);
    sqlite3_finalize(row);
    return value;
}

static void additions_and_removals_in_any_order_are_kept(void **state) {
    (void)state;
    struct model *model = open_model();
    uint32_t next = 1;
    while (next < N_PASSAGES - 400) {
        for (size_t n = random_below(400); n > 0; n--)
            add(model, next++);
        flush_and_compare(model);
        for (size_t n = random_below(150); n > 0; n--)
            remove_passage(model, (uint32_t)(1 + random_below(next - 1)));
        for (size_t n = random_below(50); n > 0; n--)
            add(model, next++); /* removals and additions at once */
        flush_and_compare(model);
    }
    close_model(model);
}

/* Those of a run come in one inversion, with holes where a document was refused. */
static void passages_of_one_inversion_are_kept_but_those_without_id(void **state) {
    (void)state;
    struct model *model = open_model();
    for (uint32_t passage = 1; passage < N_PASSAGES - 200;) {
        struct inversion inversion = {0};
        for (size_t n = 1 + random_below(100); n > 0; n--) {
            make(model, passage);
            invert(model, passage++, &inversion);
        }
        for (size_t n = random_below(3); n > 0; n--) {
            uint32_t *id = &inversion.passages[random_below(inversion.n_passages)].id;
            for (size_t term = 0; term < N_TERMS; term++)
                memset(model->counts[term][*id], 0, sizeof model->counts[term][*id]);
            *id = 0;
        }
        assert_int_equal(inversion_close(&inversion, NULL), STATUS_OK);
        assert_int_equal(postings_writer_add(model->writer, &inversion, NULL), STATUS_OK);
        inversion_free(&inversion);
    }
    flush_and_compare(model);
    close_model(model);
}

static void passages_that_come_one_at_a_time_do_not_make_a_segment_each(void **state) {
    (void)state;
    struct model *model = open_model();
    for (uint32_t passage = 1; passage <= 600; passage++) {
        model->counts[0][passage][COLUMN_BODY] = 1;
        assert_int_equal(apply(model, postings_writer_add, passage, NULL), STATUS_OK);
        assert_int_equal(postings_writer_flush(model->writer, NULL), STATUS_OK);
    }
    flush_and_compare(model);
    assert_in_range(value_of(&model->index, "SELECT count(*) FROM postings"), 1, 6);
    close_model(model);
}

static void many_passages_at_once_fill_segments(void **state) {
    (void)state;
    struct model *model = open_model();
    for (uint32_t passage = 1; passage < N_PASSAGES; passage++)
        add(model, passage);
    flush_and_compare(model);
    assert_in_range(value_of(&model->index, "SELECT max(length(segment)) FROM postings"),
                    SEGMENT_MAX_BYTES / 2, SEGMENT_MAX_BYTES);
    close_model(model);
}

static void a_passage_may_get_another_text_in_its_place(void **state) {
    (void)state;
    struct model *model = open_model();
    uint32_t next = 1;
    while (next < N_PASSAGES / 2)
        add(model, next++);
    flush_and_compare(model);
    for (size_t round = 0; round < 30; round++) {
        bool edited[N_PASSAGES] = {false};
        for (size_t n = random_below(round < 20 ? 20 : 400); n > 0; n--)
            edited[1 + random_below(next - 1)] = true;
        for (uint32_t passage = next - 1; passage > 0; passage--)
            if (edited[passage])
                edit(model, passage);
        for (size_t n = random_below(30); n > 0; n--)
            add(model, next++);
        flush_and_compare(model);
    }
    close_model(model);
}

static void what_stays_as_it_was_is_not_written(void **state) {
    (void)state;
    struct model *model = open_model();
    for (uint32_t passage = 1; passage < 400; passage++)
        add(model, passage);
    flush_and_compare(model);
    int64_t n_changes = sqlite3_total_changes64(model->index.connection);
    for (uint32_t passage = 100; passage < 200; passage++) {
        assert_int_equal(apply(model, postings_writer_remove, passage, NULL), STATUS_OK);
        model->tokens[passage][COLUMN_BODY] += 5;
        assert_int_equal(lengths_set(&model->lengths, passage, model->tokens[passage], NULL),
                         STATUS_OK);
        assert_int_equal(apply(model, postings_writer_add, passage, NULL), STATUS_OK);
    }
    flush_and_compare(model);
    assert_int_equal(sqlite3_total_changes64(model->index.connection), n_changes);
    close_model(model);
}

static void a_term_that_no_passage_holds_any_more_is_gone(void **state) {
    (void)state;
    struct model *model = open_model();
    for (uint32_t passage = 1; passage < 1000; passage++)
        add(model, passage);
    flush_and_compare(model);
    for (uint32_t passage = 999; passage > 0; passage--)
        remove_passage(model, passage);
    flush_and_compare(model);
    assert_int_equal(value_of(&model->index, "SELECT count(*) FROM terms"), 0);
    assert_int_equal(value_of(&model->index, "SELECT count(*) FROM postings"), 0);
    add(model, 1000);
    flush_and_compare(model);
    close_model(model);
}

static void a_posting_that_is_not_there_is_damage_with_its_cure(void **state) {
    (void)state;
    struct model *model = open_model();
    struct error error = {0};
    model->counts[2][7][COLUMN_BODY] = 1;
    assert_int_equal(apply(model, postings_writer_add, 7, NULL), STATUS_OK);
    assert_int_equal(postings_writer_flush(model->writer, NULL), STATUS_OK);
    model->counts[2][9][COLUMN_BODY] = 1;
    assert_int_equal(apply(model, postings_writer_remove, 9, NULL), STATUS_OK);
    assert_int_equal(postings_writer_flush(model->writer, &error), STATUS_INDEX);
    assert_string_equal(error.text, "test.db: the index is damaged: a posting of \"term2\" is "
                                    "missing; remake it with osler-index --rebuild");
    close_model(model);
}

int main(void) {
#define IN_FOLDER(test)                                                                            \
    cmocka_unit_test_setup_teardown(test, enter_temporary_folder, leave_temporary_folder)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(additions_and_removals_in_any_order_are_kept),
        IN_FOLDER(passages_of_one_inversion_are_kept_but_those_without_id),
        IN_FOLDER(passages_that_come_one_at_a_time_do_not_make_a_segment_each),
        IN_FOLDER(a_passage_may_get_another_text_in_its_place),
        IN_FOLDER(what_stays_as_it_was_is_not_written),
        IN_FOLDER(many_passages_at_once_fill_segments),
        IN_FOLDER(a_term_that_no_passage_holds_any_more_is_gone),
        IN_FOLDER(a_posting_that_is_not_there_is_damage_with_its_cure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
