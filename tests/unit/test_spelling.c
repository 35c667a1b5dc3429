/* British words as Americans spell them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "store/spelling.h"

static void assert_spelled(const char *word, const char *expected) {
    char spelled[SPELLING_MAX_BYTES + SPELLING_GROWTH + 1] = "";
    size_t n_bytes = spelling_american(word, strlen(word), spelled);
    spelled[n_bytes] = '\0';
    assert_string_equal(n_bytes > 0 ? spelled : word, expected);
}

static void digraphs_lose_a_letter(void **state) {
    (void)state;
    assert_spelled("haemoglobin", "hemoglobin");
    assert_spelled("haem", "heme");
    assert_spelled("hypoglycaemia", "hypoglycemia");
    assert_spelled("leukaemias", "leukemias");
    assert_spelled("anaesthetised", "anesthetized");
    assert_spelled("orthopaedic", "orthopedic");
    assert_spelled("oestrogens", "estrogens");
    assert_spelled("oesophageal", "esophageal");
    assert_spelled("diarrhoea", "diarrhea");
    assert_spelled("foetus", "fetus");
    assert_spelled("dyspnoea", "dyspnea");
    assert_spelled("sulphonamide", "sulfonamide");
    assert_spelled("aerosol", "aerosol");
    assert_spelled("phoenix", "phoenix");
    assert_spelled("does", "does");
    assert_spelled("poet", "poet");
}

static void our_is_or_where_it_is_the_same_word(void **state) {
    (void)state;
    assert_spelled("tumours", "tumors");
    assert_spelled("antitumoural", "antitumoral");
    assert_spelled("neurobehavioural", "neurobehavioral");
    assert_spelled("discolouration", "discoloration");
    assert_spelled("hour", "hour");
    assert_spelled("contour", "contour");
    assert_spelled("source", "source");
    assert_spelled("yourself", "yourself");
}

static void re_is_er_at_the_end_of_a_few_words(void **state) {
    (void)state;
    assert_spelled("centre", "center");
    assert_spelled("centred", "centered");
    assert_spelled("millilitres", "milliliters");
    assert_spelled("fibre", "fiber");
    assert_spelled("acre", "acre");
    assert_spelled("severe", "severe");
    assert_spelled("programmes", "programs");
    assert_spelled("programmed", "programmed");
}

static void ise_is_ize_in_verbs_that_have_both(void **state) {
    (void)state;
    assert_spelled("randomised", "randomized");
    assert_spelled("organisations", "organizations");
    assert_spelled("recognising", "recognizing");
    assert_spelled("ionise", "ionize");
    assert_spelled("stabilisers", "stabilizers");
    static const char *const others[] = {
        "exercise", "exercises", "precise",    "raised",   "promise",    "arise",   "compromised",
        "advise",   "comprise",  "expertise",  "surprise", "supervised", "noise",   "disable",
        "treatise", "crises",    "hypothesis", "premises", "otherwise",  "visiting"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_spelled(others[i], others[i]);
}

static void analyses_are_analyses(void **state) {
    (void)state;
    assert_spelled("analyzed", "analysed");
    assert_spelled("analyses", "analyses");
    assert_spelled("hydrolyzing", "hydrolysing");
}

static void other_words_are_known_one_by_one(void **state) {
    (void)state;
    assert_spelled("counselling", "counseling");
    assert_spelled("unlabelled", "unlabeled");
    assert_spelled("controlled", "controlled");
    assert_spelled("calling", "calling");
    assert_spelled("insulin", "insulin");
    assert_spelled("practising", "practicing");
    assert_spelled("analogues", "analogs");
    assert_spelled("licence", "license");
    assert_spelled("greyish", "grayish");
}

static void long_words_are_left_alone(void **state) {
    (void)state;
    char word[SPELLING_MAX_BYTES + 2];
    memset(word, 'a', sizeof word);
    memcpy(word, "haemo", 5);
    char spelled[SPELLING_MAX_BYTES + SPELLING_GROWTH];
    assert_int_equal(spelling_american(word, SPELLING_MAX_BYTES, spelled), SPELLING_MAX_BYTES - 1);
    assert_int_equal(spelling_american(word, SPELLING_MAX_BYTES + 1, spelled), 0);
    assert_int_equal(spelling_american("", 0, spelled), 0);
    assert_int_equal(spelling_american("ize", 3, spelled), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digraphs_lose_a_letter),
        cmocka_unit_test(our_is_or_where_it_is_the_same_word),
        cmocka_unit_test(re_is_er_at_the_end_of_a_few_words),
        cmocka_unit_test(ise_is_ize_in_verbs_that_have_both),
        cmocka_unit_test(analyses_are_analyses),
        cmocka_unit_test(other_words_are_known_one_by_one),
        cmocka_unit_test(long_words_are_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
