/* PDF, read by poppler's pdftotext: see readers.h. */
#include <signal.h>
#include <string.h>

#include "indexer/document/readers.h"
#include "indexer/readers/child_process.h"
#include "indexer/readers/pdf_layout.h"
#include "indexer/readers/pdf_paragraphs.h"

/* Reports of a thousand pages take pdftotext 5 s, 200 MB and 40 MB of output; files made to harm
 * take all they get. The time on the wall is for machines that do other things, too. */
static const struct child_limits limits = {
    .wall_ms = 60000, .cpu_s = 20, .memory_bytes = (size_t)1 << 30, .output_bytes = 48 << 20};

/* Signals of the runtime for an exceeded RLIMIT_CPU. */
static bool is_out_of_time(const struct child_result *result) {
    return result->end == CHILD_TOO_SLOW ||
           (result->end == CHILD_DIED && (result->code == SIGXCPU || result->code == SIGKILL));
}

static bool is_encrypted(const char *bytes, size_t n_bytes) {
    static const char key[] = "/Encrypt";
    return memmem(bytes, n_bytes, key, strlen(key)) != NULL;
}

static void set_metadata(const struct pdf_layout *layout, struct document *document) {
    const char *title = layout->title;
    static const char word_prefix[] = "Microsoft Word - ";
    if (title && strncmp(title, word_prefix, strlen(word_prefix)) == 0)
        title += strlen(word_prefix);
    /* One word is a file's name, as "report_v3-final.indd". */
    if (title && strchr(title, ' '))
        document->title = document_string(document, title, strlen(title));
    if (layout->author)
        document->author = document_string(document, layout->author, strlen(layout->author));
    if (layout->created)
        document->published = document_string(document, layout->created, strlen(layout->created));
    if (layout->modified)
        document->modified = document_string(document, layout->modified, strlen(layout->modified));
}

/* A file without a title shows it in its largest letters, on its first page with text. */
static void find_title(struct document *document) {
    const struct block *largest = NULL;
    size_t first_page = 0;
    for (size_t i = 0; i < document->n_blocks; i++) {
        const struct block *block = &document->blocks[i];
        size_t page = document_page(document, block->start);
        if (i == 0)
            first_page = page;
        if (page != first_page)
            break;
        if (block->kind == BLOCK_HEADING && (!largest || block->level < largest->level))
            largest = block;
    }
    if (largest)
        document->title = document_string(document, document->text.data + largest->start,
                                          largest->end - largest->start);
}

/* Why there is no text. */
static enum status refuse(const char *bytes, size_t n_bytes, const struct child_result *result,
                          size_t n_pages, struct error *error) {
    if (result->end == CHILD_NOT_FOUND)
        return error_set(error, STATUS_INPUT, PDF_NO_READER);
    if (is_out_of_time(result))
        return error_set(error, STATUS_INPUT, "pdftotext needs more than %u s for this PDF",
                         limits.cpu_s);
    if (result->end == CHILD_DIED)
        return error_set(error, STATUS_INPUT, "pdftotext died of signal %d on this PDF (%s)",
                         result->code, strsignal(result->code));
    if (result->code != 0 && is_encrypted(bytes, n_bytes))
        return error_set(error, STATUS_INPUT,
                         "this PDF is encrypted: it opens with a password only");
    if (result->code != 0 || n_pages == 0)
        return error_set(error, STATUS_INPUT, "pdftotext finds no PDF here that it can read");
    return error_set(error, STATUS_INPUT,
                     "the %zu page%s of this PDF hold%s no text: scanned pages need OCR (ocrmypdf "
                     "does it) before they can be searched",
                     n_pages, n_pages == 1 ? "" : "s", n_pages == 1 ? "s" : "");
}

/* There is text, but perhaps not all of it. */
static void report_cut(const struct child_result *result, size_t n_pages,
                       struct document *document) {
    if (result->end == CHILD_TOO_MUCH_OUTPUT)
        document_problem(document, 0,
                         "this PDF was read up to page %zu only: it holds too much text", n_pages);
    else if (is_out_of_time(result))
        document_problem(document, 0,
                         "this PDF was read up to page %zu only: pdftotext needs more than %u s",
                         n_pages, limits.cpu_s);
    else if (result->end != CHILD_EXITED || result->code != 0)
        document_problem(document, 0, "pdftotext gave up on page %zu of this PDF", n_pages);
}

bool pdf_has_reader(void) {
    return child_process_is_there("pdftotext");
}

enum status pdf_read(const char *bytes, size_t n_bytes, struct document *document,
                     struct error *error) {
    static const char *const arguments[] = {
        "pdftotext", "-q", "-bbox-layout", "-nodiag", "-enc", "UTF-8", "-", "-", NULL};
    struct child_result result = {0};
    struct pdf_layout layout = {0};
    enum status status = child_process_run(arguments, bytes, n_bytes, &limits, &result, error);
    if (status == STATUS_OK)
        status = pdf_layout_read(&result.output, &layout, error);
    if (status == STATUS_OK)
        status = pdf_paragraphs_append(&layout, document, error);
    if (status == STATUS_OK && document->n_blocks == 0)
        status = refuse(bytes, n_bytes, &result, layout.n_pages, error);
    if (status == STATUS_OK) {
        set_metadata(&layout, document);
        if (!document->title)
            find_title(document);
        report_cut(&result, layout.n_pages, document);
        if (document->failed)
            status = error_no_memory(error);
    }
    pdf_layout_free(&layout);
    child_result_free(&result);
    return status;
}
