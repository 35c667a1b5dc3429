"""Rounds of questions, each engine in turn, and what they come to."""
import dataclasses
import statistics

from engines import FirstTime, WholeBatch
from process import say

N_ROUNDS = 5

# FTS5 takes nearly a second for a question to half a million passages.
SLOW_EVERY = 10
N_SLOW_ROUNDS = 2


@dataclasses.dataclass
class Latency:
    """Milliseconds: a list for each round, with one for each question."""
    rounds: list

    def of(self, chosen):
        """The same for some of the questions, a slice."""
        return Latency([times[chosen] for times in self.rounds])

    def questions(self):
        """The median over the rounds of each question, in rising order."""
        return sorted(statistics.median(times) for times in zip(*self.rounds))

    def mean(self):
        return statistics.mean(self.questions())

    def median(self):
        return statistics.median(self.questions())

    def p99(self):
        times = self.questions()
        return times[min(len(times) - 1, len(times) * 99 // 100)]

    def range(self):
        """The least and the greatest mean of a round."""
        means = [statistics.mean(times) for times in self.rounds]
        return min(means), max(means)


def take_turns(runs, n_rounds):
    """What each of the runs, name to (engine, questions), takes, warm."""
    found = {name: [] for name in runs}
    for i in range(n_rounds + 1):
        for name, (engine, questions) in runs.items():
            times = engine.round(questions)
            if i > 0:  # the first round warms
                found[name].append(times)
    return {name: Latency(rounds) for name, rounds in found.items()}


def compare(corpus, osler, peers, questions, content_words):
    """Name to Latency. The peers are asked the questions as they are and, where that is quick, also
    without function words, which Osler has none of. The whole batch is one number a round."""
    say(f"asking {corpus.n_passages} passages")
    for engine in (osler, *peers):
        engine.open(corpus)
    fast = [peer for peer in peers if peer.name != "FTS5"]
    found = take_turns({"Osler": (osler, questions), "Osler, whole batch": (WholeBatch(osler), questions),
                        "Osler, first time": (FirstTime(osler), questions)} |
                       {peer.name: (peer, questions) for peer in fast} |
                       {f"{peer.name}, content words": (peer, content_words) for peer in fast}, N_ROUNDS)
    for slow in peers:
        if slow not in fast:
            slow.round(questions[::SLOW_EVERY * SLOW_EVERY])
            found[slow.name] = Latency([slow.round(questions[::SLOW_EVERY]) for _ in range(N_SLOW_ROUNDS)])
    for engine in (osler, *peers):
        engine.close()
    return found
