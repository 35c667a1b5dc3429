#!/usr/bin/env python3
"""Plain FTS5 for `make bench`: porter, all words joined with OR, ORDER BY rank.

usage: fts5_peer.py index DATABASE < lines of title<TAB>text
       fts5_peer.py search DATABASE < questions, one a line > the milliseconds of each
       fts5_peer.py version
"""
import re
import sqlite3
import sys
import time

N_HITS = 10


def index(path):
    database = sqlite3.connect(path)
    # Without the text: neither matching nor ranking reads it.
    database.execute("CREATE VIRTUAL TABLE passages USING fts5(title, text, content='', tokenize='porter unicode61')")
    database.executemany("INSERT INTO passages VALUES (?, ?)", (line.rstrip("\n").split("\t", 1) for line in sys.stdin))
    database.execute("INSERT INTO passages(passages) VALUES ('optimize')")
    database.commit()


def search(path):
    database = sqlite3.connect(path)
    database.execute("PRAGMA mmap_size = 4000000000")
    for line in sys.stdin:
        start = time.perf_counter()
        match = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", line))
        database.execute("SELECT rowid, rank FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT ?",
                         (match, N_HITS)).fetchall()
        print((time.perf_counter() - start) * 1000, flush=True)


def version():
    print("SQLite", sqlite3.sqlite_version)


if __name__ == "__main__":
    {"index": index, "search": search, "version": version}[sys.argv[1]](*sys.argv[2:])
