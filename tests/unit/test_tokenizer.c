/* The tokenizer, in a notation: terms parted by spaces, alternatives of one position in ( ). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "store/fts5.h"
#include "store/fts5_api.h"
#include "store/raw_words.h"
#include "store/tokenizer.h"

static sqlite3 *connection;
static struct tokenizer *tokenizer;

static int open_tokenizer(void **state) {
    (void)state;
    return sqlite3_open(":memory:", &connection) == SQLITE_OK &&
                   tokenizer_open(connection, &tokenizer, NULL) == STATUS_OK
               ? 0
               : -1;
}

static int close_tokenizer(void **state) {
    (void)state;
    tokenizer_close(tokenizer);
    return sqlite3_close(connection) == SQLITE_OK ? 0 : -1;
}

static void append_notation(const struct token_list *list, struct buffer *out) {
    for (size_t i = 0; i < list->n_tokens; i++) {
        const struct token *token = &list->tokens[i];
        bool after = i > 0 && token[-1].position == token->position;
        bool before = i + 1 < list->n_tokens && token[1].position == token->position;
        if (i > 0)
            buffer_append_char(out, ' ');
        if (before && !after)
            buffer_append_char(out, '(');
        buffer_append(out, token_term(list, token), token->term_bytes);
        if (after && !before)
            buffer_append_char(out, ')');
    }
}

static void run(const char *text, const char *language, enum token_use use,
                struct token_list *list) {
    assert_int_equal(tokenizer_run(tokenizer, text, strlen(text), language, use, list, NULL),
                     STATUS_OK);
}

static void assert_terms(const char *text, const char *language, enum token_use use,
                         const char *expected) {
    struct token_list list = {0};
    struct buffer notation = {0};
    run(text, language, use, &list);
    append_notation(&list, &notation);
    assert_string_equal(buffer_string(&notation), expected);
    buffer_free(&notation);
    token_list_free(&list);
}

static void assert_text(const char *text, const char *expected) {
    assert_terms(text, NULL, TOKENS_OF_TEXT, expected);
}

static void assert_query(const char *text, const char *expected) {
    assert_terms(text, NULL, TOKENS_OF_QUERY, expected);
}

/* The parts of the text that the tokens are of, parted by bars. */
static void assert_places(const char *text, const char *expected) {
    struct token_list list = {0};
    struct buffer places = {0};
    run(text, NULL, TOKENS_OF_TEXT, &list);
    for (size_t i = 0; i < list.n_tokens; i++) {
        buffer_append_string(&places, i > 0 ? "|" : "");
        buffer_append(&places, text + list.tokens[i].start,
                      list.tokens[i].end - list.tokens[i].start);
    }
    assert_string_equal(buffer_string(&places), expected);
    buffer_free(&places);
    token_list_free(&list);
}

/* True if a word of the text may be asked for as `asked`. */
static bool finds(const char *text, const char *asked) {
    struct token_list written = {0};
    struct token_list query = {0};
    bool found = false;
    run(text, NULL, TOKENS_OF_TEXT, &written);
    run(asked, NULL, TOKENS_OF_QUERY, &query);
    for (size_t i = 0; i < written.n_tokens; i++)
        for (size_t j = 0; j < query.n_tokens; j++)
            found = found || strcmp(token_term(&written, &written.tokens[i]),
                                    token_term(&query, &query.tokens[j])) == 0;
    token_list_free(&written);
    token_list_free(&query);
    return found;
}

static void words_are_folded_and_stemmed(void **state) {
    (void)state;
    assert_text("operations", "oper");
    assert_text("Operating, operated; Operation!", "oper oper oper");
    assert_text("patients' records", "patient record");
}

static void a_possessive_s_is_no_word(void **state) {
    (void)state;
    assert_text("HIPAA's", "hipaa");
    assert_text("HIPAA\xE2\x80\x99s rules", "hipaa rule");
    assert_text("Parkinson's disease", "parkinson diseas");
    assert_text("'s", "s");
    assert_text("a 'system", "a system");
}

