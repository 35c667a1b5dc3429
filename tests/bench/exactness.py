"""Whether the best ten are those of scoring every passage, before and after random updates."""
import json
import os
import random
import subprocess
import tempfile

from process import INDEX_OPTIONS, say
from table import Row

N_QUERIES = 1000
N_UPDATES = 3
LINES_PER_FILE = 100
CHANGED_FILES, CHANGED_LINES = 20, 15  # of an update


def split(corpus, folder):
    """An update reads again only the files that changed, so there are many."""
    with open(corpus) as file:
        lines = file.readlines()
    for start in range(0, len(lines), LINES_PER_FILE):
        with open(f"{folder}/{start:06}.jsonl", "w") as file:
            file.writelines(lines[start:start + LINES_PER_FILE])


def changed(line, dice):
    """The lines that take the place of a document: none, another text, or one more document."""
    document = json.loads(line)
    words = document["text"].split()
    what = dice.randrange(3)
    if what == 0:
        return []
    if what == 1:
        dice.shuffle(words)
        return [json.dumps(document | {"text": " ".join(words[:len(words) * 3 // 4])}) + "\n"]
    new = {"_id": f"{document['_id']}-{dice.randrange(10 ** 9)}", "text": " ".join(words[len(words) // 3:])}
    return [line, json.dumps(document | new) + "\n"]


def change(folder, dice):
    """Changes some files and removes one."""
    names = sorted(os.listdir(folder))
    for name in dice.sample(names, CHANGED_FILES):
        with open(f"{folder}/{name}") as file:
            lines = file.readlines()
        for i in dice.sample(range(len(lines)), min(CHANGED_LINES, len(lines))):
            lines[i] = "".join(changed(lines[i], dice))
        with open(f"{folder}/{name}", "w") as file:
            file.writelines(lines)
    os.remove(f"{folder}/{dice.choice(names)}")


def row(build, corpus, n_queries=N_QUERIES):
    say(f"scoring every passage for {n_queries} queries")
    dice = random.Random(N_QUERIES)
    n_same, n_rounds = 0, N_UPDATES + 1
    with tempfile.TemporaryDirectory(prefix="osler-bench.") as work:
        articles, index = f"{work}/articles", f"{work}/articles.db"
        os.mkdir(articles)
        split(corpus.jsonl, articles)
        for i in range(n_rounds):
            if i > 0:
                change(articles, dice)
            subprocess.run([f"{build}/osler-index", *INDEX_OPTIONS, "-i", index, articles], check=True)
            # In the folder of the index, so that the paths of its answers are those that it keeps.
            done = subprocess.run([f"{build}/bench/exactness", index, str(i), str(n_queries // n_rounds)],
                                  cwd=work, stdout=subprocess.PIPE, text=True, check=True)
            n_same += int(done.stdout)
    return Row("the ten best of random queries, against scoring every passage", "all the same", f"{n_same} of {n_queries}",
               n_same / n_queries, n_same == n_queries)
