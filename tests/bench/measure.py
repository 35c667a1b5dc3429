#!/usr/bin/env python3
"""The measurements of run.sh, as a Markdown table on stdout; what is going on on stderr.

usage: measure.py BUILD EVAL WORK    programs, judged collections, a folder for indexes with articles/ in it

Times are wall-clock medians of whole processes, the two sides taking turns, with warm file caches.
"""
import datetime
import glob
import gzip
import json
import os
import platform
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time

N_INDEX_RUNS = 3
N_QUERY_RUNS = 21
N_QUERIES = 12

build, evaluation, work = (os.path.abspath(path) for path in sys.argv[1:4])
INDEX, QUERY = f"{build}/osler-index", f"{build}/osler-query"
ARTICLES = f"{work}/articles"


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def run(command, allowed=(0,)):
    """Seconds and peak kilobytes of one process; its output goes to a file."""
    with open(f"{work}/output", "w") as output:
        streams = [(os.POSIX_SPAWN_DUP2, output.fileno(), 1), (os.POSIX_SPAWN_DUP2, output.fileno(), 2)]
        start = time.perf_counter()
        process = os.posix_spawnp(command[0], command, os.environ, file_actions=streams)
        _, status, usage = os.wait4(process, 0)
        seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) not in allowed:
        sys.exit(f"bench: {' '.join(command)} failed:\n{open(f'{work}/output').read()}")
    return seconds, usage.ru_maxrss


def remove(path):
    shutil.rmtree(path, ignore_errors=True)
    for leftover in glob.glob(path) + glob.glob(path + "-*"):
        if os.path.isfile(leftover):
            os.remove(leftover)


def article_files():
    return sorted(glob.glob(f"{ARTICLES}/**/*.md", recursive=True))


def index_cold():
    """Medians of osler-index and omindex on the same files, and the largest memory of osler-index."""
    ours, theirs, memory = [], [], []
    for i in range(N_INDEX_RUNS):
        say(f"cold indexing, run {i + 1} of {N_INDEX_RUNS}")
        remove(f"{work}/osler.db")
        remove(f"{work}/xapian.db")
        seconds, kilobytes = run([INDEX, "-q", "-i", f"{work}/osler.db", ARTICLES])
        ours.append(seconds)
        memory.append(kilobytes)
        theirs.append(run(["omindex", "--db", f"{work}/xapian.db", "--mime-type=md:text/plain",
                           "--url", "/", ARTICLES])[0])
    return statistics.median(ours), statistics.median(theirs), max(memory)


def index_again():
    """Medians of runs where nothing changed, and where one file in a hundred did."""
    say("indexing again")
    command = [INDEX, "-q", "-i", f"{work}/osler.db", ARTICLES]
    unchanged = [run(command)[0] for _ in range(N_INDEX_RUNS)]
    changed = []
    for i in range(N_INDEX_RUNS):
        for path in article_files()[i::100]:
            with open(path, "a") as file:
                file.write(f"\nA sentence that was added in round {i}.\n")
        changed.append(run(command)[0])
    return statistics.median(unchanged), statistics.median(changed)


def query_cold(queries):
    """Medians over the queries of the median of each, for osler-query and quest."""
    say("cold queries")
    ours, theirs = [], []
    for text in queries:
        words = re.sub(r"[^\w ]", " ", text)  # quest's syntax errors are not the subject
        times = [(run([QUERY, "-i", f"{work}/osler.db", words], (0, 1))[0],
                  run(["quest", f"--db={work}/xapian.db", "--msize=10", "--stemmer=english",
                       "--default-op=or", words])[0]) for _ in range(N_QUERY_RUNS)]
        ours.append(statistics.median(mine for mine, _ in times))
        theirs.append(statistics.median(other for _, other in times))
    return statistics.median(ours), statistics.median(theirs)


