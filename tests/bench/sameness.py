"""Whether answers depend on how the index came about."""
import json
import subprocess

import cache
from process import INDEX_OPTIONS, output_of, say
from table import Row

# The share of the documents that come in an update.
NEW_SHARE = 0.1


class Indexing:
    """Indexes parts of a corpus in one place, in one way or another, and asks."""

    def __init__(self, build, folder, questions):
        self.index = [f"{build}/osler-index", *INDEX_OPTIONS, "-i", f"{folder}/other.db"]
        self.query = [f"{build}/osler-query", "-i", f"{folder}/other.db", "-f", "jsonl", "--batch", f"{folder}/other.questions"]
        self.source = f"{folder}/other.jsonl"
        with open(f"{folder}/other.questions", "w") as file:
            file.write("".join(f"{question}\n" for question in questions))
        cache.remove(f"{folder}/other.db")

    def answers(self, lines, *options):
        """What osler-query prints, its times left out, when osler-index was given these lines."""
        with open(self.source, "w") as file:
            file.writelines(lines)
        subprocess.run([*self.index, *options, self.source], check=True)
        printed = map(json.loads, output_of(self.query, (0, 1)).splitlines())
        return [{key: value for key, value in answer.items() if key != "took_ms"} for answer in printed]


def rows(build, folder, corpus, questions):
    say("indexing in other ways")
    with open(corpus.jsonl) as file:
        lines = file.readlines()
    indexing = Indexing(build, folder, questions)
    wanted = indexing.answers(lines, "--rebuild", "-j", "1")
    found = {"with 4 indexing jobs, against 1": indexing.answers(lines, "--rebuild", "-j", "4")}
    indexing.answers(lines[int(len(lines) * NEW_SHARE):], "--rebuild")
    found["after an update, against a rebuild"] = indexing.answers(lines)
    counts = {what: sum(mine == other for mine, other in zip(answers, wanted)) for what, answers in found.items()}
    return [Row(f"answers {what}", "all the same", f"{n_same} of {len(wanted)}", n_same / len(wanted), n_same == len(wanted))
            for what, n_same in counts.items()]
