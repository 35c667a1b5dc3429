/* See child_process.h. */
#include "indexer/readers/child_process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { READ_BYTES = 1 << 16 }; /* what a pipe holds */

struct child {
    int input;   /* the file in memory */
    int output;  /* our end of the pipe */
    int to_pipe; /* the program's end */
    int process; /* becomes readable when the program ends */
    pid_t pid;   /* and its process group; 0: not running */
};

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum status error_of_system(const char *what, int code, struct error *error) {
    return error_set(error, STATUS_INPUT, "%s: %s", what, strerror(code));
}

static void close_and_forget(int *descriptor) {
    if (*descriptor >= 0)
        close(*descriptor);
    *descriptor = -1;
}

/* ---- beginning ---- */

static enum status open_input(struct child *child, const char *bytes, size_t n_bytes,
                              struct error *error) {
    child->input = memfd_create("osler", MFD_CLOEXEC);
    if (child->input < 0)
        return error_of_system("memfd_create", errno, error);
    for (size_t written = 0; written < n_bytes;) {
        ssize_t n = write(child->input, bytes + written, n_bytes - written);
        if (n < 0 && errno != EINTR)
            return error_of_system("write", errno, error);
        written += n > 0 ? (size_t)n : 0;
    }
    if (lseek(child->input, 0, SEEK_SET) != 0)
        return error_of_system("lseek", errno, error);
    return STATUS_OK;
}

static enum status open_pipe(struct child *child, struct error *error) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_of_system("pipe", errno, error);
    child->output = ends[0];
    child->to_pipe = ends[1];
    if (fcntl(child->output, F_SETFL, O_NONBLOCK) != 0)
        return error_of_system("fcntl", errno, error);
    return STATUS_OK;
}

/* A group of its own, so that what it starts can be killed with it; signals as by default. */
static int fill_attributes(posix_spawnattr_t *attributes) {
    sigset_t none;
    sigset_t defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    int code = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                                        POSIX_SPAWN_SETSIGDEF);
    code = code ? code : posix_spawnattr_setpgroup(attributes, 0);
    code = code ? code : posix_spawnattr_setsigmask(attributes, &none);
    return code ? code : posix_spawnattr_setsigdefault(attributes, &defaults);
}

static int fill_actions(posix_spawn_file_actions_t *actions, const struct child *child) {
    int code = posix_spawn_file_actions_adddup2(actions, child->input, STDIN_FILENO);
    code = code ? code : posix_spawn_file_actions_adddup2(actions, child->to_pipe, STDOUT_FILENO);
    code = code
               ? code
               : posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    return code ? code : posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
}

/* The code of an error, or 0. */
static int spawn(struct child *child, const char *const arguments[]) {
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    int code = posix_spawnattr_init(&attributes);
    if (code != 0)
        return code;
    code = posix_spawn_file_actions_init(&actions);
    if (code == 0) {
        code = fill_attributes(&attributes);
        code = code ? code : fill_actions(&actions, child);
        pid_t pid;
        code = code ? code
                    : posix_spawnp(&pid, arguments[0], &actions, &attributes,
                                   (char *const *)arguments, environ);
        if (code == 0)
            child->pid = pid;
        posix_spawn_file_actions_destroy(&actions);
    }
    posix_spawnattr_destroy(&attributes);
    return code;
}

/* The program already runs, for posix_spawn sets no limits; what it did until here counts. */
static enum status limit(const struct child *child, const struct child_limits *limits,
                         struct error *error) {
    const struct {
        int resource;
        rlim_t most;
    } wanted[] = {{RLIMIT_CPU, limits->cpu_s},
                  {RLIMIT_AS, limits->memory_bytes},
                  {RLIMIT_FSIZE, 0},
                  {RLIMIT_CORE, 0}};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        /* The hard limit of CPU time kills one that ignores the signal of the soft one. */
        rlim_t hard = wanted[i].most + (wanted[i].resource == RLIMIT_CPU ? 1 : 0);
        struct rlimit both = {wanted[i].most, hard};
        if (prlimit(child->pid, (__rlimit_resource_t)wanted[i].resource, &both, NULL) != 0 &&
            errno != ESRCH)
            return error_of_system("prlimit", errno, error);
    }
    return STATUS_OK;
}

