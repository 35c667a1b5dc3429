#!/usr/bin/env python3
"""The quality of ranking on judged collections: `make eval` writes ROOT/bench/QUALITY.md, and `make bench`
takes its promises from here.

usage: quality.py ROOT BUILD EVAL    EVAL: the judged collections

A stage of ranking is measured by leaving it out: an osler-query of its own, below BUILD/eval, is built with the
stage's numbers 0.
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

# How many documents a run lists: as many as trec_eval looks at, for where only a pool was judged its documents
# stand deep; and as many as somebody may look through.
DEPTHS = [1000, 100]
N_PERMUTATIONS = 10_000


@dataclasses.dataclass
class Collection:
    name: str
    condensed: bool  # only a pool was judged: documents outside are left out before scoring
    least: float     # nDCG@10 that was asked for


COLLECTIONS = [Collection("scifact-train", False, 0.722), Collection("liveqa-odd", True, 0.800)]

# What is left out, and the numbers that are 0 then.
STAGES = {
    "recurrence": ["RANKING_RECURRENCE"],
    "words as typed": ["RANKING_EXACT"],
    "pairs of words": ["RANKING_PHRASE"],
    "variants": ["RANKING_VARIANT_WEIGHT"],
    "abbreviations": ["RANKING_ABBREVIATION_WEIGHT"],
    "synonyms": ["RANKING_SYNONYM_WEIGHT"],
    "the rest of the document": ["RANKING_DOCUMENT"],
}
STAGES["the second stage"] = [number for stage in list(STAGES)[1:] for number in STAGES[stage]]
STAGES["forms by the words beside"] = ["RANKING_NEIGHBOURS"]
STAGES["compounds"] = ["TOKENIZER_COMPOUNDS"]
SWITCHES = ["query/score/ranking.h", "store/tokenizer.h"]  # where the numbers are
OF_THE_INDEX = {"compounds"}  # what the index is made without, too


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

    def __init__(self, evaluation, folder, collection):
        self.collection, self.scorer, self.folder = collection, load_scorer(evaluation), folder
        self.source = f"{evaluation}/{collection.name}"
        self.trec, self.batch = f"{folder}/{collection.name}.trec", f"{folder}/{collection.name}.questions"
        self.qrels = self.scorer.load_qrels(f"{self.source}/qrels.tsv")
        self.queries = list(load_jsonl(f"{self.source}/queries.jsonl"))
        self.databases = {}
        with open(self.batch, "w") as batch:
            for query in self.queries:
                print(query["_id"], one_line(query["text"]), sep="\t", file=batch)

    def score(self):
        """Of the run in self.trec."""
        run, found = self.scorer.load_run(self.trec), Score([], [])
        for query, judged in sorted(self.qrels.items()):
            if any(grade > 0 for grade in judged.values()):
                scores, _ = self.scorer.score({query: judged}, run, self.collection.condensed)
                found.ndcg.append(scores["ndcg@10"])
                found.recall.append(scores["recall@100"])
        return found

    def index(self, build):
        """The database that the osler-index of a build makes of the collection."""
        if build not in self.databases:
            database = f"{self.folder}/{self.collection.name}-{len(self.databases)}.db"
            cache.remove(database)
            subprocess.run([f"{build}/osler-index", *INDEX_OPTIONS, "-i", database, f"{self.source}/corpus.jsonl.gz"],
                           check=True)
            self.databases[build] = database
        return self.databases[build]

    def osler(self, indexing, asking, depth):
        """The score of the osler-query of one build over the index of another."""
        with open(self.trec, "w") as out:
            subprocess.run([f"{asking}/osler-query", "-i", self.index(indexing), "--batch", self.batch, "-n", str(depth),
                            "-f", "trec", "--unit", "document"], check=True, stdout=out, stderr=subprocess.DEVNULL)
        return self.score()

    def plain_fts5(self, depth):
        """The baseline: porter, all words joined with OR, FTS5's own bm25."""
        database = sqlite3.connect(":memory:")
        database.execute("CREATE VIRTUAL TABLE t USING fts5(id UNINDEXED, title, text, tokenize='porter unicode61')")
        database.executemany("INSERT INTO t VALUES (?, ?, ?)",
                             ((document["_id"], document.get("title", ""), document["text"])
                              for document in load_jsonl(f"{self.source}/corpus.jsonl.gz")))
        with open(self.trec, "w") as out:
            for query in self.queries:
                match = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", query["text"]))
                rows = database.execute("SELECT id, rank FROM t WHERE t MATCH ? ORDER BY rank LIMIT ?", (match, depth))
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