static void acronyms_that_stemming_would_damage_keep_their_capitals(void **state) {
    (void)state;
    assert_text("AIDS", "AIDS");
    assert_text("WHO", "WHO");
    assert_text("the WHO, and AIDS.", "the WHO and AIDS");
    assert_text("aids", "aid");
    assert_text("who", "who");
    assert_text("Aids", "aid");
    assert_text("NHS FDA", "nhs fda");
    assert_false(finds("first aid", "AIDS"));
    assert_false(finds("those who", "WHO"));
}

static void a_lower_case_query_word_also_stands_for_its_acronym(void **state) {
    (void)state;
    assert_query("aids", "(aid AIDS)");
    assert_query("AIDS", "AIDS");
    assert_query("diabetes", "(diabet DIABETES)");
    assert_query("pump", "pump");
    assert_true(finds("AIDS", "aids"));
    assert_true(finds("hearing aids", "aids"));
}

static void a_plural_s_after_capitals_is_no_part_of_the_acronym(void **state) {
    (void)state;
    assert_text("GPs", "(gp gps)");
    assert_text("EHRs", "ehr");
    assert_true(finds("GPs", "gp"));
    assert_true(finds("GPs", "gps"));
    assert_true(finds("GPs", "GP"));
}

static void dots_inside_an_acronym_do_not_count(void **state) {
    (void)state;
    assert_text("U.S.", "US");
    assert_text("the U.S. market", "the US market");
    assert_text("U.S.A", "usa");
    assert_text("e.g. pumps", "eg pump");
    assert_text("plan B. C is next", "plan b c is next");
    assert_true(finds("U.S.", "US"));
}

static void words_in_a_shouted_line_may_be_acronyms_or_not(void **state) {
    (void)state;
    assert_text("PATIENTS WITH DIABETES", "(patient PATIENTS) with (diabet DIABETES)");
    assert_true(finds("LIVING WITH AIDS", "AIDS"));
    assert_true(finds("OUR PATIENTS", "patient"));
    assert_text("NURSES, AIDS", "NURSES AIDS");
}

static void a_long_word_in_capitals_may_be_an_acronym_or_not(void **state) {
    (void)state;
    assert_text("DIABETES", "(diabet DIABETES)");
    assert_query("DIABETES", "(diabet DIABETES)");
    assert_true(finds("diabetes", "DIABETES"));
    assert_true(finds("OPERATIONS", "operation"));
    assert_text("NURSES", "NURSES");
    assert_text("AIDS2030", "(AIDS aids2030) 2030");
}

static void a_compound_is_found_in_parts_and_as_one_word(void **state) {
    (void)state;
    assert_text("X-ray", "(x xray) ray");
    assert_text("e-health", "(e ehealth) health");
    assert_text("COVID-19", "(covid covid19) 19");
    assert_text("IL-6", "(il il6) 6");
    assert_text("X\xE2\x80\x91ray", "(x xray) ray"); /* a hyphen that does not break */
    assert_text("well-being-based", "(well wellb) (be beingbas) base");
    assert_text("2020-2021", "2020 2021");
    assert_text("x - ray", "x ray");
    assert_true(finds("X-ray", "xray"));
    assert_true(finds("xray", "X-ray"));
    assert_true(finds("e-health", "ehealth"));
    assert_true(finds("ehealth", "e-health"));
}

static void letters_and_digits_are_split(void **state) {
    (void)state;
    assert_text("COVID19", "(covid covid19) 19");
    assert_text("IL6", "(il il6) 6");
    assert_text("5mg", "(5 5mg) mg");
    assert_text("5 mg", "5 mg");
    assert_text("HbA1c", "(hba hba1c) 1 c");
    assert_true(finds("IL-6", "IL6"));
    assert_true(finds("COVID-19", "covid19"));
}

static void a_code_of_many_parts_stays_whole(void **state) {
    (void)state;
    assert_text("a1b2c3d4", "a1b2c3d4");
    assert_text("a1b2c3", "(a a1b2c3) 1 b 2 c 3");
}

