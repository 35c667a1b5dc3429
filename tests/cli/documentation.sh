#!/bin/bash
# Runs the examples of README.md, doc/*.md and the man pages, and compares --help with the man pages.

. "$OSLER_ROOT/tests/cli/lib.sh"
documentation=$OSLER_ROOT/tests/cli/documentation.py

cd "$OSLER_ROOT" || exit 1
mapfile -t documents < <(grep -l '^```console' README.md doc/*.md 2>/dev/null; ls doc/*.1)

for document in "${documents[@]}"; do
    case_begin "the examples in $document work as shown"
    cp -r "$OSLER_ROOT/corpus" .
    expect_exit 0 python3 "$documentation" examples "$OSLER_ROOT/$document"
done

for program in osler-index osler-query; do
    case_begin "$program --help and its man page tell of the same options"
    expect_exit 0 python3 "$documentation" options $program "$OSLER_ROOT/doc/$program.1"
done
