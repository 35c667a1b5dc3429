/* See source_texts.h. Open addressing. */
#include "indexer/sources/source_texts.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 16 };

enum status source_texts_open(struct source_texts *texts, const struct source_keys *keys,
                              struct error *error) {
    size_t n_slots = FIRST_SLOTS;
    while (n_slots < keys->n_pages * 2)
        n_slots *= 2;
    *texts = (struct source_texts){
        .pages = keys->pages, .slots = calloc(n_slots, sizeof *texts->slots), .n_slots = n_slots};
    if (!texts->slots)
        return error_no_memory(error);
    for (size_t i = 0; i < n_slots; i++)
        texts->slots[i] = SOURCE_NO_PAGE;
    return STATUS_OK;
}

void source_texts_close(struct source_texts *texts) {
    free(texts->slots);
    *texts = (struct source_texts){0};
}

size_t source_texts_first(struct source_texts *texts, size_t i_page) {
    const unsigned char *sha256 = texts->pages[i_page].text_sha256;
    size_t slot;
    memcpy(&slot, sha256, sizeof slot);
    for (slot &= texts->n_slots - 1; texts->slots[slot] != SOURCE_NO_PAGE;
         slot = (slot + 1) & (texts->n_slots - 1))
        if (memcmp(texts->pages[texts->slots[slot]].text_sha256, sha256, SHA256_BYTES) == 0)
            return texts->slots[slot];
    texts->slots[slot] = i_page;
    return i_page;
}