static void a_single_greek_letter_is_spelled_out(void **state) {
    (void)state;
    assert_text("\xCE\xB2-blocker", "(beta betablock) blocker");
    assert_text("beta-blocker", "(beta betablock) blocker");
    assert_text("TGF\xCE\xB2", "(tgf tgfbeta) beta");
    assert_text("TGF-\xCE\xB2", "(tgf tgfbeta) beta");
    assert_text("TGF-beta", "(tgf tgfbeta) beta");
    assert_text("\xCE\x91", "alpha"); /* a capital one */
    assert_text("\xCF\x86", "phi");
    assert_text("\xCE\xB1\xCE\xB2\xCE\xB3", "\xCE\xB1\xCE\xB2\xCE\xB3"); /* a Greek word */
}

static void accents_do_not_matter(void **state) {
    (void)state;
    assert_text("na\xC3\xAFve", "naiv");
    assert_text("naive", "naiv");
    assert_text("nai\xCC\x88ve", "naiv"); /* the diaeresis as a character of its own */
    assert_text("Sj\xC3\xB6gren", "sjogren");
}

static void tokens_delimit_their_words_in_the_text(void **state) {
    (void)state;
    assert_places("na\xC3\xAFve caf\xC3\xA9s.", "na\xC3\xAFve|caf\xC3\xA9s");
    assert_places("\xC3\x89t\xC3\xA9: nai\xCC\x88ve", "\xC3\x89t\xC3\xA9|nai\xCC\x88ve");
    assert_places("HIPAA's U.S. rules", "HIPAA|U.S|rules");
    assert_places("X-ray", "X|X-ray|ray");
    assert_places("take 5mg", "take|5|5mg|mg");
    assert_places("\xE2\x80\x9CTGF\xCE\xB2\xE2\x80\x9D", "TGF|TGF\xCE\xB2|\xCE\xB2");
}

static void surfaces_are_folded_but_not_stemmed(void **state) {
    (void)state;
    struct token_list list = {0};
    run("Na\xC3\xAFve OPERATIONS", NULL, TOKENS_OF_TEXT, &list);
    assert_int_equal(list.n_positions, 2);
    assert_string_equal(token_surface(&list, &list.tokens[0]), "naive");
    for (size_t i = 1; i < list.n_tokens; i++)
        assert_string_equal(token_surface(&list, &list.tokens[i]), "operations");
    token_list_free(&list);
}

static void function_words_are_those_written_so(void **state) {
    (void)state;
    struct token_list list = {0};
    run("the WHO Hims pump", NULL, TOKENS_OF_TEXT, &list);
    assert_int_equal(list.n_tokens, 4);
    static const bool is_function_word[] = {true, false, false, false};
    static const bool in_fts5[] = {false, true, false, true};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(list.tokens[i].is_function_word, is_function_word[i]);
        assert_int_equal(list.tokens[i].in_fts5, in_fts5[i]);
    }
    token_list_free(&list);
}

static void very_long_words_are_cut_between_characters(void **state) {
    (void)state;
    char text[3 * TOKEN_MAX_BYTES + 1];
    struct token_list list = {0};
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = '\0';
    run(text, NULL, TOKENS_OF_TEXT, &list);
    assert_int_equal(list.n_tokens, 1);
    assert_int_equal(list.tokens[0].term_bytes, TOKEN_MAX_BYTES);
    assert_int_equal(list.tokens[0].end, strlen(text));
    /* Three bytes each, after one: the limit falls inside a character. */
    for (size_t i = 1; i + 3 < sizeof text; i += 3)
        memcpy(text + i, "\xE1\x83\x90\0", 4); /* Georgian */
    run(text, NULL, TOKENS_OF_TEXT, &list);
    assert_int_equal(list.n_tokens, 1);
    assert_int_equal(list.tokens[0].term_bytes, TOKEN_MAX_BYTES - 2);
    token_list_free(&list);
}

static void each_language_has_its_stemmer(void **state) {
    (void)state;
    assert_terms("Krankenh\xC3\xA4user", "de", TOKENS_OF_TEXT, "krankenhaus");
    assert_terms("Krankenh\xC3\xA4user", "de-AT", TOKENS_OF_TEXT, "krankenhaus");
    assert_terms("Krankenh\xC3\xA4user", "DE_at", TOKENS_OF_TEXT, "krankenhaus");
    assert_terms("operations", "en-GB", TOKENS_OF_TEXT, "oper");
    assert_terms("operations", "", TOKENS_OF_TEXT, "oper");
    assert_terms("Operations", "xx", TOKENS_OF_TEXT, "operations");
    assert_terms("Operations", "xyz", TOKENS_OF_TEXT, "operations");
}

