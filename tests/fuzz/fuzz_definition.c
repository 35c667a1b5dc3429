/* Abbreviations that any text defines, tokenized as passages are. */
#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/passages/definition.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);

/* The number of terms, which single spaces part. */
static size_t count_terms(const char *form) {
    size_t n_terms = 1;
    if (!*form || *form == ' ')
        abort();
    for (; *form; form++)
        n_terms += *form == ' ';
    return n_terms;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
    static sqlite3 *connection;
    static struct tokenizer *tokenizer;
    if (!tokenizer && (sqlite3_open(":memory:", &connection) != SQLITE_OK ||
                       tokenizer_open(connection, &tokenizer, NULL) != STATUS_OK))
        abort();
    const char *text = n_bytes > 0 ? (const char *)data : "";
    struct token_list tokens = {0};
    struct definition_list list = {0};
    if (memchr(text, '\0', n_bytes)) /* no text of a document has any */
        return 0;
    if (tokenizer_run(tokenizer, text, n_bytes, NULL, TOKENS_OF_TEXT, &tokens, NULL) != STATUS_OK ||
        definitions_of(text, n_bytes, &tokens, &list, NULL) != STATUS_OK)
        abort();
    for (size_t i = 0; i < list.n_definitions; i++) {
        const struct definition *definition = &list.definitions[i];
        if (definition->short_form >= list.strings.size ||
            definition->long_form >= list.strings.size)
            abort();
        count_terms(list.strings.data + definition->short_form);
        if (count_terms(list.strings.data + definition->long_form) > DEFINITION_MAX_TERMS)
            abort();
    }
    definition_list_free(&list);
    token_list_free(&tokens);
    return 0;
}
