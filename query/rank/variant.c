/* See variant.h. */
#include "query/rank/variant.h"

#include <string.h>

#include "query/score/ranking.h"

static bool is_lower_case(const char *term) {
    return term[strspn(term, "abcdefghijklmnopqrstuvwxyz")] == '\0';
}

/* The trigram of "_" and `stem` that ends before `end`, which is 2 or more. */
static uint32_t trigram(const char *stem, size_t end) {
    return (uint32_t)(unsigned char)(end > 2 ? stem[end - 3] : '_') << 16 |
           (uint32_t)(unsigned char)stem[end - 2] << 8 | (unsigned char)stem[end - 1];
}

static size_t n_trigrams_in(const char *stem, size_t n_bytes, const char *other,
                            size_t other_bytes) {
    size_t count = 0;
    for (size_t i = 2; i <= n_bytes; i++)
        for (size_t j = 2; j <= other_bytes; j++)
            if (trigram(stem, i) == trigram(other, j)) {
                count++;
                break;
            }
    return count;
}

/* Dice's coefficient. A trigram that a stem has twice counts twice. */
static double alikeness(const char *a, size_t a_bytes, const char *b, size_t b_bytes) {
    return (double)(n_trigrams_in(a, a_bytes, b, b_bytes) + n_trigrams_in(b, b_bytes, a, a_bytes)) /
           (double)(a_bytes + b_bytes - 2);
}

/* A stem that is so unlike in length cannot be alike enough; and longer ones than this are none. */
enum { MAX_STEM_BYTES = 40 };

struct variants {
    struct expansion best[RANKING_VARIANT_MAX];
    char labels[RANKING_VARIANT_MAX][MAX_STEM_BYTES + 1];
    size_t n;
};

/* Puts one in its place among the most alike; the first by the alphabet of equals. */
static void keep_variant(struct variants *variants, const char *label, struct expansion expansion) {
    size_t place = variants->n;
    while (place > 0 && variants->best[place - 1].weight < expansion.weight)
        place--;
    if (place == RANKING_VARIANT_MAX)
        return;
    size_t last = variants->n < RANKING_VARIANT_MAX ? variants->n++ : RANKING_VARIANT_MAX - 1;
    for (size_t i = last; i > place; i--) {
        variants->best[i] = variants->best[i - 1];
        memcpy(variants->labels[i], variants->labels[i - 1], sizeof variants->labels[i]);
    }
    variants->best[place] = expansion;
    strcpy(variants->labels[place], label);
}

static const char variants_sql[] =
    "SELECT term, id, df, cf, impact FROM terms WHERE term >= ?1 AND term < ?2 AND df >= ?3"
    " LIMIT ?4";

/* Terms that begin alike and are looked at: no language has more, a hostile index may. */
enum { MAX_ALIKE = 4096 };

static struct term term_of_row(sqlite3_stmt *row) {
    return (struct term){.id = (uint32_t)sqlite3_column_int64(row, 1),
                         .df = (uint32_t)sqlite3_column_int64(row, 2),
                         .cf = (uint64_t)sqlite3_column_int64(row, 3),
                         .impact = (uint8_t)sqlite3_column_int(row, 4)};
}

/* Fills `variants` with the stems most like `stem`. */
static enum status find_variants(struct expanding *run, size_t clause, const char *stem,
                                 size_t n_bytes, struct variants *variants) {
    size_t shared = n_bytes - RANKING_VARIANT_TAIL_LETTERS;
    char after[MAX_STEM_BYTES + 1];
    enum status status = expanding_prepare(run, variants_sql, &run->searcher->select_variants);
    sqlite3_stmt *row = run->searcher->select_variants;
    if (status != STATUS_OK)
        return status;
    memcpy(after, stem, shared);
    after[shared - 1]++;
    sqlite3_bind_text(row, 1, stem, (int)shared, SQLITE_STATIC);
    sqlite3_bind_text(row, 2, after, (int)shared, SQLITE_STATIC);
    sqlite3_bind_int(row, 3, RANKING_VARIANT_MIN_DF);
    sqlite3_bind_int(row, 4, MAX_ALIKE);
    while (index_next(&run->searcher->index, row, &status, run->error)) {
        const char *label = (const char *)sqlite3_column_text(row, 0);
        size_t label_bytes = (size_t)sqlite3_column_bytes(row, 0);
        if (!label || label_bytes > MAX_STEM_BYTES ||
            label_bytes < RANKING_VARIANT_MIN_LETTERS - 1 || strcmp(label, stem) == 0 ||
            !is_lower_case(label))
            continue;
        double alike = alikeness(stem, n_bytes, label, label_bytes);
        struct expansion expansion = {.clause = clause,
                                      .kind = EXPANSION_VARIANT,
                                      .weight = RANKING_VARIANT_WEIGHT * alike,
                                      .label = label,
                                      .terms = {term_of_row(row)},
                                      .n_terms = 1};
        if (alike >= RANKING_VARIANT_MIN_DICE && !expanding_knows(run, &expansion))
            keep_variant(variants, label, expansion);
    }
    sqlite3_reset(row);
    return status;
}

enum status variants_add(struct expanding *run, const struct selection_word *word) {
    size_t n_bytes = strlen(word->term);
    struct variants variants = {.n = 0};
    if (n_bytes < RANKING_VARIANT_MIN_LETTERS || n_bytes > MAX_STEM_BYTES ||
        !is_lower_case(word->term))
        return STATUS_OK;
    enum status status = find_variants(run, word->clause, word->term, n_bytes, &variants);
    for (size_t i = 0; i < variants.n && status == STATUS_OK; i++) {
        variants.best[i].label = variants.labels[i];
        status = expanding_add(run, &variants.best[i]);
    }
    return status;
}
