/* The query language, seen through query_describe. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "query/language/parse.h"
#include "store/buffer.h"

enum { MEGABYTE = 1000000, PARENTHESES = 100000 };

struct example {
    const char *query, *tree;
    size_t n_notices;
};

static void check(const struct example *example) {
    struct arena arena = {0};
    struct query_tree tree;
    struct error error = {0};
    assert_int_equal(query_parse(example->query, &arena, &tree, &error), STATUS_OK);
    const char *line = query_describe(&tree, &arena);
    assert_non_null(line);
    if (strcmp(line, example->tree) != 0 || tree.n_notices != example->n_notices)
        fail_msg("%s gives %s with %zu notices", example->query, line, tree.n_notices);
    arena_free(&arena);
}

static void check_all(const struct example *examples, size_t n_examples) {
    for (size_t i = 0; i < n_examples; i++)
        check(&examples[i]);
}

#define CHECK_ALL(examples) check_all(examples, sizeof(examples) / sizeof *(examples))

static void plain_words_are_alternatives(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"diabetes insulin pump", "(diabetes insulin pump)", 0},
        {"  what?\t C++\nR&D ", "(what? C++ R&D)", 0},
        {"insulin\xC2\xA0pump\xE3\x80\x80x", "(insulin pump x)", 0},
        {"or and not near", "(or and not near)", 0},
        {"someone@who.int 5:30 10:1", "(someone@who.int 5:30 10:1)", 0},
        {"", "()", 0},
        {" \t ", "()", 0},
    };
    CHECK_ALL(examples);
}

static void plus_demands_and_minus_excludes(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"+insulin -\"type 2\" pump", "(+insulin -\"type 2\" pump)", 0},
        {"+(a b) -(c d)", "(+(a b) -(c d))", 0},
        {"+\"a b\" -c*", "(+\"a b\" -c*)", 0},
        {"-a -b", "(-a -b)", 0},
        {"-title:x title:-y +site:who.int -site:x", "(-title:x -title:y #site:who.int -site:x)", 0},
        {"title:-(a b)", "(-(title:a title:b))", 0},
        {"-(-a)", "(-(-a))", 0},
    };
    CHECK_ALL(examples);
}

static void a_sign_without_a_word_right_after_it_is_none(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"covid-19 a - b C++", "(covid-19 a - b C++)", 0},
        {"+ -- --help +-a", "(+ -- --help +-a)", 0},
        {"interleukin(IL)-6 \"a\"-b", "(interleukin IL -6 \"a\" -b)", 0},
    };
    CHECK_ALL(examples);
    /* "-6" above is a word, not an exclusion: query_describe cannot tell them apart. */
    struct arena arena = {0};
    struct query_tree tree;
    struct error error = {0};
    assert_int_equal(query_parse("(IL)-6", &arena, &tree, &error), STATUS_OK);
    assert_int_equal(tree.root->children[1]->occur, OCCUR_SHOULD);
    assert_string_equal(tree.root->children[1]->text, "-6");
    arena_free(&arena);
}

static void and_or_not_bind_less_than_standing_together(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"insulin pump AND children", "(+(insulin pump) +children)", 0},
        {"pump NOT insulin", "(+pump -insulin)", 0},
        {"a NOT b c", "(+a -(b c))", 0},
        {"a OR b AND c NOT d", "(a (+b +c -d))", 0},
        {"a AND NOT b", "(+a -b)", 0},
        {"a OR NOT b", "(a (-b))", 0},
        {"a AND (b OR c) AND -d", "(+a +(b c) -d)", 0},
        {"NOT x", "(-x)", 0},
        {"NOT a NOT b", "(-a -b)", 0},
        {"a AND\"b c\"AND(d)", "(+a +\"b c\" +d)", 0},
    };
    CHECK_ALL(examples);
}

