/* The index file: one SQLite 3 database, format 3.
 *
 *   PRAGMA application_id  0x4F534C52 ("OSLR")       PRAGMA user_version  the format number
 *
 *   files          one row for each input file that was read, and for each file of the archive
 *     path           relative to the index's folder if below it, else absolute
 *     size, modified_ns, changed_ns, inode   of stat(2) when it was read; all equal: not read again
 *     sha256         of its bytes, 32 bytes: what decides whether it changed
 *     in_archive     1: of the archive of fetched sources; of the rest of the row only path, size
 *                    and n_read are used
 *     n_read         bytes of a file of the archive that were read; what follows is damaged
 *   problems       what was wrong with a file that was read all the same
 *     line           from 1; 0: the whole file
 *   documents      one row for each article, saved page, line of a JSONL file, or archived page
 *     name           its id for users: a JSONL document's _id, unique in its file; a page's URL;
 *                    NULL: the file's path
 *     kind           0 article (what PATH holds), 1 source (fetched or archived)
 *     title          never NULL; url, site, author, published, language: NULL where it does not say
 *     author         several are separated by BETWEEN_AUTHORS
 *     mark           what its texts have before them in passages_text; '' if they are English
 *     retrieved      of a source: when its text was last seen so, as in captures
 *     sha256         of the JSONL line, or of a source's text; NULL: the file's
 *     capture        of a source
 *     first_passage, n_passages   its passages have consecutive ids, in their order in the text
 *   passages       the unit of search, 100-300 words; ids grow, but a document whose file is read
 *                  anew keeps those of its passages unless it has got more
 *     text           plain text, UTF-8: the only copy (FTS5 has external content)
 *     headings       the headings above it, outermost first, joined by '\n'; '' if none
 *     start, end     bytes of the file; first_line, last_line from 1, both included; of a
 *                    source: of its extracted text
 *     page           of a PDF, where it begins, from 1; 0: none
 *     line_starts    where the lines between begin in the text; see line_starts.h
 *   captures       what archive files (WARC) have of a URL at a time: a page, a redirect, a failure
 *     offset, skip   where the record is, see warc.h
 *     key            the page's identity: the URL normalized, without its scheme
 *     retrieved      "YYYY-MM-DDThh:mm:ssZ"; '' if the record does not say
 *     status         of HTTP; 0: none came, and `outcome` says why
 *     location       to which other page a redirect leads, absolute
 *     record, digest the record's id; of the payload
 *     refers_key, refers_date   of a page that had not changed: those of the one it is like
 *     content        the capture that has the page: itself, or of a page that had not changed an
 *                    earlier one; NULL if there is none
 *     text_sha256    of the extracted text; NULL: not read yet, or `unread` says why it cannot be
 *     retry_after    until then the host asks to be left alone; NULL: it does not
 *   sources        one row for each cited URL: what is known of it
 *     key            as in captures; NULL for what is no URL. It is the URL without its scheme, as
 *                    it mostly is, unless own_key says otherwise ('': no URL)
 *     document       the page, NULL while it is not in the index; several may have one
 *     health, reason enum link_health, and why: "404", "no such host"
 *     checked        when it was last asked for; NULL: never
 *     moved_to       where permanent redirects lead
 *     first_retrieved, retrieved, changed   when the page was first and last archived, and since
 *                    when it has had the text of today if it has had another before
 *   citations      the links of a document, in the order of the text
 *     passage        the one that holds the claim; NULL: the document as a whole
 *     claim_start, claim_end   bytes of that passage's text; equal: no claim
 *     byte, line, column       where the link begins in the file; column in characters, from 1;
 *                              0 unknown
 *   terms, postings     the dictionary and the passages of each term: see postings.h
 *   abbreviations  what passages define, "chronic kidney disease (CKD)", n times
 *     short, long  terms; those of the long form separated by spaces, without function words
 *   lengths        the number of tokens of each passage: see collection.h
 *   collection     totals over all passages, and their languages: see collection.h
 *   passages_text  what FTS5 indexes. A mark before a text that is not English, U+E000, two letters
 *                  and U+E001, tells the tokenizer its language (ISO 639-1; "--": none that it
 *                  knows)
 *   passages_fts   FTS5 over passages_text, tokenizer "osler"; body is the first column because
 *                  FTS5 stores two bytes more for each posting of any other
 *
 * terms, postings, lengths and collection are derived: they say of passages_text what FTS5 says,
 * and `osler-index --check` compares; abbreviations are derived too. One run of osler-index is one
 * transaction.
 *
 * Every query of a new process parses all of the schema: what is simple in it is so for that. */
#ifndef OSLER_STORE_SCHEMA_H
#define OSLER_STORE_SCHEMA_H

#include <sqlite3.h>
#include <stdbool.h>

#include "store/error.h"

enum { INDEX_APPLICATION_ID = 0x4F534C52, INDEX_FORMAT = 3 };

/* A comma may stand in a name: "Ek, Bo". */
#define BETWEEN_AUTHORS "; "

/* The fields of a passage, in the order of FTS5's columns and of everything that has one of each.
 */
enum column { COLUMN_BODY, COLUMN_HEADINGS, COLUMN_TITLE, N_COLUMNS };

enum document_kind { DOCUMENT_ARTICLE, DOCUMENT_SOURCE };

/* Creates all tables in an empty database. */
enum status schema_create(sqlite3 *connection, struct error *error);

enum { SCHEMA_HEADER_BYTES = 72 }; /* of a file, which say what it is */

/* STATUS_OK if `header` is that of an index of this format; else STATUS_INDEX, saying what was
 * found, what was expected and the cure. `path` is for the message. */
enum status schema_check(const unsigned char header[SCHEMA_HEADER_BYTES], const char *path,
                         struct error *error);

/* Of an index, of whatever format. */
bool schema_is_of_index(const unsigned char header[SCHEMA_HEADER_BYTES]);

#endif
