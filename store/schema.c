/* See schema.h. */
#include "store/schema.h"

#include <stddef.h>

static const char schema[] =
    "CREATE TABLE files("
    "  id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, size INTEGER NOT NULL,"
    "  modified_ns INTEGER NOT NULL, changed_ns INTEGER NOT NULL, inode INTEGER NOT NULL,"
    "  sha256 BLOB NOT NULL, in_archive INTEGER NOT NULL DEFAULT 0,"
    "  n_read INTEGER);"
    "CREATE TABLE problems("
    "  file INTEGER NOT NULL REFERENCES files, line INTEGER NOT NULL, text TEXT NOT NULL);"
    "CREATE INDEX problems_by_file ON problems(file);"
    "CREATE TABLE documents("
    "  id INTEGER PRIMARY KEY, file INTEGER NOT NULL REFERENCES files, name TEXT,"
    "  kind INTEGER NOT NULL, title TEXT NOT NULL, url TEXT, site TEXT, author TEXT,"
    "  published TEXT, retrieved TEXT, language TEXT, sha256 BLOB, capture INTEGER,"
    "  first_passage INTEGER NOT NULL, n_passages INTEGER NOT NULL);"
    "CREATE INDEX documents_by_file ON documents(file);"
    "CREATE UNIQUE INDEX documents_by_name ON documents(name, file) WHERE name IS NOT NULL"
    "  AND capture IS NULL;"
    "CREATE INDEX documents_by_capture ON documents(capture) WHERE capture IS NOT NULL;"
    "CREATE INDEX documents_by_date ON documents(published, first_passage, n_passages)"
    "  WHERE published IS NOT NULL;"
    "CREATE TABLE passages("
    "  id INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents,"
    "  headings TEXT NOT NULL, repeat INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT "
    "NULL,"
    "  first_line INTEGER NOT NULL, last_line INTEGER NOT NULL, page INTEGER NOT NULL,"
    "  text TEXT NOT NULL, line_starts BLOB NOT NULL);"
    "CREATE TABLE captures("
    "  id INTEGER PRIMARY KEY, file INTEGER NOT NULL REFERENCES files, offset INTEGER NOT NULL,"
    "  skip INTEGER NOT NULL, key TEXT NOT NULL, url TEXT NOT NULL, retrieved TEXT NOT NULL,"
    "  status INTEGER NOT NULL, outcome TEXT, location TEXT, media_type TEXT, etag TEXT,"
    "  last_modified TEXT, record TEXT, digest TEXT, refers_key TEXT, refers_date TEXT,"
    "  content INTEGER, text_sha256 BLOB, unread TEXT, retry_after TEXT);"
    "CREATE INDEX captures_by_key ON captures(key, retrieved, offset, skip);"
    "CREATE INDEX captures_with_content ON captures(key, retrieved, offset, skip)"
    "  WHERE content IS NOT NULL;"
    "CREATE INDEX captures_with_location ON captures(key, retrieved, offset, skip)"
    "  WHERE location IS NOT NULL;"
    "CREATE UNIQUE INDEX captures_by_place ON captures(file, offset, skip);"
    "CREATE INDEX captures_by_text ON captures(text_sha256) WHERE text_sha256 IS NOT NULL;"
    "CREATE INDEX captures_unread ON captures(unread) WHERE unread IS NOT NULL;"
    "CREATE INDEX captures_to_retry ON captures(retry_after) WHERE retry_after IS NOT NULL;"
    "CREATE TABLE sources("
    "  id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, own_key TEXT,"
    "  key TEXT AS (CASE own_key WHEN '' THEN NULL"
    "    ELSE coalesce(own_key, substr(url, instr(url, '//'))) END),"
    "  document INTEGER REFERENCES documents, health INTEGER NOT NULL DEFAULT 0, reason TEXT,"
    "  checked TEXT, moved_to TEXT, first_retrieved TEXT, retrieved TEXT, changed TEXT);"
    "CREATE INDEX sources_by_document ON sources(document) WHERE document IS NOT NULL;"
    "CREATE TABLE citations("
    "  document INTEGER NOT NULL REFERENCES documents, ordinal INTEGER NOT NULL,"
    "  source INTEGER NOT NULL REFERENCES sources, passage INTEGER REFERENCES passages,"
    "  label TEXT NOT NULL, claim_start INTEGER NOT NULL, claim_end INTEGER NOT NULL,"
    "  byte INTEGER NOT NULL, line INTEGER NOT NULL, column INTEGER NOT NULL,"
    "  PRIMARY KEY(document, ordinal)) WITHOUT ROWID;"
    "CREATE INDEX citations_by_source ON citations(source);"
    "CREATE TABLE languages(code TEXT PRIMARY KEY) WITHOUT ROWID;"
    "CREATE TABLE terms("
    "  term TEXT PRIMARY KEY, id INTEGER NOT NULL, df INTEGER NOT NULL, cf INTEGER NOT NULL,"
    "  impact INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE postings(key INTEGER PRIMARY KEY, segment BLOB NOT NULL);"
    "CREATE TABLE abbreviations("
    "  short TEXT NOT NULL, long TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY(short, long))"
    "  WITHOUT ROWID;"
    "CREATE INDEX abbreviations_by_long ON abbreviations(long);"
    "CREATE TABLE lengths(chunk INTEGER PRIMARY KEY, tokens BLOB NOT NULL);"
    "CREATE TABLE collection("
    "  n_documents INTEGER NOT NULL, n_passages INTEGER NOT NULL, next_passage INTEGER NOT NULL,"
    "  next_term INTEGER NOT NULL, body_tokens INTEGER NOT NULL,"
    "  headings_tokens INTEGER NOT NULL, title_tokens INTEGER NOT NULL,"
    "  body_reference REAL NOT NULL, headings_reference REAL NOT NULL,"
    "  title_reference REAL NOT NULL);"
    "INSERT INTO collection VALUES(0, 0, 1, 1, 0, 0, 0, 0, 0, 0);"
    "CREATE VIEW passages_text(id, body, headings, title) AS"
    "  SELECT id, mark || text, mark || headings, mark || title FROM ("
    "    SELECT *, CASE WHEN code = 'en' AND char(57344) NOT IN"
    "        (substr(text, 1, 1), substr(headings, 1, 1), substr(title, 1, 1)) THEN ''"
    "      ELSE char(57344) || code || char(57345) END AS mark FROM ("
    "      SELECT p.id, p.text, p.headings, d.title,"
    "        CASE WHEN coalesce(d.language, '') = '' THEN 'en'"
    "        WHEN d.language GLOB '[A-Za-z][A-Za-z]' OR d.language GLOB '[A-Za-z][A-Za-z][-_]*'"
    "          THEN lower(substr(d.language, 1, 2))"
    "        ELSE '--' END AS code" /* what stemmer.c makes of a language */
    "      FROM passages AS p JOIN documents AS d ON d.id = p.document));"
    "CREATE VIRTUAL TABLE passages_fts USING fts5("
    "  body, headings, title, content='passages_text', content_rowid='id', tokenize='osler',"
    "  columnsize=0);";

