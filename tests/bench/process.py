"""Processes, timed from outside."""
import os
import statistics
import subprocess
import sys
import time

# Of osler-index. What the articles cite is not the subject, and is not asked for.
INDEX_OPTIONS = ["-q", "--offline"]

# Linux counts towards a process what its parent had in memory when it was started; so the one
# that is measured is the child of a Python with nothing in it.
MEMORY_PROGRAM = """
import os, resource, sys
if os.fork() == 0:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.execvp(sys.argv[1], sys.argv[1:])
status = os.waitstatus_to_exitcode(os.wait()[1])
print(status, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def run(command, allowed=(0,)):
    """The seconds that a process takes from its start to its end; its output is dropped."""
    devnull = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    streams = [(os.POSIX_SPAWN_DUP2, devnull, descriptor) for descriptor in (0, 1, 2)]
    start = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ, file_actions=streams)
    _, status = os.waitpid(process, 0)
    seconds = time.perf_counter() - start
    os.close(devnull)
    if os.waitstatus_to_exitcode(status) not in allowed:
        sys.exit(f"bench: {' '.join(command)} failed: {os.waitstatus_to_exitcode(status)}")
    return seconds


def output_of(command, allowed=(0,)):
    """What a process prints on its stdout."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    if done.returncode not in allowed:
        sys.exit(f"bench: {' '.join(command)} failed: {done.returncode}")
    return done.stdout


def peak_megabytes(command, allowed=(0,)):
    """The most memory that a process had, files mapped into it included."""
    code, kilobytes = output_of([sys.executable, "-IS", "-c", MEMORY_PROGRAM, *command]).split()
    if int(code) not in allowed:
        sys.exit(f"bench: {' '.join(command)} failed: {code}")
    return int(kilobytes) / 1024


def in_turns(n_rounds, *commands):
    """For each of the commands, a pair of itself and its allowed exit codes, the median seconds of
    `n_rounds` processes; they take turns, so that whatever else the machine does hits all alike."""
    seconds = [[run(command, allowed) for command, allowed in commands] for _ in range(n_rounds)]
    return [statistics.median(column) for column in zip(*seconds)]
