"""Runs Nova's own unit tests of nova/virt/hardware.py and keeps what each of its functions was asked and answered."""

import contextlib
import copy
import functools
import io
import threading
import unittest

from nova.virt import hardware

MODULE = "nova.tests.unit.virt.test_hardware"


class Call:
    """One call of a function by a test: its arguments as they were before it, and what came of it."""

    def __init__(self, function, test, arguments, options):
        self.function, self.test, self.arguments, self.options = function, test, arguments, options
        self.result = self.error = None


class Recorder:
    """Wraps functions; calls that Nova makes of itself are not kept, only those of a test."""

    def __init__(self, names, read_options):
        self.names, self.read_options = names, read_options
        self.calls, self.test = [], None
        self.depth = threading.local()

    def wrap(self, name):
        original = getattr(hardware, name)

        @functools.wraps(original)
        def recorded(*positional, **named):
            inner = getattr(self.depth, "value", 0)
            self.depth.value = inner + 1
            call = None
            try:
                if not inner:
                    call = Call(name, self.test, copy.deepcopy((positional, named)), self.read_options())
                    self.calls.append(call)
                result = original(*positional, **named)
                if call:
                    call.result = copy.deepcopy(result)
                return result
            except Exception as error:
                if call:
                    call.error = type(error).__name__
                raise
            finally:
                self.depth.value = inner

        return recorded

    @contextlib.contextmanager
    def installed(self):
        originals = {name: getattr(hardware, name) for name in self.names}
        for name in self.names:
            setattr(hardware, name, self.wrap(name))
        try:
            yield
        finally:
            for name, original in originals.items():
                setattr(hardware, name, original)


class Results(unittest.TextTestResult):
    recorder = None

    def startTest(self, test):
        self.recorder.test = test.id().rsplit(".", 2)[-2] + "." + test.id().rsplit(".", 1)[-1]
        super().startTest(test)


def run(recorder):
    """The number of Nova's tests that ran. All of them pass, or the recording is worth nothing."""
    suite = unittest.defaultTestLoader.loadTestsFromName(MODULE)
    Results.recorder = recorder
    with recorder.installed():
        outcome = unittest.TextTestRunner(stream=io.StringIO(), resultclass=Results).run(suite)
    if not outcome.wasSuccessful():
        raise SystemExit("Nova's own tests fail: %s" % [str(test) for test, _ in outcome.failures + outcome.errors][:5])
    return outcome.testsRun
