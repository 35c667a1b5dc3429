/* PDF files made by hand, for tests: text at places of letter pages, in Helvetica.
 *
 *     struct pdf_builder pdf = {0};
 *     pdf_page(&pdf);
 *     pdf_text(&pdf, 72, 72, 11, "a line, one inch from the left and the top");
 *     pdf_close(&pdf, "/Title (A title)");
 *     pdf_read(pdf.file.data, pdf.file.size, ...);
 *     pdf_builder_free(&pdf); */
#ifndef OSLER_TESTS_UNIT_PDF_BUILDER_H
#define OSLER_TESTS_UNIT_PDF_BUILDER_H

#include <stdlib.h>

#include "store/buffer.h"

enum { PDF_MAX_OBJECTS = 200, PDF_HEIGHT = 792 };

/* Objects 1 to 4 are the catalog, the pages, the font and the information. */
struct pdf_builder {
    struct buffer file, page; /* `page`: the drawing of the last one */
    size_t offsets[PDF_MAX_OBJECTS];
    size_t n_objects, n_pages;
    const char *trailer; /* more entries of it, or NULL */
};

static inline void pdf_object(struct pdf_builder *pdf, size_t number, const char *content) {
    if (pdf->file.size == 0)
        buffer_append_string(&pdf->file, "%PDF-1.4\n");
    pdf->offsets[number] = pdf->file.size;
    buffer_append_format(&pdf->file, "%zu 0 obj\n", number);
    buffer_append_string(&pdf->file, content);
    buffer_append_string(&pdf->file, "\nendobj\n");
    if (number > pdf->n_objects)
        pdf->n_objects = number;
}

static inline void pdf_end_page(struct pdf_builder *pdf) {
    struct buffer object = {0};
    if (pdf->n_pages == 0)
        return;
    size_t page = 3 + 2 * pdf->n_pages;
    buffer_append_format(&object,
                         "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 %d] /Contents %zu 0 R "
                         "/Resources << /Font << /F 3 0 R >> >> >>",
                         PDF_HEIGHT, page + 1);
    pdf_object(pdf, page, object.data);
    buffer_clear(&object);
    buffer_append_format(&object, "<< /Length %zu >>\nstream\n", pdf->page.size);
    buffer_append_string(&object, buffer_string(&pdf->page));
    buffer_append_string(&object, "\nendstream");
    pdf_object(pdf, page + 1, object.data);
    buffer_clear(&pdf->page);
    buffer_free(&object);
}

/* Ends the page before it. */
static inline void pdf_page(struct pdf_builder *pdf) {
    pdf_end_page(pdf);
    pdf->n_pages++;
}

/* `top` is the distance of the line from the top of the page; points. */
static inline void pdf_text(struct pdf_builder *pdf, double left, double top, double size,
                            const char *text) {
    buffer_append_format(&pdf->page, "BT /F %g Tf %g %g Td (%s) Tj ET\n", size, left,
                         PDF_HEIGHT - top, text);
}

/* Up the left side of the page. */
static inline void pdf_vertical_text(struct pdf_builder *pdf, const char *text) {
    buffer_append_format(&pdf->page, "BT /F 8 Tf 0 1 -1 0 30 300 Tm (%s) Tj ET\n", text);
}

/* Ends the file; `information` is the inside of its dictionary. */
static inline void pdf_close(struct pdf_builder *pdf, const char *information) {
    struct buffer object = {0};
    pdf_end_page(pdf);
    pdf_object(pdf, 1, "<< /Type /Catalog /Pages 2 0 R >>");
    buffer_append_string(&object, "<< /Type /Pages /Kids [");
    for (size_t i = 1; i <= pdf->n_pages; i++)
        buffer_append_format(&object, "%zu 0 R ", 3 + 2 * i);
    buffer_append_format(&object, "] /Count %zu >>", pdf->n_pages);
    pdf_object(pdf, 2, object.data);
    pdf_object(pdf, 3,
               "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
    buffer_clear(&object);
    buffer_append_format(&object, "<< %s >>", information);
    pdf_object(pdf, 4, object.data);
    size_t table = pdf->file.size;
    buffer_append_format(&pdf->file, "xref\n0 %zu\n0000000000 65535 f \n", pdf->n_objects + 1);
    for (size_t i = 1; i <= pdf->n_objects; i++)
        buffer_append_format(&pdf->file, "%010zu 00000 n \n", pdf->offsets[i]);
    buffer_append_format(
        &pdf->file,
        "trailer\n<< /Size %zu /Root 1 0 R /Info 4 0 R %s >>\nstartxref\n%zu\n%%%%EOF\n",
        pdf->n_objects + 1, pdf->trailer ? pdf->trailer : "", table);
    buffer_free(&object);
}

static inline void pdf_builder_free(struct pdf_builder *pdf) {
    buffer_free(&pdf->file);
    buffer_free(&pdf->page);
    *pdf = (struct pdf_builder){0};
}

#endif
