#!/usr/bin/env python3
"""Holds the documentation to what the programs do. Used by documentation.sh; CONTRIBUTING.md has the rules.

usage: documentation.py examples FILE...       runs the examples of each file in the working folder
       documentation.py options PROGRAM PAGE   compares `PROGRAM --help` with a man page
Prints what does not hold, and then exits with 1.
"""
import re
import subprocess
import sys


def rendered(page):
    """A man page as plain text."""
    text = subprocess.run(["mandoc", "-T", "utf8", "-O", "width=200", page], check=True,
                          capture_output=True, text=True).stdout
    return re.sub(".\b", "", text)


def literal_lines(path):
    """The lines of the examples: in Markdown the ```console blocks, in a man page what stands indented
    further than the sentences of EXAMPLES. None marks where a block ends."""
    if not path.endswith(".1"):
        text = open(path, encoding="utf-8").read()
        for block in re.findall(r"^```console\n(.*?)^```", text, re.M | re.S):
            yield from block.splitlines()
            yield None
        return
    section = re.search(r"^EXAMPLES\n(.*?)(?=^\S|\Z)", rendered(path), re.M | re.S)
    for line in section[1].splitlines() if section else []:
        yield line[11:] if line.startswith(" " * 11) or not line else None


def examples(path):
    """(command, expected lines) in order; a command goes on over lines that begin with "> "."""
    found, open_command = [], False
    for line in literal_lines(path):
        if line is None:
            open_command = False
        elif line.startswith("$ "):
            found.append((line[2:], []))
            open_command = True
        elif line.startswith("> ") and open_command and not found[-1][1]:
            found[-1] = (found[-1][0] + "\n" + line[2:], [])
        elif open_command:
            found[-1][1].append(line)
    return found


def pattern(lines):
    """A regular expression of the expected lines, where "..." stands for anything: alone on a line for
    any lines, inside a line for any part of it."""
    parts = [r"(?:.*\n)*?" if line.strip() == "..." else
             ".*".join(re.escape(part) for part in line.rstrip().split("...")) + r"[ ]*\n"
             for line in lines]
    return "".join(parts) + r"\s*"


def check_examples(path):
    found = examples(path)
    wrong = [] if found else ["has no example"]
    for command, lines in found:
        run = subprocess.run(["bash", "-c", command], stdin=subprocess.DEVNULL, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace")
        expected = "\n".join(lines).strip("\n").splitlines()
        if run.returncode > 1:
            wrong.append(f"$ {command}\nended with {run.returncode}:\n{run.stdout}")
        elif expected and not re.fullmatch(pattern(expected), run.stdout):
            wrong.append(f"$ {command}\nshould print:\n" + "\n".join(expected) + f"\nprinted:\n{run.stdout}")
    return [f"{path}: {text}" for text in wrong]


def options(text):
    """The options that a list explains: those before the first wide gap of lines that begin with one."""
    names = set()
    for line in re.findall(r"^ +(-\S.*)$", text, re.M):
        names.update(re.findall(r"(?<![\w-])--?[A-Za-z][\w-]*", re.split(r" {2,}", line)[0]))
    return names


def check_options(program, page):
    helped = options(subprocess.run([program, "--help"], check=True, capture_output=True, text=True).stdout)
    section = re.search(r"^DESCRIPTION\n(.*?)(?=^   Queries|^[A-Z])", rendered(page), re.M | re.S)
    described = options(section[1])
    return ([f"{page} does not describe {name}" for name in sorted(helped - described)] +
            [f"{program} --help does not name {name}" for name in sorted(described - helped)] +
            ([] if helped else [f"{program} --help names no options"]))


def main(arguments):
    if len(arguments) >= 2 and arguments[0] == "examples":
        wrong = [text for path in arguments[1:] for text in check_examples(path)]
    elif len(arguments) == 3 and arguments[0] == "options":
        wrong = check_options(*arguments[1:])
    else:
        sys.exit(__doc__)
    print("\n".join(wrong), end="\n" if wrong else "")
    sys.exit(1 if wrong else 0)


main(sys.argv[1:])
