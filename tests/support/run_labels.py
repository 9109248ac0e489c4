#!/usr/bin/env python3
"""Runs ctest label by label and accounts for every skipped test.

A test skips with GTEST_SKIP() << "SKIP <id>: reason". Ids are rows of SKIPS.md: | id | condition | `probe` | where it runs |.
The probe is a shell command that exits 0 when the condition holds, that is when skipping is right. The run fails
when a test fails, when a label executed nothing, when a skip has no row, and when its condition does not hold.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

SKIP_ID = re.compile(r"SKIP ([a-z0-9-]+):")
SEED = re.compile(r"^seed \d+$", re.MULTILINE)
ROW = re.compile(r"^\|\s*([a-z0-9-]+)\s*\|[^|]*\|\s*`(.+)`\s*\|[^|]*\|\s*$")


def read_skips(path):
    with open(path, encoding="utf-8") as file:
        return {match.group(1): match.group(2).replace("\\|", "|") for line in file if (match := ROW.match(line))}


def run_label(build, label, exclude):
    """Returns (testcases, ctest's exit status)."""
    with tempfile.TemporaryDirectory() as directory:
        junit = os.path.join(directory, "junit.xml")
        command = ["ctest", "--test-dir", build, "-L", f"^{label}$", "--output-on-failure", "--no-tests=ignore",
                   "--output-junit", junit, "-j", "1" if label in ("integration", "switch") else str(os.cpu_count() or 1)]
        if exclude:
            command += ["-E", exclude]
        log = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                             errors="replace")
        lines = log.stdout.splitlines()
        print("\n".join(lines if log.returncode else lines[-8:]), flush=True)
        if not os.path.exists(junit):
            return [], log.returncode
        cases = list(ElementTree.parse(junit).getroot().iter("testcase"))
        show_seeds(cases)
        return cases, log.returncode


def show_seeds(cases):
    """ctest keeps what a test that passed printed to itself; a random test's seed is worth knowing all the same."""
    for case in cases:
        for seed in SEED.findall(case.findtext("system-out") or ""):
            print(f"{case.get('name')}: {seed}", flush=True)


def skip_problem(case, skips, probed):
    """None when the skip is in order, else what is wrong with it."""
    text = (case.findtext("system-out") or "") + (case.findtext("skipped") or "")
    match = SKIP_ID.search(text)
    if not match:
        return f"{case.get('name')} was skipped without an id"
    identifier = match.group(1)
    if identifier not in skips:
        return f"{case.get('name')} was skipped as {identifier}, which tests/SKIPS.md does not list"
    if identifier not in probed:
        probed[identifier] = subprocess.run(["bash", "-c", skips[identifier]], check=False,
                                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    if not probed[identifier]:
        return f"{case.get('name')} was skipped as {identifier}, but its condition does not hold here"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True)
    parser.add_argument("--skips", required=True)
    parser.add_argument("--exclude", default="")
    parser.add_argument("labels", nargs="+")
    arguments = parser.parse_args()

    skips, probed, problems, summary = read_skips(arguments.skips), {}, [], []
    total = {"passed": 0, "failed": 0, "skipped": 0}
    for label in arguments.labels:
        cases, status = run_label(arguments.build, label, arguments.exclude)
        skipped = [case for case in cases if case.find("skipped") is not None or case.get("status") == "notrun"]
        failed = [case for case in cases if case.find("failure") is not None or case.get("status") == "fail"]
        passed = len(cases) - len(skipped) - len(failed)
        summary.append(f"{label}: {passed + len(failed)} executed, {len(skipped)} skipped, {len(failed)} failed")
        total["passed"] += passed
        total["failed"] += len(failed)
        total["skipped"] += len(skipped)
        problems += [problem for case in skipped if (problem := skip_problem(case, skips, probed))]
        if status != 0 and not failed:
            problems.append(f"ctest failed for label {label} with status {status}")
        if passed + len(failed) == 0:
            problems.append(f"label {label} executed nothing")

    print("\n".join(summary + [f"problem: {problem}" for problem in problems]))
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    return 1 if problems or total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
