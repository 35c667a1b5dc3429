/* What pdftotext prints to lines with places, whatever is wrong with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "indexer/readers/pdf_layout.h"

#define WORD(x, y, to_x, to_y, text)                                                               \
    "<word xMin=\"" #x "\" yMin=\"" #y "\" xMax=\"" #to_x "\" yMax=\"" #to_y "\">" text "</"       \
    "word>\n"
#define LINE(x, y, to_x, to_y, words)                                                              \
    "<line xMin=\"" #x "\" yMin=\"" #y "\" xMax=\"" #to_x "\" yMax=\"" #to_y "\">\n" words         \
    "</line>\n"

static const char sample[] =
    "<html><head>\n<title>A &amp; B</title>\n<meta name=\"Author\" content=\"O&apos;Hara\"/>\n"
    "<meta name=\"CreationDate\" content=\"2025-08-01T10:00:00Z\"/>\n"
    "<meta name=\"ModDate\" content=\"\"/>\n</head>\n<body>\n<doc>\n"
    "<page width=\"612.0\" height=\"792.5\">\n<flow>\n<block a=\"\">\n" LINE(
        72, 96.5, 200, 110,
        WORD(72, 96.5, 90, 104.5, "x&lt;y") WORD(95, 98, 200, 108, "the-longest")
            WORD(95, 80, 200, 99, "raised")) "</block><block a=\"\">" LINE(1, 2, 3, 4, "")
        LINE(
            5, 6, 7, 8,
            WORD(5, 6, 7, 8, "\xEF\xAC\x81n\x01\xFF")) "</block></flow></page>\n<page width=\"1\" "
                                                       "height=\"2\"></page>\n</doc></body></html>";

static void read_text(const char *text, size_t n_bytes, struct pdf_layout *layout) {
    struct buffer output = {0};
    buffer_append(&output, text, n_bytes);
    assert_int_equal(pdf_layout_read(&output, layout, NULL), STATUS_OK);
    buffer_free(&output);
}

static void assert_line(const struct pdf_layout *layout, size_t i, const char *text) {
    const struct pdf_line *line = &layout->lines[i];
    assert_int_equal(line->n_bytes, strlen(text));
    assert_memory_equal(layout->text.data + line->text, text, line->n_bytes);
}

static void lines_have_their_words_places_and_pages(void **state) {
    (void)state;
    struct pdf_layout layout = {0};
    read_text(sample, strlen(sample), &layout);
    assert_string_equal(layout.title, "A & B");
    assert_string_equal(layout.author, "O'Hara");
    assert_string_equal(layout.created, "2025-08-01T10:00:00Z");
    assert_null(layout.modified);
    assert_int_equal(layout.n_pages, 2);
    assert_true(layout.page_heights[0] == 792.5);
    assert_int_equal(layout.n_lines, 2);
    assert_line(&layout, 0, "x<y the-longest raised");
    assert_true(layout.lines[0].x_min == 72 && layout.lines[0].y_max == 110);
    assert_true(layout.lines[0].block < layout.lines[1].block);
    pdf_layout_free(&layout);
}

static void a_raised_word_does_not_make_its_line_larger(void **state) {
    (void)state;
    struct pdf_layout layout = {0};
    read_text(sample, strlen(sample), &layout);
    assert_true(layout.lines[0].size == 10);
    pdf_layout_free(&layout);
}

static void ligatures_are_letters_and_controls_nothing(void **state) {
    (void)state;
    struct pdf_layout layout = {0};
    read_text(sample, strlen(sample), &layout);
    assert_line(&layout, 1, "fin");
    pdf_layout_free(&layout);
}

static void text_up_the_page_has_the_size_of_its_width(void **state) {
    (void)state;
    static const char text[] = "<body><page height=\"792\"><block a=\"\">" LINE(
        30, 300, 38, 500, WORD(30, 300, 38, 390, "downloaded") WORD(30, 400, 38, 500, "from"))
        LINE(72, 80, 74, 90, WORD(72, 80, 74, 90, "I"));
    struct pdf_layout layout = {0};
    read_text(text, strlen(text), &layout);
    assert_true(pdf_line_is_vertical(&layout.lines[0]));
    assert_true(layout.lines[0].size == 8);
    assert_false(pdf_line_is_vertical(&layout.lines[1]));
    assert_true(layout.lines[1].size == 10);
    pdf_layout_free(&layout);
}

static void places_that_are_no_numbers_are_harmless(void **state) {
    (void)state;
    static const char text[] =
        "<body><page height=\"nan\">" LINE(inf, -1e300, x, 1e300, WORD(nan, 0, 0, 5, "a"))
            LINE(, , , , WORD(, , , , "b"));
    struct pdf_layout layout = {0};
    read_text(text, strlen(text), &layout);
    assert_int_equal(layout.n_lines, 2);
    assert_true(layout.page_heights[0] == 0);
    assert_true(layout.lines[0].x_min == 0);
    assert_true(layout.lines[0].y_max == 1e6);
    assert_true(layout.lines[0].y_min == -1e6);
    pdf_layout_free(&layout);
}

static void output_cut_at_any_byte_is_read_up_to_there(void **state) {
    (void)state;
    size_t most = 0;
    for (size_t n_bytes = 0; n_bytes <= strlen(sample); n_bytes++) {
        struct pdf_layout layout = {0};
        read_text(sample, n_bytes, &layout);
        assert_true(layout.n_lines >= most);
        most = layout.n_lines;
        for (size_t i = 0; i < layout.n_lines; i++)
            assert_true(layout.lines[i].n_bytes > 0);
        pdf_layout_free(&layout);
    }
    assert_int_equal(most, 2);
}

static void words_and_lines_outside_their_places_are_dropped(void **state) {
    (void)state;
    static const char text[] = "<body>" LINE(1, 1, 1, 1, WORD(1, 1, 1, 1, "a"))
        WORD(1, 1, 1, 1, "b") "<page height=\"9\">" WORD(1, 1, 1, 1, "c") "</line>";
    struct pdf_layout layout = {0};
    read_text(text, strlen(text), &layout);
    assert_int_equal(layout.n_lines, 0);
    pdf_layout_free(&layout);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_have_their_words_places_and_pages),
        cmocka_unit_test(a_raised_word_does_not_make_its_line_larger),
        cmocka_unit_test(ligatures_are_letters_and_controls_nothing),
        cmocka_unit_test(text_up_the_page_has_the_size_of_its_width),
        cmocka_unit_test(places_that_are_no_numbers_are_harmless),
        cmocka_unit_test(output_cut_at_any_byte_is_read_up_to_there),
        cmocka_unit_test(words_and_lines_outside_their_places_are_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
