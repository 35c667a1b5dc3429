/* See stemmer.h. One open-addressed table per language:
 *
 *   slots    hash of the word, place of its record in `words`
 *   words    (word bytes, '\0', stem bytes, '\0') after one another
 *
 * A full table is emptied: natural language refills it with the frequent words at once. */
#include "store/stemmer.h"

#include <errno.h>
#include <libstemmer.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "store/buffer.h"
#include "store/function_words.h"
#include "store/hash.h"
#include "store/spelling.h"

enum {
    FIRST_SLOTS = 1 << 9, /* a power of two: a query needs little */
    MAX_SLOTS = 1 << 16,  /* half a megabyte a language */
};

struct slot {
    uint32_t hash;
    uint32_t place; /* offset in words, plus one; 0: free */
    uint8_t word_bytes, stem_bytes;
    uint8_t facts;
};

enum { DIFFERS = 1, FUNCTION_STEM = 2, FUNCTION_WORD = 4 }; /* facts */

struct language {
    struct language *next;
    char code[STEMMER_CODE_BYTES + 1];
    bool is_english;
    struct sb_stemmer *snowball; /* NULL: no stemmer for this language */
    struct slot *slots;
    size_t n_slots;
    size_t n_words;
    struct buffer words;
};

struct stemmer {
    struct language *languages;
    struct language *language; /* in use */
};

static void language_close(struct language *language) {
    if (language->snowball)
        sb_stemmer_delete(language->snowball);
    free(language->slots);
    buffer_free(&language->words);
    free(language);
}

static struct language *language_open(const char *code) {
    struct language *language = calloc(1, sizeof *language);
    if (!language)
        return NULL;
    memcpy(language->code, code, sizeof language->code);
    language->is_english = strcmp(code, "en") == 0;
    errno = 0;
    language->snowball = sb_stemmer_new(code, "UTF_8");
    bool is_unknown = !language->snowball && errno != ENOMEM; /* it is NULL either way */
    language->n_slots = FIRST_SLOTS;
    language->slots = calloc(language->n_slots, sizeof *language->slots);
    if (!language->slots || !(language->snowball || is_unknown)) {
        language_close(language);
        return NULL;
    }
    return language;
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

void stemmer_code(const char *language, char code[STEMMER_CODE_BYTES + 1]) {
    bool is_english = !language || language[0] == '\0';
    memcpy(code, is_english ? "en" : "--", STEMMER_CODE_BYTES + 1);
    if (is_english || !is_letter(language[0]) || !is_letter(language[1]))
        return;
    if (language[2] == '\0' || language[2] == '-' || language[2] == '_')
        for (size_t i = 0; i < STEMMER_CODE_BYTES; i++)
            code[i] = (char)(language[i] | 0x20);
}

static struct language *find_language(struct stemmer *stemmer, const char *language) {
    char code[STEMMER_CODE_BYTES + 1];
    stemmer_code(language, code);
    struct language **link = &stemmer->languages;
    for (; *link; link = &(*link)->next)
        if (memcmp((*link)->code, code, sizeof code) == 0)
            return *link;
    *link = language_open(code);
    return *link;
}

enum status stemmer_use(struct stemmer *stemmer, const char *language, struct error *error) {
    stemmer->language = find_language(stemmer, language);
    return stemmer->language ? STATUS_OK : error_no_memory(error);
}

void stemmer_close(struct stemmer *stemmer) {
    if (!stemmer)
        return;
    for (struct language *language = stemmer->languages, *next; language; language = next) {
        next = language->next;
        language_close(language);
    }
    free(stemmer);
}

enum status stemmer_open(struct stemmer **stemmer, struct error *error) {
    *stemmer = calloc(1, sizeof **stemmer);
    enum status status = *stemmer ? stemmer_use(*stemmer, NULL, error) : error_no_memory(error);
    if (status != STATUS_OK) {
        stemmer_close(*stemmer);
        *stemmer = NULL;
    }
    return status;
}

/* The slot that holds `word`, or the free one where it belongs. */
static struct slot *find_slot(struct language *language, uint32_t hash, const char *word,
                              size_t n_bytes) {
    size_t mask = language->n_slots - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        struct slot *slot = &language->slots[i];
        if (slot->place == 0)
            return slot;
        const char *known = language->words.data + slot->place - 1;
        if (slot->hash == hash && slot->word_bytes == n_bytes && memcmp(known, word, n_bytes) == 0)
            return slot;
    }
}

