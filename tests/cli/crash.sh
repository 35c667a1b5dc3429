#!/bin/bash
# The bad day: killed runs, a full disk, two runs at once, readers during a run, a damaged index.

. "$OSLER_ROOT/tests/cli/lib.sh"

n_articles=1500 n_kills=7 n_flips=40
if [[ -n ${OSLER_SANITIZE-} ]]; then
    # The sanitizers slow everything down, and disk.so is loaded before them.
    n_articles=300 n_kills=4 n_flips=20
    export ASAN_OPTIONS+=:verify_asan_link_order=0
fi
disk=$script_folder/disk.so
cc -D_GNU_SOURCE -shared -fPIC -o "$disk" "$OSLER_ROOT/tests/cli/disk.c" -ldl || exit 1

# Every `step`-th article holds `word`; what else an article says depends on its number alone.
write_articles() { # word step
    mkdir -p articles
    awk -v word="$1" -v step="$2" -v n=$n_articles 'BEGIN {
        srand(1)
        for (i = 1; i <= n; i++) {
            text = "# Report " i "\n\nA " word " of clinic " i % 7
            for (j = 0; j < 60; j++) text = text " word" int(rand() * 5000)
            if (i % step) continue
            file = "articles/" i ".md"
            printf "%s.\n\nSee [it](https://example.org/%d).\n", text, i > file
            close(file)
        }
    }'
}

# Two states of the articles, told apart by what queries find; a run leads from one to the other.
write_old() { write_articles zebra 1; }
write_new() { write_articles okapi 3; }
old="1	$n_articles 2	0" new="1	$((n_articles * 2 / 3)) 2	$((n_articles / 3))"
state_of_index() {
    expect_exit 0 osler-query -i test.db -c --batch - <<<$'zebra\nokapi'
    tr '\n' ' ' <"$out" | sed 's/ $//'
}

# After a run that may have died: the index is that of before or after, and sound; the next run
# finishes, and leaves nothing behind.
expect_survival() { # what happened
    local state
    state=$(state_of_index)
    [[ $state == "$old" || $state == "$new" ]] || fail "$1: half an index: $state"
    expect_exit 0 osler-index -i test.db --check
    expect_exit 0 osler-index -i test.db -q articles
    expect_equal "$(state_of_index)" "$new"
    expect_equal "$(echo test.db*)" test.db
    [[ -z $case_failed ]] || fail "this was: $1"
}

# Makes an index of the old state, and then the articles of the new one.
prepare() {
    write_old
    expect_exit 0 osler-index -i test.db -q articles
    cp test.db old.db
    sleep 0.15
    write_new
}
restore() {
    rm -f test.db*
    cp old.db test.db
}

milliseconds_of() { # command...
    local start
    start=$(date +%s%N)
    "$@" >"$out" 2>"$err"
    echo $((($(date +%s%N) - start) / 1000000))
}

# --foreground: else timeout dies too, and does not wait until the command is gone and its lock free.
killed_after() { # milliseconds command...
    local delay
    delay=$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))
    shift
    timeout --foreground -s KILL "$delay" "$@" >"$out" 2>"$err"
}

# Runs a command that stops, dies or meets a full disk at its n-th change of the disk.
with_disk() { # kill|stop|full n command...
    local action=$1 at=$2
    shift 2
    DISK_ACTION=$action DISK_AT=$at LD_PRELOAD=$disk "$@"
}
changes_of() { # command...
    DISK_COUNT=$script_folder/changes LD_PRELOAD=$disk "$@" >"$out" 2>"$err"
    cat "$script_folder/changes"
}

# ---- killed ----

case_begin "a first run that is killed leaves no index or a whole one"
write_new
length=$(milliseconds_of osler-index -i test.db articles)
for ((i = 0; i < n_kills; i++)); do
    rm -f test.db*
    killed_after $((length * i / n_kills + 1)) osler-index -i test.db articles
    if [[ -e test.db ]]; then
        expect_exit 0 osler-query -i test.db -c okapi
        expect_output <<<$((n_articles / 3))
    else
        expect_exit 3 osler-query -i test.db okapi
        expect_error_match 'there is no index here'
    fi
    expect_exit 0 osler-index -i test.db -q articles
    expect_exit 0 osler-index -i test.db --check
    expect_equal "$(echo test.db*)" test.db
