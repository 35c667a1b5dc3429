/* See word_parts.h. */
#include "store/word_parts.h"

#include <stdbool.h>
#include <string.h>

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static const char *const greek_names[] = {
    "alpha", "beta",   "gamma",   "delta", "epsilon", "zeta",    "eta",   "theta", "iota",
    "kappa", "lambda", "mu",      "nu",    "xi",      "omicron", "pi",    "rho",   "sigma",
    "sigma", "tau",    "upsilon", "phi",   "chi",     "psi",     "omega",
};

/* The name of the lower-case Greek letter at `bytes` (two bytes), or NULL. */
static const char *greek_name(const char *bytes, size_t n_bytes) {
    if (n_bytes < 2)
        return NULL;
    unsigned lead = (unsigned char)bytes[0];
    unsigned code = (lead & 0x1F) << 6 | ((unsigned char)bytes[1] & 0x3F);
    if ((lead != 0xCE && lead != 0xCF) || code < 0x3B1 || code > 0x3C9)
        return NULL;
    return greek_names[code - 0x3B1];
}

size_t word_part_length(const char *word, size_t n_bytes, size_t from, const char **name) {
    size_t i = from;
    *name = NULL;
    if (is_digit(word[i])) {
        while (i < n_bytes && is_digit(word[i]))
            i++;
        return i - from;
    }
    const char *greek = greek_name(word + i, n_bytes - i);
    bool after_greek = from >= 2 && greek_name(word + from - 2, 2);
    if (greek && !after_greek && !greek_name(word + i + 2, n_bytes - i - 2)) {
        *name = greek;
        return 2;
    }
    bool in_greek = greek != NULL;
    while (i < n_bytes && !is_digit(word[i])) {
        bool lone = !in_greek && greek_name(word + i, n_bytes - i) &&
                    !greek_name(word + i + 2, n_bytes - i - 2);
        if (lone && i > from)
            break;
        i++;
    }
    return i - from;
}

size_t word_parts_spell(const char *word, size_t n_bytes, char *out, size_t capacity) {
    size_t used = 0;
    for (size_t from = 0; from < n_bytes;) {
        const char *name;
        size_t length = word_part_length(word, n_bytes, from, &name);
        const char *spelled = name ? name : word + from;
        size_t spelled_bytes = name ? strlen(name) : length;
        if (used + spelled_bytes > capacity)
            return capacity + 1;
        memcpy(out + used, spelled, spelled_bytes);
        used += spelled_bytes;
        from += length;
    }
    return used;
}
