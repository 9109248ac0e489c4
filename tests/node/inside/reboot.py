#!/usr/bin/python3
"""A node that loses power while a realtime guest runs: what was changed ends with the boot, and nothing old is believed."""

import os
import pathlib
import shutil
import sys

import facts
from cases import Cases, eventually, expect, expect_equal
from facts import run, text
from guests import Guest, leases, prepare_host

BOOT = text("/share/boot")
PRIVATE = pathlib.Path("/run/nova-rt/private")
KEPT = pathlib.Path("/var/lib/nova-rt-kept")
case = Cases()
guest = Guest("rt-a")

if BOOT == "1":
    @case("a realtime guest runs when the power goes")
    def first_boot():
        prepare_host()
        run("/share/install")
        run("virsh", "-q", "net-list")
        guest.start()
        guest.expect_isolated()
        expect_equal(len(leases()), 1, "leases")
        # What a state directory on a disk, or one restored by hand, would bring into the next boot.
        shutil.copytree(PRIVATE, KEPT)
        shutil.copy("/proc/sys/kernel/random/boot_id", KEPT.parent / "nova-rt-boot-id")
        os.sync()
else:
    @case("after the reboot nothing of the last boot is held")
    def nothing_left():
        expect(text("/var/lib/nova-rt-boot-id") != text("/proc/sys/kernel/random/boot_id"), "this is the same boot")
        expect_equal(leases(), [], "leases")
        everywhere = [f"{path}: {value}" for path, value in facts.settings().items()
                      if path.endswith("workqueue/cpumask") and facts.mask_cpus(value) != set(range(8))]
        expect_equal(everywhere, [], "workqueue masks")
        eventually(lambda: run("systemctl", "is-active", "nova-rt-agent", check=False).strip() == "active",
                   "the agent starts with the node")
        eventually(lambda: run("systemctl", "is-active", "nova-rt-api", check=False).strip() == "active",
                   "the API starts with the node")

    @case("a journal and leases of another boot are put aside, and no setting is written from them")
    def stale_journal():
        before = facts.settings()
        run("systemctl", "stop", "nova-rt-agent")
        shutil.rmtree(PRIVATE)
        shutil.copytree(KEPT, PRIVATE)
        stale = [path.name for path in PRIVATE.rglob("*") if path.is_file()]
        expect(len(stale) >= 2, f"the kept state has a journal and a lease: {stale}")
        run("systemctl", "start", "nova-rt-agent")
        expect_equal(leases(), [], "leases")
        expect_equal(facts.settings(), before, "settings")
        eventually(lambda: not list(PRIVATE.glob("journal*")), "the journal of another boot is discarded")

    @case("the guest starts again and is isolated; then everything is given back")
    def again():
        prepare_host()
        before = facts.settings()
        run("virsh", "-q", "start", guest.name)
        guest.expect_isolated()
        guest.stop()
        eventually(lambda: facts.settings() == before, "every setting reads its baseline")
        expect_equal(leases(), [], "leases")


if __name__ == "__main__":
    sys.exit(case.run())
