/* The words of English grammar. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "store/function_words.h"

static void words_of_grammar_are_function_words(void **state) {
    (void)state;
    static const char *const words[] = {
        "a",     "about", "after", "also",  "am",    "an",    "and",   "any",    "are",   "as",
        "at",    "be",    "been",  "being", "both",  "but",   "by",    "can",    "could", "did",
        "do",    "does",  "doing", "each",  "for",   "from",  "had",   "has",    "have",  "having",
        "he",    "her",   "here",  "him",   "his",   "how",   "i",     "if",     "in",    "into",
        "is",    "it",    "its",   "just",  "may",   "me",    "might", "must",   "my",    "nor",
        "of",    "on",    "or",    "our",   "ours",  "shall", "she",   "should", "so",    "some",
        "such",  "than",  "that",  "the",   "their", "them",  "then",  "there",  "these", "they",
        "this",  "those", "to",    "too",   "us",    "very",  "was",   "we",     "were",  "what",
        "when",  "where", "which", "while", "who",   "whom",  "whose", "why",    "will",  "with",
        "would", "you",   "your",  "yours"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_true(is_function_word(words[i], strlen(words[i])));
}

static void words_of_content_are_none_however_common(void **state) {
    (void)state;
    static const char *const words[] = {"patient", "new", "health", "not", "no", "it's", "th", "z"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_false(is_function_word(words[i], strlen(words[i])));
}

static void a_word_ends_where_its_bytes_end(void **state) {
    (void)state;
    assert_true(is_function_word("theory", 3));
    assert_false(is_function_word("theory", 4));
    assert_false(is_function_word("the", 2));
    assert_false(is_function_word("", 0));
}

static void capitals_are_for_the_caller_to_fold(void **state) {
    (void)state;
    assert_false(is_function_word("WHO", 3));
    assert_false(is_function_word("The", 3));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_grammar_are_function_words),
        cmocka_unit_test(words_of_content_are_none_however_common),
        cmocka_unit_test(a_word_ends_where_its_bytes_end),
        cmocka_unit_test(capitals_are_for_the_caller_to_fold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
