/* See walk.h. Folders wait in two lists: real ones, which are read first, and those behind links,
 * which are followed in rounds, so that a real name always wins over a link's. Linux refuses a path
 * of more than 40 links, which bounds the rounds. Folders are opened by their path and known by
 * device and inode; none stays open while another is read, so neither depth nor width can use up
 * the file descriptors. */
#include "indexer/input/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <search.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/array.h"
#include "store/buffer.h"
#include "store/stored_path.h"

struct folder {
    const char *path;      /* as found */
    const char *canonical; /* without links; the same pointer as `path` where that has none */
    const struct folder *linked_from; /* holds the last link on the way here; NULL: no link */
};

struct folder_list {
    struct folder **folders; /* owned by the walk's arena */
    size_t n_folders, capacity;
};

struct identity {
    dev_t device;
    ino_t inode;
};

struct found_file {
    struct walk_file file;
    const char *canonical; /* the same pointer as file.path where that has no link */
};

struct walker {
    struct walk *walk;
    struct folder_list real, linked;
    struct found_file *found;
    size_t n_found, found_capacity;
    void *visited; /* a tsearch tree of struct identity in the walk's arena */
    bool failed;   /* memory ran out */
};

/* Room for one more item in the array at `items`, which may move. */
static bool make_room(struct walker *walker, void **items, size_t n_items, size_t *capacity,
                      size_t item_bytes) {
    void *bigger = array_grow(*items, n_items, capacity, item_bytes);
    if (bigger)
        *items = bigger;
    else
        walker->failed = true;
    return bigger != NULL;
}

static const char *copy_string(struct walker *walker, const char *string) {
    const char *copy = arena_string(&walker->walk->arena, string);
    if (!copy)
        walker->failed = true;
    return copy;
}

static void add_problem(struct walker *walker, const char *path, const char *text) {
    struct walk *walk = walker->walk;
    if (!make_room(walker, (void **)&walk->problems, walk->n_problems, &walk->problems_capacity,
                   sizeof *walk->problems))
        return;
    struct walk_problem problem = {.path = copy_string(walker, path),
                                   .text = copy_string(walker, text)};
    if (!walker->failed)
        walk->problems[walk->n_problems++] = problem;
}

static void add_folder(struct walker *walker, struct folder_list *list, const char *path,
                       const char *canonical, const struct folder *linked_from) {
    struct folder *folder = arena_allocate(&walker->walk->arena, sizeof *folder);
    if (!folder) {
        walker->failed = true;
        return;
    }
    if (!make_room(walker, (void **)&list->folders, list->n_folders, &list->capacity,
                   sizeof *list->folders))
        return;
    *folder = (struct folder){path, canonical, linked_from};
    list->folders[list->n_folders++] = folder;
}

