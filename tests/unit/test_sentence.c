/* Tests of sentence.h: texts with "¦" where sentences end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "indexer/passages/sentence.h"
#include "store/buffer.h"

/* Takes the marks out of `marked`, cuts the rest into sentences and puts the marks back in. */
static void assert_cut_in(const char *language, const char *marked) {
    struct buffer text = {0};
    struct buffer cut = {0};
    for (const char *at = marked; *at; at++)
        if (strncmp(at, "¦", 2) == 0)
            at++;
        else
            buffer_append_char(&text, *at);
    const char *bytes = buffer_string(&text);
    for (size_t at = 0; at < text.size;) {
        size_t end = sentence_end(bytes, text.size, at, language);
        assert_true(end > at);
        buffer_append(&cut, bytes + at, end - at);
        if (end < text.size)
            buffer_append_string(&cut, "¦");
        at = end;
    }
    assert_string_equal(buffer_string(&cut), marked);
    buffer_free(&text);
    buffer_free(&cut);
}

static void assert_cut(const char *marked) {
    assert_cut_in(NULL, marked);
}

static void plain_sentences_end_at_their_stops(void **state) {
    (void)state;
    assert_cut("The drug works.¦ It is safe!¦ Is it cheap?¦ No.");
    assert_cut("No stop at all");
    assert_cut("One sentence.");
    assert_cut("Really?!¦ Yes!!!¦ He left.");
}

static void a_title_before_a_name_ends_nothing(void **state) {
    (void)state;
    assert_cut("Dr. Smith met Mrs. Jones and Prof. Li.¦ They agreed.");
    assert_cut("We asked Gen. Miller, Sen. Warren and Rev. Brown.");
    assert_cut("He lives near St. Mary's and works at Mt. Sinai.");
}

static void latin_abbreviations_end_nothing(void **state) {
    (void)state;
    assert_cut("Use a test, e.g. PCR, i.e. The usual one, vs. Antigen tests.");
    assert_cut("Smith et al. Nature 2020 and Lee et al. (2019) differ, cf. Wang.");
    assert_cut("As shown by Smith et al.¦ The results hold.");
    assert_cut("It weighs approx. 5 kg and costs ca. 20 euros.");
}

static void etc_ends_a_sentence_only_before_a_capital(void **state) {
    (void)state;
    assert_cut("Apples, pears etc. are fruit.");
    assert_cut("Apples, pears, etc.¦ Vegetables are different.");
}

static void a_company_goes_on_unless_a_common_opener_follows(void **state) {
    (void)state;
    assert_cut("Companies like Hims & Hers Health, Inc. are at the forefront.");
    assert_cut("Apple Inc. Chief Executive Tim Cook spoke.");
    assert_cut("He joined Apple Inc.¦ The firm grew.");
    assert_cut("Smith Jr. Hospital is near Pfizer Ltd. Offices.");
}

static void an_acronym_with_stops_goes_on_unless_a_common_opener_follows(void **state) {
    (void)state;
    assert_cut("The U.S. Food and Drug Administration approved it.");
    assert_cut("It was sold in the U.S.¦ However, the U.K. Government refused.");
}

static void a_degree_before_an_opener_ends_the_sentence(void **state) {
    (void)state;
    assert_cut("She has a Ph.D.¦ The thesis is on A.I.¦ It won.");
    assert_cut("John Doe, M.D. Director of the clinic, agreed.");
}

static void hours_and_dates_are_not_ends(void **state) {
    (void)state;
    assert_cut("Open from 9 a.m. to 5 p.m. Monday to Friday.");
    assert_cut("It closes at 5 p.m.¦ After that, call us.");
    assert_cut("On Jan. 5 and Sept. 12 it rained.");
}

static void numbers_and_versions_are_not_ends(void **state) {
    (void)state;
    assert_cut("It rose by 3.5 points in version 1.2.3 of it.");
    assert_cut("See No. 5, pp. 3-9, Fig. 2, Figs. S1 and Vol. II of it.");
    assert_cut("He said no.¦ Then he left.");
    assert_cut("It happened in 2019.¦ 12 people died.");
}

