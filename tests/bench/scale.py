"""The speed of questions on grown corpora, beside plain FTS5, Xapian and tantivy."""
import os

import corpora
import exactness
import largest
import sameness
from engines import Osler, Peer
from latency import SLOW_EVERY, compare
from table import Row, table

GROWTH_FROM, GROWTH_TO = 50_000, 500_000

HEADS = ["engine", "LiveQA", "titles", "mean", "median", "p99", "means of rounds", "to Osler"]


class Scale:
    """Grows the corpora, has every engine index them and asks all; that is done once, at the start."""

    def __init__(self, root, build, evaluation, folder, sizes):
        self.build, self.folder = build, folder
        self.osler, (self.peers, self.missing) = Osler(build), find_peers(build)
        liveqa = corpora.liveqa_questions(evaluation)
        self.n_liveqa, self.questions = len(liveqa), liveqa + corpora.medquad_titles(evaluation)
        content_words = corpora.without_function_words(self.questions, root)
        self.corpora = {size: corpora.grow(evaluation, folder, size) for size in sizes}
        self.latencies = {}
        for size, corpus in self.corpora.items():
            for engine in (self.osler, *self.peers):
                engine.index(corpus)
            self.latencies[size] = compare(corpus, self.osler, self.peers, self.questions, content_words)

    def largest(self):
        return self.corpora[max(self.corpora)]

    def versions(self):
        return ", ".join([self.osler.version, *(peer.version for peer in self.peers)])

    def rows(self):
        """All that was promised."""
        xapian = next(peer for peer in self.peers if peer.name == "Xapian")
        return [*self.ratios(), *self.spread(), *largest.filters(self.osler, self.largest(), self.questions),
                *largest.cold(self.osler, xapian, self.largest(), self.questions),
                *largest.index(self.osler, self.largest()),
                *sameness.rows(self.build, self.folder, self.corpora[min(self.corpora)], self.questions),
                exactness.row(self.build, self.corpora[min(self.corpora)])]

    def ratios(self):
        """Osler's mean, by the worse of the two ways to measure it, to that of each peer."""
        asked = {"Xapian": ("≤ 1/10 of Xapian", 0.1), "Xapian, content words": ("", None),
                 "FTS5": ("≤ 1/400 of plain FTS5", 1 / 400),
                 "tantivy": ("≤ tantivy", 1), "tantivy, content words": ("", None)}
        found, rows = self.latencies[max(self.latencies)], []
        for name in filter(found.get, asked):
            text, limit = asked[name]
            ours, theirs = same_questions(found["Osler"], found[name]), found[name].mean()
            mean = max(ours.mean(), found["Osler, whole batch"].mean())
            rows.append(Row(f"mean of {len(ours.questions())} questions, warm", text, f"{mean:.3f} ms, {name} {theirs:.3f} ms",
                            mean / theirs, mean / theirs <= limit if limit else None))
        first, xapian = (found[name].mean() for name in ("Osler, first time", "Xapian"))
        rows.append(Row("each of them for the first time in its process", "", f"{first:.3f} ms, Xapian {xapian:.3f} ms",
                        first / xapian, None))
        return rows

    def spread(self):
        ours = self.latencies[max(self.latencies)]["Osler"]
        rows = [Row("p99 of the questions", "≤ 6 times their median", f"{ours.p99():.3f} ms, median {ours.median():.3f} ms",
                    ours.p99() / ours.median(), ours.p99() <= 6 * ours.median())]
        if GROWTH_FROM in self.latencies and GROWTH_TO in self.latencies:
            small, large = (self.latencies[size]["Osler"].mean() for size in (GROWTH_FROM, GROWTH_TO))
            rows.append(Row("mean, from 50 to 500 thousand passages", "< 5 times", f"{small:.3f} to {large:.3f} ms",
                            large / small, large < 5 * small))
        return rows

    def latency_table(self):
        lines = []
        for size, found in self.latencies.items():
            lines.append([f"**{self.corpora[size].n_passages} passages**", *[""] * (len(HEADS) - 1)])
            lines += [self.latency_line(name, latency, same_questions(found["Osler"], latency))
                      for name, latency in found.items()]
        return table(HEADS, lines)

    def latency_line(self, name, latency, ours):
        n_questions, (low, high) = len(latency.questions()), latency.range()
        mean, spread = f"{latency.mean():.3f}", [f"{low:.3f}–{high:.3f}", f"{latency.mean() / ours.mean():.2f}"]
        if n_questions == 1:
            return [name, "", "", mean, "", "", *spread]
        n_liveqa = self.n_liveqa
        if n_questions < len(self.questions):
            name, n_liveqa = f"{name}, {n_questions} of the questions", len(range(0, n_liveqa, SLOW_EVERY))
        parts = latency.of(slice(n_liveqa)), latency.of(slice(n_liveqa, None))
        return [name, *(f"{part.mean():.3f}" for part in parts), mean, f"{latency.median():.3f}", f"{latency.p99():.3f}", *spread]

    def means(self):
        """Engine to points (passages, mean milliseconds), for the plot."""
        return {name: [(self.corpora[size].n_passages, found[name].mean()) for size, found in self.latencies.items()]
                for name in (*(peer.name for peer in self.peers), "Osler")}


def same_questions(ours, theirs):
    """Osler's times for those questions that the other was asked."""
    n_theirs = len(theirs.questions())
    return ours.of(slice(None, None, SLOW_EVERY)) if 1 < n_theirs < len(ours.questions()) else ours


def find_peers(build):
    """Those that are there, and what is missing."""
    here = os.path.dirname(os.path.abspath(__file__))
    environment = f"{build}/bench/venv/bin/python"
    peers = [Peer("FTS5", ["python3", f"{here}/fts5_peer.py"]), Peer("Xapian", [f"{build}/bench/xapian_peer"])]
    if os.path.exists(environment):
        return [*peers, Peer("tantivy", [environment, f"{here}/tantivy_peer.py"])], []
    return peers, ["tantivy: pip could not install its wheel"]
