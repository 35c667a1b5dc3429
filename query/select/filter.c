/* See filter.h. Each filter is one SELECT of runs of passages; the host of a URL and the words of a
 * name are taken by SQL functions, so that every condition reads in one place. */
#include "query/select/filter.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "store/stored_path.h"

static const char *const sql_of[] = {
    [FILTER_AUTHOR] = "SELECT first_passage, n_passages FROM documents"
                      " WHERE author IS NOT NULL AND holds_name(author, ?1)",
    [FILTER_SITE] = "SELECT first_passage, n_passages FROM documents"
                    " WHERE in_host(url, ?1)"
                    " OR (site IS NOT NULL AND is_name(site, ?1))",
    /* Sources, mostly few, have captures, and so an index. */
    [FILTER_KIND] = "SELECT first_passage, n_passages FROM documents"
                    " WHERE ?1 = 'source' AND capture IS NOT NULL"
                    " UNION ALL SELECT first_passage, n_passages FROM documents"
                    " WHERE ?1 <> 'source' AND kind = 0",
    [FILTER_LANG] = "SELECT first_passage, n_passages FROM documents"
                    " WHERE coalesce(lower(language), 'en') = lower(?1)"
                    " OR coalesce(lower(language), 'en') LIKE lower(?1) || '-%'",
    [FILTER_BEFORE] = "SELECT first_passage, n_passages FROM documents"
                      " WHERE published < ?1",
    [FILTER_AFTER] = "SELECT first_passage, n_passages FROM documents"
                     " WHERE published >= ?1",
    [FILTER_CITES] = "SELECT coalesce(c.passage, d.first_passage),"
                     " CASE WHEN c.passage IS NULL THEN d.n_passages ELSE 1 END"
                     " FROM sources AS s JOIN citations AS c ON c.source = s.id"
                     " JOIN documents AS d ON d.id = c.document"
                     " WHERE is_url(s.url, ?1) OR is_url(s.key, ?1)"
                     " OR in_host(s.url, ?1) OR in_host(s.key, ?1)",
    [FILTER_CITED_BY] =
        "SELECT d.first_passage, d.n_passages"
        " FROM documents AS a JOIN files AS f ON f.id = a.file"
        " JOIN citations AS c ON c.document = a.id JOIN sources AS s ON s.id = c.source"
        " JOIN documents AS d ON d.id = s.document"
        " WHERE coalesce(a.name, f.path) = ?1 OR f.path = stored_path(?1)"
        " OR substr(f.path, -length(?1) - 1) = '/' || ?1",
};

/* What follows the scheme of a URL, or of a page's key, which is a URL without it; NULL if there
 * is none. */
static const char *after_scheme(const char *url) {
    const char *scheme = strncmp(url, "//", 2) == 0 ? url : strstr(url, "://");
    return scheme ? scheme + strspn(scheme, ":") + 2 : NULL;
}

/* The host of an http URL, without user and port; its bytes in `*n_bytes`. NULL if there is none.
 */
static const char *host_of(const char *url, size_t *n_bytes) {
    const char *start = after_scheme(url);
    if (!start)
        return NULL;
    size_t length = strcspn(start, "/?#");
    const char *user = memchr(start, '@', length);
    if (user) {
        length -= (size_t)(user + 1 - start);
        start = user + 1;
    }
    const char *port = memchr(start, ':', length);
    *n_bytes = port ? (size_t)(port - start) : length;
    return start;
}

/* in_host(url, host): the URL's host is `host` or ends with "." and it. */
static void sql_in_host(sqlite3_context *context, int n_arguments, sqlite3_value **arguments) {
    (void)n_arguments;
    const char *url = (const char *)sqlite3_value_text(arguments[0]);
    const char *wanted = (const char *)sqlite3_value_text(arguments[1]);
    size_t n_bytes = 0;
    const char *host = url && wanted ? host_of(url, &n_bytes) : NULL;
    size_t wanted_bytes = wanted ? strlen(wanted) : 0;
    bool in_host = host && wanted_bytes > 0 && wanted_bytes <= n_bytes &&
                   strncasecmp(host + n_bytes - wanted_bytes, wanted, wanted_bytes) == 0 &&
                   (wanted_bytes == n_bytes || host[n_bytes - wanted_bytes - 1] == '.');
    sqlite3_result_int(context, in_host);
}

