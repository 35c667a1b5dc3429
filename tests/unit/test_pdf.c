/* PDF files, through the pdftotext that is installed, and through others that behave badly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "indexer/document/readers.h"
#include "tests/unit/document_outline.h"
#include "tests/unit/pdf_builder.h"

/* Ends and frees the file; its document has this outline. */
static void expect(struct pdf_builder *pdf, const char *expected) {
    struct document document = {0};
    struct buffer out = {0};
    pdf_close(pdf, "");
    assert_int_equal(pdf_read(pdf->file.data, pdf->file.size, &document, NULL), STATUS_OK);
    assert_string_equal(outline(&document, &out), expected);
    assert_int_equal(document.n_problems, 0);
    buffer_free(&out);
    document_free(&document);
    pdf_builder_free(pdf);
}

/* pdf_read refuses the bytes, and says this. */
static void expect_refused(const char *bytes, size_t n_bytes, const char *text) {
    struct document document = {0};
    struct error error = {0};
    assert_int_equal(pdf_read(bytes, n_bytes, &document, &error), STATUS_INPUT);
    assert_non_null(strstr(error.text, text));
    document_free(&document);
}

/* ---- text ---- */

static void lines_become_headings_and_paragraphs(void **state) {
    (void)state;
    struct pdf_builder pdf = {0};
    pdf_page(&pdf);
    pdf_text(&pdf, 72, 110, 22, "Screening in rural clinics");
    pdf_text(&pdf, 72, 150, 11,
             "Retinal images were graded by a program in nine clinics. It found");
    pdf_text(&pdf, 72, 163, 11, "every eye that two graders had referred, and a few more.");
    pdf_text(&pdf, 72, 200, 14, "Methods");
    pdf_text(&pdf, 72, 225, 11,
             "Nurses took the images with a hand-held camera at the first visit.");
    pdf_text(&pdf, 90, 238, 11, "A second paragraph of the same block shows by its indent, and is");
    pdf_text(&pdf, 72, 251, 11, "not part of the first one, as readers see at once.");
    expect(&pdf, "h1 Screening in rural clinics\n"
                 "p Retinal images were graded by a program in nine clinics. It found every eye "
                 "that two graders had referred, and a few more.\n"
                 "h3 Methods\n"
                 "p Nurses took the images with a hand-held camera at the first visit.\n"
                 "p A second paragraph of the same block shows by its indent, and is not part of "
                 "the first one, as readers see at once.\n");
}

/* The paragraph that two lines make. */
static void expect_joined(const char *first, const char *second, const char *paragraph) {
    struct pdf_builder pdf = {0};
    struct buffer expected = {0};
    pdf_page(&pdf);
    pdf_text(&pdf, 72, 150, 11, first);
    pdf_text(&pdf, 72, 163, 11, second);
    buffer_append_format(&expected, "p %s\n", paragraph);
    expect(&pdf, expected.data);
    buffer_free(&expected);
}

static void words_that_a_line_end_breaks_are_joined(void **state) {
    (void)state;
    expect_joined("the program graded the images of every pa-", "tient who came",
                  "the program graded the images of every patient who came");
    expect_joined("the program graded the images of COVID-", "19 patients",
                  "the program graded the images of COVID-19 patients");
    expect_joined("the program graded state-of-the-", "art images well",
                  "the program graded state-of-the-art images well");
    expect_joined("the program graded the images of pre-", "and postnatal care",
                  "the program graded the images of pre- and postnatal care");
    expect_joined("the program graded the images of Anglo-", "Saxon eyes only",
                  "the program graded the images of Anglo-Saxon eyes only");
    expect_joined("the program graded the images of 3 -", "4 patients a day",
                  "the program graded the images of 3 - 4 patients a day");
}

static void bullets_begin_items(void **state) {
    (void)state;
    struct pdf_builder pdf = {0};
    pdf_page(&pdf);
    pdf_text(&pdf, 72, 150, 11, "They were asked to bring with them to the clinic:");
    pdf_text(&pdf, 72, 163, 11,
             "\\225 their glasses and the prescription of those that they wear,");
    pdf_text(&pdf, 80, 176, 11, "if they had any");
    pdf_text(&pdf, 72, 189, 11, "\\225 a friend");
    expect(&pdf,
           "p They were asked to bring with them to the clinic:\n"
           "item their glasses and the prescription of those that they wear, if they had any\n"
           "item a friend\n");
}

/* ---- pages ---- */

