"""The search engines that are compared: each indexes a corpus, and answers rounds of questions in
one process with warm caches."""
import json
import os
import subprocess
import sys
import time

import cache
from process import INDEX_OPTIONS, output_of, say

HERE = os.path.dirname(os.path.abspath(__file__))

# How often each process of osler-query is asked the questions: it begins cold.
N_PASSES = 5


class Peer:
    """A program with the modes `index`, `search` and `version`; see xapian_peer.cc."""

    def __init__(self, name, command):
        self.name, self.command = name, command
        self.version = output_of([*command, "version"]).strip()
        self.process = None

    def path(self, corpus):
        return f"{os.path.splitext(corpus.jsonl)[0]}.{self.name}"

    def index(self, corpus):
        path = self.path(corpus)

        def make():
            say(f"{self.name} indexes {corpus.n_passages} passages")
            start = time.perf_counter()
            with open(corpus.lines) as lines:
                subprocess.run([*self.command, "index", path], stdin=lines, check=True)
            return time.perf_counter() - start

        return cache.made(path, f"{corpus.key} {self.version} {cache.digest(self.command[-1])}", make)

    def open(self, corpus):
        self.process = subprocess.Popen([*self.command, "search", self.path(corpus)], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def close(self):
        self.process.communicate()

    def round(self, questions):
        """The milliseconds of each question. All of them fit into a pipe, so that neither side waits."""
        self.process.stdin.write("".join(f"{question}\n" for question in questions))
        self.process.stdin.flush()
        return [float(self.process.stdout.readline()) for _ in questions]


class Osler:
    """osler-query --batch, and what it says that each search took, which leaves out printing."""

    name = "Osler"

    def __init__(self, build):
        # The same objects as osler-index, and a clock at the postings; see postings_clock.c.
        self.index_program, self.query_program = f"{build}/bench/osler-index", f"{build}/osler-query"
        self.version = output_of([self.query_program, "--version"]).strip()
        self.database = None

    def path(self, corpus):
        return f"{os.path.splitext(corpus.jsonl)[0]}.db"

    def index(self, corpus):
        """CPU seconds of indexing, of all threads, and those for postings."""
        path = self.path(corpus)

        def make():
            say(f"osler indexes {corpus.n_passages} passages")
            done = subprocess.run([self.index_program, *INDEX_OPTIONS, "-i", path, corpus.jsonl],
                                  stderr=subprocess.PIPE, text=True, check=True)
            postings_seconds, _, seconds, _ = done.stderr.split()[-4:]
            return float(seconds), float(postings_seconds)

        return cache.made(path, f"{corpus.key} {cache.digest(self.index_program)}", make)

    def open(self, corpus):
        self.database = self.path(corpus)

    def close(self):
        self.database = None

    def batch(self, questions, output_format):
        path = f"{self.database}.questions"
        with open(path, "w") as file:
            file.write("".join(f"{question}\n" for question in questions))
        return output_of([self.query_program, "-i", self.database, "--batch", path, "-f", output_format, "-n", "10"],
                         (0, 1))

    def round(self, questions):
        """The milliseconds of each question in the last pass."""
        return self.last(questions * N_PASSES, len(questions))

    def last(self, questions, n_last):
        """The milliseconds of each of the last questions of a process."""
        answers = self.batch(questions, "jsonl").splitlines()
        return [json.loads(answer)["took_ms"] for answer in answers[-n_last:]]


class FirstTime:
    """osler-query, asked each question for the first time after the other half of them: what it keeps
    from query to query is not of the question itself."""

    def __init__(self, osler):
        self.osler = osler

    def round(self, questions):
        times = [0.0] * len(questions)
        for half in (0, 1):
            warming, asked = questions[1 - half::2], questions[half::2]
            times[half::2] = self.osler.last(warming + asked, len(asked))
        return times


class WholeBatch:
    """The time of a whole process of osler-query, start and printing included, over its questions."""

    def __init__(self, osler):
        self.osler = osler

    def round(self, questions):
        start = time.perf_counter()
        self.osler.batch(questions * N_PASSES, "trec")
        return [(time.perf_counter() - start) * 1000 / (len(questions) * N_PASSES)]
