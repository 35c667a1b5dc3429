/* See stored_path.h. */
#include "store/stored_path.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

bool path_is_below(const char *path, const char *root) {
    size_t length = strlen(root);
    while (length > 0 && root[length - 1] == '/')
        length--;
    return strncmp(path, root, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

const char *path_to_store(const char *path, const char *folder) {
    size_t length = strlen(folder);
    bool is_root = length == 1;
    return path_is_below(path, folder) && path[length] ? path + length + (is_root ? 0 : 1) : path;
}

char *path_from_stored(struct arena *arena, const char *stored, const char *folder) {
    if (stored[0] == '/')
        return arena_string(arena, stored);
    size_t folder_bytes = strlen(folder);
    char *path = arena_allocate(arena, folder_bytes + strlen(stored) + 2);
    if (!path)
        return NULL;
    memcpy(path, folder, folder_bytes);
    if (folder_bytes > 1)
        path[folder_bytes++] = '/';
    memcpy(path + folder_bytes, stored, strlen(stored));
    return path;
}

const char *path_shown(struct arena *arena, const char *stored, const char *folder,
                       const char *working) {
    const char *path = path_from_stored(arena, stored, folder);
    return path && working ? path_to_store(path, working) : path;
}

const char *path_to_show(const char *path) {
    char working[PATH_MAX];
    return getcwd(working, sizeof working) ? path_to_store(path, working) : path;
}
