#!/bin/bash
# What bash completes.

. "$OSLER_ROOT/tests/cli/lib.sh"
. "$OSLER_ROOT/completion/osler.bash"

expect_completions() { # wanted, program, word, word before
    COMPREPLY=()
    _osler "${@:2}"
    expect_equal "${COMPREPLY[*]}" "$1"
}

case_begin "options are those of --help"
for program in osler-index osler-query; do
    options=$($program --help | grep -oE -- '^ +(-., )?--[a-z-]+' | grep -oE -- '--.*' | xargs)
    expect_completions "$options" $program -- $program
done
expect_completions '--check' osler-index --che corpus
expect_completions '--format' osler-query --f asthma

case_begin "words are those that the option takes"
for option in --format -f --unit --color; do
    expect_exit 2 osler-query $option '?' asthma
    expect_completions "$(sed -n 's/.*takes one of \(.*\), not .*/\1/p' "$err" | tr -d ,)" osler-query '' $option
done
expect_completions 'auto always never' osler-index '' --progress
expect_completions 'json jsonl' osler-query j -f

case_begin "anything else is left to bash: a file"
expect_completions '' osler-index cor osler-index
expect_completions '' osler-query ast --index
