# Completion for bash: the options of osler-index and osler-query, as their --help lists them, and the
# words that some of them take; everything else is a file. `make install` puts it where
# bash-completion finds it; to try it: . completion/osler.bash
# shellcheck shell=bash

_osler() { # program, word, word before
    local words=''
    case $3 in
    -f | --format) words='text json jsonl tsv markdown csl-json bibtex trec' ;;
    --unit) words='passage document' ;;
    --color | --progress) words='auto always never' ;;
    *)
        [[ $2 != -* ]] ||
            words=$("$1" --help 2>/dev/null | sed -nE 's/^ +(-[A-Za-z], )?(--[a-z-]+).*/\2/p')
        ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$2")
}
complete -o default -F _osler osler-index osler-query