/* What two spellings of one URL may differ in: the scheme, "www.", a fragment, a closing slash. */
static const char *url_body(const char *url, size_t *n_bytes) {
    const char *scheme_end = after_scheme(url);
    const char *body = scheme_end ? scheme_end : url;
    if (strncasecmp(body, "www.", 4) == 0)
        body += 4;
    *n_bytes = strcspn(body, "#");
    while (*n_bytes > 0 && body[*n_bytes - 1] == '/')
        --*n_bytes;
    return body;
}

/* is_url(url, wanted): they are the same but for that. */
static void sql_is_url(sqlite3_context *context, int n_arguments, sqlite3_value **arguments) {
    (void)n_arguments;
    const char *url = (const char *)sqlite3_value_text(arguments[0]);
    const char *wanted = (const char *)sqlite3_value_text(arguments[1]);
    size_t url_bytes = 0;
    size_t wanted_bytes = 0;
    const char *left = url ? url_body(url, &url_bytes) : NULL;
    const char *right = wanted ? url_body(wanted, &wanted_bytes) : NULL;
    size_t host_bytes = left ? strcspn(left, "/?#") : 0;
    bool same = left && right && url_bytes == wanted_bytes && host_bytes <= url_bytes &&
                strncasecmp(left, right, host_bytes) == 0 &&
                memcmp(left + host_bytes, right + host_bytes, url_bytes - host_bytes) == 0;
    sqlite3_result_int(context, same);
}

/* The words of a name, each after a space, without case, accents and punctuation; to be freed. NULL
 * if there are none. */
static char *folded_name(struct searcher *searcher, const char *name) {
    struct token_list *list = &searcher->tokens;
    struct buffer folded = {0};
    if (!name || tokenizer_run(searcher->tokenizer, name, strlen(name), NULL, TOKENS_OF_TEXT, list,
                               NULL) != STATUS_OK)
        return NULL;
    for (size_t i = 0; i < list->n_tokens; i++)
        if (i == 0 || list->tokens[i].position != list->tokens[i - 1].position) {
            buffer_append_char(&folded, ' ');
            buffer_append_string(&folded, token_surface(list, &list->tokens[i]));
        }
    if (!folded.failed)
        return folded.data;
    buffer_free(&folded);
    return NULL;
}

/* Compares both arguments folded; `is_equal`: they must be the same, else the first must hold the
 * second from the beginning of a word on. The second is the same for all rows: SQLite keeps it. */
static void compare_names(sqlite3_context *context, sqlite3_value **arguments, bool is_equal) {
    struct searcher *searcher = sqlite3_user_data(context);
    bool is_same = false;
    if (!sqlite3_get_auxdata(context, 1))
        sqlite3_set_auxdata(context, 1,
                            folded_name(searcher, (const char *)sqlite3_value_text(arguments[1])),
                            free);
    const char *wanted = sqlite3_get_auxdata(context, 1);
    char *name = folded_name(searcher, (const char *)sqlite3_value_text(arguments[0]));
    if (name && wanted)
        is_same = is_equal ? strcmp(name, wanted) == 0 : strstr(name, wanted) != NULL;
    sqlite3_result_int(context, is_same);
    free(name);
}

/* holds_name(author, wanted) */
static void sql_holds_name(sqlite3_context *context, int n_arguments, sqlite3_value **arguments) {
    (void)n_arguments;
    compare_names(context, arguments, false);
}

/* is_name(site, wanted) */
static void sql_is_name(sqlite3_context *context, int n_arguments, sqlite3_value **arguments) {
    (void)n_arguments;
    compare_names(context, arguments, true);
}

/* stored_path(path): as the index stores the path of a file that the working directory sees so. */
static void sql_stored_path(sqlite3_context *context, int n_arguments, sqlite3_value **arguments) {
    (void)n_arguments;
    const struct searcher *searcher = sqlite3_user_data(context);
    const char *path = (const char *)sqlite3_value_text(arguments[0]);
    const char *working = searcher->working ? searcher->working : searcher->folder;
    struct arena arena = {0};
    const char *absolute = path ? path_from_stored(&arena, path, working) : NULL;
    if (absolute)
        sqlite3_result_text(context, path_to_store(absolute, searcher->folder), -1,
                            SQLITE_TRANSIENT);
    arena_free(&arena);
}

