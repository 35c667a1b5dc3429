#!/bin/bash
# The index in the hands of other programs: osler_tokenizer.so in the sqlite3 shell and in Python.

. "$OSLER_ROOT/tests/cli/lib.sh"

extension=$OSLER_BUILD/osler_tokenizer

make_index() { # test.db of an English and a German article
    mkdir articles
    printf -- '---\ntitle: Diabetes care\n---\nInsulin pumps help patients with diabetes. AIDS is no aid.\n' \
        >articles/english.md
    printf -- '---\ntitle: Krankenh\xc3\xa4user\nlang: de\n---\n# \xc3\x9cberblick\n\n%s\n' \
        $'Die Krankenh\xc3\xa4user behandeln Patienten mit Diabetes.' >articles/german.md
    osler-index -q -i test.db articles
}

shell() { # SQL
    sqlite3 -cmd ".load $extension" test.db "$1"
}

matches() { # an FTS5 expression
    shell "SELECT d.title FROM passages_fts JOIN passages AS p ON p.id = passages_fts.rowid
        JOIN documents AS d ON d.id = p.document WHERE passages_fts MATCH '$1' ORDER BY d.title"
}

case_begin "the sqlite3 shell finds words of an index in any of their forms"
make_index
expect_exit 0 matches diabetes
expect_output <<<$'Diabetes care\nKrankenh\xc3\xa4user'
expect_exit 0 matches 'pumping'
expect_output <<<'Diabetes care'
expect_exit 0 matches 'aids'
expect_output <<<'Diabetes care'
expect_exit 0 matches $'"krankenh\xc3\xa4user"'
expect_output <<<$'Krankenh\xc3\xa4user'
expect_exit 0 matches 'title: diabetes'
expect_output <<<'Diabetes care'

case_begin "FTS5 finds its index sound, in German too, and can make it anew"
make_index
check="INSERT INTO passages_fts(passages_fts, rank) VALUES('integrity-check', 1)"
expect_exit 0 shell "$check"
expect_exit 0 shell "INSERT INTO passages_fts(passages_fts) VALUES('rebuild'); $check"
expect_exit 0 osler-index -i test.db --check
expect_exit 0 osler-query -i test.db --count diabetes
expect_output <<<2

case_begin "FTS5 finds out when its index does not agree with the text"
make_index
expect_exit 0 sqlite3 test.db "UPDATE passages SET text = text || ' more'"
fails() { ! "$@"; }
expect_exit 0 fails shell "INSERT INTO passages_fts(passages_fts, rank) VALUES('integrity-check', 1)"
expect_error_match 'malformed'

case_begin "the extension calls the SQLite of the program that loads it"
expect_exit 0 nm -D --undefined-only "$extension.so"
expect_match ' sb_stemmer_new'
expect_no_match ' sqlite3_'
expect_exit 0 nm -D --defined-only --format=just-symbols "$extension.so"
expect_output <<<sqlite3_oslertokenizer_init

case_begin "Python can use an index"
make_index
# The system's Python: others are often built without loadable extensions.
expect_exit 0 /usr/bin/python3 - "$extension" <<'EOF'
import sqlite3
import sys

connection = sqlite3.connect("test.db")
connection.enable_load_extension(True)
connection.load_extension(sys.argv[1])
query = "SELECT highlight(passages_fts, 0, '[', ']') FROM passages_fts WHERE passages_fts MATCH ?"
print(connection.execute(query, ["pump"]).fetchone()[0])
EOF
expect_output <<<'Insulin [pumps] help patients with diabetes. AIDS is no aid.'
