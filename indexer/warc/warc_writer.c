/* See warc_writer.h. */
#include "indexer/warc/warc_writer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "indexer/warc/warc_member.h"
#include "indexer/warc/warc_source.h"

/* Files that are begun within one second have the times of the next ones; so many are not. */
enum { MAX_NAME_TRIES = 1000 };

enum { TIME_DIGITS = 14 };
static const char suffix[] = ".warc.gz";

struct warc_writer {
    struct arena arena; /* owns the strings of the options */
    struct warc_writer_options options;
    int folder; /* descriptor */
    int file;   /* descriptor, -1: none yet */
    char *file_name;
    uint64_t n_bytes; /* of the file, all of them whole members */
    uint64_t n_found; /* of these were there before */
    struct buffer header, member;
};

static enum status failed(const struct warc_writer *self, const char *file, struct error *error) {
    return error_set(error, STATUS_INDEX, "%s%s%s: %s", self->options.folder, file ? "/" : "",
                     file ? file : "", strerror(errno));
}

/* ---- files ---- */

static void close_file(struct warc_writer *self) {
    if (self->file >= 0)
        close(self->file);
    free(self->file_name);
    self->file = -1;
    self->file_name = NULL;
    self->n_bytes = self->n_found = 0;
}

static bool is_ours(const struct warc_writer *self, const char *name) {
    size_t name_bytes = strlen(self->options.name);
    if (strncmp(name, self->options.name, name_bytes) != 0 || name[name_bytes] != '-')
        return false;
    name += name_bytes + 1;
    return strspn(name, "0123456789") == TIME_DIGITS && strcmp(name + TIME_DIGITS, suffix) == 0;
}

