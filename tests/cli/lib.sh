# What the scripts of tests/cli are written with; they begin with
#
#     . "$OSLER_ROOT/tests/cli/lib.sh"
#     case_begin "a changed article is read again"
#     cp -r "$OSLER_ROOT/corpus" articles
#     expect_exit 0 osler-index -i test.db articles
#     expect_match '^1 document'
#
# A case is everything up to the next case_begin. It runs in an empty folder of its own, goes on after a
# failed expectation, so that one run shows all, and passes if none failed.
# shellcheck shell=bash

script_name=$(basename "$0" .sh)
script_folder=$PWD
expected_folder=$OSLER_ROOT/tests/cli/expected/$script_name
case_name='' case_failed='' n_cases=0
last_command='' # what expect_exit ran last; its output:
out=$script_folder/stdout err=$script_folder/stderr

case_end() {
    [[ -n $case_name ]] || return 0
    if [[ -n $case_failed ]]; then
        printf 'not ok - %s\n%s' "$case_name" "$case_failed"
    else
        printf 'ok - %s\n' "$case_name"
    fi
    case_name=''
}
trap case_end EXIT

case_begin() { # a sentence
    case_end
    case_name=$1 case_failed='' last_command=''
    n_cases=$((n_cases + 1))
    mkdir "$script_folder/case-$n_cases"
    cd "$script_folder/case-$n_cases" || exit 1
    : >"$out"
    : >"$err"
}

fail() { # why [lines that show it]
    case_failed+="# $1"$'\n'
    [[ -z $last_command ]] || case_failed+="#   after: $last_command"$'\n'
    [[ -z ${2-} ]] || case_failed+=$(head -n 60 <<<"$2" | sed 's/^/#   /')$'\n'
}

# Runs a command and keeps its output for the other expectations.
expect_exit() { # code command...
    local wanted=$1 code=0
    shift
    last_command="$*"
    "$@" >"$out" 2>"$err" || code=$?
    [[ $code -eq $wanted ]] || fail "exit code $code, not $wanted" "$(grep -hv '^$' "$err" "$out" | head -n 20)"
}

# Runs a command as one whom unreadable files and folders stop, which root is not.
unprivileged() { # command...
    if [[ $(id -u) -eq 0 ]]; then
        setpriv --bounding-set -dac_override,-dac_read_search "$@"
    else
        "$@"
    fi
}

# Compares what the command printed with expected/SCRIPT/FILE, which UPDATE=1 rewrites, or with stdin.
compare_with_expected() { # printed, FILE or nothing
    local difference
    if [[ -z ${2-} ]]; then
        difference=$(diff -u - "$1") || fail "other output" "$difference"
    elif [[ -n ${UPDATE-} ]]; then
        mkdir -p "$expected_folder" && cp "$1" "$expected_folder/$2"
    else
        difference=$(diff -u "$expected_folder/$2" "$1" 2>&1) ||
            fail "other output; if it is right: UPDATE=1 tests/run cli/$script_name" "$difference"
    fi
}
expect_output() { # [FILE]: stdout
    compare_with_expected "$out" "${1-}"
}
expect_error() { # [FILE]: stderr
    compare_with_expected "$err" "${1-}"
}

# Extended regular expressions; one of the lines must match, or none.
expect_match() { # stdout
    grep -qE -e "$1" "$out" || fail "no line matches: $1" "$(head -n 15 "$out" "$err")"
}
expect_no_match() { # stdout
    ! grep -qE -e "$1" "$out" || fail "a line matches: $1" "$(cat "$out")"
}
expect_error_match() { # stderr
    grep -qE -e "$1" "$err" || fail "no line of stderr matches: $1" "$(cat "$err")"
}
expect_silence() { # of stderr
    [[ ! -s $err ]] || fail "something on stderr" "$(cat "$err")"
}

# The filter must give true for the JSON on stdout.
expect_json() { # jq arguments and filter
    [[ $(jq "$@" "$out" 2>&1) == true ]] || fail "not true: jq $*" "$(jq . "$out" 2>&1)"
}

expect_equal() { # got, wanted
    [[ $1 == "$2" ]] || fail "got '$1', wanted '$2'"
}
