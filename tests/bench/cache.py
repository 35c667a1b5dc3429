"""What takes long to make is kept from run to run, with a stamp that says of what it was made."""
import glob
import hashlib
import json
import os
import shutil


def digest(*paths):
    """Tells the contents of these files."""
    found = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as file:
            found.update(file.read())
    return found.hexdigest()


def remove(path):
    """The file or folder, and the files that a database keeps beside it."""
    shutil.rmtree(path, ignore_errors=True)
    for leftover in glob.glob(f"{glob.escape(path)}*"):
        if os.path.isfile(leftover) and leftover[len(path):] in ("", "-journal", "-wal", "-shm", ".lock", ".stamp"):
            os.remove(leftover)


def write_changed(path, text):
    """Leaves a file alone that has this text already, so that make sees when it was written."""
    if os.path.exists(path):
        with open(path) as file:
            if file.read() == text:
                return
    with open(path, "w") as file:
        file.write(text)


def made(path, key, make):
    """Has make() write `path` unless it was made under the same key; what make() returns is
    remembered in the stamp, which is written last."""
    stamp = f"{path}.stamp"
    if os.path.exists(stamp):
        with open(stamp) as file:
            known = json.load(file)
        if known["key"] == key:
            return known["facts"]
    remove(path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    facts = make()
    with open(stamp, "w") as file:
        json.dump({"key": key, "facts": facts}, file)
    return facts