/* Makes room for one more word: three quarters of the slots are used at most, which keeps probes
 * short. */
static enum status make_room(struct language *language, struct error *error) {
    if (language->n_words < language->n_slots / 4 * 3)
        return STATUS_OK;
    if (language->n_slots == MAX_SLOTS) {
        memset(language->slots, 0, language->n_slots * sizeof *language->slots);
        buffer_clear(&language->words);
        language->n_words = 0;
        return STATUS_OK;
    }
    size_t n_slots = language->n_slots * 4 < MAX_SLOTS ? language->n_slots * 4 : MAX_SLOTS;
    struct slot *slots = calloc(n_slots, sizeof *slots);
    if (!slots)
        return error_no_memory(error);
    for (size_t i = 0; i < language->n_slots; i++) {
        size_t slot = language->slots[i].hash & (n_slots - 1);
        while (language->slots[i].place && slots[slot].place)
            slot = (slot + 1) & (n_slots - 1);
        if (language->slots[i].place)
            slots[slot] = language->slots[i];
    }
    free(language->slots);
    language->slots = slots;
    language->n_slots = n_slots;
    return STATUS_OK;
}

static uint8_t facts_of(const char *word, size_t word_bytes, const char *stem, size_t stem_bytes) {
    bool differs = word_bytes != stem_bytes || memcmp(word, stem, stem_bytes) != 0;
    return (uint8_t)((differs ? DIFFERS : 0) |
                     (is_function_word(stem, stem_bytes) ? FUNCTION_STEM : 0) |
                     (is_function_word(word, word_bytes) ? FUNCTION_WORD : 0));
}

static enum status add_word(struct language *language, uint32_t hash, const char *word,
                            size_t n_bytes, struct slot **slot, struct error *error) {
    enum status status = make_room(language, error);
    if (status != STATUS_OK)
        return status;
    *slot = find_slot(language, hash, word, n_bytes);
    size_t place = language->words.size;
    char spelled[SPELLING_MAX_BYTES + SPELLING_GROWTH];
    size_t spelled_bytes = language->is_english ? spelling_american(word, n_bytes, spelled) : 0;
    const sb_symbol *stem =
        sb_stemmer_stem(language->snowball, (const sb_symbol *)(spelled_bytes ? spelled : word),
                        (int)(spelled_bytes ? spelled_bytes : n_bytes));
    if (!stem)
        return error_no_memory(error);
    size_t stem_bytes = (size_t)sb_stemmer_length(language->snowball);
    /* A stemmer that leaves nothing would lose the word, and none makes one this long. */
    bool is_stem = stem_bytes > 0 && stem_bytes <= UINT8_MAX;
    buffer_append(&language->words, word, n_bytes);
    buffer_append_char(&language->words, '\0');
    buffer_append(&language->words, is_stem ? (const char *)stem : word,
                  is_stem ? stem_bytes : n_bytes);
    buffer_append_char(&language->words, '\0');
    if (language->words.failed)
        return error_no_memory(error);
    const char *kept = language->words.data + place + n_bytes + 1;
    size_t kept_bytes = is_stem ? stem_bytes : n_bytes;
    **slot = (struct slot){hash, (uint32_t)place + 1, (uint8_t)n_bytes, (uint8_t)kept_bytes,
                           facts_of(word, n_bytes, kept, kept_bytes)};
    language->n_words++;
    return STATUS_OK;
}

enum status stemmer_stem(struct stemmer *stemmer, const char *word, size_t n_bytes,
                         struct stem *stem, struct error *error) {
    struct language *language = stemmer->language;
    if (!language->snowball || n_bytes > STEMMER_MAX_BYTES) {
        bool is_function = is_function_word(word, n_bytes);
        *stem = (struct stem){word, n_bytes, false, is_function, is_function};
        return STATUS_OK;
    }
    uint32_t hash = hash_of(word, n_bytes);
    struct slot *slot = find_slot(language, hash, word, n_bytes);
    if (slot->place == 0) {
        enum status status = add_word(language, hash, word, n_bytes, &slot, error);
        if (status != STATUS_OK)
            return status;
    }
    *stem = (struct stem){language->words.data + slot->place + n_bytes, slot->stem_bytes,
                          slot->facts & DIFFERS, slot->facts & FUNCTION_STEM,
                          slot->facts & FUNCTION_WORD};
    return STATUS_OK;
}
