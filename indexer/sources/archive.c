/* See archive.h. The folder and the reading of it; archive_writer.c writes. */
#include "indexer/sources/archive.h"

#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "indexer/input/walk.h"
#include "store/array.h"
#include "store/stored_path.h"

void archive_close(struct archive *archive) {
    free(archive->files);
    arena_free(&archive->arena);
    *archive = (struct archive){0};
}

/* "folder/name" in the arena; NULL when memory is out. */
static char *join(struct arena *arena, const char *folder, const char *name) {
    struct buffer path = {0};
    buffer_append_format(&path, "%s%s%s", folder, strcmp(folder, "/") == 0 ? "" : "/", name);
    char *joined = path.failed ? NULL : arena_string(arena, buffer_string(&path));
    buffer_free(&path);
    return joined;
}

/* The absolute path of a folder that need not exist, but the one it is in must. */
static enum status resolve(struct archive *archive, const char *folder, struct error *error) {
    char real[PATH_MAX];
    if (realpath(folder, real)) {
        archive->folder = arena_string(&archive->arena, real);
        return archive->folder ? STATUS_OK : error_no_memory(error);
    }
    int failure = errno;
    char *parent = arena_string(&archive->arena, folder);
    char *name = arena_string(&archive->arena, folder);
    if (!parent || !name)
        return error_no_memory(error);
    if (failure == ENOENT && *folder)
        failure = realpath(dirname(parent), real) ? 0 : errno;
    if (failure != 0)
        return error_set(error, STATUS_INDEX, "%s: no such folder for the archive: %s", folder,
                         strerror(failure));
    archive->folder = join(&archive->arena, real, basename(name));
    return archive->folder ? STATUS_OK : error_no_memory(error);
}

enum status archive_open(struct archive *archive, const char *folder, const char *index_path,
                         const char *index_folder, struct error *error) {
    archive->index_folder = index_folder;
    if (folder)
        return resolve(archive, folder, error);
    char *copy = arena_string(&archive->arena, index_path);
    struct buffer name = {0};
    if (copy)
        buffer_append_format(&name, "%s.archive", basename(copy));
    if (copy && !name.failed)
        archive->folder = join(&archive->arena, index_folder, buffer_string(&name));
    buffer_free(&name);
    return archive->folder ? STATUS_OK : error_no_memory(error);
}

/* ---- looking ---- */

static enum status add_file(struct archive *archive, const char *name, struct error *error) {
    struct stat file;
    const char *path = join(&archive->arena, archive->folder, name);
    if (!path)
        return error_no_memory(error);
    if (stat(path, &file) != 0 || !S_ISREG(file.st_mode))
        return STATUS_OK;
    struct archive_file *files =
        array_grow(archive->files, archive->n_files, &archive->capacity, sizeof *files);
    if (!files)
        return error_no_memory(error);
    archive->files = files;
    files[archive->n_files++] = (struct archive_file){
        .path = path, .stored = path_to_store(path, archive->index_folder), .size = file.st_size};
    return STATUS_OK;
}

static int by_path(const void *a, const void *b) {
    return strcmp(((const struct archive_file *)a)->path, ((const struct archive_file *)b)->path);
}

static enum status list_files(struct archive *archive, struct error *error) {
    enum status status = STATUS_OK;
    archive->n_files = 0;
    DIR *folder = opendir(archive->folder);
    if (!folder && errno == ENOENT)
        return STATUS_OK;
    if (!folder)
        return error_set(error, STATUS_INDEX, "%s: %s", archive->folder, strerror(errno));
    const struct dirent *entry = NULL;
    while (status == STATUS_OK && (errno = 0, entry = readdir(folder)))
        if (file_kind_from_name(entry->d_name) == FILE_WARC)
            status = add_file(archive, entry->d_name, error);
    if (status == STATUS_OK && errno != 0)
        status = error_set(error, STATUS_INDEX, "%s: %s", archive->folder, strerror(errno));
    closedir(folder);
    if (archive->n_files > 0)
        qsort(archive->files, archive->n_files, sizeof *archive->files, by_path);
    return status;
}

