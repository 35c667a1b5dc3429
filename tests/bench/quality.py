#!/usr/bin/env python3
"""The quality of ranking on judged collections: `make eval` writes ROOT/bench/QUALITY.md, and `make bench`
takes its promises from here.

usage: quality.py ROOT BUILD EVAL    EVAL: the judged collections

A stage of ranking is measured by leaving it out: an osler-query of its own, below BUILD/eval, is built with a
query/ranking.h in which the stage's numbers are 0.
"""
import dataclasses
import importlib.util
import os
import random
import re
import shlex
import sqlite3
import statistics
import subprocess
import sys

import cache
from corpora import load_jsonl, one_line
from process import INDEX_OPTIONS, say
from table import Row, machine, promises, table

# As deep as trec_eval looks: where only a pool was judged, its documents stand deep.
N_RANKED = 1000
N_PERMUTATIONS = 10_000


@dataclasses.dataclass
class Collection:
    name: str
    condensed: bool  # only a pool was judged: documents outside are left out before scoring
    least: float     # nDCG@10 that was asked for


COLLECTIONS = [Collection("scifact-train", False, 0.722), Collection("liveqa-odd", True, 0.800)]

# What is left out, and the numbers of query/ranking.h that are 0 then.
STAGES = {
    "words as typed": ["RANKING_EXACT"],
    "pairs of words": ["RANKING_PHRASE"],
    "variants": ["RANKING_VARIANT_WEIGHT"],
    "abbreviations": ["RANKING_ABBREVIATION_WEIGHT"],
}
STAGES["the second stage"] = sum(STAGES.values(), [])


@dataclasses.dataclass
class Score:
    """nDCG@10 and recall@100, a number for each query, in the same order for every system."""
    ndcg: list
    recall: list


def load_scorer(evaluation):
    spec = importlib.util.spec_from_file_location("score_ranking", f"{evaluation}/score_ranking.py")
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    return scorer


class Judge:
    """Ranks the documents of a collection, and scores the ranking."""

    def __init__(self, build, evaluation, folder, collection):
        self.collection, self.scorer = collection, load_scorer(evaluation)
        self.source = f"{evaluation}/{collection.name}"
        self.database, self.trec = f"{folder}/{collection.name}.db", f"{folder}/{collection.name}.trec"
        self.batch = f"{folder}/{collection.name}.questions"
        self.qrels = self.scorer.load_qrels(f"{self.source}/qrels.tsv")
        self.queries = list(load_jsonl(f"{self.source}/queries.jsonl"))
        with open(self.batch, "w") as batch:
            for query in self.queries:
                print(query["_id"], one_line(query["text"]), sep="\t", file=batch)
        cache.remove(self.database)
        subprocess.run([f"{build}/osler-index", *INDEX_OPTIONS, "-i", self.database, f"{self.source}/corpus.jsonl.gz"],
                       check=True)

    def score(self):
        """Of the run in self.trec."""
        run, found = self.scorer.load_run(self.trec), Score([], [])
        for query, judged in sorted(self.qrels.items()):
            if any(grade > 0 for grade in judged.values()):
                scores, _ = self.scorer.score({query: judged}, run, self.collection.condensed)
                found.ndcg.append(scores["ndcg@10"])
                found.recall.append(scores["recall@100"])
        return found

    def osler(self, program):
        with open(self.trec, "w") as out:
            subprocess.run([program, "-i", self.database, "--batch", self.batch, "-n", str(N_RANKED), "-f", "trec",
                            "--unit", "document"], check=True, stdout=out, stderr=subprocess.DEVNULL)
        return self.score()

    def plain_fts5(self):
        """The baseline: porter, all words joined with OR, FTS5's own bm25."""
        database = sqlite3.connect(":memory:")
        database.execute("CREATE VIRTUAL TABLE t USING fts5(id UNINDEXED, title, text, tokenize='porter unicode61')")
        database.executemany("INSERT INTO t VALUES (?, ?, ?)",
                             ((document["_id"], document.get("title", ""), document["text"])
                              for document in load_jsonl(f"{self.source}/corpus.jsonl.gz")))
        with open(self.trec, "w") as out:
            for query in self.queries:
                match = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", query["text"]))
                rows = database.execute("SELECT id, rank FROM t WHERE t MATCH ? ORDER BY rank LIMIT ?", (match, N_RANKED))
                for place, (document, rank) in enumerate(rows, 1):
                    print(query["_id"], "Q0", document, place, -rank, "fts5", file=out)
        return self.score()


