/* See rescore.h. */
#include "query/rank/rescore.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "query/score/ranking.h"

/* One passage that is being scored, and what is known of it. */
struct scoring {
    struct rescorer *rescorer;
    uint32_t passage;
    const uint16_t *tokens;
    const uint16_t (*counts)[N_COLUMNS]; /* of each clause; borrowed, as are: */
    const double *expansion_xs;          /* x of each expansion */
    struct scan_counts scanned[N_COLUMNS];
    uint32_t first, end;  /* the passages of the document that count */
    fixed_score score;    /* so far */
    struct buffer *lines; /* NULL: nobody asks why */
    struct error *error;
};

bool rescorer_is_needed(const struct rescorer *rescorer) {
    return rescorer->selection->n_words > 0 ||
           (rescorer->by_document && rescorer->selection->clauses.n_clauses > 0);
}

/* ---- opening ---- */

static void add_pair(struct rescorer *self, const struct selection_word *first,
                     const struct selection_word *second, struct arena *arena) {
    const struct clause *clauses = self->selection->clauses.clauses;
    const struct clause *a = &clauses[first->clause];
    const struct clause *b = &clauses[second->clause];
    size_t i_first = scan_add_word(&self->scan, first->typed, first->typed_bytes);
    size_t i_second = scan_add_word(&self->scan, second->typed, second->typed_bytes);
    size_t i_scan =
        a == b ? SIZE_MAX : scan_add_pair(&self->scan, i_first, i_second, second->run - first->run);
    struct buffer label = {0};
    if (i_scan == SIZE_MAX)
        return;
    buffer_append_format(&label, "\"%s %s\"", first->typed, second->typed);
    self->pairs[self->n_pairs++] = (struct rescorer_pair){
        .i_scan = i_scan,
        .clauses = {first->clause, second->clause},
        .phrase = {.label = arena_string(arena, buffer_string(&label)),
                   .weight = RANKING_PHRASE * fmax(a->weight, b->weight)},
        .columns = a->columns & b->columns,
    };
    buffer_free(&label);
}

static enum status open_scan(struct rescorer *self, struct arena *arena, struct error *error) {
    const struct selection *selection = self->selection;
    self->typed = calloc(selection->clauses.n_clauses + 1, sizeof *self->typed);
    if (!self->typed)
        return error_no_memory(error);
    for (size_t i = 0; i < selection->clauses.n_clauses; i++)
        self->typed[i] = SIZE_MAX;
    for (size_t i = 0; i < selection->n_words; i++) {
        const struct selection_word *word = &selection->words[i];
        if (self->typed[word->clause] == SIZE_MAX)
            self->typed[word->clause] = scan_add_word(&self->scan, word->typed, word->typed_bytes);
        if (i > 0)
            add_pair(self, word - 1, word, arena);
    }
    for (size_t i = 0; i < self->n_pairs; i++)
        if (!self->pairs[i].phrase.label)
            return error_no_memory(error);
    return STATUS_OK;
}

/* Of documents rather than passages: they are longer, but for the title. */
static struct bm25f document_bm25f(const struct collection *collection) {
    double averages[N_COLUMNS] = {0};
    for (int column = 0; column < N_COLUMNS && collection->n_passages > 0; column++) {
        int64_t n = column == COLUMN_TITLE ? collection->n_passages : collection->n_documents;
        averages[column] = (double)collection->tokens[column] / (double)n;
    }
    return bm25f_of(averages);
}

enum status rescorer_open(struct rescorer *rescorer, struct searcher *searcher,
                          const struct selection *selection, bool by_document, struct arena *arena,
                          struct error *error) {
    *rescorer = (struct rescorer){.searcher = searcher,
                                  .selection = selection,
                                  .by_document = by_document,
                                  .bm25f = collection_bm25f(&searcher->collection),
                                  .document_bm25f = document_bm25f(&searcher->collection)};
    enum status status = expansions_of(searcher, selection, arena, &rescorer->expansions, error);
    if (status == STATUS_OK)
        status = open_scan(rescorer, arena, error);
    if (status == STATUS_OK)
        status =
            evidence_open(&rescorer->evidence, searcher, selection, &rescorer->expansions, error);
    return status;
}

