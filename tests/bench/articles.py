"""Indexing and asking the Markdown articles of MedQuAD, beside Xapian's omindex and quest."""
import glob
import os
import re
import shutil
import statistics

from process import INDEX_OPTIONS, in_turns, peak_megabytes, run, say
from table import Row

N_INDEX_RUNS = 3
N_QUERY_RUNS = 21
N_QUESTIONS = 12


def remove(path):
    shutil.rmtree(path, ignore_errors=True)
    for leftover in glob.glob(path) + glob.glob(path + "-*"):
        if os.path.isfile(leftover):
            os.remove(leftover)


class Articles:
    def __init__(self, build, folder, work):
        """Programs, the articles (some are changed), a folder for indexes."""
        self.files = sorted(glob.glob(f"{folder}/**/*.md", recursive=True))
        self.database, self.xapian = f"{work}/articles.db", f"{work}/articles.xapian"
        self.index = [f"{build}/osler-index", *INDEX_OPTIONS, "-i", self.database, folder]
        self.omindex = ["omindex", "--db", self.xapian, "--mime-type=md:text/plain", "--url", "/", folder]
        self.query = [f"{build}/osler-query", "-i", self.database]

    def index_cold(self):
        """Medians of osler-index and omindex on the same files."""
        ours, theirs = [], []
        for i in range(N_INDEX_RUNS):
            say(f"articles: cold indexing, run {i + 1} of {N_INDEX_RUNS}")
            remove(self.database)
            remove(self.xapian)
            ours.append(run(self.index))
            theirs.append(run(self.omindex))
        return statistics.median(ours), statistics.median(theirs)

    def memory(self):
        remove(self.database)
        return peak_megabytes(self.index)

    def index_again(self):
        """Medians of runs where nothing changed, and where one file in a hundred did."""
        say("articles: indexing again")
        unchanged = [run(self.index) for _ in range(N_INDEX_RUNS)]
        changed = []
        for i in range(N_INDEX_RUNS):
            for path in self.files[i::100]:
                with open(path, "a") as file:
                    file.write(f"\nA sentence that was added in round {i}.\n")
            changed.append(run(self.index))
        return statistics.median(unchanged), statistics.median(changed)

    def query_cold(self, questions):
        """Medians over the questions of the median of each, for osler-query and quest."""
        say("articles: cold queries")
        times = [in_turns(N_QUERY_RUNS, ([*self.query, question], (0, 1)), (quest(self.xapian, question), (0,)))
                 for question in questions]
        return [statistics.median(column) for column in zip(*times)]


def quest(database, question):
    words = re.sub(r"[^\w ]", " ", question)  # its syntax errors are not the subject
    return ["quest", f"--db={database}", "--msize=10", "--stemmer=english", "--default-op=or", words]


def measure(build, folder, work, questions):
    """The rows of this part."""
    articles = Articles(build, folder, work)
    questions = questions[:N_QUESTIONS]
    text_bytes = sum(map(os.path.getsize, articles.files))
    memory = articles.memory()
    cold, omindex = articles.index_cold()
    index_bytes = os.path.getsize(articles.database)
    query, quest_seconds = articles.query_cold(questions)
    unchanged, changed = articles.index_again()
    return [
        Row(f"{len(articles.files)} articles, {text_bytes / 1e6:.0f} MB, indexed cold", "≤ 1/10 of omindex",
            f"{cold:.2f} s, omindex {omindex:.2f} s", cold / omindex, cold / omindex <= 0.1),
        Row("the same, nothing changed", "< 5% of cold", f"{unchanged * 1000:.0f} ms", unchanged / cold,
            unchanged / cold < 0.05),
        Row("the same, 1% of the files changed", "< 10% of cold", f"{changed * 1000:.0f} ms", changed / cold,
            changed / cold < 0.1),
        Row("peak memory of cold indexing", "< 150 MB", f"{memory:.0f} MB", memory / 150, memory < 150),
        Row("size of the index", "< 1.6 of the text", f"{index_bytes / 1e6:.1f} MB", index_bytes / text_bytes,
            index_bytes / text_bytes < 1.6),
        Row(f"a cold query, {len(questions)} questions", "≤ quest",
            f"{query * 1000:.2f} ms, quest {quest_seconds * 1000:.2f} ms", query / quest_seconds, query <= quest_seconds),
    ]