done

for option in --quiet --rebuild; do
    case_begin "osler-index $option may be killed after any time"
    prepare
    length=$(milliseconds_of osler-index -i test.db $option articles)
    for ((i = 0; i < n_kills; i++)); do
        restore
        killed_after $((length * i / n_kills + 1)) osler-index -i test.db $option articles
        expect_survival "killed after $((length * i / n_kills + 1)) of $length ms"
    done

    case_begin "osler-index $option may be killed at any change of the disk"
    prepare
    n=$(changes_of osler-index -i test.db $option articles)
    [[ $n -gt 20 ]] || fail "only $n changes"
    # The first and the last few, and some between.
    for at in 1 2 3 $(seq 4 $((n / n_kills)) $((n - 6))) $(seq $((n - 5)) "$n"); do
        restore
        with_disk kill "$at" osler-index -i test.db $option articles >"$out" 2>"$err"
        expect_survival "killed at change $at of $n"
    done

    # ---- full ----

    case_begin "osler-index $option on a full disk leaves the index as it was"
    prepare
    n=$(changes_of osler-index -i test.db $option articles)
    for at in 1 2 3 $(seq 4 $((n / n_kills)) $((n - 10))); do
        restore
        expect_exit 3 with_disk full "$at" osler-index -i test.db $option articles
        expect_error_match '^osler-index: (test.db(.new)?|cannot create the index): (database or disk is full|No space left)'
        expect_equal "$(state_of_index)" "$old"
        expect_exit 0 osler-index -i test.db --check
    done
    expect_survival "a full disk"
done

case_begin "a run that may not write large files leaves the index as it was"
prepare
limited() { # KB command...
    (
        trap '' XFSZ
        ulimit -f "$1"
        "${@:2}"
    )
}
for kilobytes in 0 16 64 300; do
    restore
    expect_exit 3 limited $kilobytes osler-index -i test.db articles
    expect_exit 3 limited $kilobytes osler-index -i test.db --rebuild articles
    expect_exit 3 limited $kilobytes osler-index -i first.db articles
    expect_equal "$(state_of_index)" "$old"
done

# ---- at once ----

case_begin "of two runs at once the second ends with 4"
prepare
DISK_ACTION=stop DISK_AT=1 LD_PRELOAD=$disk osler-index -i test.db articles >first.out 2>first.err &
first=$!
until grep -qs '^State:.*[TZ] ' /proc/$first/status; do sleep 0.01; done
for option in --quiet --rebuild; do
    expect_exit 4 osler-index -i test.db $option articles
    expect_error_match '^osler-index: test.db: another osler-index is at work on this index$'
done
expect_equal "$(state_of_index)" "$old"
expect_exit 0 osler-index -i test.db --stats
expect_exit 0 osler-index -i test.db --dry-run articles
expect_exit 0 osler-index -i other.db -q articles
kill -CONT $first
wait $first || fail "the first run failed" "$(cat first.err)"
expect_equal "$(state_of_index)" "$new"
expect_survival "two runs"

case_begin "readers see the old answer or the new one, and no error"
prepare
: >answers
while [[ ! -e finished ]]; do
    osler-query -i test.db -f json -n 3 zebra OR okapi 2>>answers |
        jq -r '"\(.total) \(.hits | length)"' >>answers
    osler-query -i test.db -c okapi >>answers 2>&1
    [[ $? -le 1 ]] || echo "an error" >>answers
done &
reader=$!
for _ in 1 2; do
    expect_exit 0 osler-index -i test.db articles
    expect_exit 0 osler-index -i test.db --rebuild articles
    write_old
    expect_exit 0 osler-index -i test.db articles
    write_new
done
touch finished
wait $reader
expect_equal "$(sort -u answers | grep -vxE "$n_articles 3|0|$((n_articles / 3))")" ''
[[ $(wc -l <answers) -ge 10 ]] || fail "only $(wc -l <answers) answers"

