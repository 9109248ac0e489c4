"""Cases run in the order in which they are written; each is one line of output and one entry of results.json."""

import json
import pathlib
import time
import traceback

OUT = pathlib.Path("/share/out")


def uptime():
    return float(pathlib.Path("/proc/uptime").read_text(encoding="ascii").split()[0])


class Failed(AssertionError):
    """A case that did not see what it should."""


def expect(condition, message):
    if not condition:
        raise Failed(message)


def expect_equal(seen, wanted, what):
    if seen != wanted:
        raise Failed(f"{what}: {seen!r}, expected {wanted!r}")


def eventually(condition, what, seconds=60):
    """Waits until condition() is true. A condition that returns a string says what is still missing."""
    deadline = time.monotonic() + seconds
    while (answer := condition()) is not True:
        if time.monotonic() > deadline:
            raise Failed(f"not within {seconds} s: {what}" + (f" ({answer})" if isinstance(answer, str) else ""))
        time.sleep(0.2)


class Cases:
    """Collects and runs the cases of one scenario."""

    def __init__(self):
        self._cases = []
        self.notes = {}

    def __call__(self, name):
        def register(function):
            self._cases.append((name, function))
            return function
        return register

    def note(self, key, value):
        """A fact about this run that is kept with its results."""
        self.notes[key] = value
        print(f"     {key}: {value}")

    def run(self):
        """Exit status: 0 when there were cases and all of them passed."""
        results = []
        for name, function in self._cases:
            started = uptime()
            problem = None
            try:
                function()
            except Exception as error:  # every failure of a case is a result
                problem = str(error) if isinstance(error, Failed) else traceback.format_exc()
            seconds = round(uptime() - started, 1)
            print(f"{'ok  ' if problem is None else 'FAIL'} {seconds:6.1f} s  {name}"
                  + (f"\n     {problem}" if problem else ""))
            results.append({"name": name, "seconds": seconds, "problem": problem})
        failed = sum(result["problem"] is not None for result in results)
        print(f"{len(results) - failed} passed, {failed} failed")
        (OUT / "results.json").write_text(json.dumps({"cases": results, "notes": self.notes}, indent=1) + "\n",
                                          encoding="utf-8")
        return 1 if failed or not results else 0