def load_jsonl(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def plain_fts5(folder, queries, target):
    """The baseline: porter, all words joined with OR, FTS5's own bm25."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE t USING fts5(id UNINDEXED, title, text, tokenize='porter unicode61')")
    database.executemany("INSERT INTO t VALUES (?, ?, ?)",
                         ((d["_id"], d.get("title", ""), d["text"]) for d in load_jsonl(f"{folder}/corpus.jsonl.gz")))
    with open(target, "w") as out:
        for query in queries:
            match = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", query["text"]))
            rows = database.execute("SELECT id, rank FROM t WHERE t MATCH ? ORDER BY rank LIMIT 100", (match,))
            for place, (document, score) in enumerate(rows, 1):
                print(query["_id"], "Q0", document, place, -score, "fts5", file=out)


def ndcg(name, *options):
    """nDCG@10 of osler-query and of plain FTS5 on a judged collection."""
    say(f"ranking {name}")
    folder, database = f"{evaluation}/{name}", f"{work}/{name}.db"
    queries = load_jsonl(f"{folder}/queries.jsonl")
    with open(f"{work}/batch", "w") as batch:
        for query in queries:
            print(query["_id"], " ".join(query["text"].split()), sep="\t", file=batch)
    run([INDEX, "-q", "-i", database, f"{folder}/corpus.jsonl.gz"])
    with open(f"{work}/osler.trec", "w") as out:
        subprocess.run([QUERY, "-i", database, "--batch", f"{work}/batch", "-n", "100", "--format", "trec",
                        "--unit", "document"], check=True, stdout=out, stderr=subprocess.DEVNULL)
    plain_fts5(folder, queries, f"{work}/fts5.trec")
    scores = []
    for trec in ("osler", "fts5"):
        printed = subprocess.run([sys.executable, f"{evaluation}/score_ranking.py", f"{folder}/qrels.tsv",
                                  f"{work}/{trec}.trec", *options], check=True, capture_output=True, text=True).stdout
        scores.append(float(re.search(r"ndcg@10 ([\d.]+)", printed)[1]))
    return scores


def machine():
    cpu = re.search(r"model name\s*: (.*)", open("/proc/cpuinfo").read())
    return f"{cpu[1] if cpu else platform.machine()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}"


def main():
    text_bytes = sum(os.path.getsize(path) for path in article_files())
    n_files = len(article_files())
    cold, omindex, memory = index_cold()
    index_bytes = os.path.getsize(f"{work}/osler.db")
    questions = [q["text"] for q in load_jsonl(f"{evaluation}/liveqa-odd/queries.jsonl")][:N_QUERIES]
    query, quest = query_cold(questions)
    unchanged, changed = index_again()
    scifact, scifact_fts5 = ndcg("scifact-train")
    liveqa, liveqa_fts5 = ndcg("liveqa-odd", "--condensed")

    rows = [
        (f"{n_files} articles, {text_bytes / 1e6:.0f} MB, indexed cold", "≤ 1/10 of omindex",
         f"{cold:.2f} s, omindex {omindex:.2f} s", cold / omindex, cold / omindex <= 0.1),
        ("the same, nothing changed", "< 5% of cold", f"{unchanged * 1000:.0f} ms", unchanged / cold,
         unchanged / cold < 0.05),
        ("the same, 1% of the files changed", "< 10% of cold", f"{changed * 1000:.0f} ms", changed / cold,
         changed / cold < 0.1),
        ("peak memory of cold indexing", "< 150 MB", f"{memory / 1024:.0f} MB", memory / 1024 / 150, memory / 1024 < 150),
        ("size of the index", "< 1.6 of the text", f"{index_bytes / 1e6:.1f} MB", index_bytes / text_bytes,
         index_bytes / text_bytes < 1.6),
        (f"a cold query, {len(questions)} questions", "≤ quest", f"{query * 1000:.2f} ms, quest {quest * 1000:.2f} ms",
         query / quest, query <= quest),
        ("nDCG@10 of scifact-train", "≥ .699", f"{scifact:.4f}, FTS5 {scifact_fts5:.4f}", scifact / scifact_fts5,
         scifact >= 0.699),
        ("nDCG@10 of liveqa-odd", "≥ FTS5", f"{liveqa:.4f}, FTS5 {liveqa_fts5:.4f}", liveqa / liveqa_fts5,
         liveqa >= liveqa_fts5),
    ]
    print("# Results of `make bench`\n")
    print(f"{datetime.date.today()}, {machine()}. Medians, warm caches; the ratio is to what it is measured against.\n")
    print("| what | asked | measured | ratio | kept |\n|---|---|---|---|---|")
    for what, asked, measured, ratio, kept in rows:
        print(f"| {what} | {asked} | {measured} | {ratio:.3f} | {'yes' if kept else '**no**'} |")


main()
