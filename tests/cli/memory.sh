#!/bin/bash
# One allocation of a run fails, another one each time: the run says so, or it is as if nothing had been.

. "$OSLER_ROOT/tests/cli/lib.sh"

n_failures=150
if [[ -n ${OSLER_SANITIZE-} ]]; then
    echo 'ok - # SKIP AddressSanitizer has an allocator of its own, before which none can be loaded'
    exit
fi
memory=$script_folder/memory.so
cc -D_GNU_SOURCE -shared -fPIC -o "$memory" "$OSLER_ROOT/tests/cli/memory.c" || exit 1

write_articles() {
    mkdir -p articles
    cp "$OSLER_ROOT"/corpus/*.md articles
    printf '%s\n' '---' 'title: Zwei' 'lang: de' 'date: 4 August 2025' '---' 'Die Impfungen helfen' \
        '[hier](http://b.example/ "Titel")[^1], und [da](http://300.1/).' '' \
        '[^1]: See [note](http://c.example/).' >articles/de.md
    echo '{"_id": "1", "title": "T", "text": "Chronic kidney disease (CKD).", "author": ["X", "Y"]}' >articles/l.jsonl
    echo 'A plain text.' >articles/t.txt
}

# What an index says, whatever the order in which it came to say it.
say() { # index
    sqlite3 -readonly "$1" 'SELECT name, title, author, published, language, url FROM documents ORDER BY 2;
        SELECT text, headings, first_line, last_line FROM passages ORDER BY 1; SELECT term, df, cf FROM terms;
        SELECT url, own_key, reason FROM sources ORDER BY 1; SELECT line, text FROM problems;
        SELECT label, line, column, claim_start, claim_end FROM citations ORDER BY 2, 3, 1;
        SELECT * FROM abbreviations; SELECT * FROM collection'
}

case_begin "an allocation that fails anywhere in a run is not passed over"
write_articles
expect_exit 0 osler-index -q -j 1 -i good.db articles
say good.db >good
# Not the osler-index of lib.sh, a script whose shell allocates too.
MEMORY_COUNT=count LD_PRELOAD=$memory expect_exit 0 "$OSLER_ONLINE" --offline -q -j 1 -i count.db articles
n_allocations=$(cat count)
for ((i = 1; i <= n_failures; i++)); do
    at=$((i * n_allocations / n_failures)) code=0
    rm -f test.db
    MEMORY_AT=$at LD_PRELOAD=$memory "$OSLER_ONLINE" --offline -q -j 1 -i test.db articles >"$out" 2>"$err" || code=$?
    if [[ $code -gt 4 ]]; then
        fail "allocation $at: died with $code" "$(cat "$err")"
    elif [[ $code -ne 0 ]]; then
        grep -qiE 'memory|tokenizer|thread' "$err" || fail "allocation $at: exit $code" "$(cat "$err")"
    else
        say test.db | cmp -s - good || fail "allocation $at: another index" "$(say test.db | diff good - | head -n 5)"
    fi
done
