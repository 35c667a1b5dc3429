"""Corpora of any size with real words, and questions to ask them: grown from MedQuAD."""
import dataclasses
import gzip
import json
import lzma
import os
import re
import subprocess
import sys

import cache
from process import say

N_TITLES = 200

# One passage in a thousand is of this site and from this year; no other is.
RARE_EVERY = 1000
RARE_SITE = "rare.example"
RARE_YEAR = 2025


@dataclasses.dataclass
class Corpus:
    n_passages: int
    jsonl: str       # what osler-index reads
    lines: str       # title<TAB>text, what the peers read
    text_bytes: int  # of titles and texts
    key: str         # tells its contents


def load_jsonl(path):
    with {".gz": gzip.open, ".xz": lzma.open}.get(os.path.splitext(path)[1], open)(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def one_line(text):
    return " ".join(text.split())


def label(i, document):
    """Gives a document a site and a date, for filters: the grown passages have none."""
    rare = i % RARE_EVERY == RARE_EVERY // 2
    document["url"] = f"https://{RARE_SITE if rare else 'common.example'}/{i}"
    document["date"] = f"{RARE_YEAR if rare else RARE_YEAR - 6}-{i % 12 + 1:02}-{i % 28 + 1:02}"


def write(grown, corpus_path, lines_path):
    """The two forms of a grown corpus; returns the number of its passages and of the bytes of its text."""
    n_passages = text_bytes = 0
    with open(corpus_path, "w") as corpus, open(lines_path, "w") as lines:
        for i, document in enumerate(load_jsonl(grown)):
            title, text = one_line(document["title"]), one_line(document["text"])
            label(i, document)
            print(json.dumps(document, ensure_ascii=False), file=corpus)
            print(title, text, sep="\t", file=lines)
            n_passages += 1
            text_bytes += len(document["title"].encode()) + len(document["text"].encode())
    return n_passages, text_bytes


def grow(evaluation, folder, n_passages):
    """A corpus of `n_passages`, or of as many as MedQuAD has if those are more."""
    grower, medquad = f"{evaluation}/grow_passages.py", f"{evaluation}/medquad/corpus.jsonl.xz"
    corpus_path, lines_path = f"{folder}/passages-{n_passages}.jsonl", f"{folder}/passages-{n_passages}.tsv"
    key = cache.digest(grower, medquad, __file__)

    def make():
        say(f"growing {n_passages} passages")
        source, grown = f"{folder}/medquad.jsonl", f"{folder}/grown.jsonl"
        with open(source, "w") as out:
            for document in load_jsonl(medquad):
                print(json.dumps(document, ensure_ascii=False), file=out)
        subprocess.run([sys.executable, grower, source, grown, str(n_passages)], check=True)
        facts = write(grown, corpus_path, lines_path)
        os.remove(source)
        os.remove(grown)
        return facts

    n_written, text_bytes = cache.made(corpus_path, key, make)
    return Corpus(n_written, corpus_path, lines_path, text_bytes, f"{key} {n_passages}")


def liveqa_questions(evaluation):
    return [one_line(query["text"]) for query in load_jsonl(f"{evaluation}/liveqa-odd/queries.jsonl")]


def medquad_titles(evaluation):
    """N_TITLES of them, evenly from their alphabetical list."""
    titles = sorted({one_line(document["title"]) for document in load_jsonl(f"{evaluation}/medquad/corpus.jsonl.xz")})
    return [titles[i * len(titles) // N_TITLES] for i in range(N_TITLES)]


def without_function_words(questions, root):
    """The questions as Osler reads them: it has no function words, the peers do."""
    with open(f"{root}/store/function_words.c") as file:
        listed = re.search(r"\bwords\[\]\[8\] = {(.*?)}", file.read(), re.DOTALL)[1]
    function_words = set(re.findall(r'"(\w+)"', listed))
    return [" ".join(word for word in re.findall(r"\w+", question) if word.lower() not in function_words)
            for question in questions]
