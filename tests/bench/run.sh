#!/bin/bash
# Measures what was promised, beside other search engines on the same machine in the same run.
#
#   run.sh speed      `make bench`: writes bench/RESULTS.md and bench/latency.svg
#   run.sh quality    `make eval`: writes bench/QUALITY.md
#
#   OSLER_EVAL=FOLDER     the judged collections; default ../shared/eval. Nothing of them is copied here.
#   BENCH_SIZES="N ..."   passages of the corpora; default "35000 50000 150000 500000". They and their
#                         indexes, 5 GB, are made once, which takes ten minutes, and kept in build/bench/.

set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$(realpath "${BUILD:-$root/build}")
bench=$root/tests/bench
eval_folder=${OSLER_EVAL:-$root/../shared/eval}

if [[ ! -f $eval_folder/medquad/markdown.tar.xz ]]; then
    echo "bench: no collections in $eval_folder (set OSLER_EVAL); so these are not run:"
    echo "bench: indexing and asking articles, the speed on grown corpora, the quality of ranking"
    exit 0
fi
"$root/tools/setup" bench

# A wheel for Python, and not in Debian; where it cannot be had the rest is measured without it.
install_tantivy() {
    local venv=$build/bench/venv
    [[ -x $venv/bin/python ]] && return
    echo "bench: installing tantivy into $venv" >&2
    python3 -m venv "$venv" && "$venv/bin/pip" install --quiet tantivy >&2 || rm -rf "$venv"
}

mkdir -p "$root/bench" "$build/bench"
export PYTHONDONTWRITEBYTECODE=1
case ${1-} in
speed)
    install_tantivy
    # shellcheck disable=SC2086 # a command with options
    ${MAKE:-make} -C "$root" BUILD="$build" bench-programs
    python3 "$bench/measure.py" "$root" "$build" "$eval_folder" "${BENCH_SIZES:-35000 50000 150000 500000}"
    cat "$root/bench/RESULTS.md"
    ;;
quality)
    python3 "$bench/quality.py" "$root" "$build" "$eval_folder"
    cat "$root/bench/QUALITY.md"
    ;;
*)
    echo "usage: run.sh speed|quality" >&2
    exit 2
    ;;
esac