static struct archive_file *find_file(const struct archive *archive, const char *stored) {
    size_t first = 0;
    size_t end = archive->n_files;
    while (first < end) {
        size_t middle = first + (end - first) / 2;
        int order = strcmp(stored, archive->files[middle].stored);
        if (order == 0)
            return &archive->files[middle];
        if (order < 0)
            end = middle;
        else
            first = middle + 1;
    }
    return NULL;
}

static bool is_news(const struct archive_file *file) {
    return file->row == 0 || file->size != file->seen_size;
}

static const char *name_of(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* True for a file that has moved with the archive: there is one of its name. */
static bool has_moved(const struct archive *archive, const char *stored) {
    for (size_t i = 0; i < archive->n_files; i++)
        if (strcmp(name_of(archive->files[i].path), name_of(stored)) == 0)
            return true;
    return false;
}

/* True for a file that was the archive's, and is input now. */
static bool is_input(struct archive *archive, const char *stored) {
    const char *path =
        archive->input ? path_from_stored(&archive->arena, stored, archive->index_folder) : NULL;
    for (size_t i = 0; path && i < archive->input->n_files; i++)
        if (strcmp(archive->input->files[i].path, path) == 0)
            return true;
    return false;
}

/* Holds a file that the index has read (`row`) against what is there. `*is_other` is set if what
 * was read is not of the archive any more. */
static void compare_file(struct archive *archive, sqlite3_stmt *row, const char *stored,
                         bool *is_other) {
    struct archive_file *file = find_file(archive, stored);
    int64_t n_read = sqlite3_column_int64(row, 3);
    *is_other =
        file ? file->size < n_read : has_moved(archive, stored) || is_input(archive, stored);
    if (file && *is_other) {
        archive->n_shortened++;
    } else if (file) {
        file->row = sqlite3_column_int64(row, 0);
        file->seen_size = sqlite3_column_int64(row, 2);
        file->n_read = n_read;
    } else if (!*is_other) {
        archive->n_lost++;
        archive->n_kept += sqlite3_column_int64(row, 4);
    }
}

/* Holds what the index has read against the files. What is of others is removed from it if there is
 * a `publication`. */
static enum status compare(struct archive *archive, struct index *index, bool *has_news,
                           struct publication *publication, struct error *error) {
    sqlite3_stmt *rows = NULL;
    enum status status =
        index_prepare(index,
                      "SELECT id, path, size, n_read, (SELECT count(*) FROM documents"
                      " WHERE file = files.id) FROM files WHERE in_archive",
                      &rows, error);
    archive->n_lost = archive->n_shortened = 0;
    archive->n_kept = 0;
    while (index_next(index, rows, &status, error)) {
        const char *stored = (const char *)sqlite3_column_text(rows, 1);
        bool is_other = false;
        if (!stored) {
            status = error_no_memory(error);
            break;
        }
        compare_file(archive, rows, stored, &is_other);
        *has_news = *has_news || is_other;
        if (archive->arena.failed)
            status = error_no_memory(error);
        else if (is_other && publication)
            status = publication_remove_file(publication, sqlite3_column_int64(rows, 0), error);
    }
    sqlite3_finalize(rows);
    for (size_t i = 0; i < archive->n_files; i++)
        *has_news = *has_news || is_news(&archive->files[i]);
    return status;
}

static void report_lost(const struct archive *archive, struct report *report) {
    struct error text;
    if (archive->n_lost > 0) {
        error_set(
            &text, STATUS_INPUT,
            "%zu file%s of the archive that %s read %s gone; what %s had (%lld page%s) stays in "
            "the index until --rebuild. --archive says where the archive is",
            archive->n_lost, archive->n_lost == 1 ? "" : "s", archive->n_lost == 1 ? "was" : "were",
            archive->n_lost == 1 ? "is" : "are", archive->n_lost == 1 ? "it" : "they",
            (long long)archive->n_kept, archive->n_kept == 1 ? "" : "s");
        report_problem(report, archive->folder, 0, text.text);
    }
    if (archive->n_shortened > 0) {
        error_set(&text, STATUS_INPUT,
                  "%zu file%s of the archive ha%s become shorter since %s read: what is there is "
                  "read anew",
                  archive->n_shortened, archive->n_shortened == 1 ? "" : "s",
                  archive->n_shortened == 1 ? "s" : "ve",
                  archive->n_shortened == 1 ? "it was" : "they were");
        report_problem(report, archive->folder, 0, text.text);
    }
}

enum status archive_look(struct archive *archive, struct index *index, bool *has_news,
                         struct report *report, struct error *error) {
    *has_news = false;
    enum status status = list_files(archive, error);
    if (status == STATUS_OK)
        status = compare(archive, index, has_news, NULL, error);
    if (status == STATUS_OK)
        report_lost(archive, report);
    return status;
}

enum status archive_forget(struct archive *archive, struct index *index,
                           struct publication *publication, struct error *error) {
    bool has_news = false;
    enum status status = list_files(archive, error);
    return status == STATUS_OK ? compare(archive, index, &has_news, publication, error) : status;
}

bool archive_has(const struct archive *archive, const char *path) {
    char real[PATH_MAX];
    if (file_kind_from_name(path) != FILE_WARC || !realpath(path, real))
        return false;
    return strcmp(dirname(real), archive->folder) == 0;
}

/* ---- scanning ---- */

struct damage {
    struct report *report;
    const char *path;
};

static enum status report_damage(void *context, const char *text, struct error *error) {
    const struct damage *damage = context;
    (void)error;
    report_problem(damage->report, damage->path, 0, text);
    return STATUS_OK;
}

enum status archive_note(struct index *index, struct archive_file *file, struct error *error) {
    sqlite3_stmt *set = NULL;
    enum status status = index_prepare(
        index,
        "INSERT INTO files(path, size, modified_ns, changed_ns, inode, sha256, in_archive, n_read)"
        " VALUES(?1, ?2, 0, 0, 0, zeroblob(32), 1, ?3)"
        " ON CONFLICT(path) DO UPDATE SET size = ?2, in_archive = 1, n_read = ?3 RETURNING id",
        &set, error);
    if (status != STATUS_OK)
        return status;
    sqlite3_bind_text(set, 1, file->stored, -1, SQLITE_STATIC);
    sqlite3_bind_int64(set, 2, file->seen_size);
    sqlite3_bind_int64(set, 3, file->n_read);
    if (sqlite3_step(set) == SQLITE_ROW)
        file->row = sqlite3_column_int64(set, 0);
    else
        status = index_error(index, error);
    sqlite3_finalize(set);
    return status;
}

static enum status scan_file(struct archive_file *file, struct index *index,
                             struct captures *captures, struct report *report,
                             struct error *error) {
    struct damage damage = {report, file->path};
    uint64_t end = 0;
    struct error reason = {0};
    enum status status = file->row ? STATUS_OK : archive_note(index, file, error);
    if (status != STATUS_OK)
        return status;
    status = captures_scan(captures, file->path, (uint64_t)file->n_read, file->row, report_damage,
                           &damage, &end, &reason);
    if (status == STATUS_INPUT) {
        report_problem(report, file->path, 0, reason.text);
        return STATUS_OK;
    }
    if (status != STATUS_OK) {
        *error = reason;
        return status;
    }
    file->seen_size = file->size;
    file->n_read = (int64_t)end;
    return archive_note(index, file, error);
}

enum status archive_scan(struct archive *archive, struct index *index,
                         struct publication *publication, struct captures *captures,
                         struct report *report, struct error *error) {
    enum status status = archive_forget(archive, index, publication, error);
    for (size_t i = 0; i < archive->n_files && status == STATUS_OK; i++)
        if (is_news(&archive->files[i]))
            status = scan_file(&archive->files[i], index, captures, report, error);
    return status;
}

enum status archive_enter(struct archive *archive, struct index *index, const char *name,
                          struct archive_file *file, struct error *error) {
    const char *path = join(&archive->arena, archive->folder, name);
    if (!path)
        return error_no_memory(error);
    const char *stored = path_to_store(path, archive->index_folder);
    const struct archive_file *known = find_file(archive, stored);
    *file = known ? *known : (struct archive_file){.path = path, .stored = stored};
    return file->row ? STATUS_OK : archive_note(index, file, error);
}