static int pragma_value(sqlite3 *connection, const char *sql, int *value) {
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(connection, sql, -1, &statement, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_step(statement);
    if (result == SQLITE_ROW)
        *value = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return result == SQLITE_ROW ? SQLITE_OK : result;
}

enum status schema_create(sqlite3 *connection, struct error *error) {
    char *pragmas = sqlite3_mprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;",
                                    INDEX_APPLICATION_ID, INDEX_FORMAT);
    if (!pragmas)
        return error_no_memory(error);
    enum status status = STATUS_OK;
    if (sqlite3_exec(connection, pragmas, NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_exec(connection, schema, NULL, NULL, NULL) != SQLITE_OK)
        status = error_set(error, STATUS_INDEX, "cannot create the index: %s",
                           sqlite3_errmsg(connection));
    sqlite3_free(pragmas);
    return status;
}

enum status schema_check(sqlite3 *connection, const char *path, struct error *error) {
    int application_id = 0;
    int format = 0;
    int result = pragma_value(connection, "PRAGMA application_id", &application_id);
    if (result == SQLITE_OK)
        result = pragma_value(connection, "PRAGMA user_version", &format);
    if (result == SQLITE_NOTADB)
        return error_set(error, STATUS_INDEX,
                         "%s: not an Osler index (it is not an SQLite database); name another file",
                         path);
    if (sqlite3_extended_errcode(connection) == SQLITE_READONLY_ROLLBACK)
        return error_set(error, STATUS_INDEX,
                         "%s: an update was interrupted; run osler-index again with permission to "
                         "write here",
                         path);
    if (result != SQLITE_OK)
        return error_set(error, STATUS_INDEX, "%s: cannot be read: %s", path,
                         sqlite3_errmsg(connection));
    if (application_id != INDEX_APPLICATION_ID)
        return error_set(error, STATUS_INDEX,
                         "%s: not an Osler index (an SQLite database of another program); name "
                         "another file",
                         path);
    if (format > INDEX_FORMAT)
        return error_set(
            error, STATUS_INDEX,
            "%s: index format %d, but this Osler reads format %d: use a newer Osler, or "
            "remake the index with osler-index --rebuild",
            path, format, INDEX_FORMAT);
    if (format < INDEX_FORMAT)
        return error_set(
            error, STATUS_INDEX,
            "%s: index format %d, but this Osler reads format %d: remake the index with "
            "osler-index --rebuild",
            path, format, INDEX_FORMAT);
    return STATUS_OK;
}
