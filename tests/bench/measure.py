#!/usr/bin/env python3
"""The measurements of `make bench`, written to ROOT/bench/RESULTS.md and ROOT/bench/latency.svg.

usage: measure.py ROOT BUILD EVAL SIZES    EVAL: the judged collections; SIZES: passages, separated by spaces
"""
import os
import subprocess
import sys
import tempfile

import articles
import corpora
import plot
import quality
import sources
from engines import N_PASSES
from scale import Scale
from table import machine, promises

INTRODUCTION = """\
Warm caches and medians throughout, the engines taking turns, so that what else the machine does hits all alike; the ratio is
to what it is measured against. `make eval` measures quality: [QUALITY.md](QUALITY.md)."""

HOW = """\
Milliseconds of a question for the best ten, one thread, over the rounds the median of each question. Corpora of `grow_passages.py` (see
`tests/bench/corpora.py`); questions: LiveQA-Med ({n_liveqa}) and titles of MedQuAD ({n_titles}). Osler is `took_ms` of `--batch -f jsonl`: parsing, ranking,
and reading the ten passages with their citations. *Whole batch* is the time of a process with {n_passes} passes over
the questions, its start, its cold first pass and its printing (`-f trec`) included, over the number of questions; the rows above take the worse of the
two. *First time*: each half of the questions after the other half, so that nothing that osler-query keeps from query to query is of the question itself.
The peers only rank: they have the words of the questions, joined with OR, and give back ids and scores. *Content words*: they are asked without the
function words, which Osler does not index. Xapian: BM25 with k1 1.2, b 0.75, no positions. tantivy: one segment, one field, no
positions, no count. FTS5: porter, `ORDER BY rank LIMIT 10`."""


def article_rows(build, evaluation, questions):
    with tempfile.TemporaryDirectory(prefix="osler-bench.") as work:
        os.mkdir(f"{work}/articles")
        subprocess.run(["tar", "-C", f"{work}/articles", "-xJf", f"{evaluation}/medquad/markdown.tar.xz"], check=True)
        return articles.measure(build, f"{work}/articles", work, questions)


def main(root, build, evaluation, sizes):
    folder = f"{build}/bench"
    os.makedirs(folder, exist_ok=True)
    questions = corpora.liveqa_questions(evaluation)
    article_promises = article_rows(build, evaluation, questions)
    source_promises = [*sources.measure(build), sources.extraction_row(build, evaluation)]
    scale = Scale(root, build, evaluation, folder, sorted(map(int, sizes.split())))
    scale_promises = scale.rows()
    how = HOW.format(n_liveqa=scale.n_liveqa, n_titles=corpora.N_TITLES, n_passes=N_PASSES)
    parts = ["# Results of `make bench`", f"{machine()}. {scale.versions()}.", INTRODUCTION,
             *(f"Not run: {what}." for what in scale.missing),
             "## Articles", promises([*article_promises, *quality.rows(build, evaluation, folder)]),
             "## Sources", promises(source_promises),
             f"## {scale.largest().n_passages} passages", promises(scale_promises),
             "## Latency", "![latency against the number of passages](latency.svg)", how, scale.latency_table()]
    with open(f"{root}/bench/RESULTS.md", "w") as file:
        file.write("\n\n".join(parts) + "\n")
    with open(f"{root}/bench/latency.svg", "w") as file:
        file.write(plot.latency_plot("Mean time of a question, best ten, warm", scale.means()))


if __name__ == "__main__":
    main(*sys.argv[1:])