static void empty_text_has_no_tokens(void **state) {
    (void)state;
    static const char *const texts[] = {"", " ", "\n\n", "... !? --", "'"};
    struct token_list list = {0};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        run(texts[i], NULL, TOKENS_OF_TEXT, &list);
        assert_int_equal(list.n_tokens, 0);
        assert_int_equal(list.n_positions, 0);
        assert_int_equal(list.text_bytes, strlen(texts[i]));
    }
    token_list_free(&list);
}

static void assert_well_formed(const struct token_list *list, size_t n_bytes) {
    uint32_t position = 0;
    for (size_t i = 0; i < list->n_tokens; i++) {
        const struct token *token = &list->tokens[i];
        assert_true(token->start < token->end && token->end <= n_bytes);
        assert_int_equal(strlen(token_term(list, token)), token->term_bytes);
        assert_int_equal(strlen(token_surface(list, token)), token->surface_bytes);
        assert_in_range(token->term_bytes, 1, TOKEN_MAX_BYTES);
        assert_in_range(token->position, position, i == 0 ? 0 : position + 1);
        position = token->position;
    }
    assert_int_equal(list->n_positions, list->n_tokens > 0 ? position + 1 : 0);
}

/* The words as unicode61 cuts and folds them, each with a bar before it. */
static int append_word(void *context, int flags, const char *word, int n_bytes, int start,
                       int end) {
    (void)flags;
    buffer_append_format(context, "|%d-%d %.*s", start, end, n_bytes, word);
    return SQLITE_OK;
}

static void words_are_cut_as_unicode61_cuts_them(void **state) {
    (void)state;
    /* Of letters without hyphens or capitals in a row: each word is one token. */
    static const char *const pieces[] = {"a",        "n",
                                         "Q",        "x",
                                         "z",        " ",
                                         ",",        ";",
                                         "\n",       "\x01",
                                         "\xC3\xA9", "\xC3\x89",
                                         "\xCC\x81", "\xE2\x80\x93",
                                         "\xC2\xA0", "\xD0\xB6",
                                         "\xC3",     "\xF0\x9F\x98\x80",
                                         "\xFF"};
    const char *arguments[] = {"remove_diacritics", "2"};
    fts5_api *api;
    fts5_tokenizer unicode61;
    Fts5Tokenizer *instance;
    void *context;
    assert_int_equal(fts5_api_of(connection, &api, NULL), STATUS_OK);
    assert_int_equal(api->xFindTokenizer(api, "unicode61", &context, &unicode61), SQLITE_OK);
    assert_int_equal(unicode61.xCreate(context, arguments, 2, &instance), SQLITE_OK);
    srand(2);
    for (size_t round = 0; round < 5000; round++) {
        struct token_list list = {0};
        struct buffer text = {0};
        struct buffer expected = {0};
        struct buffer found = {0};
        for (size_t i = (size_t)rand() % 30; i > 0; i--) {
            const char *piece = pieces[(size_t)rand() % (sizeof pieces / sizeof *pieces)];
            buffer_append_string(&text, text.size > 0 && *piece == 'Q' ? " Q" : piece);
        }
        run(buffer_string(&text), NULL, TOKENS_OF_TEXT, &list);
        unicode61.xTokenize(instance, &expected, FTS5_TOKENIZE_DOCUMENT, buffer_string(&text),
                            (int)text.size, append_word);
        for (size_t i = 0; i < list.n_tokens; i++)
            buffer_append_format(&found, "|%u-%u %s", list.tokens[i].start, list.tokens[i].end,
                                 token_surface(&list, &list.tokens[i]));
        assert_string_equal(buffer_string(&found), buffer_string(&expected));
        buffer_free(&text);
        buffer_free(&expected);
        buffer_free(&found);
        token_list_free(&list);
    }
    unicode61.xDelete(instance);
}