static void a_list_number_is_not_a_sentence(void **state) {
    (void)state;
    assert_cut("1. Wash your hands.¦ 2. Dry them.");
    assert_cut("a. First choice");
}

static void initials_belong_to_names(void **state) {
    (void)state;
    assert_cut("It is by J. Smith and G. K. Chesterton and J.R.R. Tolkien.");
    assert_cut("It protects from hepatitis B.¦ Vaccines are safe.");
    assert_cut("Vitamin A.¦ Systemic use of factor V.¦ The gene is TNFRSF11B.¦ Mutations follow.");
    assert_cut("It is by J.-P. Sartre, see Roe v. Wade.");
    assert_cut("It is rich in vitamin C.¦ The rest is water.");
}

static void acronyms_that_look_like_titles_are_words(void **state) {
    (void)state;
    assert_cut("It helps people with MS.¦ Treatment is long.");
}

static void ellipses_end_a_sentence_only_before_a_capital(void **state) {
    (void)state;
    assert_cut("Well... maybe not.¦ And then...¦ Nothing.");
    assert_cut("He waited … and left…¦ Nobody came.");
    assert_cut("The report [...] Health Service says so.");
}

static void quotes_and_brackets_after_a_stop_belong_to_it(void **state) {
    (void)state;
    assert_cut("He said “stop.”¦ She did not.");
    assert_cut("\"What?\" he asked.¦ \"Nothing.\"¦ Silence.");
    assert_cut("(This is aside.)¦ This is not.");
}

static void footnotes_after_a_stop_belong_to_it(void **state) {
    (void)state;
    assert_cut("It improves outcomes.[1][2]¦ Next comes this.");
    assert_cut("It improves outcomes. [12]¦ Next comes this.");
    assert_cut("It improves outcomes.1,2¦ Next comes this.");
    assert_cut("It improves outcomes.¹²¦ Next comes this.");
    assert_cut("It improves outcomes. (World Economic Forum)¦ Next comes this.");
}

static void a_bracketed_sentence_or_number_is_not_a_footnote(void **state) {
    (void)state;
    assert_cut("There are two ways.¦ (1) First wash.¦ (2) Then dry.");
    assert_cut("It works.¦ (See the notes.)¦ Next comes this.");
}

static void lower_case_after_a_stop_goes_on(void **state) {
    (void)state;
    assert_cut("The abbr. is unknown to us.");
    assert_cut("It was new.¦ iPhone users and mRNA makers rejoiced.");
    assert_cut("Это правда.¦ Нет.¦ Это т.е. так.");
}

static void a_forgotten_space_before_an_opener_is_an_end(void **state) {
    (void)state;
    assert_cut("It causes the disease.¦The cause is unknown.");
    assert_cut("Use Node.js or System.Out or nih.gov for it.");
}

static void a_bullet_in_the_line_begins_a_sentence(void **state) {
    (void)state;
    assert_cut("Cancer forms in the retina.¦ - It occurs in two forms.");
}

static void cjk_stops_need_no_space(void **state) {
    (void)state;
    assert_cut("今日は晴れです。¦明日は雨！¦本当？¦はい");
    assert_cut("彼は「行く。」¦と言った");
}

static void a_newline_ends_a_sentence(void **state) {
    (void)state;
    assert_cut("A line without a stop¦\nDr.¦\nSmith");
}

static void white_space_before_a_sentence_is_skipped(void **state) {
    (void)state;
    assert_int_equal(sentence_end("  \n Yes. No.", 12, 0, NULL), 8);
    assert_int_equal(sentence_end("Yes.  ", 6, 4, NULL), 6);
    assert_int_equal(sentence_end("x", 1, 1, NULL), 1);
}

/* A scan that looked ahead from every stop without a bound would not end in our time. */
static void hostile_texts_take_linear_time(void **state) {
    (void)state;
    static const char *const parts[] = {".", "a. ", ".(", "a. [1", ".)", ". (aaa", "A.", "。 "};
    enum { BYTES = 2000000 };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct buffer text = {0};
        while (text.size < BYTES)
            buffer_append_string(&text, parts[i]);
        size_t at = 0;
        while (at < text.size)
            at = sentence_end(text.data, text.size, at, NULL);
        assert_int_equal(at, text.size);
        buffer_free(&text);
    }
}