static void an_operator_without_its_operands_is_a_word(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"AND", "(AND)", 1},
        {"a AND", "(a AND)", 1},
        {"OR a", "(OR a)", 1},
        {"a AND AND b", "(+(a AND) +b)", 1},
        {"(a AND) b", "((a AND) b)", 1},
        {"a AND ()", "(a AND)", 1},
        {"NOT", "(NOT)", 1},
        {"NOT NOT a", "(+NOT -a)", 1},
        {"NEAR/5", "(NEAR/5)", 1},
        {"a NEAR", "(a NEAR)", 1},
        {"(a b) NEAR c", "((a b) NEAR c)", 1},
        {"a NEAR -b", "(a NEAR -b)", 1},
        {"title:a NEAR heading:b", "(title:a NEAR heading:b)", 1},
        {"a NEAR/x b", "(a NEAR/x b)", 0},
        {"\"AND\" OR \"OR\"", "(\"AND\" \"OR\")", 0},
    };
    CHECK_ALL(examples);
}

static void near_holds_words_phrases_and_prefixes_together(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"asthma NEAR/5 child", "(NEAR/5(asthma child))", 0},
        {"a NEAR b", "(NEAR/10(a b))", 0},
        {"a NEAR/0 b", "(NEAR/0(a b))", 0},
        {"a NEAR/3 b NEAR/7 \"c d\" NEAR/1 e*", "(NEAR/7(a b \"c d\" e*))", 0},
        {"x -a NEAR b y", "(x -NEAR/10(a b) y)", 0},
        {"title:a NEAR b", "(title:NEAR/10(title:a title:b))", 0},
        {"a NEAR/99999999999999999999999 b", "(NEAR/10000(a b))", 0},
    };
    CHECK_ALL(examples);
}

static void every_quotation_mark_makes_a_phrase(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"\"heart failure\"", "(\"heart failure\")", 0},
        {"“type 2” „so was“ «x y» »a b«", "(\"type 2\" \"so was\" \"x y\" \"a b\")", 0},
        {"a\" b \"c", "(a \"b\" c)", 0},
        {"\"\" a +\" \"", "(a)", 0},
        {"\"unclosed phrase", "(\"unclosed phrase\")", 1},
        {"5'10\"", "(5'10)", 0},
    };
    CHECK_ALL(examples);
}

static void a_star_at_the_end_of_a_word_makes_a_prefix(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"diabet*", "(diabet*)", 0},
        {"a**", "(a*)", 0},
        {"title:x*", "(title:x*)", 0},
        {"(insul*), x", "(insul* , x)", 0},
        {"*", "(*)", 1},
        {"a*b", "(a*b)", 1},
        {"*itis", "(*itis)", 1},
    };
    CHECK_ALL(examples);
    struct arena arena = {0};
    struct query_tree tree;
    struct error error = {0};
    assert_int_equal(query_parse("diabet*?", &arena, &tree, &error), STATUS_OK);
    assert_int_equal(tree.root->children[0]->kind, QUERY_PREFIX);
    assert_string_equal(tree.root->children[0]->text, "diabet");
    arena_free(&arena);
}

static void a_field_reaches_over_its_operand(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"title:\"heart failure\" heading:dose b", "(title:\"heart failure\" heading:dose b)", 0},
        {"title:(a \"b c\" heading:d site:x) e", "((title:a title:\"b c\" heading:d #site:x) e)",
         0},
        {"Title:x", "(title:x)", 0},
        {"title:AND", "(title:AND)", 0},
        {"title:", "(title:)", 1},
        {"title: x", "(title: x)", 1},
        {"(title:)", "(title:)", 1},
    };
    CHECK_ALL(examples);
}

static void filters_take_part_as_filters(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"author:osler site:who.int kind:Source lang:en x",
         "(#author:osler #site:who.int #kind:source #lang:en x)", 0},
        {"before:2025-08 after:2025 after:2024-02-29",
         "(#before:2025-08 #after:2025 #after:2024-02-29)", 0},
        {"cites:https://who.int/a_(b)?c=d cited-by:articles/ai.md",
         "(#cites:https://who.int/a_(b)?c=d #cited-by:articles/ai.md)", 0},
        {"site:\"who.int\" author:\"William Osler\"", "(#site:who.int #author:\"William Osler\")",
         0},
        {"(site:a OR site:b) asthma", "(#((#site:a) (#site:b)) asthma)", 0},
        {"kind:article AND pump NOT lang:de", "(#kind:article +pump -lang:de)", 0},
        {"a OR site:b", "(a (#site:b))", 0},
        {"a (-b) (-c -d)", "(a -b #(-c -d))", 0},
    };
    CHECK_ALL(examples);
}