static void a_limited_list_has_the_words_that_begin_so_and_no_others(void **state) {
    (void)state;
    static const char text[] = "The AIDS patients' X-rays, COVID19 AND PUMPS; \xCE\xB2-blockers "
                               "and U.S. pumps of 5mg";
    static const char *const terms[] = {"patient", "pump", "AIDS", "blocker", "betablock", "x"};
    struct token_limit limit = {0};
    struct token_list all = {0};
    struct token_list limited = {0};
    run(text, NULL, TOKENS_OF_TEXT, &all);
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
        token_limit_add(&limit, terms[i], strlen(terms[i]));
    tokenizer_limit(tokenizer, &limit);
    run(text, NULL, TOKENS_OF_TEXT, &limited);
    tokenizer_limit(tokenizer, NULL);
    size_t n = 0;
    for (size_t i = 0; i < all.n_tokens; i++) {
        const struct token *token = &all.tokens[i];
        const char *word = token_surface(&all, token);
        bool is_wanted = false;
        for (size_t k = 0; k < sizeof terms / sizeof *terms; k++)
            is_wanted = is_wanted || strncasecmp(word, terms[k], strnlen(terms[k], 2)) == 0;
        if (!is_wanted)
            continue;
        assert_in_range(n, 0, limited.n_tokens - 1);
        assert_string_equal(token_term(&all, token), token_term(&limited, &limited.tokens[n]));
        assert_int_equal(token->position, limited.tokens[n].position);
        assert_int_equal(token->start, limited.tokens[n++].start);
    }
    assert_int_equal(n, limited.n_tokens);
    assert_int_equal(limited.n_positions, all.n_positions);
    token_list_free(&all);
    token_list_free(&limited);
}

static void a_limit_lets_every_spelling_of_its_term_through(void **state) {
    (void)state;
    static const char *const words[] = {
        "haemoglobin", "foetus",        "oedema",       "oesophagus",    "aetiology",
        "dying",       "lying",         "tyres",        "sceptical",     "disease",
        "AIDS",        "AEDs",          "GPs",          "X-ray",         "5mg",
        "U.S.",        "IL-6",          "COVID-19",     "na\xC3\xAFve",  "\xCE\xB2-blocker",
        "anaemias",    "greyish",       "mouldings",    "haemorrhages",  "oestrogens",
        "amoebiasis",  "pre-eclampsia", "co-operation", "hyphen-ations", "B12-deficiency"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct token_list all = {0};
        struct token_list limited = {0};
        run(words[i], NULL, TOKENS_OF_TEXT, &all);
        for (size_t k = 0; k < all.n_tokens; k++) {
            struct token_limit limit = {0};
            const char *term = token_term(&all, &all.tokens[k]);
            bool found = false;
            token_limit_add(&limit, term, strlen(term));
            tokenizer_limit(tokenizer, &limit);
            run(words[i], NULL, TOKENS_OF_TEXT, &limited);
            tokenizer_limit(tokenizer, NULL);
            for (size_t n = 0; n < limited.n_tokens; n++)
                found = found || strcmp(token_term(&limited, &limited.tokens[n]), term) == 0;
            assert_true(found);
        }
        token_list_free(&all);
        token_list_free(&limited);
    }
}

static void any_bytes_make_a_well_formed_list(void **state) {
    (void)state;
    static const char *const pieces[] = {
        "a",        "Z",
        "US",       "9",
        " ",        "-",
        ".",        "'s",
        "s",        "\xCE\xB2",
        "\xC3\xA9", "\xFF",
        "\xE2\x80", "\xE2\x80\x99",
        "\xCC\x88", "ab",
        "\xF0\x9F", "\xCF",
        "\n",       "\xE2\x80\x91",
    };
    enum { N_PIECES = sizeof pieces / sizeof *pieces, N_TEXTS = 3000 };
    struct token_list list = {0};
    struct buffer text = {0};
    srand(1);
    for (size_t i = 0; i < N_TEXTS; i++) {
        buffer_clear(&text);
        for (int n = rand() % 40; n > 0; n--)
            buffer_append_string(&text, pieces[rand() % N_PIECES]);
        enum token_use use = i % 2 ? TOKENS_OF_QUERY : TOKENS_OF_TEXT;
        assert_int_equal(tokenizer_run(tokenizer, buffer_string(&text), text.size,
                                       i % 3 ? NULL : "de", use, &list, NULL),
                         STATUS_OK);
        assert_well_formed(&list, text.size);
    }
    buffer_free(&text);
    token_list_free(&list);
}

