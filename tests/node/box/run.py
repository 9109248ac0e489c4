"""Boots the node, lets it run /share/run and power off, and collects what it left in /share/out."""

import pathlib
import shutil
import subprocess
import time

from box import machine
from box.problem import NodeFailure, say

HANG_SECONDS = 150  # neither console nor /share/out/alive moves although the emulator runs


class EmulatorFault(Exception):
    """The outer emulator stands still or died of a signal: nothing that ran inside can make it do that."""


class NodeRun:
    """One node: a directory with the overlay disk, the share and the console of each boot."""

    def __init__(self, emulator, image, directory, boot="dynamic", topology="flat", extra=""):
        self.emulator = emulator
        self.image = image
        self.directory = pathlib.Path(directory)
        self.variant = {"boot": boot, "topology": topology, "extra": extra}
        self.share = self.directory / "share"
        self.out = self.share / "out"
        self.faults = 0
        self._overlay = self.directory / "disk.qcow2"
        self.new_disk()

    def new_disk(self):
        self.directory.mkdir(parents=True, exist_ok=True)
        self.share.mkdir(exist_ok=True)
        self._overlay.unlink(missing_ok=True)
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", self.image.disk, self._overlay],
                       check=True)

    def boot(self, seconds):
        """From power on to power off. Raises EmulatorFault, or NodeFailure when the time is up or nothing was run."""
        shutil.rmtree(self.out, ignore_errors=True)
        self.out.mkdir()
        (self.directory / "console").write_bytes(b"")
        started = time.monotonic()
        with open(self.directory / "emulator.log", "ab") as log:
            process = subprocess.Popen(
                machine.command(self.emulator, self.image, self._overlay, self.share, self.directory, **self.variant),
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
            try:
                self._watch(process, started, seconds)
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
        return time.monotonic() - started

    def _watch(self, process, started, seconds):
        seen, since = None, time.monotonic()
        while process.poll() is None:
            time.sleep(0.5)
            now = time.monotonic()
            signs = tuple((path.stat().st_size, path.stat().st_mtime) if path.exists() else None
                          for path in (self.directory / "console", self.out / "alive", self.out / "log"))
            if signs != seen:
                seen, since = signs, now
            if now - since > HANG_SECONDS:
                raise EmulatorFault(f"no sign of life for {HANG_SECONDS} s, the last {self._last_words()}")
            if now - started > seconds:
                raise NodeFailure(f"not done within {seconds} s, the last {self._last_words()}")
        if process.returncode != 0:
            said = (self.directory / "emulator.log").read_text(encoding="utf-8", errors="replace").splitlines()
            failure = EmulatorFault if process.returncode < 0 else NodeFailure
            raise failure(f"the emulator ended with status {process.returncode}: {' '.join(said[-2:])}")

    def _last_words(self):
        for path in (self.out / "log", self.directory / "console"):
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
            if lines:
                return f"line of {path.name}: {lines[-1]}"
        return "words: none"

    def run(self, seconds, boots=1):
        """Boots so often, one after the other on the same disk; once more from the start when the emulator fails.

        Returns what there is to say about each boot."""
        while True:
            try:
                return [self._one(number, seconds) for number in range(1, boots + 1)]
            except EmulatorFault as fault:
                self.faults += 1
                say(f"the outer emulator failed, {self.faults} of at most 1: {fault}")
                if self.faults > 1:
                    raise NodeFailure("the outer emulator failed twice") from fault
                self.new_disk()

    def _one(self, number, seconds):
        (self.share / "boot").write_text(f"{number}\n", encoding="utf-8")
        wall = self.boot(seconds)
        status = self.out / "status"
        if not status.exists():
            raise NodeFailure(f"boot {number} ended without a result, the last {self._last_words()}")
        kept = self.directory / f"boot-{number}"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(self.out, kept)
        shutil.copy(self.directory / "console", kept)
        return {"boot": number, "status": int(status.read_text()), "wall": wall, "results": kept,
                "boot_seconds": float((self.out / "boot_seconds").read_text())}