static void a_filter_that_cannot_be_meant_is_searched_as_words(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"before:soon", "(before:soon)", 1},
        {"after:2025-13", "(after:2025-13)", 1},
        {"before:2025-1", "(before:2025-1)", 1},
        {"before:\"last year\"", "(\"last year\")", 1},
        {"kind:video", "(kind:video)", 1},
        {"-kind:video", "(-kind:video)", 1},
        {"site:", "(site:)", 1},
        {"site:(a b)", "(site: (a b))", 1},
        {"foo:bar", "(foo:bar)", 1},
        {"http://who.int/x std::vector", "(http://who.int/x std::vector)", 0},
    };
    CHECK_ALL(examples);
}

static void parentheses_may_be_doubled_empty_or_alone(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"((a b))", "(a b)", 0}, {"(((a)))", "(a)", 0},
        {"() a (())", "(a)", 0}, {"-() -(\"\")", "()", 0},
        {"(", "()", 1},          {")", "()", 1},
        {"a) b", "(a b)", 1},    {"x (a OR b", "(x (a b))", 1},
        {"a(b)c", "(a b c)", 0},
    };
    CHECK_ALL(examples);
}

/* Parses `query` and returns the length of its description. */
static size_t description_length(const char *query) {
    struct arena arena = {0};
    struct query_tree tree;
    struct error error = {0};
    assert_int_equal(query_parse(query, &arena, &tree, &error), STATUS_OK);
    const char *line = query_describe(&tree, &arena);
    assert_non_null(line);
    size_t length = strlen(line);
    arena_free(&arena);
    return length;
}

static char *repeated(const char *unit, size_t n_bytes) {
    size_t n_unit = strlen(unit);
    char *query = malloc(n_bytes + 1);
    assert_non_null(query);
    for (size_t i = 0; i < n_bytes; i++)
        query[i] = unit[i % n_unit];
    query[n_bytes] = '\0';
    return query;
}

static void any_depth_of_nesting_is_read(void **state) {
    (void)state;
    struct buffer query = {0};
    for (size_t i = 0; i < PARENTHESES; i++)
        buffer_append_string(&query, i % 2 ? "(b " : "-(c ");
    buffer_append_char(&query, 'a');
    for (size_t i = 0; i < PARENTHESES; i++)
        buffer_append_char(&query, ')');
    buffer_append_string(&query, " NOT d");
    assert_true(description_length(buffer_string(&query)) > 2 * QUERY_MAX_DEPTH);
    buffer_free(&query);
}

static void only_the_first_words_of_a_long_query_count(void **state) {
    (void)state;
    char *query = repeated("ab ", MEGABYTE);
    assert_int_equal(description_length(query), 3 * QUERY_MAX_NODES + 1);
    struct arena arena = {0};
    struct query_tree tree;
    struct error error = {0};
    assert_int_equal(query_parse(query, &arena, &tree, &error), STATUS_OK);
    assert_int_equal(tree.root->n_children, QUERY_MAX_NODES);
    assert_int_equal(tree.n_notices, 1);
    arena_free(&arena);
    free(query);
}

static void a_query_ends_after_many_phrases(void **state) {
    (void)state;
    struct buffer query = {0};
    struct arena arena = {0};
    struct query_tree tree;
    struct error error = {0};
    for (size_t i = 0; i < 2 * QUERY_MAX_PHRASES; i++)
        buffer_append_format(&query, i % 2 ? "w%zu* x " : "\"a w%zu\" ", i);
    assert_int_equal(query_parse(buffer_string(&query), &arena, &tree, &error), STATUS_OK);
    assert_int_equal(tree.root->n_children, QUERY_MAX_PHRASES + QUERY_MAX_PHRASES / 2);
    assert_int_equal(tree.n_notices, 1);
    arena_free(&arena);
    buffer_free(&query);
}

