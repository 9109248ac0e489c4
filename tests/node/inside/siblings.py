#!/usr/bin/python3
"""A node with thread siblings and no KVM: what nova-rt says of them, and a guest that TCG runs."""

import json
import sys

import facts
from cases import Cases, eventually, expect, expect_equal
from facts import cpus, run, text
from guests import Guest, leases, prepare_host, record_host

case = Cases()
guest = Guest("rt-a", virt_type="qemu")


def siblings(cpu):
    return cpus(text(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list"))


@case("the node has thread siblings")
def node():
    expect_equal({cpu: siblings(cpu) for cpu in (4, 5, 6, 7)}, {4: {4, 5}, 5: {4, 5}, 6: {6, 7}, 7: {6, 7}}, "siblings")
    prepare_host()
    run("/share/install")
    case.note("recorded", record_host())


@case("the status document tells siblings as the kernel does")
def status():
    document = json.loads(text("/run/nova-rt/public/status.json"))
    expect_equal({cpu["id"]: cpus(cpu["siblings"]) for cpu in document["cpus"]},
                 {cpu: siblings(cpu) for cpu in range(8)}, "siblings")


@case("a guest that TCG runs is isolated")
def start():
    before = facts.settings()
    guest.start()
    guest.expect_isolated()
    eventually(lambda: (guest.status() or {}).get("grade") is not None, "a grade in the status document")
    case.note("grade", guest.status()["grade"])
    case.note("causes", guest.status()["grade_causes"])
    guest.stop()
    eventually(lambda: facts.settings() == before, "every setting reads its baseline")
    expect(not leases(), "a lease is left")


if __name__ == "__main__":
    sys.exit(case.run())
