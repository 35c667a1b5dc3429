/* See edits.h. Of the matrix only the band of EDITS_MOST beside the diagonal is filled, in three
 * rows.
 */
#include "query/edits.h"

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

size_t edits_count(const char *a, size_t n_a, const char *b, size_t n_b, bool is_prefix) {
    enum { FAR = EDITS_MOST + 1, WIDTH = EDITS_MAX_BYTES + 2 };
    size_t rows[3][WIDTH]; /* the last three rows of the matrix */
    if (n_a > n_b + EDITS_MOST || (!is_prefix && n_b > n_a + EDITS_MOST))
        return FAR;
    for (size_t i = 0; i <= n_a; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3];
        const size_t *above_that = rows[(i + 1) % 3];
        size_t first = i > EDITS_MOST ? i - EDITS_MOST : 0;
        size_t last = least(n_b, i + EDITS_MOST);
        size_t best = FAR;
        for (size_t j = first; j <= last; j++) {
            size_t edits = i == 0 ? j : j == 0 ? i : FAR;
            if (i > 0 && j > 0)
                edits = above[j - 1] + (a[i - 1] != b[j - 1]);
            if (i > 0 && j > 0 && j < i + EDITS_MOST)
                edits = least(edits, above[j] + 1);
            if (j > first)
                edits = least(edits, row[j - 1] + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                edits = least(edits, above_that[j - 2] + 1);
            row[j] = edits;
            best = least(best, edits);
        }
        if (best >= FAR)
            return FAR;
        if (i == n_a)
            return is_prefix ? best : last == n_b ? least(row[n_b], FAR) : FAR;
    }
    return FAR;
}