static void what_is_repeated_is_looked_for_once(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"a* \"b c\" a* title:a* -a* \"b c\" site:x.org site:x.org",
         "(a* \"b c\" title:a* -a* #site:x.org)", 0},
        {"a* OR a* OR b", "(a* b)", 0},
        {"a* NEAR a*", "(NEAR/10(a* a*))", 0},
        {"b a b", "(b a b)", 0},
    };
    CHECK_ALL(examples);
}

static void a_megabyte_of_anything_is_read_at_once(void **state) {
    (void)state;
    static const char *const units[] = {"(",        ")",    "()",        "\"",     "\"a",
                                        "(a) ",     "-(",   "a-",        "title:", "title:(",
                                        "a AND ",   "NOT ", "a NEAR ",   "*",      "\xE2\x80\x9C",
                                        "http://(", "x",    "site:\"\" "};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        char *query = repeated(units[i], MEGABYTE);
        assert_true(description_length(query) >= 2);
        free(query);
    }
}

static void random_bytes_are_a_query_too(void **state) {
    (void)state;
    static const char alphabet[] = "ab \"()+-*:/\xE2\x80\x9C\xC2\xABNOTANDtitle5\xFF\x01";
    uint32_t random = 12345;
    for (int round = 0; round < 3000; round++) {
        char query[128];
        size_t n = 0;
        for (; n < sizeof query - 1; n++) {
            random = random * 1664525 + 1013904223;
            query[n] = alphabet[(random >> 16) % (sizeof alphabet - 1)];
        }
        query[n] = '\0';
        assert_true(description_length(query) >= 2);
    }
}

static void a_notice_shows_no_control_characters_and_not_all_of_a_long_word(void **state) {
    (void)state;
    struct buffer query = {0};
    buffer_append_string(&query, "kind:\xC2\x9B");
    for (int i = 0; i < 100; i++)
        buffer_append_string(&query, "ä");
    struct arena arena = {0};
    struct query_tree tree;
    struct error error = {0};
    assert_int_equal(query_parse(buffer_string(&query), &arena, &tree, &error), STATUS_OK);
    assert_int_equal(tree.n_notices, 1);
    assert_non_null(strstr(tree.notices[0], "\"?ää"));
    assert_non_null(strstr(tree.notices[0], "ä...\" is no kind"));
    assert_null(strstr(tree.notices[0], "\xC2\x9B"));
    arena_free(&arena);
    buffer_free(&query);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_words_are_alternatives),
        cmocka_unit_test(plus_demands_and_minus_excludes),
        cmocka_unit_test(a_sign_without_a_word_right_after_it_is_none),
        cmocka_unit_test(and_or_not_bind_less_than_standing_together),
        cmocka_unit_test(an_operator_without_its_operands_is_a_word),
        cmocka_unit_test(near_holds_words_phrases_and_prefixes_together),
        cmocka_unit_test(every_quotation_mark_makes_a_phrase),
        cmocka_unit_test(a_star_at_the_end_of_a_word_makes_a_prefix),
        cmocka_unit_test(a_field_reaches_over_its_operand),
        cmocka_unit_test(filters_take_part_as_filters),
        cmocka_unit_test(a_filter_that_cannot_be_meant_is_searched_as_words),
        cmocka_unit_test(parentheses_may_be_doubled_empty_or_alone),
        cmocka_unit_test(any_depth_of_nesting_is_read),
        cmocka_unit_test(only_the_first_words_of_a_long_query_count),
        cmocka_unit_test(a_query_ends_after_many_phrases),
        cmocka_unit_test(what_is_repeated_is_looked_for_once),
        cmocka_unit_test(a_megabyte_of_anything_is_read_at_once),
        cmocka_unit_test(random_bytes_are_a_query_too),
        cmocka_unit_test(a_notice_shows_no_control_characters_and_not_all_of_a_long_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
