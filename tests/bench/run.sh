#!/bin/bash
# `make bench`: measures what was promised of speed, size and ranking, beside Xapian's omindex and quest
# and plain FTS5 on the same machine in the same run, and writes bench/RESULTS.md.
#
#   OSLER_EVAL=FOLDER   the judged collections; default ../shared/eval. Nothing of them is copied here.

set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
eval_folder=${OSLER_EVAL:-$root/../shared/eval}
if [[ ! -f $eval_folder/medquad/markdown.tar.xz ]]; then
    echo "bench: skipped: no collections in $eval_folder (set OSLER_EVAL)"
    exit 0
fi
"$root/tools/setup" bench

work=$(mktemp -d "${TMPDIR:-/tmp}/osler-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/articles"
tar -C "$work/articles" -xJf "$eval_folder/medquad/markdown.tar.xz"
mkdir -p "$root/bench"
python3 "$root/tests/bench/measure.py" "${BUILD:-$root/build}" "$eval_folder" "$work" >"$work/RESULTS.md"
cp "$work/RESULTS.md" "$root/bench/RESULTS.md"
cat "$root/bench/RESULTS.md"
