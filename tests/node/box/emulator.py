"""The QEMU that the node itself runs in: version 10 from backports, unpacked in the cache and never installed."""

import pathlib
import shutil
import subprocess
import tempfile

from box import cache, mirrors, pins
from box.problem import Gone, Missing, say

UNPACKED_MIB = 400


class Emulator:
    """A QEMU program and the arguments it needs to find its firmware."""

    def __init__(self, program, arguments, description):
        self.program = program
        self.arguments = arguments
        self.description = description


def _version_of(program):
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return done.stdout.splitlines()[0] if done.returncode == 0 and done.stdout else None


def _fetch(directory):
    with tempfile.TemporaryDirectory(dir=cache.root()) as scratch:
        apt = mirrors.PrivateApt(pathlib.Path(scratch), [mirrors.backports()])
        if not apt.update():
            raise Gone("the mirror has no backports any more")
        packages = {name: apt.version(name, version) for name, version in pins.emulator().items()}
        absent = [name for name, version in packages.items() if version is None]
        if absent:
            raise Gone(f"backports have no {', '.join(absent)}")
        say(f"fetching the emulator {packages['qemu-system-x86']}, some 70 MiB")
        apt.unpack(packages, directory)


def _installed():
    program = shutil.which("qemu-system-x86_64")
    if not program:
        raise Missing("no qemu-system-x86_64: run deploy/scripts/install-packages node")
    return Emulator(program, [], f"{_version_of(program)}, installed; a run may hang and be tried again")


def outer_emulator():
    key = cache.digest(str(pins.emulator()), pathlib.Path(__file__), mirrors.source_lines([mirrors.backports()]))
    try:
        directory = cache.entry("emulator", key, UNPACKED_MIB, _fetch)
    except Gone as problem:
        say(f"{problem}: using the installed emulator")
        return _installed()
    program = directory / "usr/bin/qemu-system-x86_64"
    version = _version_of(program)
    if version is None:
        say("the emulator from backports does not run here (a library is missing): using the installed one")
        return _installed()
    arguments = ["-L", str(directory / "usr/share/qemu"), "-L", str(directory / "usr/share/seabios"),
                 "-L", "/usr/share/seabios"]
    return Emulator(str(program), arguments, version)