def check_switches(root):
    """A number that is misspelled would leave nothing out."""
    headers = ""
    for name in SWITCHES:
        with open(f"{root}/{name}") as file:
            headers += file.read()
    for number in sum(STAGES.values(), []):
        if f"#ifndef {number}\n" not in headers:
            sys.exit(f"quality.py: {number} is not in an #ifndef of {' or '.join(SWITCHES)}")


def build_without(root, build, stage):
    """The folder of the programs without a stage."""
    say(f"building without {stage}")
    folder = f"{build}/eval/without-{stage.replace(' ', '-')}"
    programs = [f"{folder}/osler-query"] + ([f"{folder}/osler-index"] if stage in OF_THE_INDEX else [])
    flags = " ".join(f"-D{number}=0" for number in STAGES[stage])
    subprocess.run([*shlex.split(os.environ.get("MAKE", "make")), "-C", root, f"BUILD={folder}", f"CPPFLAGS={flags}",
                    *programs], check=True, stdout=subprocess.DEVNULL)
    return folder


def promise(collection, ours, theirs):
    mean, baseline = statistics.mean(ours.ndcg), statistics.mean(theirs.ndcg)
    return Row(f"nDCG@10 of {collection.name}", f"≥ {collection.least:.3f}", f"{mean:.4f}, FTS5 {baseline:.4f}",
               mean / baseline, mean >= collection.least)


def rows(build, evaluation, folder):
    """The promises, for all stages together."""
    found = []
    for collection in COLLECTIONS:
        say(f"ranking {collection.name}")
        judge = Judge(evaluation, folder, collection)
        found.append(promise(collection, judge.osler(build, build, DEPTHS[0]), judge.plain_fts5(DEPTHS[0])))
    return found


def describe(score, full):
    """The numbers of a line at one depth, and how they differ from those of all stages."""
    compared = ["", ""]
    if score is not full:
        compared = [f"{statistics.mean(score.ndcg) - statistics.mean(full.ndcg):+.4f}", f"{p_value(full.ndcg, score.ndcg):.4f}"]
    return [f"{statistics.mean(score.ndcg):.4f}", *compared]


def measure(collection, builds, evaluation, folder):
    """The promise of a collection, and its part of the page: a line for each of `builds`, a pair of the folders that
    index and ask by name."""
    say(f"ranking {collection.name}")
    judge = Judge(evaluation, folder, collection)
    scores = {name: [judge.osler(*build, depth) for depth in DEPTHS] for name, build in builds.items()}
    full, scores["plain FTS5"] = scores["all stages"], [judge.plain_fts5(depth) for depth in DEPTHS]
    condensed = ", condensed" if collection.condensed else ""
    heads = ["ranking"] + [head for depth in DEPTHS for head in (f"nDCG@10 of {depth}", "difference", "p")] + ["recall@100"]
    return promise(collection, full[0], scores["plain FTS5"][0]), [
        f"## {collection.name}, {len(full[0].ndcg)} queries{condensed}",
        table(heads, [[name] + sum((describe(score, of_full) for score, of_full in zip(found, full)), [])
                      + [f"{statistics.mean(found[0].recall):.4f}"] for name, found in scores.items()])]


INTRODUCTION = """\
Every document by its best passage (`--unit document`), the first {depths}, judged by `score_ranking.py`. Each line leaves
out one part of the ranking; the difference is to all of them, p by a paired randomization test over the queries, two-sided.
FTS5: porter, all words joined with OR, its own bm25. *Condensed*: documents that nobody judged are left out, so that
those below them count; in a short run few judged ones are left."""


def main(root, build, evaluation):
    folder = f"{build}/eval"
    os.makedirs(folder, exist_ok=True)
    check_switches(root)
    builds = {"all stages": (build, build)}
    for stage in STAGES:
        without = build_without(root, build, stage)
        builds[f"without {stage}"] = (without if stage in OF_THE_INDEX else build, without)
    promised, parts = zip(*(measure(collection, builds, evaluation, folder) for collection in COLLECTIONS))
    page = ["# Quality: results of `make eval`", f"{machine()}.", INTRODUCTION.format(depths=" or ".join(map(str, DEPTHS))),
            promises(promised), *sum(parts, [])]
    with open(f"{root}/bench/QUALITY.md", "w") as file:
        file.write("\n\n".join(page) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