static void german_abbreviations_end_nothing_in_german(void **state) {
    (void)state;
    assert_cut_in("de", "Mittel wie z. B. Aspirin bzw. Ibuprofen helfen.¦ Das hilft.");
    assert_cut_in("de", "Hr. Dr. med. Meier und Fr. Prof. Schulz, d. h. Fachleute, sagen das.");
    assert_cut_in("de-AT", "Am 3. Oktober und im 19. Jahrhundert.¦ Es war der 4.¦ Der Arzt kam.");
    assert_cut_in("de", "Vgl. Abb. 3 und Tab. 4, ca. 5 Mio. Patienten, i. d. R. Frauen.");
    assert_cut_in("de", "Obst, Brot usw.¦ Alles gut.¦ Tee, Saft u. a. Getr\303\244nke.");
    assert_cut_in("de", "Sie kam 1999.¦ Ihr Arzt nicht.");
    assert_cut("Am 3.¦ Oktober");
}

static void french_abbreviations_end_nothing_in_french(void **state) {
    (void)state;
    assert_cut_in("fr",
                  "M. Le Goff et Mme Roy, MM. Petit et le Pr. Blanc, p. ex. Paris.¦ Il part.");
    assert_cut_in("fr", "Voir p. 5, av. J.-C. et env. 30 cas, etc. sans fin.¦ La suite.");
    assert_cut_in("fr_CA", "Il vit aux U.S.¦ Le reste.");
}

static void spanish_abbreviations_end_nothing_in_spanish(void **state) {
    (void)state;
    assert_cut_in("es", "El Sr. Ruiz y la Dra. Gil viven en EE. UU. con Ud. hoy.¦ La vida.");
    assert_cut_in("es", "En EE. UU.¦ El m\303\251dico, p. ej. Ana, vino (p\303\241g. 4).¦ No.");
    assert_cut_in("es", "A las 5 p. m. Salud.¦ Dice que no.¦ Y ya.");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_sentences_end_at_their_stops),
        cmocka_unit_test(a_title_before_a_name_ends_nothing),
        cmocka_unit_test(latin_abbreviations_end_nothing),
        cmocka_unit_test(etc_ends_a_sentence_only_before_a_capital),
        cmocka_unit_test(a_company_goes_on_unless_a_common_opener_follows),
        cmocka_unit_test(an_acronym_with_stops_goes_on_unless_a_common_opener_follows),
        cmocka_unit_test(a_degree_before_an_opener_ends_the_sentence),
        cmocka_unit_test(hours_and_dates_are_not_ends),
        cmocka_unit_test(numbers_and_versions_are_not_ends),
        cmocka_unit_test(a_list_number_is_not_a_sentence),
        cmocka_unit_test(initials_belong_to_names),
        cmocka_unit_test(acronyms_that_look_like_titles_are_words),
        cmocka_unit_test(ellipses_end_a_sentence_only_before_a_capital),
        cmocka_unit_test(quotes_and_brackets_after_a_stop_belong_to_it),
        cmocka_unit_test(footnotes_after_a_stop_belong_to_it),
        cmocka_unit_test(a_bracketed_sentence_or_number_is_not_a_footnote),
        cmocka_unit_test(lower_case_after_a_stop_goes_on),
        cmocka_unit_test(a_forgotten_space_before_an_opener_is_an_end),
        cmocka_unit_test(a_bullet_in_the_line_begins_a_sentence),
        cmocka_unit_test(cjk_stops_need_no_space),
        cmocka_unit_test(a_newline_ends_a_sentence),
        cmocka_unit_test(white_space_before_a_sentence_is_skipped),
        cmocka_unit_test(hostile_texts_take_linear_time),
        cmocka_unit_test(german_abbreviations_end_nothing_in_german),
        cmocka_unit_test(french_abbreviations_end_nothing_in_french),
        cmocka_unit_test(spanish_abbreviations_end_nothing_in_spanish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
