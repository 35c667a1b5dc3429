/* See search.h. */
#include "query/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "query/hits/hit.h"
#include "query/language/parse.h"
#include "query/rank/rank.h"
#include "query/select/filter.h"
#include "query/select/match.h"
#include "query/select/searcher.h"
#include "query/select/select.h"
#include "query/suggestion.h"

void answer_free(struct answer *answer) {
    arena_free(&answer->arena);
    *answer = (struct answer){0};
}

/* The folder of the index, symbolic links followed, as SQLite has found it. */
static char *folder_of(const struct index *index) {
    char *folder = strdup(sqlite3_db_filename(index->connection, "main"));
    char *slash = folder ? strrchr(folder, '/') : NULL;
    if (slash)
        slash[slash == folder ? 1 : 0] = '\0';
    return folder;
}

enum status searcher_open(const char *index_path, struct searcher **searcher, struct error *error) {
    struct searcher *self = calloc(1, sizeof *self);
    *searcher = self;
    if (!self)
        return error_no_memory(error);
    enum status status = index_open(&self->index, index_path, INDEX_QUERY, error);
    if (status == STATUS_OK) {
        self->folder = folder_of(&self->index);
        self->working = getcwd(NULL, 0);
        if (!self->folder)
            status = error_no_memory(error);
    }
    if (status == STATUS_OK)
        status = postings_reader_open(&self->postings, &self->index, error);
    if (status == STATUS_OK)
        status = tokenizer_open(self->index.connection, &self->tokenizer, error);
    if (status != STATUS_OK) {
        searcher_close(self);
        *searcher = NULL;
    }
    return status;
}

void searcher_close(struct searcher *searcher) {
    if (!searcher)
        return;
    tokenizer_close(searcher->tokenizer);
    token_list_free(&searcher->tokens);
    passage_set_free(&searcher->document_starts);
    filter_forget(searcher);
    match_forget(searcher);
    sqlite3_finalize(searcher->select_variants);
    sqlite3_finalize(searcher->select_long_forms);
    sqlite3_finalize(searcher->select_short_forms);
    sqlite3_finalize(searcher->select_text);
    sqlite3_finalize(searcher->select_title);
    sqlite3_finalize(searcher->select_place);
    sqlite3_finalize(searcher->select_version);
    postings_reader_close(&searcher->postings);
    hit_statements_close(&searcher->hits);
    lengths_close(&searcher->lengths);
    index_close(&searcher->index);
    free(searcher->folder);
    free(searcher->working);
    free(searcher);
}

/* Sets `*changed` if the index is not as it was when it was asked last. */
static enum status look_for_changes(struct searcher *self, bool *changed, struct error *error) {
    int64_t data_version = 0;
    enum status status = STATUS_OK;
    if (!self->select_version)
        status = index_prepare(&self->index, "PRAGMA data_version", &self->select_version, error);
    if (index_next(&self->index, self->select_version, &status, error))
        data_version = sqlite3_column_int64(self->select_version, 0);
    sqlite3_reset(self->select_version);
    *changed = data_version == 0 || data_version != self->data_version;
    self->data_version = data_version;
    return status;
}

/* Reads what every query needs to know of the index as it is now, and forgets what was cached. */
static enum status renew(struct searcher *self, struct error *error) {
    passage_set_free(&self->document_starts);
    filter_forget(self);
    match_forget(self);
    return collection_read(&self->index, &self->collection, error);
}

/* Begins a read transaction, of which the first read takes the snapshot. Mostly a process is asked
 * once; who asks again will ask more, and from then on what was read is kept. */
static enum status begin(struct searcher *self, struct error *error) {
    bool is_first = self->n_asked == 0;
    bool is_second = self->n_asked == 1;
    bool changed = is_first; /* there is nothing to compare with */
    enum status status = is_second ? index_map(&self->index, error) : STATUS_OK;
    if (status == STATUS_OK)
        status = index_execute(&self->index, "BEGIN", error);
    if (status == STATUS_OK && !is_first)
        status = look_for_changes(self, &changed, error);
    self->n_asked++;
    if (status == STATUS_OK && changed)
        status = renew(self, error);
    if (status == STATUS_OK && (changed || is_second)) {
        lengths_close(&self->lengths);
        status = lengths_open(&self->lengths, &self->index, error);
        self->lengths.keeps_few = is_first;
    }
    if (status != STATUS_OK)
        self->data_version = 0; /* so that all is read again */
    postings_reader_refresh(&self->postings, changed, &self->collection, &self->lengths);
    return status;
}

static enum status read_hits(struct searcher *self, const struct search *search,
                             const struct selection *selection, struct rescorer *rescorer,
                             const struct ranking *ranking, struct answer *answer,
                             struct error *error) {
    struct hit_reader reader = {
        .searcher = self,
        .arena = &answer->arena,
        .selection = selection,
        .rescorer = rescorer,
        .ids_only = search->ids_only,
        .explain = search->explain,
    };
    answer->hits = arena_allocate(&answer->arena, (ranking->n_ranked + 1) * sizeof *answer->hits);
    enum status status = answer->hits ? STATUS_OK : error_no_memory(error);
    for (size_t i = 0; i < ranking->n_ranked && status == STATUS_OK; i++) {
        struct hit *hit = &answer->hits[answer->n_hits++];
        hit->rank = search->offset + i + 1;
        status = hit_read(&reader, &ranking->ranked[i], hit, error);
    }
    return status;
}

static enum status find(struct searcher *self, const struct search *search,
                        const struct query_tree *tree, struct answer *answer, struct error *error) {
    struct selection selection = {0};
    struct rescorer rescorer = {0};
    struct ranking ranking = {0};
    const struct rank_page page = {
        .offset = search->offset,
        .limit = search->count_only ? 0 : search->limit,
        .by_document = search->by_document,
        .count = search->count_only || !search->no_total,
    };
    enum status status = begin(self, error);
    if (status == STATUS_OK)
        status = select_passages(self, tree, &answer->arena, &selection, error);
    if (status == STATUS_OK)
        status =
            rescorer_open(&rescorer, self, &selection, search->by_document, &answer->arena, error);
    if (status == STATUS_OK)
        status = rank_passages(self, &selection, &page, &rescorer, &ranking, error);
    answer->total = ranking.total;
    if (status == STATUS_OK && !search->count_only)
        status = read_hits(self, search, &selection, &rescorer, &ranking, answer, error);
    bool knows_all = selection.by_clauses && !selection.lacks_word;
    if (status == STATUS_OK && !search->count_only && !search->ids_only && !knows_all)
        status =
            suggestion_find(self, answer->query, tree, &answer->arena, &answer->suggestion, error);
    if (!sqlite3_get_autocommit(self->index.connection))
        index_execute(&self->index, "COMMIT", NULL);
    ranking_free(&ranking);
    rescorer_close(&rescorer);
    selection_free(&selection);
    return status;
}

enum status searcher_run(struct searcher *searcher, const struct search *search,
                         struct answer *answer, struct error *error) {
    struct query_tree tree = {0};
    struct timespec start;
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    answer->query = arena_string(&answer->arena, search->query);
    enum status status = answer->query ? query_parse(answer->query, &answer->arena, &tree, error)
                                       : error_no_memory(error);
    answer->notices = tree.notices;
    answer->n_notices = tree.n_notices;
    if (status == STATUS_OK)
        status = find(searcher, search, &tree, answer, error);
    clock_gettime(CLOCK_MONOTONIC, &end);
    answer->took_ms =
        (double)(end.tv_sec - start.tv_sec) * 1e3 + (double)(end.tv_nsec - start.tv_nsec) / 1e6;
    return status;
}
