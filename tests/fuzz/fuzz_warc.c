/* The reader of archives on any file: it ends, each record that it gives can be read again alone,
 * and an archive that is appended to keeps what was whole. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "indexer/warc/warc_member.h"
#include "indexer/warc/warc_reader.h"
#include "tests/fuzz/check_document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);

static void check_again(const char *path, const struct warc_record *record) {
    struct warc_record again = {0};
    must_hold(warc_read_at(path, record->place, &again, NULL) == STATUS_OK);
    must_hold(again.type == record->type && again.block.size == record->block.size);
    must_hold(again.block.size == 0 ||
              memcmp(again.block.data, record->block.data, again.block.size) == 0);
    warc_record_free(&again);
}

static void check_records(const char *path, size_t n_bytes) {
    struct warc_reader *reader = NULL;
    struct warc_record record = {0};
    bool more = true;
    size_t n_checked = 0;
    /* A member of a few bytes can hold many records, but not a thousand for each byte. */
    size_t n_left = 1100 * n_bytes + 2;
    must_hold(warc_reader_open(path, &reader, NULL) == STATUS_OK);
    while (more) {
        must_hold(n_left-- > 0);
        must_hold(warc_reader_next(reader, &record, &more, NULL) == STATUS_OK);
        must_hold(record.place.offset <= n_bytes);
        must_hold(!record.problem || record.block.size == 0);
        if (more && !record.problem && n_checked++ < 20)
            check_again(path, &record);
    }
    warc_record_free(&record);
    warc_reader_close(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
    char path[40];
    uint64_t n_whole;
    int descriptor = memfd_create("fuzz", MFD_CLOEXEC);
    must_hold(descriptor >= 0 && write(descriptor, data, n_bytes) == (ssize_t)n_bytes);
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    check_records(path, n_bytes);
    must_hold(warc_member_whole(descriptor, n_bytes, &n_whole, NULL) == STATUS_OK);
    must_hold(n_whole <= n_bytes);
    close(descriptor);
    return 0;
}
