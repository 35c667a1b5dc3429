#!/bin/bash
# Servers that do what no honest one does cost a bounded time and memory, are named, and nothing else is lost.

. "$OSLER_ROOT/tests/cli/lib.sh"

PATH=$(dirname "$OSLER_ONLINE"):$PATH
coproc hostile { exec python3 "$OSLER_ROOT/tests/web/hostile.py"; }
read -r port <&"${hostile[0]}"

# Names of servers by what becomes of their page.
failing=(endless drip silent headers header interim circle chain file short chunks hugechunk nothttp nothing negative)
unreadable=(bomb doublebomb nopdf deep)
readable=(honest brokengzip long charset unknown nul robots)
others=(utf16) # is read as the garbage that it says it is

url() {
    echo "http://$1.localhost:$port/"
}

write_article() {
    local name
    mkdir articles
    {
        printf '# Servers\n'
        for name in "${failing[@]}" "${unreadable[@]}" "${readable[@]}" "${others[@]}"; do
            printf '\nThe server is called [%s](%s).\n' "$name" "$(url "$name")"
        done
    } >articles/a.md
}

# Runs a command as expect_exit does, and prints the largest memory it had, in MB, to `memory`.
expect_exit_measured() { # code command...
    expect_exit "$1" python3 -c 'import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, file=open("memory", "w"))
sys.exit(code)' "${@:2}"
}

expect_bounds() { # seconds, megabytes
    [[ $SECONDS -le $1 ]] || fail "took $SECONDS s, not $1"
    [[ -n ${OSLER_SANITIZE-} || $(cat memory) -le $2 ]] || fail "took $(cat memory) MB, not $2"
}

expect_readable() {
    local name
    for name in "${readable[@]}"; do
        expect_exit 0 osler-query -i test.db -f json "kind:source title:$name honest"
        expect_json --arg url "$(url "$name")" '.hits[0].document.url == $url'
    done
    expect_exit 0 osler-query -i test.db 'kind:source café'
    expect_exit 1 osler-query -i test.db smuggled
}

case_begin "all at once: a minute, some memory, each named once with its reason, and the others are found"
write_article
SECONDS=0
expect_exit_measured 1 osler-index -i test.db --allow-private --host-delay 0s articles
expect_bounds 100 150
for name in "${failing[@]}" "${unreadable[@]}"; do
    expect_equal "$name $(grep -c "^osler-index: $(url "$name"): .* (cited in articles/a.md:[0-9]*)$" "$err")" "$name 1"
done
for name in "${readable[@]}"; do
    expect_equal "$name $(grep -c "^osler-index: $(url "$name"):.*cited in" "$err")" "$name 0"
done
expect_no_match 'root:'
expect_readable
expect_exit 0 osler-index -i test.db --check
expect_exit 0 osler-index -i test.db --links --json
expect_equal "$(jq -r --argjson names "$(printf '%s\n' "${failing[@]}" | jq -R . | jq -s .)" \
    '.links[] | select((.url | capture("//(?<name>[a-z0-9]+)[.]").name) as $name | $names | index($name)) | .health' "$out" |
    sort -u)" unreachable

# What came is in the archive, and is read again: its bombs, too.
SECONDS=0
expect_exit_measured 1 osler-index -i test.db --offline --rebuild articles
expect_bounds 60 150
expect_readable
export PYTHONPATH=$OSLER_BUILD/python
for file in test.db.archive/*; do # warcio may be missing where PyPI cannot be reached
    [[ ! -d $PYTHONPATH/warcio ]] || expect_exit 0 python3 -m warcio.cli check "$file"
done
