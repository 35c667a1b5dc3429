/* The archive: a folder of WARC files that keeps each cited page as it came. It is the truth about
 * sources: the index has nothing of them that cannot be read from it again, without a network. */
#ifndef OSLER_INDEXER_SOURCES_ARCHIVE_H
#define OSLER_INDEXER_SOURCES_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "indexer/fetch/fetch.h"
#include "indexer/input/walk.h"
#include "indexer/publish/publication.h"
#include "indexer/report/report.h"
#include "indexer/sources/captures.h"
#include "store/arena.h"
#include "store/error.h"
#include "store/index.h"

struct archive {
    struct arena arena;
    const char *folder;       /* absolute; need not exist */
    const char *index_folder; /* real path; borrowed */
    const struct walk *input; /* files that are none of the archive's, borrowed; NULL: none */
    struct archive_file *files;
    size_t n_files, capacity;
    size_t n_lost;      /* files that were read and are not there any more */
    int64_t n_kept;     /* documents that the index keeps of these */
    size_t n_shortened; /* files that are not those that were read */
};

struct archive_file {
    const char *path, *stored; /* absolute, and as the index stores it */
    int64_t size, row;         /* bytes; its row in files, 0: none */
    int64_t seen_size, n_read; /* when it was read last, and how much could be */
};

/* Fills a zeroed `archive`. `folder` is what --archive says; NULL: "FILE.archive" beside the index
 * at `index_path`, whose real folder is `index_folder`. Errors: STATUS_INDEX, STATUS_NO_MEMORY. */
enum status archive_open(struct archive *archive, const char *folder, const char *index_path,
                         const char *index_folder, struct error *error);
void archive_close(struct archive *archive); /* frees and zeroes; safe on a zeroed one */

/* Lists its files, and finds out whether the index has not yet read all of them. What it has read
 * of files that are gone stays: who has moved the archive does not want to lose it. `report` names
 * these. Errors: STATUS_INDEX (the folder cannot be read), STATUS_NO_MEMORY. */
enum status archive_look(struct archive *archive, struct index *index, bool *has_news,
                         struct report *report, struct error *error);

/* Removes from the index what it has read of files that have moved with the archive, have become
 * shorter and so are others, or have become input. To be called before input is read. */
enum status archive_forget(struct archive *archive, struct index *index,
                           struct publication *publication, struct error *error);

/* True for a WARC file in the archive's folder, which is no input. `path` is absolute. */
bool archive_has(const struct archive *archive, const char *path);

/* Brings the index's captures up to date with the files. What is damaged goes to `report`. */
enum status archive_scan(struct archive *archive, struct index *index,
                         struct publication *publication, struct captures *captures,
                         struct report *report, struct error *error);

/* Fills `file` for the one called `name`, which has a row in the index afterwards. Its strings live
 * in the archive's arena. */
enum status archive_enter(struct archive *archive, struct index *index, const char *name,
                          struct archive_file *file, struct error *error);

/* Writes down in the index how much of the file it has read. */
enum status archive_note(struct index *index, struct archive_file *file, struct error *error);

/* ---- writing ---- */

struct archive_writer;

/* Nothing is written, not even the folder, before the first page. The other arguments must outlive
 * it. */
enum status archive_writer_open(struct archive_writer **writer, struct archive *archive,
                                struct index *index, struct captures *captures,
                                struct error *error);
void archive_writer_close(struct archive_writer *writer); /* NULL is fine */

/* Keeps what was fetched: requests and responses that are news, and why a page did not come. The
 * index has its captures then. */
enum status archive_write(struct archive_writer *writer, const struct fetch_result *result,
                          struct error *error);

/* Keeps what was asked to get a robots.txt. */
enum status archive_write_robots(struct archive_writer *writer, const struct fetch_result *result,
                                 struct error *error);

/* Makes all of it survive a power failure, and writes down that the index need not read it. */
enum status archive_sync(struct archive_writer *writer, struct error *error);

#endif
