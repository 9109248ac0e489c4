"""What stops a run before it can say anything about the product."""

import sys
import time

STARTED = time.monotonic()


class Missing(Exception):
    """The machine lacks something: packages, a mirror, disk space. The message says what to do."""


class Gone(Exception):
    """The mirrors do not have it, or not any more: backports end one day."""


class NodeFailure(Exception):
    """The node was there and did not do what it should."""


def say(text):
    """One line of progress, with the seconds since the start."""
    print(f"[node {time.monotonic() - STARTED:5.0f} s] {text}", file=sys.stderr, flush=True)
