/* See lexicon.h. Open addressing. */
#include "store/lexicon.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 1 << 10 };

void lexicon_clear(struct lexicon *lexicon) {
    lexicon->n_terms = 0;
    buffer_clear(&lexicon->strings);
    if (lexicon->slots)
        memset(lexicon->slots, 0, lexicon->n_slots * sizeof *lexicon->slots);
}

void lexicon_free(struct lexicon *lexicon) {
    free(lexicon->terms);
    free(lexicon->slots);
    buffer_free(&lexicon->strings);
    *lexicon = (struct lexicon){0};
}

/* Half of the slots are used at most. */
static bool grow(struct lexicon *self) {
    size_t n_slots = self->n_slots ? self->n_slots * 2 : FIRST_SLOTS;
    struct lexicon_term *terms = realloc(self->terms, n_slots / 2 * sizeof *terms);
    if (!terms)
        return false;
    self->terms = terms;
    self->capacity = n_slots / 2;
    uint32_t *slots = calloc(n_slots, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < self->n_terms; i++) {
        size_t slot = terms[i].hash & (n_slots - 1);
        while (slots[slot])
            slot = (slot + 1) & (n_slots - 1);
        slots[slot] = (uint32_t)i + 1;
    }
    free(self->slots);
    self->slots = slots;
    self->n_slots = n_slots;
    return true;
}

uint32_t lexicon_add(struct lexicon *lexicon, const char *term, size_t n_bytes, uint32_t hash) {
    if (lexicon->n_terms * 2 == lexicon->n_slots && !grow(lexicon))
        return LEXICON_FAILED;
    size_t mask = lexicon->n_slots - 1;
    size_t slot = hash & mask;
    for (; lexicon->slots[slot]; slot = (slot + 1) & mask) {
        const struct lexicon_term *known = &lexicon->terms[lexicon->slots[slot] - 1];
        if (known->hash == hash && known->n_bytes == n_bytes &&
            memcmp(lexicon->strings.data + known->place, term, n_bytes) == 0)
            return lexicon->slots[slot] - 1;
    }
    size_t place = lexicon->strings.size;
    char *kept = buffer_reserve(&lexicon->strings, n_bytes + 1);
    if (!kept || place > UINT32_MAX)
        return LEXICON_FAILED;
    memcpy(kept, term, n_bytes);
    kept[n_bytes] = '\0';
    lexicon->strings.size += n_bytes + 1;
    lexicon->terms[lexicon->n_terms++] =
        (struct lexicon_term){hash, (uint32_t)place, (uint16_t)n_bytes};
    lexicon->slots[slot] = (uint32_t)lexicon->n_terms;
    return lexicon->slots[slot] - 1;
}
