"""The index of the largest corpus: filters, cold processes, sizes."""
import os
import sqlite3
import statistics

import corpora
from articles import quest
from latency import take_turns
from process import in_turns, peak_megabytes, say
from table import Row

FILTER_EVERY = 10  # of the questions
N_FILTER_ROUNDS = 3
N_COLD_ROUNDS = 11
N_COLD_QUESTIONS = 12


def filters(osler, corpus, questions):
    """Filters that keep a thousandth of the passages, against none."""
    say("filters")
    queries = {"site:": f"site:{corpora.RARE_SITE}", "after:": f"after:{corpora.RARE_YEAR}"}
    questions = questions[::FILTER_EVERY]
    osler.open(corpus)
    found = take_turns({"none": (osler, questions)} |
                       {name: (osler, [f"{query} {question}" for question in questions]) for name, query in queries.items()},
                       N_FILTER_ROUNDS)
    osler.close()
    none = found.pop("none").mean()
    return [Row(f"mean of {len(questions)} questions, a filter `{name}` that keeps 0.1%", "≤ without",
                f"{times.mean():.3f} ms, {none:.3f} ms", times.mean() / none, times.mean() <= none) for name, times in found.items()]


def cold(osler, xapian, corpus, questions):
    """Processes of osler-query and quest in turns."""
    say("cold queries")
    query, questions = [osler.query_program, "-i", osler.path(corpus)], questions[:N_COLD_QUESTIONS]
    times = [in_turns(N_COLD_ROUNDS, ([*query, question], (0, 1)), (quest(xapian.path(corpus), question), (0,)))
             for question in questions]
    ours, theirs = (statistics.median(column) for column in zip(*times))
    memory = max(peak_megabytes([*query, question], (0, 1)) for question in questions)
    return [Row(f"a cold process, {len(questions)} questions", "≤ 1.5 times quest",
                f"{ours * 1000:.2f} ms, quest {theirs * 1000:.2f} ms", ours / theirs, ours <= 1.5 * theirs),
            Row("peak memory of a cold process", "< 64 MB", f"{memory:.1f} MB", memory / 64, memory < 64)]


def index(osler, corpus):
    """What it takes to make, and to keep."""
    seconds, postings_seconds = osler.index(corpus)
    connection = sqlite3.connect(osler.path(corpus))
    n_postings, = connection.execute("SELECT sum(df) FROM terms").fetchone()
    n_bytes, = connection.execute("SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'postings%'").fetchone()
    connection.close()
    size = os.path.getsize(osler.path(corpus))
    return [Row(f"bytes a posting, {n_postings} of them", "≤ 2.5", f"{n_bytes / 1e6:.1f} MB of pages",
                n_bytes / n_postings, n_bytes <= 2.5 * n_postings),
            Row("postings' share of indexing, CPU time of all threads", "≤ 20%", f"{postings_seconds:.2f} of {seconds:.2f} s",
                postings_seconds / seconds, postings_seconds <= 0.2 * seconds),
            Row("size of the index", "≤ 1.8 of titles and texts",
                f"{size / 1e6:.0f} MB, text {corpus.text_bytes / 1e6:.0f} MB", size / corpus.text_bytes,
                size <= 1.8 * corpus.text_bytes)]
