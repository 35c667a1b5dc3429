/* Words of health writing that mean the same: what patients say and what clinicians do. */
#ifndef OSLER_QUERY_RANK_SYNONYM_H
#define OSLER_QUERY_RANK_SYNONYM_H

#include <stddef.h>

enum {
    SYNONYM_MAX_FORMS = 5,
    SYNONYM_KEPT_LETTERS = 3, /* at the beginning of a form, by its stem too */
};

/* Forms are one or more English words as written; a shorter row ends with NULLs. */
struct synonyms {
    const char *forms[SYNONYM_MAX_FORMS];
};

extern const struct synonyms synonym_rows[];
extern const size_t n_synonym_rows;

#endif
