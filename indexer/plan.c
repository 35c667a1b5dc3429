/* See plan.h. Two lists sorted by absolute path, merged. */
#include "indexer/plan.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "store/array.h"
#include "store/stored_path.h"

struct known_file {
    char *path; /* absolute */
    int64_t id, size, modified_ns, changed_ns, inode;
    bool has_problems;
    unsigned char sha256[SHA256_BYTES];
};

struct known_files {
    struct known_file *files;
    size_t n_files, capacity;
};

void plan_free(struct plan *plan) {
    arena_free(&plan->arena);
    free(plan->items);
    *plan = (struct plan){0};
}

static enum status add_known(struct known_files *known, sqlite3_stmt *row, struct arena *arena,
                             const char *folder, struct error *error) {
    struct known_file *files =
        array_grow(known->files, known->n_files, &known->capacity, sizeof *files);
    if (!files)
        return error_no_memory(error);
    known->files = files;
    struct known_file *file = &files[known->n_files++];
    *file = (struct known_file){.id = sqlite3_column_int64(row, 0),
                                .size = sqlite3_column_int64(row, 2),
                                .modified_ns = sqlite3_column_int64(row, 3),
                                .changed_ns = sqlite3_column_int64(row, 4),
                                .inode = sqlite3_column_int64(row, 5),
                                .has_problems = sqlite3_column_int(row, 7)};
    const char *stored = (const char *)sqlite3_column_text(row, 1);
    file->path = stored ? path_from_stored(arena, stored, folder) : NULL;
    if (sqlite3_column_bytes(row, 6) == SHA256_BYTES)
        memcpy(file->sha256, sqlite3_column_blob(row, 6), SHA256_BYTES);
    return file->path ? STATUS_OK : error_no_memory(error);
}

static int by_path(const void *a, const void *b) {
    return strcmp(((const struct known_file *)a)->path, ((const struct known_file *)b)->path);
}

/* They mostly are: files get their rows in the order of a plan. */
static bool are_sorted(const struct known_files *known) {
    for (size_t i = 1; i < known->n_files; i++)
        if (by_path(&known->files[i - 1], &known->files[i]) > 0)
            return false;
    return true;
}

static enum status read_known(struct known_files *known, struct index *index, struct arena *arena,
                              const char *folder, struct error *error) {
    sqlite3_stmt *rows = NULL;
    enum status status =
        index_prepare(index,
                      "SELECT id, path, size, modified_ns, changed_ns, inode, sha256,"
                      " EXISTS (SELECT 1 FROM problems)"
                      " AND EXISTS (SELECT 1 FROM problems WHERE file = files.id) FROM files"
                      " WHERE NOT in_archive",
                      &rows, error);
    while (index_next(index, rows, &status, error))
        status = add_known(known, rows, arena, folder, error);
    sqlite3_finalize(rows);
    if (!are_sorted(known))
        qsort(known->files, known->n_files, sizeof *known->files, by_path);
    return status;
}

static struct plan_item *add_item(struct plan *plan, const char *path, const char *folder) {
    struct plan_item *items =
        array_grow(plan->items, plan->n_items, &plan->capacity, sizeof *items);
    if (!items)
        return NULL;
    plan->items = items;
    const char *name = arena_string(&plan->arena, path_to_store(path, folder));
    if (!name)
        return NULL;
    struct plan_item *item = &items[plan->n_items++];
    *item = (struct plan_item){.name = name};
    return item;
}

static bool is_same(const struct known_file *known, const struct walk_file *file) {
    return known->size == (int64_t)file->size && known->modified_ns == file->modified_ns &&
           known->changed_ns == file->changed_ns && known->inode == (int64_t)file->inode;
}

/* The paths that a run is about, made absolute. */
struct scope {
    char **roots;
    size_t n_roots;
    struct walk *walk;
};

static enum status scope_open(struct scope *scope, const char *const *paths, size_t n_paths,
                              struct error *error) {
    scope->roots = calloc(n_paths + 1, sizeof *scope->roots);
    if (!scope->roots)
        return error_no_memory(error);
    /* A path that cannot be resolved is a problem of the walk: nothing is known to be gone there.
     */
    for (size_t i = 0; i < n_paths; i++) {
        char *root = realpath(paths[i], NULL);
        if (root)
            scope->roots[scope->n_roots++] = root;
    }
    return STATUS_OK;
}

