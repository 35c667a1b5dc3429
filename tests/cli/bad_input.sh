#!/bin/bash
# What cannot be read is named with its place, everything else is indexed, and no index is harmed.

. "$OSLER_ROOT/tests/cli/lib.sh"

# A folder with one good article, which must be found whatever lies beside it.
write_good() {
    mkdir articles
    echo "Good zebra." >articles/good.md
}

# Twice, because what is wrong must be said again when nothing has changed, and once more for JSON.
expect_problem() { # place text: of a file below articles/, as in "x.jsonl:3"
    local place=$1 text=$2 line=null
    [[ $place != *:* ]] || line=${place##*:}
    for _ in 1 2; do
        expect_exit 1 osler-index -i test.db articles
        grep -qF "osler-index: articles/$place: $text" "$err" ||
            fail "not named: $place: $text" "$(cat "$err")"
        expect_no_match '^osler-index'
    done
    sleep 0.12 # a younger file is read again, an older one is not
    osler-index -i test.db -q articles 2>"$err"
    expect_exit 1 osler-index -i test.db --json articles
    grep -qF "osler-index: articles/$place: $text" "$err" || fail "not named a third time" "$(cat "$err")"
    expect_json --arg path "$PWD/articles/${place%:*}" --argjson line "$line" --arg text "$text" '
        [.problems[] | select(.path == $path and .line == $line and .text == $text)] | length == 1'
    expect_found zebra 1
    expect_exit 0 osler-index -i test.db --check
}

expect_found() { # query count
    expect_exit 0 osler-query -i test.db -c "$1"
    expect_output <<<"$2"
}

case_begin "an empty file"
write_good
: >articles/empty.md
expect_problem empty.md 'the file is empty'

case_begin "a line of 100 MB in an article"
write_good
head -c 100000000 /dev/zero | tr '\0' x >articles/long.md
expect_problem long.md 'larger than 16 MB: not indexed'

case_begin "a line of 100 MB between others"
write_good
{
    echo '{"_id": "1", "text": "Before okapi."}'
    head -c 100000000 /dev/zero | tr '\0' x
    echo
    echo '{"_id": "3", "text": "After okapi."}'
} >articles/long.jsonl
expect_problem long.jsonl:2 'a line too long for a document'
expect_found okapi 2
expect_exit 0 osler-query -i test.db -f json okapi
expect_json '.hits[] | select(.document.id == "3") | .passage.lines == [3, 3]
    and .passage.bytes == [100000039, 100000075]'
rm articles/long.jsonl

case_begin "NUL bytes"
write_good
printf 'First line.\n\nOkapi\0 here \0.\n' >articles/nul.md
expect_problem nul.md:3 '2 NUL bytes, read as U+FFFD'
expect_found okapi 1

case_begin "bytes that are not UTF-8"
write_good
printf 'Na\xefve okapi.\n' >articles/latin.txt
expect_problem latin.txt:1 '1 byte is not UTF-8, read as windows-1252'
expect_found naive 1

case_begin "lines that are no documents"
write_good
cat >articles/x.jsonl <<'END'
{"_id": "1", "text": "First okapi."}
not JSON
{"text": "No id."}
{"_id": "4"}
{"_id": "1", "text": "A second first okapi."}

[7]
{"_id": "8", "text": 8}
{"_id": "9", "text": "Last okapi."}
{"_id": "10", "text": "cut
END
expect_problem x.jsonl:2 'not JSON: unexpected character at column 1'
expect_problem x.jsonl:3 'field "_id" is missing'
expect_problem x.jsonl:4 'field "text" is missing'
expect_problem x.jsonl:5 'a second document with id "1"'
expect_problem x.jsonl:7 'not an object'
expect_problem x.jsonl:8 'field "text" is not a string'
expect_problem x.jsonl:10 'not JSON: the line ends too early'
expect_found okapi 2
expect_equal "$(wc -l <"$err")" 0

case_begin "a compressed file that ends early, or is none"
write_good
for i in $(seq 1 2000); do
    echo "{\"_id\": \"$i\", \"text\": \"Okapi $i$((i * 7919 % 1000)).\"}"
done | gzip >whole.jsonl.gz
head -c $(($(stat -c %s whole.jsonl.gz) / 2)) whole.jsonl.gz >articles/cut.jsonl.gz
expect_problem cut.jsonl.gz 'cannot be read further: the gzip data end early'
expect_exit 0 osler-query -i test.db -c okapi
[[ $(cat "$out") -gt 500 ]] || fail 'what came before is not indexed'
cp articles/good.md articles/plain.jsonl.gz
expect_problem plain.jsonl.gz:1 'not JSON: unexpected character at column 1'
head -c 50 /dev/urandom | cat <(head -c 200 whole.jsonl.gz) - >articles/cut.jsonl.gz
expect_exit 1 osler-index -i test.db articles
expect_error_match 'cut.jsonl.gz: cannot be read further'

case_begin "a broken link"
write_good
ln -s nowhere.md articles/broken.md
expect_problem broken.md 'No such file or directory'

case_begin "links that lead in circles"
write_good
mkdir articles/below
ln -s .. articles/below/up
ln -s self.md articles/self.md
expect_problem below/up 'a symbolic link to a folder that it is in'
expect_problem self.md 'Too many levels of symbolic links'

case_begin "what is named like an article but is no file"
write_good
mkfifo articles/pipe.md
mkdir articles/folder.md
echo "Okapi." >articles/folder.md/in.md
expect_problem pipe.md 'not a regular file'
expect_found okapi 1

case_begin "a PATH that does not exist or is of no known kind"
write_good
echo paper >articles/paper.pdf
for path in nowhere articles/paper.pdf /dev/null; do
    expect_exit 1 osler-index -i test.db $path articles
    expect_error_match "^osler-index: $path: "
    expect_found zebra 1
done
expect_exit 0 osler-index -i test.db articles
expect_silence

case_begin "names cannot act on the terminal"
write_good
: >articles/$'\e[31m\xc2\x9b1m.md'
echo '{"_id": "\u001b[31m", "text": "x"}' >articles/ids.jsonl
echo '{"_id": "\u001b[31m", "text": "x"}' >>articles/ids.jsonl
expect_exit 1 osler-index -i test.db -v articles
expect_error_match 'articles/�\[31m�1m.md: the file is empty'
expect_error_match 'ids.jsonl:2: a second document with id "�\[31m"'
! grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' "$out" "$err" || fail 'control characters' "$(cat -v "$out" "$err")"
expect_exit 1 osler-index -i test.db --json articles
expect_json --arg name $'/articles/\e[31m\xc2\x9b1m.md' '.problems[0].path | endswith($name)'

# ---- without permission ----

case_begin "a file and a folder that may not be read"
write_good
echo "Secret okapi." >articles/secret.md
mkdir articles/closed
echo "Closed okapi." >articles/closed/in.md
chmod 0 articles/secret.md articles/closed
expect_exit 1 unprivileged osler-index -i test.db articles
expect_error_match '^osler-index: articles/closed: Permission denied$'
expect_error_match '^osler-index: articles/secret.md: Permission denied$'
expect_found zebra 1
expect_exit 1 osler-query -i test.db okapi
expect_exit 1 unprivileged osler-index -i test.db --dry-run articles
expect_error_match 'secret.md: Permission denied'
expect_no_match secret.md
# What was indexed before stays.
chmod 700 articles/closed
chmod 600 articles/secret.md
expect_exit 0 osler-index -i test.db articles
expect_found okapi 2
echo "Secret okapi, changed." >articles/secret.md
chmod 0 articles/secret.md articles/closed
expect_exit 1 unprivileged osler-index -i test.db articles
expect_error_match '^osler-index: articles/secret.md: Permission denied; the index keeps what it had of it$'
expect_error_match '^osler-index: articles/closed: Permission denied; the index keeps what it had of it$'
expect_found okapi 2
chmod 700 articles/closed

case_begin "a file that has grown too large keeps what was indexed of it, and says so"
write_good
expect_exit 0 osler-index -i test.db articles
truncate -s 17M articles/good.md
expect_exit 1 osler-index -i test.db articles
expect_error <<<'osler-index: articles/good.md: larger than 16 MB: not indexed; the index keeps what it had of it'
expect_found zebra 1

case_begin "an index that may only be read answers"
write_good
expect_exit 0 osler-index -i test.db articles
sum=$(sha256sum test.db)
chmod 444 test.db
chmod 555 .
expect_exit 0 unprivileged osler-query -i test.db zebra
expect_exit 0 unprivileged osler-index -i test.db --stats
expect_exit 3 unprivileged osler-index -i test.db --check
expect_error_match '^osler-index: test.db: FTS5 checks only what may be written: check a copy'
expect_exit 0 unprivileged osler-index -i test.db --dry-run articles
for option in --quiet --rebuild; do
    expect_exit 3 unprivileged osler-index -i test.db $option articles
    expect_error_match '^osler-index: test.db.*: Permission denied$'
done
chmod 755 .
echo "More zebra." >articles/more.md
expect_exit 3 unprivileged osler-index -i test.db articles
expect_error_match '^osler-index: test.db: '
chmod 644 test.db
chmod 555 .
expect_exit 3 unprivileged osler-index -i test.db articles
chmod 755 .
expect_equal "$(sha256sum test.db)" "$sum"
expect_exit 0 osler-index -i test.db articles
expect_found zebra 2

case_begin "an index that may not be read"
write_good
expect_exit 0 osler-index -i test.db articles
chmod 0 test.db
for program in 'osler-query zebra' 'osler-index articles' 'osler-index --check' 'osler-index --stats'; do
    # shellcheck disable=SC2086 # words
    OSLER_INDEX=test.db expect_exit 3 unprivileged $program
    expect_error_match '^osler-(query|index): test.db: '
    expect_output </dev/null
done

# ---- what is given as the index ----

# Every use of FILE must end with 3, say why, and leave FILE as it is.
expect_no_index() { # FILE text
    local file=$1 text=$2 sum
    sum=$(cd "$(dirname "$file")" && find "$(basename "$file")" -type f -exec sha256sum {} +)
    mkdir -p articles
    echo "Good zebra." >articles/good.md
    expect_exit 3 osler-query -i "$file" zebra
    expect_error_match "^osler-query: $file: $text"
    expect_output </dev/null
    for format in json jsonl; do
        expect_exit 3 osler-query -i "$file" -f $format zebra
        expect_json --arg start "$file: " '.format == 1 and .error.status == "index" and
            (.error.message | startswith($start)) and (has("hits") | not)'
        expect_equal "$(wc -l <"$out")" 1
    done
    expect_exit 3 osler-query -i "$file" -c zebra
    expect_exit 3 osler-query -i "$file" --batch - <<<zebra
    for mode in articles --check --stats '--dry-run articles'; do
        # shellcheck disable=SC2086 # words
        expect_exit 3 osler-index -i "$file" $mode
        expect_error_match "^osler-index: $file: $text"
    done
    expect_exit 3 osler-index -i "$file" --stats --json
    expect_equal "$(cd "$(dirname "$file")" && find "$(basename "$file")" -type f -exec sha256sum {} +)" "$sum"
    expect_equal "$(find . -name '*.lock' -o -name '*.new' -o -name '*-journal')" ''
}

case_begin "text as the index"
echo "Notes about zebras, by hand." >notes.db
expect_no_index notes.db 'not an Osler index \(it is not an SQLite database\)'
head -c 5000 /dev/urandom >random.db
expect_no_index random.db 'not an Osler index'

case_begin "another program's database as the index"
sqlite3 other.db 'CREATE TABLE passages(id, text); INSERT INTO passages VALUES(1, "zebra");'
expect_no_index other.db "not an Osler index \(an SQLite database of another program\)"

case_begin "an empty file as the index"
: >empty.db
expect_no_index empty.db 'not an Osler index \(the file is empty\)'

case_begin "a folder as the index"
mkdir folder.db
expect_no_index folder.db 'not an Osler index \(not a regular file\)'

case_begin "an index of another format"
write_good
for change in +1:newer -1:older; do
    rm -f test.db
    expect_exit 0 osler-index -i test.db articles
    format=$(sqlite3 test.db 'PRAGMA user_version')
    sqlite3 test.db "PRAGMA user_version = $((format + ${change%:*}))"
    expect_no_index test.db "index format $((format + ${change%:*})), but this Osler reads format $format: "
    expect_exit 3 osler-query -i test.db zebra
    expect_error_match 'osler-index --rebuild'
    expect_exit 0 osler-index -i test.db --rebuild articles
    expect_found zebra 1
done

case_begin "no index at all"
write_good
expect_exit 3 osler-query -i nowhere.db zebra
expect_error_match '^osler-query: nowhere.db: there is no index here; make one with osler-index'
expect_exit 3 osler-query -i nowhere.db -f json zebra
expect_json '.error.status == "index"'
expect_exit 3 osler-index -i nowhere.db --check
expect_exit 3 osler-index -i nowhere.db --stats
expect_exit 3 osler-index -i nowhere/test.db articles
expect_error_match '^osler-index: nowhere/test.db: '
expect_equal "$(ls -A)" articles

case_begin "--rebuild refuses to replace what is no index"
write_good
echo "My thesis." >thesis.md
sum=$(sha256sum thesis.md)
expect_exit 3 osler-index -i thesis.md --rebuild articles
expect_error_match '^osler-index: thesis.md: not an Osler index'
expect_equal "$(sha256sum thesis.md)" "$sum"
sqlite3 other.db 'CREATE TABLE notes(text)'
expect_exit 3 osler-index -i other.db --rebuild articles
expect_equal "$(sqlite3 other.db .tables)" notes
# A damaged or empty index is what it is for, and so is one of another format.
expect_exit 0 osler-index -i test.db articles
truncate -s 20000 test.db
expect_exit 0 osler-index -i test.db --rebuild articles
expect_found zebra 1

# ---- the command line ----

case_begin "a wrong command line is told so"
write_good
expect_usage() { # command...
    expect_exit 2 "$@"
    expect_error_match "^$1: "
    expect_error_match "^Try $1 --help.$"
    expect_output </dev/null
}
expect_usage osler-index
expect_usage osler-index --bogus articles
expect_usage osler-index -i
expect_usage osler-index -j 0 articles
expect_usage osler-index -j many articles
expect_usage osler-index -j 99999999999999999999 articles
expect_usage osler-index --progress sometimes articles
expect_usage osler-index --check articles
expect_usage osler-index --check --stats
expect_usage osler-index --extract a.md b.md
expect_usage osler-query
expect_usage osler-query --bogus zebra
expect_usage osler-query -i
expect_usage osler-query -n -1 zebra
expect_usage osler-query -n 1x zebra
expect_usage osler-query -n 99999999999999999999 zebra
expect_usage osler-query --offset x zebra
expect_usage osler-query -f xml zebra
expect_usage osler-query --unit word zebra
expect_usage osler-query --color maybe zebra
expect_usage osler-query --width 1 zebra
expect_exit 0 osler-index articles
expect_usage osler-query --batch nowhere.txt
expect_usage osler-query --batch articles
expect_usage osler-query --batch - zebra
expect_exit 2 osler-query -f json -n x zebra
expect_json '.error.status == "usage" and .format == 1'

case_begin "output that cannot be written is an error"
write_good
expect_exit 0 osler-index -i test.db articles
full() { "$@" >/dev/full; }
expect_exit 3 full osler-query -i test.db zebra
expect_error_match '^osler-query: stdout: No space left'
expect_exit 3 full osler-query -i test.db -f json zebra
expect_exit 3 full osler-query --help
expect_error_match '^osler-query: stdout: No space left'
expect_exit 3 full osler-index -i test.db --stats
expect_error_match '^osler-index: stdout: No space left'
: >articles/empty.md # a problem does not hide that its report was lost
expect_exit 3 full osler-index --offline -i test.db articles
expect_error_match '^osler-index: stdout: No space left'