void rescorer_close(struct rescorer *rescorer) {
    evidence_close(&rescorer->evidence);
    free(rescorer->typed);
    expansion_list_free(&rescorer->expansions);
    *rescorer = (struct rescorer){0};
}

/* ---- what is known of a passage ---- */

/* Sets which passages of the document, which has `n` from `first` on, count. The numbers may be
 * those of a damaged index. */
static void find_reach(struct scoring *scoring, int64_t first, int64_t n) {
    int64_t passage = scoring->passage;
    int64_t reach = RANKING_DOCUMENT_REACH;
    bool is_sound = first > 0 && first <= passage && n > passage - first && n <= UINT32_MAX;
    int64_t end = is_sound ? first + n : passage + 1;
    if (!is_sound)
        first = passage;
    scoring->first = (uint32_t)(first > passage - reach ? first : passage - reach);
    scoring->end = (uint32_t)(end < passage + reach + 1 ? end : passage + reach + 1);
}

/* Steps to the row of `id`, to be reset by the caller. */
static enum status find_row(struct scoring *scoring, sqlite3_stmt **row, const char *sql,
                            int64_t id) {
    struct index *index = &scoring->rescorer->searcher->index;
    enum status status = *row ? STATUS_OK : index_prepare(index, sql, row, scoring->error);
    if (status != STATUS_OK)
        return status;
    sqlite3_bind_int64(*row, 1, id);
    return sqlite3_step(*row) == SQLITE_ROW ? STATUS_OK : index_error(index, scoring->error);
}

/* True if the index has a word of the query there: where it has none, none is as typed, and no
 * pair.
 */
static bool has_word_in(const struct scoring *scoring, enum column column) {
    const size_t n_clauses = scoring->rescorer->selection->clauses.n_clauses;
    for (size_t i = 0; i < n_clauses; i++)
        if (scoring->counts[i][column] > 0)
            return true;
    return false;
}

static void scan_value(struct scoring *scoring, enum column column, sqlite3_stmt *row,
                       int i_value) {
    if (!has_word_in(scoring, column))
        return;
    /* As a blob, for it need not end with a NUL. */
    const char *text = sqlite3_column_blob(row, i_value);
    size_t n_bytes = text ? (size_t)sqlite3_column_bytes(row, i_value) : 0;
    scan_text(&scoring->rescorer->scan, text, n_bytes, &scoring->scanned[column]);
}

/* Looks through the texts that have words of the query. */
static enum status scan_columns(struct scoring *scoring) {
    struct searcher *searcher = scoring->rescorer->searcher;
    sqlite3_stmt **passage = &searcher->select_text;
    sqlite3_stmt **document = &searcher->select_title;
    bool asks_document = scoring->rescorer->by_document || has_word_in(scoring, COLUMN_TITLE);
    enum status status =
        find_row(scoring, passage, "SELECT text, headings, document FROM passages WHERE id = ?1",
                 scoring->passage);
    if (status == STATUS_OK) {
        scan_value(scoring, COLUMN_BODY, *passage, 0);
        scan_value(scoring, COLUMN_HEADINGS, *passage, 1);
    }
    if (status == STATUS_OK && asks_document)
        status = find_row(scoring, document,
                          "SELECT title, first_passage, n_passages FROM documents WHERE id = ?1",
                          sqlite3_column_int64(*passage, 2));
    if (status == STATUS_OK && asks_document) {
        scan_value(scoring, COLUMN_TITLE, *document, 0);
        find_reach(scoring, sqlite3_column_int64(*document, 1), sqlite3_column_int64(*document, 2));
    }
    sqlite3_reset(*passage);
    sqlite3_reset(*document);
    return status;
}

/* ---- the terms of the sum ---- */

static uint16_t add_saturating(uint16_t a, uint16_t b) {
    return (uint16_t)(a > UINT16_MAX - b ? UINT16_MAX : a + b);
}