static enum status start(struct child *child, const char *const arguments[],
                         const struct child_limits *limits, bool *found, struct error *error) {
    int code = spawn(child, arguments);
    close_and_forget(&child->to_pipe);
    *found = code == 0;
    if (code == ENOMEM)
        return error_no_memory(error);
    if (code != 0)
        return code == ENOENT ? STATUS_OK : error_of_system(arguments[0], code, error);
    child->process = pidfd_open(child->pid, 0);
    if (child->process < 0)
        return error_of_system("pidfd_open", errno, error);
    return limit(child, limits, error);
}

/* ---- reading ---- */

/* Takes what the pipe holds; closes our end at the end of the output. */
static enum status read_output(struct child *child, size_t most, struct child_result *result,
                               struct error *error) {
    char bytes[READ_BYTES];
    ssize_t n;
    while ((n = read(child->output, bytes, sizeof bytes)) > 0) {
        size_t room = most - result->output.size;
        if ((size_t)n > room)
            result->end = CHILD_TOO_MUCH_OUTPUT;
        buffer_append(&result->output, bytes, (size_t)n > room ? room : (size_t)n);
        if (result->output.failed)
            return error_no_memory(error);
        if (result->end == CHILD_TOO_MUCH_OUTPUT)
            return STATUS_OK;
    }
    if (n == 0 || (errno != EAGAIN && errno != EINTR))
        close_and_forget(&child->output);
    return STATUS_OK;
}

/* Reads until the program has ended, which closes the pipe unless it left others behind, or has
 * exceeded a limit. */
static enum status wait_for_end(struct child *child, const struct child_limits *limits,
                                struct child_result *result, struct error *error) {
    int64_t deadline = now_ms() + limits->wall_ms;
    enum status status = STATUS_OK;
    bool has_ended = false;
    while (status == STATUS_OK && result->end == CHILD_EXITED && !has_ended) {
        int64_t left_ms = deadline - now_ms();
        if (left_ms <= 0) {
            result->end = CHILD_TOO_SLOW;
            break;
        }
        struct pollfd events[] = {{.fd = child->process, .events = POLLIN},
                                  {.fd = child->output, .events = POLLIN}};
        if (poll(events, 2, (int)left_ms) < 0 && errno != EINTR)
            return error_of_system("poll", errno, error);
        has_ended = events[0].revents != 0;
        if (child->output >= 0 && (has_ended || events[1].revents != 0))
            status = read_output(child, limits->output_bytes, result, error);
    }
    return status;
}

/* Kills the whole group before its leader is reaped: until then its number is no one else's. */
static void finish(struct child *child, struct child_result *result) {
    if (child->pid > 0) {
        int how = 0;
        kill(-child->pid, SIGKILL);
        while (waitpid(child->pid, &how, 0) < 0 && errno == EINTR)
            continue;
        if (result->end == CHILD_EXITED && WIFSIGNALED(how)) {
            result->end = CHILD_DIED;
            result->code = WTERMSIG(how);
        } else if (result->end == CHILD_EXITED) {
            result->code = WEXITSTATUS(how);
        }
    }
    close_and_forget(&child->input);
    close_and_forget(&child->output);
    close_and_forget(&child->to_pipe);
    close_and_forget(&child->process);
}

bool child_process_is_there(const char *name) {
    char path[PATH_MAX];
    const char *at = getenv("PATH");
    while (at && *at) {
        size_t n_bytes = strcspn(at, ":");
        int length = snprintf(path, sizeof path, "%.*s/%s", (int)n_bytes, at, name);
        if (n_bytes > 0 && length > 0 && (size_t)length < sizeof path && access(path, X_OK) == 0)
            return true;
        at += n_bytes + (at[n_bytes] == ':');
    }
    return false;
}

enum status child_process_run(const char *const arguments[], const char *input, size_t n_bytes,
                              const struct child_limits *limits, struct child_result *result,
                              struct error *error) {
    struct child child = {.input = -1, .output = -1, .to_pipe = -1, .process = -1};
    bool found = true;
    enum status status = open_input(&child, input, n_bytes, error);
    if (status == STATUS_OK)
        status = open_pipe(&child, error);
    if (status == STATUS_OK)
        status = start(&child, arguments, limits, &found, error);
    if (status == STATUS_OK && !found)
        result->end = CHILD_NOT_FOUND;
    else if (status == STATUS_OK)
        status = wait_for_end(&child, limits, result, error);
    finish(&child, result);
    return status;
}

void child_result_free(struct child_result *result) {
    buffer_free(&result->output);
    *result = (struct child_result){0};
}