/* Four pages with a running head, a number and a note up the side; one sentence goes over two. */
static void build_report(struct pdf_builder *pdf) {
    for (int page = 1; page <= 4; page++) {
        char number[32];
        snprintf(number, sizeof number, "Page %d of 4", page);
        pdf_page(pdf);
        pdf_text(pdf, 72, 50, 9, "Osler Trust: annual report");
        pdf_text(pdf, 280, 760, 9, number);
        pdf_vertical_text(pdf, "Downloaded by a library on 3 May");
        if (page == 2)
            pdf_text(pdf, 72, 120, 11, "The second page ends in the middle of a sen-");
        if (page == 3)
            pdf_text(pdf, 72, 120, 11, "tence that the third page ends.");
        if (page == 4)
            pdf_text(pdf, 72, 120, 11, "The fourth page has one line.");
    }
}

static void running_heads_and_numbers_are_left_out(void **state) {
    (void)state;
    struct pdf_builder pdf = {0};
    build_report(&pdf);
    expect(&pdf, "p The second page ends in the middle of a sentence that the third page ends.\n"
                 "p The fourth page has one line.\n");
}

static void text_knows_its_page(void **state) {
    (void)state;
    struct pdf_builder pdf = {0};
    struct document document = {0};
    build_report(&pdf);
    pdf_close(&pdf, "");
    assert_int_equal(pdf_read(pdf.file.data, pdf.file.size, &document, NULL), STATUS_OK);
    assert_int_equal(document.n_pages, 4);
    const char *text = document.text.data;
    assert_int_equal(document_page(&document, 0), 2);
    assert_int_equal(document_page(&document, (size_t)(strstr(text, "middle") - text)), 2);
    assert_int_equal(document_page(&document, (size_t)(strstr(text, "third") - text)), 3);
    assert_int_equal(document_page(&document, (size_t)(strstr(text, "The fourth") - text)), 4);
    document_free(&document);
    pdf_builder_free(&pdf);
}

static void a_line_that_two_of_many_pages_share_stays(void **state) {
    (void)state;
    struct pdf_builder pdf = {0};
    for (int page = 1; page <= 3; page++) {
        pdf_page(&pdf);
        pdf_text(&pdf, 72, 50, 11, page == 3 ? "Answers" : "Questions");
    }
    expect(&pdf, "p Questions\np Questions\np Answers\n");
}

/* ---- metadata ---- */

static void metadata_is_what_the_file_says(void **state) {
    (void)state;
    struct pdf_builder pdf = {0};
    struct document document = {0};
    pdf_page(&pdf);
    pdf_text(&pdf, 72, 150, 11, "Text.");
    pdf_close(&pdf, "/Title (Microsoft Word - Eyes & ears) /Author (Ada Okafor) "
                    "/CreationDate (D:20250801100000Z) /ModDate (D:20250902)");
    assert_int_equal(pdf_read(pdf.file.data, pdf.file.size, &document, NULL), STATUS_OK);
    assert_string_equal(document.title, "Eyes & ears");
    assert_string_equal(document.author, "Ada Okafor");
    assert_string_equal(document.published, "2025-08-01T10:00:00Z");
    assert_memory_equal(document.modified, "2025-09-02", 10);
    document_free(&document);
    pdf_builder_free(&pdf);
}

static void without_a_title_the_largest_heading_of_the_first_page_is_it(void **state) {
    (void)state;
    struct pdf_builder pdf = {0};
    struct document document = {0};
    pdf_page(&pdf); /* a cover picture */
    pdf_page(&pdf);
    pdf_text(&pdf, 72, 100, 14, "Osler Trust");
    pdf_text(&pdf, 72, 150, 24, "Eyes and ears");
    pdf_text(&pdf, 72, 200, 11, "A long enough line of text in the size that most of it has.");
    pdf_page(&pdf);
    pdf_text(&pdf, 72, 150, 30, "Later");
    pdf_close(&pdf, "/Title (report_v3.indd)");
    assert_int_equal(pdf_read(pdf.file.data, pdf.file.size, &document, NULL), STATUS_OK);
    assert_string_equal(document.title, "Eyes and ears");
    assert_null(document.author);
    document_free(&document);
    pdf_builder_free(&pdf);
}

/* ---- what cannot be read ---- */

static void what_is_no_pdf_is_refused(void **state) {
    (void)state;
    expect_refused("", 0, "no PDF");
    expect_refused("<html>", 6, "no PDF");
    expect_refused("%PDF-1.7\n", 9, "no PDF");
}

static void scanned_pages_are_told_to_need_ocr(void **state) {
    (void)state;
    struct pdf_builder pdf = {0};
    pdf_page(&pdf);
    pdf_page(&pdf);
    pdf_close(&pdf, "");
    expect_refused(pdf.file.data, pdf.file.size, "the 2 pages of this PDF hold no text: scanned");
    pdf_builder_free(&pdf);
}