static void append_counts(struct buffer *notes, const char *what,
                          const uint16_t counts[N_COLUMNS]) {
    buffer_append_format(notes, ", %s body %u headings %u title %u", what, counts[COLUMN_BODY],
                         counts[COLUMN_HEADINGS], counts[COLUMN_TITLE]);
}

/* Adds one term of the sum; `notes` tells where it comes from. */
static void add_part(struct scoring *scoring, const struct clause *clause, double saturated,
                     const struct buffer *notes) {
    fixed_score part = clause_score_of_saturated(clause, saturated);
    struct buffer *lines = scoring->lines;
    scoring->score += part;
    if (lines)
        buffer_append_format(lines, "%s%9.4f  %s: weight %.4f x %.4f%s", lines->size ? "\n" : "",
                             score_to_double(part), clause->label, clause->weight,
                             score_to_double(part) / clause->weight, buffer_string(notes));
}

/* x of the clause's word as it was typed: no more of it than the index counted. */
static double typed_x(const struct scoring *scoring, size_t i_clause,
                      const uint16_t counts[N_COLUMNS], struct buffer *notes) {
    const struct rescorer *self = scoring->rescorer;
    uint16_t typed[N_COLUMNS];
    for (size_t column = 0; column < N_COLUMNS; column++) {
        uint16_t scanned = scoring->scanned[column].words[self->typed[i_clause]];
        typed[column] = scanned < counts[column] ? scanned : counts[column];
    }
    if (scoring->lines)
        append_counts(notes, "as typed", typed);
    return bm25f_x(&self->bm25f, typed, scoring->tokens);
}

/* The sum of the weighted x of the clause's expansions. */
static double expanded_x(const struct scoring *scoring, size_t i_clause, struct buffer *notes) {
    const struct expansion_list *list = &scoring->rescorer->expansions;
    double x = 0;
    for (size_t i = 0; i < list->n_expansions; i++) {
        const struct expansion *expansion = &list->expansions[i];
        if (expansion->clause != i_clause || scoring->expansion_xs[i] <= 0)
            continue;
        x += expansion->weight * scoring->expansion_xs[i];
        if (scoring->lines)
            buffer_append_format(notes, ", and %.2f x \"%s\"", expansion->weight, expansion->label);
    }
    return x;
}

/* Adds up the clause's counts and the lengths over the document. */
static enum status count_in_document(struct scoring *scoring, const struct clause *clause,
                                     uint16_t counts[N_COLUMNS], uint16_t tokens[N_COLUMNS]) {
    enum status status = STATUS_OK;
    memcpy(tokens, scoring->tokens, N_COLUMNS * sizeof *tokens);
    for (uint32_t i = scoring->first; i < scoring->end && status == STATUS_OK; i++) {
        uint16_t more[N_COLUMNS];
        const uint16_t *more_tokens;
        if (i == scoring->passage)
            continue;
        status = clause_counts(clause, i, more, scoring->error);
        if (status == STATUS_OK)
            status =
                lengths_of(&scoring->rescorer->searcher->lengths, i, &more_tokens, scoring->error);
        if (status != STATUS_OK)
            return status;
        for (size_t column = 0; column < N_COLUMNS; column++) {
            if (column == COLUMN_TITLE)
                continue;
            counts[column] = add_saturating(counts[column], more[column]);
            tokens[column] = add_saturating(tokens[column], more_tokens[column]);
        }
    }
    return status;
}

/* Mixes what the clause gives by its passage with what it gives by the document. */
static enum status mix_document(struct scoring *scoring, const struct clause *clause,
                                const uint16_t here[N_COLUMNS], double expanded, double *saturated,
                                struct buffer *notes) {
    uint16_t tokens[N_COLUMNS];
    uint16_t counts[N_COLUMNS];
    memcpy(counts, here, sizeof counts);
    enum status status = count_in_document(scoring, clause, counts, tokens);
    if (status != STATUS_OK)
        return status;
    double x = bm25f_x(&scoring->rescorer->document_bm25f, counts, tokens);
    *saturated =
        (1 - RANKING_DOCUMENT) * *saturated + RANKING_DOCUMENT * bm25f_saturate(x + expanded);
    if (scoring->lines)
        append_counts(notes, "in the document", counts);
    return STATUS_OK;
}