static enum status add_ranges(struct searcher *searcher, const char *sql, const char *text,
                              struct passage_set *set, struct error *error) {
    sqlite3_stmt *ranges = NULL;
    enum status status = index_prepare(&searcher->index, sql, &ranges, error);
    if (status == STATUS_OK && text)
        sqlite3_bind_text(ranges, 1, text, -1, SQLITE_STATIC);
    while (index_next(&searcher->index, ranges, &status, error))
        passage_set_add_range(set, (uint32_t)sqlite3_column_int64(ranges, 0),
                              (uint32_t)sqlite3_column_int64(ranges, 1));
    sqlite3_finalize(ranges);
    return status;
}

/* Adds what the filter lets through, asking the index. */
static enum status find_passages(struct searcher *searcher, enum query_filter filter,
                                 const char *text, struct passage_set *set, struct error *error) {
    sqlite3 *connection = searcher->index.connection;
    static const struct {
        const char *name;
        int n_arguments;
        void (*function)(sqlite3_context *, int, sqlite3_value **);
    } functions[] = {{"in_host", 2, sql_in_host},
                     {"is_url", 2, sql_is_url},
                     {"holds_name", 2, sql_holds_name},
                     {"is_name", 2, sql_is_name},
                     {"stored_path", 1, sql_stored_path}};
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (sqlite3_create_function(connection, functions[i].name, functions[i].n_arguments,
                                    SQLITE_UTF8 | SQLITE_DETERMINISTIC, searcher,
                                    functions[i].function, NULL, NULL))
            return index_error(&searcher->index, error);
    return add_ranges(searcher, sql_of[filter], text, set, error);
}

void filter_forget(struct searcher *searcher) {
    for (size_t i = 0; i < SEARCHER_MAX_FILTERS; i++) {
        free(searcher->filters[i].text);
        passage_set_free(&searcher->filters[i].passages);
        searcher->filters[i] = (struct filter_set){0};
    }
}

/* The passages of a filter that were found before; NULL if they are not kept. */
static const struct passage_set *kept_passages(const struct searcher *searcher,
                                               enum query_filter filter, const char *text) {
    for (size_t i = 0; i < SEARCHER_MAX_FILTERS; i++)
        if (searcher->filters[i].text && searcher->filters[i].filter == filter &&
            strcmp(searcher->filters[i].text, text) == 0)
            return &searcher->filters[i].passages;
    return NULL;
}

/* Finds them, and keeps them in place of those that were kept longest. */
static enum status keep_passages(struct searcher *searcher, enum query_filter filter,
                                 const char *text, struct error *error) {
    struct filter_set *kept = &searcher->filters[searcher->next_filter];
    free(kept->text);
    passage_set_free(&kept->passages);
    *kept = (struct filter_set){.filter = filter};
    if (!passage_set_init(&kept->passages, searcher->collection.next_passage))
        return error_no_memory(error);
    enum status status = find_passages(searcher, filter, text, &kept->passages, error);
    if (status != STATUS_OK)
        return status;
    kept->text = strdup(text);
    searcher->next_filter = (searcher->next_filter + 1) % SEARCHER_MAX_FILTERS;
    return kept->text ? STATUS_OK : error_no_memory(error);
}

enum status filter_run(struct searcher *searcher, enum query_filter filter, const char *text,
                       struct passage_set *set, struct error *error) {
    const struct passage_set *kept = kept_passages(searcher, filter, text);
    enum status status = STATUS_OK;
    if (!kept) {
        status = keep_passages(searcher, filter, text, error);
        kept = kept_passages(searcher, filter, text);
    }
    if (status == STATUS_OK && kept)
        passage_set_or(set, kept);
    return status;
}

enum status filter_everything(struct searcher *searcher, struct passage_set *set,
                              struct error *error) {
    return add_ranges(searcher, "SELECT first_passage, n_passages FROM documents", NULL, set,
                      error);
}
