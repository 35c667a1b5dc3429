/* Sets of passages, against arrays of bools. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "query/score/passage_set.h"

enum { MOST = 300 };

static size_t random_below(size_t n) {
    static uint64_t state = 3;
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (size_t)(state >> 33) % n;
}

static void assert_members(const struct passage_set *set, const bool *members) {
    size_t count = 0;
    for (uint32_t i = 0; i < set->end; i++) {
        uint32_t next = i;
        uint32_t previous = i;
        while (next < set->end && !members[next])
            next++;
        while (previous > 0 && !members[previous])
            previous--;
        count += members[i];
        assert_int_equal(passage_set_has(set, i), members[i]);
        assert_int_equal(passage_set_next(set, i), next);
        assert_int_equal(passage_set_previous(set, i), members[previous] ? previous : set->end);
    }
    assert_int_equal(passage_set_count(set), count);
}

static void fill(struct passage_set *set, bool *members, uint32_t end) {
    assert_true(passage_set_init(set, end));
    for (uint32_t i = 0; i < end; i++) {
        members[i] = random_below(3) == 0;
        if (members[i])
            passage_set_add(set, i);
    }
}

static void words_are_added_wherever_they_begin(void **state) {
    (void)state;
    enum { N_WORDS = 3 };
    for (uint32_t first = 0; first < MOST; first++) {
        struct passage_set set;
        bool members[MOST + 1] = {false};
        uint64_t words[N_WORDS] = {0};
        fill(&set, members, MOST);
        for (uint32_t i = 0; i < N_WORDS * 64; i++) {
            if (random_below(2) == 0)
                continue;
            words[i / 64] |= (uint64_t)1 << i % 64;
            if (first + i < MOST)
                members[first + i] = true;
        }
        passage_set_add_words(&set, first, words, N_WORDS);
        assert_members(&set, members);
        passage_set_free(&set);
    }
}

static void sets_are_combined_member_by_member(void **state) {
    (void)state;
    for (uint32_t end = 0; end < MOST; end++) {
        struct passage_set one;
        struct passage_set other;
        bool in_one[MOST + 1] = {false};
        bool in_other[MOST + 1] = {false};
        fill(&one, in_one, end);
        fill(&other, in_other, end);
        assert_members(&one, in_one);
        for (uint32_t i = 0; i < end; i++)
            in_one[i] = end % 3 == 0   ? in_one[i] && in_other[i]
                        : end % 3 == 1 ? in_one[i] || in_other[i]
                                       : in_one[i] && !in_other[i];
        if (end % 3 == 0)
            passage_set_and(&one, &other);
        else if (end % 3 == 1)
            passage_set_or(&one, &other);
        else
            passage_set_minus(&one, &other);
        assert_members(&one, in_one);
        assert_members(&other, in_other);
        passage_set_free(&one);
        passage_set_free(&other);
    }
}

static void what_two_sets_have_in_common_is_added(void **state) {
    (void)state;
    for (uint32_t end = 0; end < MOST; end++) {
        struct passage_set sets[3];
        bool members[3][MOST + 1] = {{false}};
        for (int i = 0; i < 3; i++)
            fill(&sets[i], members[i], end);
        for (uint32_t i = 0; i < end; i++)
            members[0][i] = members[0][i] || (members[1][i] && members[2][i]);
        passage_set_or_common(&sets[0], &sets[1], &sets[2]);
        for (int i = 0; i < 3; i++) {
            assert_members(&sets[i], members[i]);
            passage_set_free(&sets[i]);
        }
    }
}

static void all_of_any_number_are_counted(void **state) {
    (void)state;
    for (uint32_t end = 0; end < 10000; end += 61) {
        struct passage_set set;
        assert_true(passage_set_init(&set, end));
        passage_set_fill(&set);
        assert_int_equal(passage_set_count(&set), end);
        passage_set_free(&set);
    }
}

static void ranges_are_added_as_their_members(void **state) {
    (void)state;
    struct passage_set set;
    bool members[MOST] = {false};
    assert_true(passage_set_init(&set, MOST));
    for (size_t n = 0; n < 30; n++) {
        uint32_t first = (uint32_t)random_below(MOST);
        uint32_t n_passages = (uint32_t)random_below(12);
        passage_set_add_range(&set, first, n_passages);
        for (uint32_t i = first; i < first + n_passages && i < MOST; i++)
            members[i] = true;
    }
    assert_members(&set, members);
    passage_set_free(&set);
}

static void ids_from_the_end_on_are_ignored(void **state) {
    (void)state;
    struct passage_set set;
    static const uint32_t ends[] = {0, 1, 63, 64, 65, 128};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        assert_true(passage_set_init(&set, ends[i]));
        passage_set_add(&set, ends[i]);
        passage_set_add(&set, UINT32_MAX);
        passage_set_add_range(&set, ends[i], UINT32_MAX);
        passage_set_add_range(&set, UINT32_MAX, 3);
        assert_int_equal(passage_set_count(&set), 0);
        assert_false(passage_set_has(&set, ends[i]));
        assert_int_equal(passage_set_next(&set, 0), ends[i]);
        assert_int_equal(passage_set_next(&set, UINT32_MAX), ends[i]);
        assert_int_equal(passage_set_previous(&set, UINT32_MAX), ends[i]);
        passage_set_free(&set);
    }
    passage_set_free(&set);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_are_combined_member_by_member),
        cmocka_unit_test(what_two_sets_have_in_common_is_added),
        cmocka_unit_test(all_of_any_number_are_counted),
        cmocka_unit_test(words_are_added_wherever_they_begin),
        cmocka_unit_test(ranges_are_added_as_their_members),
        cmocka_unit_test(ids_from_the_end_on_are_ignored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