static enum status add_clause(struct scoring *scoring, size_t i) {
    const struct rescorer *self = scoring->rescorer;
    const struct clause *clause = &self->selection->clauses.clauses[i];
    struct buffer notes = {0};
    enum status status = STATUS_OK;
    const uint16_t *counts = scoring->counts[i];
    double x = bm25f_x(&self->bm25f, counts, scoring->tokens);
    if (scoring->lines)
        buffer_append_format(&notes, ", in %" PRIu32 " passages %" PRIu64 " times", clause->df,
                             clause->cf);
    if (scoring->lines)
        append_counts(&notes, "here", counts);
    if (x > 0 && self->typed[i] != SIZE_MAX)
        x = (1 - RANKING_EXACT) * x + RANKING_EXACT * typed_x(scoring, i, counts, &notes);
    double expanded = expanded_x(scoring, i, &notes);
    x += expanded;
    double saturated = bm25f_saturate(x);
    if (self->by_document)
        status = mix_document(scoring, clause, counts, expanded, &saturated, &notes);
    if (saturated > 0)
        add_part(scoring, clause, saturated, &notes);
    if (status == STATUS_OK && notes.failed)
        status = error_no_memory(scoring->error);
    buffer_free(&notes);
    return status;
}

static uint16_t smaller(uint16_t a, uint16_t b) {
    return a < b ? a : b;
}

/* How often a pair can stand in the columns: no more than the index counted either word. */
static void most_of_pair(const struct scoring *scoring, const struct rescorer_pair *pair,
                         uint16_t counts[N_COLUMNS]) {
    const uint16_t *first = scoring->counts[pair->clauses[0]];
    const uint16_t *second = scoring->counts[pair->clauses[1]];
    for (size_t column = 0; column < N_COLUMNS; column++)
        counts[column] = pair->columns >> column & 1 ? smaller(first[column], second[column]) : 0;
}

static enum status add_phrase(struct scoring *scoring, const struct rescorer_pair *pair) {
    struct buffer notes = {0};
    uint16_t counts[N_COLUMNS];
    most_of_pair(scoring, pair, counts);
    for (size_t column = 0; column < N_COLUMNS; column++)
        counts[column] = smaller(counts[column], scoring->scanned[column].pairs[pair->i_scan]);
    double x = bm25f_x(&scoring->rescorer->bm25f, counts, scoring->tokens);
    if (scoring->lines)
        append_counts(&notes, "here", counts);
    double weight = scoring->rescorer->by_document ? 1 - RANKING_DOCUMENT : 1;
    if (x > 0)
        add_part(scoring, &pair->phrase, weight * bm25f_saturate(x), &notes);
    enum status status = notes.failed ? error_no_memory(scoring->error) : STATUS_OK;
    buffer_free(&notes);
    return status;
}

/* Of passage number `i` of those that the evidence is of. */
static struct scoring scoring_of(struct rescorer *rescorer, uint32_t passage, size_t i,
                                 struct error *error) {
    const struct evidence *evidence = &rescorer->evidence;
    return (struct scoring){.rescorer = rescorer,
                            .passage = passage,
                            .tokens = evidence->tokens[i],
                            .counts = evidence_counts(evidence, i),
                            .expansion_xs = evidence_expansion_xs(evidence, i),
                            .error = error};
}

/* Reads the text and adds up. */
static enum status complete(struct scoring *scoring) {
    const struct rescorer *self = scoring->rescorer;
    bool reads = self->scan.n_words > 0 || self->by_document;
    enum status status = reads ? scan_columns(scoring) : STATUS_OK;
    for (size_t i = 0; i < self->selection->clauses.n_clauses && status == STATUS_OK; i++)
        status = add_clause(scoring, i);
    for (size_t i = 0; i < self->n_pairs && status == STATUS_OK; i++)
        status = add_phrase(scoring, &self->pairs[i]);
    return status;
}