/* The newest of our files into `*newest`, or NULL. */
static enum status find_newest(const struct warc_writer *self, char **newest, struct error *error) {
    int descriptor = openat(self->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = descriptor >= 0 ? fdopendir(descriptor) : NULL;
    enum status status = STATUS_OK;
    const struct dirent *entry;
    *newest = NULL;
    if (!folder) {
        status = failed(self, NULL, error);
        if (descriptor >= 0)
            close(descriptor);
        return status;
    }
    while (status == STATUS_OK && (errno = 0, entry = readdir(folder))) {
        if (!is_ours(self, entry->d_name) || (*newest && strcmp(entry->d_name, *newest) < 0))
            continue;
        free(*newest);
        *newest = strdup(entry->d_name);
        status = *newest ? STATUS_OK : error_no_memory(error);
    }
    if (status == STATUS_OK && errno != 0)
        status = failed(self, NULL, error);
    closedir(folder);
    return status;
}

/* True if a record begins behind byte `offset` of the file. */
static enum status has_record_behind(const struct warc_writer *self, uint64_t offset, bool *found,
                                     struct error *error) {
    struct warc_source source;
    char *path;
    if (asprintf(&path, "%s/%s", self->options.folder, self->file_name) < 0)
        return error_no_memory(error);
    enum status status = warc_source_open(&source, path, error);
    free(path);
    if (status != STATUS_OK)
        return status;
    if (source.is_gzip)
        status = warc_source_resume(&source, offset + 1, error);
    *found = source.is_gzip && source.state == SOURCE_OPEN;
    warc_source_close(&source);
    return status;
}

/* Takes over the open file and cuts off what an interrupted write left. If records follow the
 * damage it is of another kind: nothing is cut, and the file is left as it is. */
static enum status adopt(struct warc_writer *self, struct error *error) {
    struct stat file;
    bool has_more = false;
    if (fstat(self->file, &file) != 0)
        return failed(self, self->file_name, error);
    uint64_t n_bytes = (uint64_t)file.st_size;
    enum status status = warc_member_whole(self->file, n_bytes, &self->n_bytes, error);
    self->n_found = self->n_bytes;
    if (status != STATUS_OK || self->n_bytes == n_bytes)
        return status;
    status = has_record_behind(self, self->n_bytes, &has_more, error);
    if (status != STATUS_OK)
        return status;
    if (has_more)
        close_file(self);
    else if (ftruncate(self->file, (off_t)self->n_bytes) != 0)
        return failed(self, self->file_name, error);
    return STATUS_OK;
}

/* Goes on with the newest file, unless there is none or another process writes it. */
static enum status open_newest(struct warc_writer *self, struct error *error) {
    enum status status = find_newest(self, &self->file_name, error);
    if (status != STATUS_OK || !self->file_name)
        return status;
    self->file = openat(self->folder, self->file_name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (self->file < 0)
        return failed(self, self->file_name, error);
    if (flock(self->file, LOCK_EX | LOCK_NB) == 0)
        return adopt(self, error);
    close_file(self);
    return STATUS_OK;
}

/* Creates a file that is called after the time. */
static enum status create_file(struct warc_writer *self, struct error *error) {
    time_t now = time(NULL);
    for (int i = 0; i < MAX_NAME_TRIES && self->file < 0; i++, now++) {
        struct tm utc;
        char digits[TIME_DIGITS + 1];
        gmtime_r(&now, &utc);
        strftime(digits, sizeof digits, "%Y%m%d%H%M%S", &utc);
        free(self->file_name);
        if (asprintf(&self->file_name, "%s-%s%s", self->options.name, digits, suffix) < 0) {
            self->file_name = NULL;
            return error_no_memory(error);
        }
        self->file =
            openat(self->folder, self->file_name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
        if (self->file < 0 && errno != EEXIST)
            return failed(self, self->file_name, error);
    }
    if (self->file < 0 || flock(self->file, LOCK_EX | LOCK_NB) != 0 || fsync(self->folder) != 0)
        return failed(self, self->file_name, error);
    self->n_bytes = 0;
    return STATUS_OK;
}

/* ---- opening ---- */

static enum status copy_options(struct warc_writer *self, const struct warc_writer_options *options,
                                struct error *error) {
    self->options = *options;
    self->options.folder = arena_string(&self->arena, options->folder);
    self->options.name = arena_string(&self->arena, options->name);
    self->options.software = arena_string(&self->arena, options->software);
    if (self->options.file_max_bytes == 0)
        self->options.file_max_bytes = WARC_FILE_MAX_BYTES;
    return self->options.folder && self->options.name && self->options.software
               ? STATUS_OK
               : error_no_memory(error);
}

static enum status open_folder(struct warc_writer *self, struct error *error) {
    if (mkdir(self->options.folder, 0777) != 0 && errno != EEXIST)
        return failed(self, NULL, error);
    self->folder = open(self->options.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return self->folder >= 0 ? STATUS_OK : failed(self, NULL, error);
}

enum status warc_writer_open(const struct warc_writer_options *options, struct warc_writer **writer,
                             struct error *error) {
    struct warc_writer *self = calloc(1, sizeof *self);
    *writer = NULL;
    if (!self)
        return error_no_memory(error);
    self->folder = self->file = -1;
    enum status status = copy_options(self, options, error);
    if (status == STATUS_OK)
        status = open_folder(self, error);
    if (status == STATUS_OK)
        status = open_newest(self, error);
    if (status == STATUS_OK)
        *writer = self;
    else
        warc_writer_close(self);
    return status;
}

void warc_writer_close(struct warc_writer *writer) {
    if (!writer)
        return;
    close_file(writer);
    if (writer->folder >= 0)
        close(writer->folder);
    buffer_free(&writer->header);
    buffer_free(&writer->member);
    arena_free(&writer->arena);
    free(writer);
}

enum status warc_writer_sync(struct warc_writer *writer, struct error *error) {
    if (writer->file >= 0 && fdatasync(writer->file) != 0)
        return failed(writer, writer->file_name, error);
    return STATUS_OK;
}

/* ---- records ---- */

/* A random (version 4) UUID as RFC 9562 has it. */
static enum status make_id(char id[WARC_ID_BYTES], struct error *error) {
    unsigned char bytes[16];
    ssize_t n_bytes;
    do
        n_bytes = getrandom(bytes, sizeof bytes, 0);
    while (n_bytes < 0 && errno == EINTR);
    if (n_bytes != sizeof bytes)
        return error_set(error, STATUS_INDEX, "no random numbers: %s", strerror(errno));
    bytes[6] = (unsigned char)((bytes[6] & 0x0F) | 0x40);
    bytes[8] = (unsigned char)((bytes[8] & 0x3F) | 0x80);
    char *to = stpcpy(id, "urn:uuid:");
    for (size_t i = 0; i < sizeof bytes; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *to++ = '-';
        to += sprintf(to, "%02x", bytes[i]);
    }
    return STATUS_OK;
}

/* Gives the copy `record` what it lacks. */
static enum status complete(struct warc_record *record, char block_digest[WARC_DIGEST_BYTES],
                            struct warc_written *written, struct error *error) {
    enum status status = STATUS_OK;
    const char *block = buffer_string(&record->block);
    if (!record->id) {
        status = make_id(written->id, error);
        record->id = written->id;
    }
    if (!record->date) {
        warc_date_write(time(NULL), written->date);
        record->date = written->date;
    }
    bool is_http = !record->content_type && record->block.size > 0;
    if (is_http && record->type == WARC_REQUEST)
        record->content_type = "application/http;msgtype=request";
    if (is_http && (record->type == WARC_RESPONSE || record->type == WARC_REVISIT))
        record->content_type = "application/http;msgtype=response";
    if (record->profile && !record->truncated &&
        strcmp(record->profile, WARC_IDENTICAL_PAYLOAD) == 0)
        record->truncated = "length";
    warc_digest(block, record->block.size, block_digest);
    if (!record->block_digest)
        record->block_digest = block_digest;
    if (status == STATUS_OK && record->type == WARC_RESPONSE && !record->payload_digest)
        status = warc_payload_digest(block, record->block.size, written->payload_digest, error);
    if (written->payload_digest[0])
        record->payload_digest = written->payload_digest;
    return status;
}

/* Writes the member behind the last one, or nothing. */
static enum status write_member(struct warc_writer *self, struct error *error) {
    size_t n_written = 0;
    while (n_written < self->member.size) {
        ssize_t result = pwrite(self->file, self->member.data + n_written,
                                self->member.size - n_written, (off_t)(self->n_bytes + n_written));
        if (result < 0 && errno != EINTR) {
            enum status status = failed(self, self->file_name, error);
            /* If this fails too, the next writer cuts it off. */
            (void)!ftruncate(self->file, (off_t)self->n_bytes);
            return status;
        }
        if (result > 0)
            n_written += (size_t)result;
    }
    self->n_bytes += self->member.size;
    return STATUS_OK;
}

/* Appends a record to the file that is open. */
static enum status append(struct warc_writer *self, const struct warc_record *record,
                          struct warc_written *written, struct error *error) {
    struct warc_record copy = *record; /* borrows all */
    char block_digest[WARC_DIGEST_BYTES];
    *written = (struct warc_written){.file = self->file_name, .place.offset = self->n_bytes};
    buffer_clear(&self->header);
    buffer_clear(&self->member);
    enum status status = complete(&copy, block_digest, written, error);
    if (status == STATUS_OK)
        status = warc_record_format(&copy, &self->header, error);
    const struct warc_part parts[] = {{buffer_string(&self->header), self->header.size},
                                      {buffer_string(&copy.block), copy.block.size},
                                      {"\r\n\r\n", 4}};
    if (status == STATUS_OK)
        status = warc_member_append(parts, 3, &self->member, error);
    if (status == STATUS_OK)
        status = write_member(self, error);
    written->begin = self->n_found;
    written->end = self->n_bytes;
    return status;
}

static enum status append_info(struct warc_writer *self, struct error *error) {
    struct warc_written written;
    struct warc_record info = {
        .type = WARC_INFO,
        .file_name = self->file_name,
        .content_type = "application/warc-fields",
    };
    buffer_append_format(&info.block,
                         "software: %s\r\nformat: WARC File Format 1.1\r\n"
                         "conformsTo: http://iipc.github.io/warc-specifications/specifications/"
                         "warc-format/warc-1.1/\r\nrobots: classic\r\n",
                         self->options.software);
    enum status status =
        info.block.failed ? error_no_memory(error) : append(self, &info, &written, error);
    buffer_free(&info.block);
    return status;
}

/* Makes sure that a file with room for a record is open. */
static enum status prepare_file(struct warc_writer *self, struct error *error) {
    enum status status = STATUS_OK;
    if (self->file >= 0 && self->n_bytes >= self->options.file_max_bytes) {
        status = warc_writer_sync(self, error);
        if (status == STATUS_OK)
            close_file(self);
    }
    if (status == STATUS_OK && self->file < 0)
        status = create_file(self, error);
    if (status == STATUS_OK && self->n_bytes == 0)
        status = append_info(self, error);
    return status;
}

enum status warc_writer_append(struct warc_writer *writer, const struct warc_record *record,
                               struct warc_written *written, struct error *error) {
    *written = (struct warc_written){0};
    if (record->block.size > WARC_BLOCK_MAX_BYTES)
        return error_set(error, STATUS_INPUT, "larger than %d MB: not archived",
                         WARC_BLOCK_MAX_BYTES >> 20);
    enum status status = prepare_file(writer, error);
    return status == STATUS_OK ? append(writer, record, written, error) : status;
}
