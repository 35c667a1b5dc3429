"""Fetching and archiving sources, beside curl and wget2 on the same pages of a web on loopback."""
import os
import socket
import statistics
import subprocess
import tempfile
import time

from cache import remove
from process import output_of, peak_megabytes, run, say
from table import Row

N_HOSTS, N_PAGES = 50, 20  # of each host
N_ROUNDS = 7
PAGE_BYTES = 10_000
LARGE_PAGE_BYTES = 155_000  # the HTML of a long article
CONNECTIONS = 32  # as many as osler-index has at once

NGINX = """
daemon off; pid nginx.pid; error_log error.log; worker_processes 1; {user}
events {{ worker_connections 256; }}
http {{ access_log off; default_type application/zip;
    client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp; uwsgi_temp_path tmp; scgi_temp_path tmp;
    server {{ listen {port}; root pages; }} }}
"""


class Web:
    """Pages that no reader reads, so that fetching and archiving is all there is to do."""

    def __init__(self, folder, page_bytes):
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        os.makedirs(f"{folder}/pages")
        os.makedirs(f"{folder}/tmp")
        for page in range(N_PAGES):
            words = " ".join(f"word{(page * 7919 + i * 104729) % 5003}" for i in range(page_bytes // 9))
            with open(f"{folder}/pages/{page}", "w") as file:
                file.write(f"Page {page}. {words}\n")
        self.urls = [f"http://127.0.1.{host + 1}:{self.port}/{page}?of={host}"
                     for host in range(N_HOSTS) for page in range(N_PAGES)]
        with open(f"{folder}/nginx.conf", "w") as file:
            file.write(NGINX.format(port=self.port, user="user root;" if os.getuid() == 0 else ""))

    def __enter__(self):
        self.server = subprocess.Popen(["nginx", "-p", self.folder, "-c", "nginx.conf", "-e", "error.log"],
                                       stderr=subprocess.DEVNULL)
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.1.1", self.port)) == 0:
                    return self
            time.sleep(0.05)
        raise SystemExit("bench: nginx does not answer")

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()


def write_inputs(web, folder):
    """An article that cites every page, and the lists of the other programs."""
    os.makedirs(f"{folder}/articles")
    with open(f"{folder}/articles/a.md", "w") as file:
        file.writelines(f"Statement {i} has a source ([here]({url})).\n\n" for i, url in enumerate(web.urls))
    with open(f"{folder}/curl.txt", "w") as file:
        file.writelines(f'url = "{url}"\noutput = "{folder}/got/{i}"\n' for i, url in enumerate(web.urls))
    with open(f"{folder}/wget2.txt", "w") as file:
        file.writelines(f"{url}\n" for url in web.urls)


def fetching_rows(build, page_bytes, pages):
    """Speed and memory with pages of one size; `pages` says which."""
    with tempfile.TemporaryDirectory(prefix="osler-bench.") as folder, Web(f"{folder}/web", page_bytes) as web:
        write_inputs(web, folder)
        index = f"{folder}/sources.db"
        fetch = [f"{build}/osler-index", "-q", "--allow-private", "--host-delay", "0s", "-i", index, f"{folder}/articles"]
        curl = ["curl", "-s", "--parallel", "--parallel-max", str(CONNECTIONS), "-K", f"{folder}/curl.txt"]
        wget2 = ["wget2", "-q", f"--max-threads={CONNECTIONS}", "-P", f"{folder}/got", "-i", f"{folder}/wget2.txt"]
        times = []
        for i in range(N_ROUNDS):
            say(f"sources: fetching {pages}, round {i + 1} of {N_ROUNDS}")
            for command in (fetch, curl, wget2):
                for made in (index, f"{index}.archive", f"{folder}/got"):
                    remove(made)
                os.makedirs(f"{folder}/got")
                times.append(run(command, (0, 1)))
        ours, curls, wget2s = (statistics.median(times[i::3]) for i in range(3))
        remove(index)
        remove(f"{index}.archive")
        memory = peak_megabytes(fetch, (0, 1))
        slower = max(curls, wget2s)
        return [
            Row(f"{len(web.urls)} {pages} of {N_HOSTS} hosts, fetched, archived and recorded", "≥ 80% of curl's or wget2's speed",
                f"{ours:.2f} s, curl {curls:.2f} s, wget2 {wget2s:.2f} s", ours / slower, slower / ours >= 0.8),
            Row("peak memory of that", "< 100 MB", f"{memory:.0f} MB", memory / 100, memory < 100),
        ]


def measure(build):
    """The rows of this part."""
    return [
        *fetching_rows(build, PAGE_BYTES, f"pages of {PAGE_BYTES // 1000} KB"),
        *fetching_rows(build, LARGE_PAGE_BYTES, f"pages of {LARGE_PAGE_BYTES // 1000} KB"),
    ]


def extraction_row(build, evaluation):
    """F1 of the judged pages, by their scorer."""
    printed = output_of(["python3", f"{evaluation}/score_extraction.py", f"{evaluation}/extraction", f"{build}/osler-index",
                         "--extract"])
    f1 = float(printed.split("F1 ")[1].split()[0])
    return Row("F1 of the main text of judged pages", "≥ .980", f"{f1:.4f}", f1 / 0.98, f1 >= 0.98)
