"""Markdown tables of what was asked and what was measured."""
import dataclasses
import datetime
import os
import platform
import re

KEPT = {True: "yes", False: "**no**", None: ""}


@dataclasses.dataclass
class Row:
    """One promise: the ratio is what decides, and `kept` says how; None: nothing was promised."""
    what: str
    asked: str
    measured: str
    ratio: float
    kept: bool | None


def promises(rows):
    lines = ["| what | asked | measured | ratio | kept |", "|---|---|---|---|---|"]
    lines += [f"| {row.what} | {row.asked} | {row.measured} | {row.ratio:.3f} | {KEPT[row.kept]} |"
              for row in rows]
    return "\n".join(lines)


def table(heads, rows):
    """The first column is text, the others are numbers."""
    lines = [heads, ["---"] + ["--:"] * (len(heads) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def machine():
    cpu = re.search(r"model name\s*: (.*)", open("/proc/cpuinfo").read())
    return (f"{datetime.date.today()}, {cpu[1] if cpu else platform.machine()}, {os.cpu_count()} cores, "
            f"{platform.system()} {platform.release()}")