static void an_encrypted_file_is_told_to_be_one(void **state) {
    (void)state;
    struct pdf_builder pdf = {
        .trailer =
            "/ID [(a)(b)] /Encrypt << /Filter /Standard /V 1 /R 2 /P -44 "
            "/O (01234567890123456789012345678901) /U (01234567890123456789012345678901) >>"};
    pdf_page(&pdf);
    pdf_text(&pdf, 72, 150, 11, "Text.");
    pdf_close(&pdf, "");
    expect_refused(pdf.file.data, pdf.file.size, "encrypted");
    pdf_builder_free(&pdf);
}

static void a_file_cut_short_gives_what_is_left_or_is_refused(void **state) {
    (void)state;
    struct pdf_builder pdf = {0};
    build_report(&pdf);
    pdf_close(&pdf, "");
    size_t n_read = 0;
    for (size_t n_bytes = 100; n_bytes < pdf.file.size; n_bytes += pdf.file.size / 7) {
        struct document document = {0};
        struct error error = {0};
        enum status status = pdf_read(pdf.file.data, n_bytes, &document, &error);
        assert_true(status == STATUS_OK || status == STATUS_INPUT);
        assert_true(status == STATUS_OK ? document.n_blocks > 0 : error.text[0] != '\0');
        n_read += status == STATUS_OK;
        document_free(&document);
    }
    assert_true(n_read < 7);
    pdf_builder_free(&pdf);
}

/* ---- what was made to harm ---- */