case_begin "a batch of queries that outlives a rebuild goes on"
prepare
mkfifo queries
osler-query -i test.db -c --batch queries >batch.out 2>batch.err &
exec 3>queries
echo zebra >&3
sleep 0.2
expect_exit 0 osler-index -i test.db -q articles
expect_exit 0 osler-index -i test.db -q --rebuild articles
echo zebra >&3
exec 3>&-
wait $! || fail "the batch failed" "$(cat batch.err)"
expect_equal "$(wc -l <batch.out)" 2

# ---- damaged ----

# Whatever the file holds, the programs end in order, and --check says whether it is sound.
expect_order() { # what was done
    local code query
    for query in 'zebra clinic +word17' '"clinic 3" OR word1* OR NEAR okapi' 'cites:example.org report*'; do
        code=0
        osler-query -i test.db -f json --explain "$query" >"$out" 2>"$err" || code=$?
        [[ $code -eq 0 || $code -eq 1 || $code -eq 3 ]] || fail "exit code $code after $1: $query" "$(cat "$err")"
        jq . "$out" >"$script_folder/json" 2>&1 || fail "no JSON after $1" "$(cat "$script_folder/json")"
    done
    osler-index -i test.db --check >"$out" 2>"$err" || code=$?
    [[ $code -eq 0 || $code -eq 3 ]] || fail "--check: exit code $code after $1" "$(cat "$err")"
}

case_begin "an index that was cut off is damaged, and no program falls over it"
n_articles=150 write_old
expect_exit 0 osler-index -i whole.db articles
size=$(stat -c %s whole.db)
for kept in 1 15 16 71 72 99 100 512 4096 16383 16384 16385 32768 50000 $((size / 4)) $((size / 2)) \
    $((size - 16385)) $((size - 16384)) $((size - 1)); do
    head -c "$kept" whole.db >test.db
    expect_order "cutting after $kept bytes"
    expect_exit 3 osler-index -i test.db --check
    [[ $kept -lt 72 ]] && continue # no more known to be an index
    expect_exit 0 osler-index -i test.db --rebuild articles
    expect_exit 0 osler-index -i test.db --check
done

case_begin "a hit whose citations cannot be read is an error, not a hit without citations"
cp -r "$OSLER_ROOT/corpus" articles
expect_exit 0 osler-index -q --offline -i test.db articles
page_bytes=$(sqlite3 test.db 'PRAGMA page_size')
page=$(sqlite3 test.db "SELECT rootpage FROM sqlite_schema WHERE name = 'citations'")
head -c 16 /dev/zero | dd of=test.db bs=1 seek=$(((page - 1) * page_bytes)) conv=notrunc status=none
expect_exit 3 osler-query -i test.db ambulance dispatch
expect_error_match 'the index is damaged: .*malformed.* remake it with osler-index --rebuild'

case_begin "an index with wrong bytes is damaged, and no program falls over it"
n_articles=150 write_old
expect_exit 0 osler-index -i whole.db articles
size=$(stat -c %s whole.db)
n_found=0 n_damaged=0
for ((i = 0; i < n_flips; i++)); do
    at=$((size / n_flips * i + i * 7919 % 1000))
    cp whole.db test.db
    head -c 16 /dev/zero | dd of=test.db bs=1 seek=$at conv=notrunc status=none
    cmp -s whole.db test.db && continue # not in use
    expect_order "16 zeros at $at"
    osler-index -i test.db --check >"$out" 2>"$err" || n_found=$((n_found + 1))
    n_damaged=$((n_damaged + 1))
done
[[ $n_found -ge $((n_damaged * 9 / 10)) && $n_found -gt 0 ]] || fail "--check found $n_found of $n_damaged"

case_begin "an interrupted update that a reader may not undo is told so"
prepare
n=$(changes_of osler-index -i test.db articles)
restore
with_disk kill $((n - 10)) osler-index -i test.db articles >"$out" 2>"$err"
[[ -e test.db-journal ]] || fail "not killed in the commit"
chmod 444 test.db
chmod 555 .
expect_exit 3 unprivileged osler-query -i test.db zebra
expect_error_match '^osler-query: test.db: an update was interrupted; run osler-index again'
chmod 755 .
chmod 644 test.db
expect_survival "an interrupted update"
