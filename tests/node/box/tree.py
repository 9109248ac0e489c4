"""What is installed inside the node: the release preset, staged with prefix /usr."""

import pathlib
import shutil
import subprocess

from box.problem import Missing, say

ROOT = pathlib.Path(__file__).resolve().parents[3]
STAGE = ROOT / "build" / "node-tree"


def build():
    say("building the release preset")
    subprocess.run(["cmake", "--preset", "release"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", "--preset", "release"], cwd=ROOT, check=True)
    shutil.rmtree(STAGE, ignore_errors=True)
    subprocess.run(["cmake", "-E", "env", f"DESTDIR={STAGE}", "cmake", "--install", "build/release", "--strip"],
                   cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return STAGE


def staged():
    if not (STAGE / "usr/bin/nova-rt").is_file():
        raise Missing(f"{STAGE} has no installed tree: run tests/node/node tree")
    return STAGE
