#!/usr/bin/env python3
"""tantivy for `make bench`: its BM25 (k1 1.2 and b 0.75 are fixed in it), stems, all words joined with OR.

usage: tantivy_peer.py index FOLDER < lines of title<TAB>text
       tantivy_peer.py search FOLDER < questions, one a line > the milliseconds of each
       tantivy_peer.py version

Title and text are one field without positions: that is the least that it can have to read.
"""
import importlib.metadata
import os
import re
import sys
import time

import tantivy

N_HITS = 10
HEAP_BYTES = 2 << 30  # so that half a million passages become one segment


def schema():
    return tantivy.SchemaBuilder().add_text_field("text", tokenizer_name="en_stem", index_option="freq").build()


def index(folder):
    os.makedirs(folder, exist_ok=True)
    writer = tantivy.Index(schema(), path=folder).writer(heap_size=HEAP_BYTES, num_threads=1)
    for line in sys.stdin:
        writer.add_document(tantivy.Document(text=line.replace("\t", " ")))
    writer.commit()
    writer.wait_merging_threads()


def search(folder):
    opened = tantivy.Index.open(folder)
    searcher = opened.searcher()
    for line in sys.stdin:
        start = time.perf_counter()
        query = opened.parse_query(" ".join(re.findall(r"\w+", line)).lower(), ["text"])
        # Without the count it may skip what cannot reach the best ten.
        searcher.search(query, limit=N_HITS, count=False)
        print((time.perf_counter() - start) * 1000, flush=True)


def version():
    print("tantivy", importlib.metadata.version("tantivy"))


if __name__ == "__main__":
    {"index": index, "search": search, "version": version}[sys.argv[1]](*sys.argv[2:])
