"""Images and emulators are kept outside the build tree, each in a directory named after the hash of what made it."""

import contextlib
import fcntl
import hashlib
import os
import pathlib
import shutil

from box.problem import Missing, say


def root():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return pathlib.Path(base) / "nova-rt" / "node"


def digest(*parts):
    """Parts are strings, or files and directories whose names and contents count."""
    hashed = hashlib.sha256()
    for part in parts:
        if isinstance(part, pathlib.Path):
            for file in sorted(part.rglob("*")) if part.is_dir() else [part]:
                if file.is_file() and "__pycache__" not in file.parts:
                    hashed.update(f"{file.relative_to(part.parent)}\0{file.stat().st_mode & 0o111}\0".encode())
                    hashed.update(file.read_bytes())
        else:
            hashed.update(part.encode() + b"\0")
    return hashed.hexdigest()[:16]


def require_space(directory, mebibytes):
    directory.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(directory).free >> 20
    if free < mebibytes:
        raise Missing(f"{directory} has {free} MiB free and {mebibytes} MiB are needed: "
                      "make room, or set XDG_CACHE_HOME to another disk")


@contextlib.contextmanager
def _locked(path):
    with open(path, "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another build of {path.stem}")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _explained(kind, mebibytes, problem):
    """The problem; or what is behind it when the log of this kind says that the disk was full."""
    log = root() / f"{kind}.log"
    said = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    if isinstance(problem, Missing) and "No space left on device" in said:
        return Missing(f"{root()} became full, {mebibytes} MiB are needed: make room, or set XDG_CACHE_HOME to another disk; "
                       f"log {log}")
    return problem


def entry(kind, key, mebibytes, make):
    """The directory for `kind` and `key`. When it is not there, make(directory) fills it; it appears only when
    that has succeeded. Of the others of this kind the newest stays, for work that goes back and forth."""
    wanted = root() / f"{kind}-{key}"
    root().mkdir(parents=True, exist_ok=True)
    with _locked(root() / f"{kind}.lock"):
        if wanted.is_dir():
            return wanted
        require_space(root(), mebibytes)
        unfinished = root() / f"{kind}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        try:
            make(unfinished)
        except BaseException as problem:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise _explained(kind, mebibytes, problem)
        others = [path for path in root().glob(f"{kind}-*") if path.name.removeprefix(f"{kind}-").isalnum()]
        for old in sorted(others, key=lambda path: path.stat().st_mtime)[:-1]:
            shutil.rmtree(old, ignore_errors=True)
        os.utime(unfinished)  # unpacking packages gives it their date
        unfinished.rename(wanted)
    return wanted