static int64_t nanoseconds(struct timespec time) {
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void add_file(struct walker *walker, const char *path, const char *canonical,
                     const struct stat *status) {
    if (strlen(path) >= PATH_MAX) {
        add_problem(walker, path, strerror(ENAMETOOLONG));
        return;
    }
    if (!make_room(walker, (void **)&walker->found, walker->n_found, &walker->found_capacity,
                   sizeof *walker->found))
        return;
    walker->found[walker->n_found++] = (struct found_file){
        .file = {.path = path,
                 .kind = file_kind_from_name(path),
                 .size = (uint64_t)status->st_size,
                 .modified_ns = nanoseconds(status->st_mtim),
                 .changed_ns = nanoseconds(status->st_ctim),
                 .inode = status->st_ino,
                 .device = status->st_dev},
        .canonical = canonical,
    };
}

static const char *join(struct walker *walker, const char *folder, const char *name) {
    struct buffer joined = {0};
    buffer_append_string(&joined, folder);
    if (joined.size == 0 || joined.data[joined.size - 1] != '/')
        buffer_append_char(&joined, '/');
    buffer_append_string(&joined, name);
    const char *copy = joined.failed ? NULL : copy_string(walker, joined.data);
    if (!copy)
        walker->failed = true;
    buffer_free(&joined);
    return copy;
}

/* `path` without links; NULL with errno set, or where `failed`. */
static const char *resolve(struct walker *walker, const char *path) {
    char *resolved = realpath(path, NULL);
    if (!resolved) {
        walker->failed |= errno == ENOMEM;
        return NULL;
    }
    const char *copy = copy_string(walker, resolved);
    free(resolved);
    return copy;
}

static void add_linked(struct walker *walker, const struct folder *folder, const char *path,
                       const struct stat *status) {
    const char *canonical = resolve(walker, path);
    if (!canonical) {
        if (!walker->failed)
            add_problem(walker, path, strerror(errno));
    } else if (S_ISDIR(status->st_mode)) {
        add_folder(walker, &walker->linked, path, canonical, folder);
    } else {
        add_file(walker, path, canonical, status);
    }
}

static void add_real(struct walker *walker, const struct folder *folder, const char *path,
                     const char *name, const struct stat *status) {
    bool same = folder->path == folder->canonical;
    const char *canonical = same ? path : join(walker, folder->canonical, name);
    if (canonical && S_ISDIR(status->st_mode))
        add_folder(walker, &walker->real, path, canonical, folder->linked_from);
    else if (canonical)
        add_file(walker, path, canonical, status);
}

/* An entry of a folder that is a folder, a link, or named like an input. */
static void add_entry(struct walker *walker, const struct folder *folder, int descriptor,
                      const char *name) {
    enum file_kind kind = file_kind_from_name(name);
    struct stat status;
    bool is_known = fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (!is_known && errno == ENOENT)
        return; /* removed since it was listed */
    bool is_link = is_known && S_ISLNK(status.st_mode);
    if (is_link)
        is_known = fstatat(descriptor, name, &status, 0) == 0;
    /* A dangling link is a missing input only if it is named like one. */
    bool is_missing = !is_known && (kind != FILE_UNKNOWN || errno != ENOENT);
    bool is_folder = is_known && S_ISDIR(status.st_mode);
    if (!is_missing && !is_folder && (!is_known || kind == FILE_UNKNOWN))
        return;

    int reason = errno;
    const char *path = join(walker, folder->path, name);
    if (!path)
        return;
    if (is_missing)
        add_problem(walker, path, strerror(reason));
    else if (!is_folder && !S_ISREG(status.st_mode))
        add_problem(walker, path, "not a regular file");
    else if (is_link)
        add_linked(walker, folder, path, &status);
    else
        add_real(walker, folder, path, name, &status);
}

static int compare_identities(const void *left, const void *right) {
    const struct identity *a = left, *b = right;
    if (a->device != b->device)
        return a->device < b->device ? -1 : 1;
    return (a->inode > b->inode) - (a->inode < b->inode);
}

/* Marks the open folder as visited; false if it was, or memory ran out. */
static bool visit(struct walker *walker, int descriptor) {
    struct stat status;
    if (fstat(descriptor, &status) != 0)
        return false;
    struct identity *identity = arena_allocate(&walker->walk->arena, sizeof *identity);
    if (!identity) {
        walker->failed = true;
        return false;
    }
    *identity = (struct identity){status.st_dev, status.st_ino};
    struct identity **node = tsearch(identity, &walker->visited, compare_identities);
    walker->failed |= node == NULL;
    return node && *node == identity;
}

static void read_folder(struct walker *walker, const struct folder *folder) {
    DIR *directory = opendir(folder->path);
    if (!directory) {
        add_problem(walker, folder->path, strerror(errno));
        return;
    }
    int descriptor = dirfd(directory);
    if (visit(walker, descriptor)) {
        const struct dirent *entry = NULL;
        while (!walker->failed && (errno = 0, entry = readdir(directory)) != NULL) {
            bool may_count = entry->d_type != DT_REG || file_kind_from_name(entry->d_name);
            if (entry->d_name[0] != '.' && may_count)
                add_entry(walker, folder, descriptor, entry->d_name);
        }
        if (!entry && errno != 0)
            add_problem(walker, folder->path, strerror(errno));
    }
    closedir(directory);
}

static void read_real_folders(struct walker *walker) {
    while (walker->real.n_folders > 0 && !walker->failed)
        read_folder(walker, walker->real.folders[--walker->real.n_folders]);
}

/* Whether the link leads to a folder that is open above it. */
static bool is_loop(const struct folder *linked) {
    for (const struct folder *above = linked->linked_from; above; above = above->linked_from)
        if (path_is_below(above->canonical, linked->canonical))
            return true;
    return false;
}

static int compare_folders(const void *left, const void *right) {
    const struct folder *const *a = left, *const *b = right;
    return strcmp((*a)->path, (*b)->path);
}

/* Follows the links to folders, round by round: the links of round n are behind n - 1 others. */
static void read_linked_folders(struct walker *walker) {
    while (walker->linked.n_folders > 0 && !walker->failed) {
        struct folder_list round = walker->linked;
        walker->linked = (struct folder_list){0};
        qsort(round.folders, round.n_folders, sizeof *round.folders, compare_folders);
        for (size_t i = 0; i < round.n_folders && !walker->failed; i++) {
            const struct folder *linked = round.folders[i];
            if (is_loop(linked)) {
                add_problem(walker, linked->path, "a symbolic link to a folder that it is in");
            } else {
                read_folder(walker, linked);
                read_real_folders(walker);
            }
        }
        free(round.folders);
    }
}

static void add_path(struct walker *walker, const char *path) {
    struct stat status;
    const char *canonical = resolve(walker, path);
    if (walker->failed)
        return;
    if (!canonical || stat(canonical, &status) != 0)
        add_problem(walker, path, strerror(errno));
    else if (S_ISDIR(status.st_mode))
        add_folder(walker, &walker->real, canonical, canonical, NULL);
    else if (!S_ISREG(status.st_mode))
        add_problem(walker, path, "neither a folder nor a regular file");
    else if (file_kind_from_name(canonical) == FILE_UNKNOWN)
        add_problem(walker, path,
                    "not a kind of file that is read: "
                    ".md .markdown .html .htm .txt .jsonl .jsonl.gz .warc .warc.gz");
    else
        add_file(walker, canonical, canonical, &status);
}

/* Of one real file, first its real name, then the other names in byte order. */
static int compare_found(const void *left, const void *right) {
    const struct found_file *a = left, *b = right;
    int order = strcmp(a->canonical, b->canonical);
    if (order != 0)
        return order;
    bool a_is_real = strcmp(a->file.path, a->canonical) == 0;
    bool b_is_real = strcmp(b->file.path, b->canonical) == 0;
    if (a_is_real != b_is_real)
        return a_is_real ? -1 : 1;
    return strcmp(a->file.path, b->file.path);
}

static int compare_files(const void *left, const void *right) {
    const struct walk_file *a = left, *b = right;
    return strcmp(a->path, b->path);
}

static int compare_problems(const void *left, const void *right) {
    const struct walk_problem *a = left, *b = right;
    int order = strcmp(a->path, b->path);
    return order != 0 ? order : strcmp(a->text, b->text);
}

static bool are_sorted(const struct walk *walk) {
    for (size_t i = 1; i < walk->n_files; i++)
        if (compare_files(&walk->files[i - 1], &walk->files[i]) > 0)
            return false;
    return true;
}

/* Hands each found file to the walk once, in order. */
static void list_files(struct walker *walker) {
    struct walk *walk = walker->walk;
    if (walker->n_found == 0)
        return;
    walk->files = reallocarray(NULL, walker->n_found, sizeof *walk->files);
    if (!walk->files) {
        walker->failed = true;
        return;
    }
    walk->files_capacity = walker->n_found;
    qsort(walker->found, walker->n_found, sizeof *walker->found, compare_found);
    for (size_t i = 0; i < walker->n_found; i++) {
        const struct found_file *found = &walker->found[i];
        if (i == 0 || strcmp(found->canonical, found[-1].canonical) != 0)
            walk->files[walk->n_files++] = found->file;
    }
    if (!are_sorted(walk)) /* as they are unless some are behind links */
        qsort(walk->files, walk->n_files, sizeof *walk->files, compare_files);
}

static void keep_identity(void *identity) {
    (void)identity; /* the arena owns it */
}

enum status walk_files(const char *const *paths, size_t n_paths, struct walk *walk,
                       struct error *error) {
    struct walker walker = {.walk = walk};
    for (size_t i = 0; i < n_paths && !walker.failed; i++)
        add_path(&walker, paths[i]);
    read_real_folders(&walker);
    read_linked_folders(&walker);
    if (!walker.failed)
        list_files(&walker);
    if (walk->n_problems > 0)
        qsort(walk->problems, walk->n_problems, sizeof *walk->problems, compare_problems);

    tdestroy(walker.visited, keep_identity);
    free(walker.found);
    free(walker.linked.folders);
    free(walker.real.folders);
    return walker.failed ? error_no_memory(error) : STATUS_OK;
}

void walk_free(struct walk *walk) {
    free(walk->problems);
    free(walk->files);
    arena_free(&walk->arena);
    *walk = (struct walk){0};
}