enum status rescorer_score(struct rescorer *rescorer, uint32_t passage, fixed_score *score,
                           struct buffer *lines, struct error *error) {
    enum status status = evidence_read(&rescorer->evidence, &passage, 1, error);
    if (status != STATUS_OK)
        return status;
    struct scoring scoring = scoring_of(rescorer, passage, 0, error);
    scoring.lines = lines;
    status = complete(&scoring);
    *score = scoring.score;
    return status == STATUS_OK && lines && lines->failed ? error_no_memory(error) : status;
}

/* ---- the best ---- */

/* A passage of which there is evidence, but whose text was not read yet. */
struct bounded {
    size_t place; /* in the evidence */
    uint32_t passage;
    fixed_score most;
};

static int by_most(const void *a, const void *b) {
    const struct bounded *left = a;
    const struct bounded *right = b;
    if (left->most != right->most)
        return left->most > right->most ? -1 : 1;
    return (left->passage > right->passage) - (left->passage < right->passage);
}

/* The most that a passage can score by the evidence: if all of its words stand as they were
 * typed, and together. */
static fixed_score bound(const struct scoring *scoring) {
    const struct rescorer *self = scoring->rescorer;
    fixed_score most = 0;
    for (size_t i = 0; i < self->selection->clauses.n_clauses; i++) {
        double x = bm25f_x(&self->bm25f, scoring->counts[i], scoring->tokens);
        x += expanded_x(scoring, i, NULL);
        most += clause_score(&self->selection->clauses.clauses[i], x) + SCORE_SLACK;
    }
    for (size_t i = 0; i < self->n_pairs; i++) {
        uint16_t counts[N_COLUMNS];
        most_of_pair(scoring, &self->pairs[i], counts);
        double x = bm25f_x(&self->bm25f, counts, scoring->tokens);
        most += clause_score(&self->pairs[i].phrase, x) + SCORE_SLACK;
    }
    return most;
}

enum { MOST = 256 }; /* items that are bounded: more would take much room, and are rare */

static enum status bound_all(struct rescorer *self, const struct rescored *items, size_t n_items,
                             struct bounded *bounded, struct error *error) {
    uint32_t passages[MOST] = {0};
    for (size_t i = 0; i < n_items; i++)
        passages[i] = items[i].passage;
    enum status status = evidence_read(&self->evidence, passages, n_items, error);
    for (size_t i = 0; i < n_items && status == STATUS_OK; i++) {
        const struct scoring scoring = scoring_of(self, passages[i], i, error);
        bounded[i] = (struct bounded){.place = i, .passage = passages[i], .most = bound(&scoring)};
    }
    if (status == STATUS_OK)
        qsort(bounded, n_items, sizeof *bounded, by_most);
    return status;
}

/* Puts an item in its place among `n` that are sorted, the best first. */
static void insert(struct rescored *items, size_t n, struct rescored item) {
    for (; n > 0 && items[n - 1].score < item.score; n--)
        items[n] = items[n - 1];
    items[n] = item;
}

static enum status score_all(struct rescorer *self, struct rescored *items, size_t n_items,
                             struct error *error) {
    enum status status = STATUS_OK;
    for (size_t i = 0; i < n_items && status == STATUS_OK; i++)
        status = rescorer_score(self, items[i].passage, &items[i].score, NULL, error);
    return status;
}

enum status rescorer_best(struct rescorer *rescorer, struct rescored *items, size_t *n_items,
                          size_t n_wanted, struct error *error) {
    struct bounded bounded[MOST];
    size_t n = 0;
    /* Documents have no such bound, and where all are wanted none is needed. */
    if (rescorer->by_document || *n_items > MOST || *n_items <= n_wanted || n_wanted == 0)
        return score_all(rescorer, items, *n_items, error);
    enum status status = bound_all(rescorer, items, *n_items, bounded, error);
    for (size_t i = 0; i < *n_items && status == STATUS_OK; i++) {
        if (n >= n_wanted && bounded[i].most < items[n_wanted - 1].score)
            break;
        struct scoring scoring = scoring_of(rescorer, bounded[i].passage, bounded[i].place, error);
        status = complete(&scoring);
        insert(items, n++, (struct rescored){scoring.passage, scoring.score});
    }
    *n_items = n;
    return status;
}