static void a_deep_tree_of_pages_ends(void **state) {
    (void)state;
    struct buffer file = {0};
    buffer_append_string(&file, "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
    for (int i = 2; i < 50000; i++)
        buffer_append_format(
            &file, "%d 0 obj\n<< /Type /Pages /Count 1 /Kids [%d 0 R] >>\nendobj\n", i, i + 1);
    buffer_append_string(&file, "50000 0 obj\n<< /Type /Pages /Count 1 /Kids [2 0 R] >>\nendobj\n"
                                "trailer\n<< /Size 50001 /Root 1 0 R >>\n%%EOF\n");
    struct document document = {0};
    struct error error = {0};
    assert_int_equal(pdf_read(file.data, file.size, &document, &error), STATUS_INPUT);
    document_free(&document);
    buffer_free(&file);
}

/* 60 MB of drawing in 60 kB of file. */
static void a_stream_that_expands_a_thousandfold_ends(void **state) {
    (void)state;
    static const char drawing[] = "BT /F 11 Tf 72 600 Td (over and over) Tj ET\n";
    struct buffer unpacked = {0};
    while (unpacked.size < 20 << 20)
        buffer_append(&unpacked, drawing, strlen(drawing));
    uLongf n_packed = compressBound(unpacked.size);
    struct buffer packed = {0};
    assert_int_equal(compress2((Bytef *)buffer_reserve(&packed, n_packed), &n_packed,
                               (const Bytef *)unpacked.data, unpacked.size, 9),
                     Z_OK);
    struct buffer file = {0};
    buffer_append_string(&file, "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
                                "2 0 obj\n<< /Type /Pages /Count 1 /Kids [3 0 R] >>\nendobj\n"
                                "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] "
                                "/Contents [");
    for (int i = 0; i < 3; i++)
        buffer_append_string(&file, "4 0 R ");
    buffer_append_format(&file,
                         "] >>\nendobj\n4 0 obj\n<< /Filter /FlateDecode /Length %lu >>\n"
                         "stream\n",
                         n_packed);
    buffer_append(&file, packed.data, n_packed);
    buffer_append_string(&file, "\nendstream\nendobj\ntrailer\n<< /Size 5 /Root 1 0 R >>\n%%EOF\n");
    struct document document = {0};
    struct error error = {0};
    enum status status = pdf_read(file.data, file.size, &document, &error);
    assert_true(status == STATUS_OK || status == STATUS_INPUT);
    document_free(&document);
    buffer_free(&file);
    buffer_free(&packed);
    buffer_free(&unpacked);
}

/* ---- another pdftotext ---- */

static char *path_before;
static char fake_folder[] = "/tmp/osler-pdf.XXXXXX";
static char fake_program[64];

/* Puts a script in the place of pdftotext; without one nothing is there. */
static void replace_pdftotext(const char *script) {
    char path[4200];
    unlink(fake_program);
    if (script) {
        FILE *file = fopen(fake_program, "w");
        fprintf(file, "#!/bin/sh\n%s\n", script);
        fclose(file);
        chmod(fake_program, 0700);
        snprintf(path, sizeof path, "%s:%s", fake_folder, path_before);
    }
    setenv("PATH", script ? path : fake_folder, 1);
}

static int make_folder(void **state) {
    (void)state;
    path_before = strdup(getenv("PATH"));
    snprintf(fake_program, sizeof fake_program, "%s/pdftotext", mkdtemp(fake_folder));
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    setenv("PATH", path_before, 1);
    free(path_before);
    unlink(fake_program);
    return rmdir(fake_folder);
}

static void restore_path(void) {
    setenv("PATH", path_before, 1);
}

static void a_missing_pdftotext_is_named_with_its_package(void **state) {
    (void)state;
    replace_pdftotext(NULL);
    expect_refused("%PDF", 4, "pdftotext, which reads PDF files, is not installed");
    expect_refused("%PDF", 4, "poppler-utils");
    restore_path();
}

static void a_pdftotext_that_dies_is_told(void **state) {
    (void)state;
    replace_pdftotext("kill -ABRT $$");
    expect_refused("%PDF", 4, "pdftotext died of signal 6");
    restore_path();
}

static void what_it_printed_before_it_died_is_kept(void **state) {
    (void)state;
    replace_pdftotext("echo '<body><page height=\"792\"><line yMin=\"300\" yMax=\"310\">"
                      "<word yMin=\"300\" yMax=\"310\">kept</word></line></page><page "
                      "height=\"792\">'; kill -SEGV $$");
    struct document document = {0};
    assert_int_equal(pdf_read("%PDF", 4, &document, NULL), STATUS_OK);
    assert_string_equal(buffer_string(&document.text), "kept");
    assert_int_equal(document.n_problems, 1);
    assert_string_equal(document.problems[0].text, "pdftotext gave up on page 2 of this PDF");
    document_free(&document);
    restore_path();
}

static void a_pdftotext_that_floods_is_cut(void **state) {
    (void)state;
    replace_pdftotext(
        "printf '<body><page height=\"792\">'; exec yes '<line yMin=\"300\" yMax=\"310\">"
        "<word yMin=\"300\" yMax=\"310\">over and over</word></line>'");
    struct document document = {0};
    assert_int_equal(pdf_read("%PDF", 4, &document, NULL), STATUS_OK);
    assert_int_equal(document.n_problems, 1);
    assert_non_null(strstr(document.problems[0].text, "read up to page 1 only"));
    document_free(&document);
    restore_path();
}

/* ---- threads ---- */

static void *read_many(void *pdf) {
    const struct buffer *file = pdf;
    void *failed = NULL;
    for (int i = 0; i < 4; i++) {
        struct document document = {0};
        if (pdf_read(file->data, file->size, &document, NULL) != STATUS_OK ||
            document.n_blocks != 2)
            failed = pdf;
        document_free(&document);
    }
    return failed;
}

static void several_threads_read_at_once(void **state) {
    (void)state;
    struct pdf_builder pdf = {0};
    pthread_t threads[3];
    build_report(&pdf);
    pdf_close(&pdf, "");
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_many, &pdf.file), 0);
    for (int i = 0; i < 3; i++) {
        void *failed;
        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
    pdf_builder_free(&pdf);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_become_headings_and_paragraphs),
        cmocka_unit_test(words_that_a_line_end_breaks_are_joined),
        cmocka_unit_test(bullets_begin_items),
        cmocka_unit_test(running_heads_and_numbers_are_left_out),
        cmocka_unit_test(text_knows_its_page),
        cmocka_unit_test(a_line_that_two_of_many_pages_share_stays),
        cmocka_unit_test(metadata_is_what_the_file_says),
        cmocka_unit_test(without_a_title_the_largest_heading_of_the_first_page_is_it),
        cmocka_unit_test(what_is_no_pdf_is_refused),
        cmocka_unit_test(scanned_pages_are_told_to_need_ocr),
        cmocka_unit_test(an_encrypted_file_is_told_to_be_one),
        cmocka_unit_test(a_file_cut_short_gives_what_is_left_or_is_refused),
        cmocka_unit_test(a_deep_tree_of_pages_ends),
        cmocka_unit_test(a_stream_that_expands_a_thousandfold_ends),
        cmocka_unit_test(a_missing_pdftotext_is_named_with_its_package),
        cmocka_unit_test(a_pdftotext_that_dies_is_told),
        cmocka_unit_test(what_it_printed_before_it_died_is_kept),
        cmocka_unit_test(a_pdftotext_that_floods_is_cut),
        cmocka_unit_test(several_threads_read_at_once),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