def p_value(ours, theirs):
    """How likely a mean difference as large is when it is by chance which of the two is which:
    the paired randomization test (Smucker, Allan, Carterette, CIKM 2007), two-sided."""
    differences = [mine - other for mine, other in zip(ours, theirs) if mine != other]
    observed, generator = abs(sum(differences)), random.Random(1)
    n_as_large = sum(abs(sum(d if generator.getrandbits(1) else -d for d in differences)) >= observed - 1e-12
                     for _ in range(N_PERMUTATIONS))
    return (n_as_large + 1) / (N_PERMUTATIONS + 1)


def build_without(root, build, stage):
    """osler-query without a stage, None if ranking has none. Its own header is found before that of the sources."""
    say(f"building osler-query without {stage}")
    folder = f"{build}/eval/without-{stage.replace(' ', '-')}"
    with open(f"{root}/query/ranking.h") as file:
        header = file.read()
    for number in STAGES[stage]:
        header, n_found = re.subn(rf"^#define {number} .*", f"#define {number} 0", header, flags=re.MULTILINE)
        if n_found != 1:
            return None
    os.makedirs(f"{folder}/query", exist_ok=True)
    cache.write_changed(f"{folder}/query/ranking.h", header)
    subprocess.run([*shlex.split(os.environ.get("MAKE", "make")), "-C", root, f"BUILD={folder}",
                    f"CPPFLAGS=-iquote {folder}", f"{folder}/osler-query"], check=True, stdout=subprocess.DEVNULL)
    return f"{folder}/osler-query"


def promise(collection, ours, theirs):
    mean, baseline = statistics.mean(ours.ndcg), statistics.mean(theirs.ndcg)
    return Row(f"nDCG@10 of {collection.name}", f"≥ {collection.least:.3f}", f"{mean:.4f}, FTS5 {baseline:.4f}",
               mean / baseline, mean >= collection.least)


def rows(build, evaluation, folder):
    """The promises, for all stages together."""
    found = []
    for collection in COLLECTIONS:
        say(f"ranking {collection.name}")
        judge = Judge(build, evaluation, folder, collection)
        found.append(promise(collection, judge.osler(f"{build}/osler-query"), judge.plain_fts5()))
    return found


def describe(score, full):
    """The numbers of a line, and how they differ from those of all stages."""
    compared = ["", ""]
    if score is not full:
        compared = [f"{statistics.mean(score.ndcg) - statistics.mean(full.ndcg):+.4f}", f"{p_value(full.ndcg, score.ndcg):.4f}"]
    return [f"{statistics.mean(score.ndcg):.4f}", *compared, f"{statistics.mean(score.recall):.4f}"]


def measure(collection, programs, build, evaluation, folder):
    """The promise of a collection, and its part of the page: a line for each program, name to path."""
    say(f"ranking {collection.name}")
    judge = Judge(build, evaluation, folder, collection)
    scores = {name: judge.osler(program) for name, program in programs.items()}
    full, scores["plain FTS5"] = scores["all stages"], judge.plain_fts5()
    condensed = ", condensed" if collection.condensed else ""
    return promise(collection, full, scores["plain FTS5"]), [
        f"## {collection.name}, {len(full.ndcg)} queries{condensed}",
        table(["ranking", "nDCG@10", "difference", "p", "recall@100"],
              [[name, *describe(score, full)] for name, score in scores.items()])]


INTRODUCTION = """\
Every document by its best passage (`--unit document`), the first {n_ranked}, judged by `score_ranking.py`. Each line leaves out one part of
the ranking; the difference is to all of them, p by a paired randomization test over the queries, two-sided. FTS5: porter,
all words joined with OR, its own bm25. *Condensed*: documents that nobody judged are left out."""


def main(root, build, evaluation):
    folder = f"{build}/eval"
    os.makedirs(folder, exist_ok=True)
    without = {f"without {stage}": build_without(root, build, stage) for stage in STAGES}
    programs = {"all stages": f"{build}/osler-query"} | {name: path for name, path in without.items() if path}
    missing = [f"Not run: {name}; its numbers are not in `query/ranking.h`." for name, path in without.items() if not path]
    promised, parts = zip(*(measure(collection, programs, build, evaluation, folder) for collection in COLLECTIONS))
    page = ["# Quality: results of `make eval`", f"{machine()}.", INTRODUCTION.format(n_ranked=N_RANKED), *missing,
            promises(promised), *sum(parts, [])]
    with open(f"{root}/bench/QUALITY.md", "w") as file:
        file.write("\n\n".join(page) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