static void cjk_is_pairs_of_characters(void **state) {
    (void)state;
    assert_text("心脏病", "(心脏 心) (脏病 脏 病)");
    assert_text("癌", "癌");
    assert_text("胃癌。治疗", "(胃癌 胃 癌) (治疗 治 疗)");
    assert_text("糖尿病のケア", "(糖尿 糖) (尿病 尿) (病の 病) (のケ の) (ケア ケ ア)");
    assert_text("건강 정보", "(건강 건 강) (정보 정 보)");
    assert_text("HIV感染5mg", "hiv (感染 感 染) (5 5mg) mg");
    assert_places("é感染者x", "é|感染|感|染者|染|者|x");
}

static void cjk_of_a_query_is_its_pairs_or_a_character_alone(void **state) {
    (void)state;
    assert_query("心脏病", "心脏 脏病");
    assert_query("癌", "癌");
    assert_query("胃癌 药", "胃癌 药");
}

static void a_long_run_of_cjk_is_not_cut(void **state) {
    (void)state;
    enum { N_CHARACTERS = 1000 };
    struct buffer text = {0};
    struct token_list list = {0};
    for (int i = 0; i < N_CHARACTERS / 2; i++)
        buffer_append_string(&text, "病人");
    run(buffer_string(&text), NULL, TOKENS_OF_QUERY, &list);
    assert_int_equal(list.n_positions, N_CHARACTERS - 1);
    token_list_free(&list);
    buffer_free(&text);
}

static void letters_that_keep_a_stroke_are_folded_too(void **state) {
    (void)state;
    assert_text("Sjøgren", "sjogren");
    assert_text("cœur", "coeur");
    assert_text("Æther", "aether");
    assert_text("Strauß", "strauss");
    assert_text("Włocławek", "wloclawek");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_folded_and_stemmed),
        cmocka_unit_test(a_possessive_s_is_no_word),
        cmocka_unit_test(acronyms_that_stemming_would_damage_keep_their_capitals),
        cmocka_unit_test(a_lower_case_query_word_also_stands_for_its_acronym),
        cmocka_unit_test(a_plural_s_after_capitals_is_no_part_of_the_acronym),
        cmocka_unit_test(dots_inside_an_acronym_do_not_count),
        cmocka_unit_test(words_in_a_shouted_line_may_be_acronyms_or_not),
        cmocka_unit_test(a_long_word_in_capitals_may_be_an_acronym_or_not),
        cmocka_unit_test(a_compound_is_found_in_parts_and_as_one_word),
        cmocka_unit_test(letters_and_digits_are_split),
        cmocka_unit_test(a_code_of_many_parts_stays_whole),
        cmocka_unit_test(a_single_greek_letter_is_spelled_out),
        cmocka_unit_test(accents_do_not_matter),
        cmocka_unit_test(tokens_delimit_their_words_in_the_text),
        cmocka_unit_test(surfaces_are_folded_but_not_stemmed),
        cmocka_unit_test(function_words_are_those_written_so),
        cmocka_unit_test(very_long_words_are_cut_between_characters),
        cmocka_unit_test(each_language_has_its_stemmer),
        cmocka_unit_test(empty_text_has_no_tokens),
        cmocka_unit_test(words_are_cut_as_unicode61_cuts_them),
        cmocka_unit_test(a_limited_list_has_the_words_that_begin_so_and_no_others),
        cmocka_unit_test(a_limit_lets_every_spelling_of_its_term_through),
        cmocka_unit_test(any_bytes_make_a_well_formed_list),
        cmocka_unit_test(cjk_is_pairs_of_characters),
        cmocka_unit_test(cjk_of_a_query_is_its_pairs_or_a_character_alone),
        cmocka_unit_test(a_long_run_of_cjk_is_not_cut),
        cmocka_unit_test(letters_that_keep_a_stroke_are_folded_too),
    };
    return cmocka_run_group_tests(tests, open_tokenizer, close_tokenizer);
}