static void scope_close(struct scope *scope) {
    for (size_t i = 0; i < scope->n_roots; i++)
        free(scope->roots[i]);
    free(scope->roots);
}

static bool is_gone(const struct scope *scope, const char *path) {
    bool in_scope = false;
    for (size_t i = 0; i < scope->n_roots && !in_scope; i++)
        in_scope = path_is_below(path, scope->roots[i]);
    for (size_t i = 0; i < scope->walk->n_problems && in_scope; i++) {
        struct walk_problem *problem = &scope->walk->problems[i];
        in_scope = !path_is_below(path, problem->path);
        problem->hides_known |= !in_scope;
    }
    return in_scope;
}

void plan_failure(const char *why, bool is_known, struct error *text) {
    error_set(text, STATUS_INPUT, "%s%s", why,
              is_known ? "; the index keeps what it had of it" : "");
}

/* Decides by its bytes what becomes of a known file whose stat(2) has changed; those of another
 * size are others. */
static enum status look_at(struct plan *plan, const struct known_file *known,
                           struct plan_item *item, struct error *error) {
    struct error failure;
    const char *path = item->file->path;
    bool may_be_same = known->size == (int64_t)item->file->size;
    enum status status = may_be_same ? input_file_hash(path, &item->state, &failure)
                                     : input_file_probe(path, &failure);
    if (status == STATUS_NO_MEMORY)
        return error_no_memory(error);
    item->state.path = item->name;
    if (status == STATUS_OK) {
        bool is_same_file =
            may_be_same && memcmp(item->state.sha256, item->sha256, SHA256_BYTES) == 0;
        item->action = is_same_file ? PLAN_RENEW : PLAN_READ;
        return STATUS_OK;
    }
    struct error text;
    plan_failure(failure.text, true, &text);
    item->action = PLAN_FAILED;
    item->failure = arena_string(&plan->arena, text.text);
    return item->failure ? STATUS_OK : error_no_memory(error);
}

/* Adds the item of the file at `path` that is there (`file`), or known, or both. */
static enum status plan_one(struct plan *plan, const struct known_file *known,
                            const struct walk_file *file, const char *path, const char *folder,
                            struct error *error) {
    struct plan_item *item = add_item(plan, path, folder);
    enum status status = STATUS_OK;
    if (!item)
        return error_no_memory(error);
    item->file = file;
    item->action = file ? PLAN_READ : PLAN_REMOVE;
    if (known) {
        item->known = known->id;
        item->has_problems = known->has_problems;
        memcpy(item->sha256, known->sha256, SHA256_BYTES);
    }
    if (known && file && is_same(known, file))
        item->action = PLAN_KEEP;
    else if (known && file)
        status = look_at(plan, known, item, error);
    plan->n_kept += item->action == PLAN_KEEP || item->action == PLAN_FAILED;
    plan->n_renew += item->action == PLAN_RENEW;
    plan->n_read += item->action == PLAN_READ;
    plan->n_remove += item->action == PLAN_REMOVE;
    return status;
}

static enum status merge(struct plan *plan, const struct known_files *known,
                         const struct scope *scope, const char *folder, struct error *error) {
    const struct walk *walk = scope->walk;
    enum status status = STATUS_OK;
    size_t i = 0;
    size_t j = 0;
    while (status == STATUS_OK && (i < known->n_files || j < walk->n_files)) {
        int order = i == known->n_files  ? 1
                    : j == walk->n_files ? -1
                                         : strcmp(known->files[i].path, walk->files[j].path);
        const struct known_file *old = order <= 0 ? &known->files[i++] : NULL;
        const struct walk_file *file = order >= 0 ? &walk->files[j++] : NULL;
        const char *path = file ? file->path : old->path;
        if (file || is_gone(scope, path))
            status = plan_one(plan, old, file, path, folder, error);
    }
    return status;
}

enum status plan_make(struct plan *plan, struct index *index, struct walk *walk,
                      const char *const *paths, size_t n_paths, const char *folder,
                      struct error *error) {
    struct known_files known = {0};
    struct scope scope = {.walk = walk};
    struct arena arena = {0};
    enum status status = scope_open(&scope, paths, n_paths, error);
    if (status == STATUS_OK && index)
        status = read_known(&known, index, &arena, folder, error);
    if (status == STATUS_OK)
        status = merge(plan, &known, &scope, folder, error);
    free(known.files);
    scope_close(&scope);
    arena_free(&arena);
    return status;
}
