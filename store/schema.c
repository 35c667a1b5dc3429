/* See schema.h. */
#include "store/schema.h"

#include <stdint.h>
#include <string.h>

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
    "  published TEXT, retrieved TEXT, language TEXT, mark TEXT NOT NULL, sha256 BLOB,"
    "  capture INTEGER,"
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
    "CREATE TABLE terms("
    "  term TEXT PRIMARY KEY, id INTEGER NOT NULL, df INTEGER NOT NULL, cf INTEGER NOT NULL,"
    "  impact INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE postings(key INTEGER PRIMARY KEY, segment BLOB NOT NULL);"
    "CREATE TABLE abbreviations("
    "  short TEXT NOT NULL, long TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY(short, long))"
    "  WITHOUT ROWID;"
    "CREATE INDEX abbreviations_by_long ON abbreviations(long);"
    "CREATE TABLE lengths(chunk INTEGER PRIMARY KEY, tokens BLOB NOT NULL);"
    "CREATE TABLE collection(id INTEGER PRIMARY KEY, name TEXT NOT NULL, value NOT NULL);"
    "INSERT INTO collection(name, value) VALUES"
    "  ('n_documents', 0), ('n_passages', 0), ('next_passage', 1), ('next_term', 1),"
    "  ('body_tokens', 0), ('headings_tokens', 0), ('title_tokens', 0),"
    "  ('body_reference', 0.0), ('headings_reference', 0.0), ('title_reference', 0.0),"
    "  ('languages', '');"
    "CREATE VIEW passages_text AS"
    "  SELECT p.id, mark || text AS body, mark || headings AS headings, mark || title AS title"
    "  FROM passages AS p JOIN documents AS d ON d.id = document;"
    "CREATE VIRTUAL TABLE passages_fts USING fts5("
    "  body, headings, title, content='passages_text', content_rowid='id', tokenize='osler',"
    "  columnsize=0);";

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

/* The SQLite file format: a magic string, and two big-endian numbers that the program may use. */
static const char magic[16] = "SQLite format 3";
enum { FORMAT_AT = 60, APPLICATION_ID_AT = 68 };

static int number_at(const unsigned char *bytes) {
    return (int)((uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
                 bytes[3]);
}

bool schema_is_of_index(const unsigned char header[SCHEMA_HEADER_BYTES]) {
    return memcmp(header, magic, sizeof magic) == 0 &&
           number_at(header + APPLICATION_ID_AT) == INDEX_APPLICATION_ID;
}

enum status schema_check(const unsigned char header[SCHEMA_HEADER_BYTES], const char *path,
                         struct error *error) {
    const int format = number_at(header + FORMAT_AT);
    if (memcmp(header, magic, sizeof magic) != 0)
        return error_set(error, STATUS_INDEX,
                         "%s: not an Osler index (it is not an SQLite database); name another file",
                         path);
    if (!schema_is_of_index(header))
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
