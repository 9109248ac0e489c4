#!/usr/bin/python3
"""Isolated cpuset partitions of realtime vCPUs, with guests that come and go in any order (Linux 6.7 and later)."""

import os
import pathlib
import subprocess
import sys

import facts
from cases import Cases, eventually, expect, expect_equal
from facts import cpus, run, text
from guests import Guest, leases, prepare_host

CGROUPS = pathlib.Path("/sys/fs/cgroup")
case = Cases()
first = Guest("rt-a", vcpus=2)
second = Guest("rt-b", vcpus=1)
baseline = {}
census = {}


def cgroup_of(tid):
    line = next(line for line in text(f"/proc/{tid}/cgroup").splitlines() if line.startswith("0::"))
    return CGROUPS / line[3:].lstrip("/")


def partition_files():
    """{path: value} of every cgroup's partition and exclusive file that does not read as it was born."""
    found = {}
    for name, born in (("cpuset.cpus.partition", "member"), ("cpuset.cpus.exclusive", "")):
        for path in CGROUPS.rglob(name):
            if (value := text(path)) not in (born, None):
                found[str(path.relative_to(CGROUPS))] = value
    return found


def partitioned():
    """The CPUs that the root cgroup has lost."""
    return set(range(8)) - cpus(text(CGROUPS / "cpuset.cpus.effective"))


def expect_partitions(*guests):
    pcpus = set().union(*(guest.realtime_pcpus() for guest in guests))
    expect_equal(partitioned(), pcpus, "CPUs that the root cgroup has lost")
    isolated = text(CGROUPS / "cpuset.cpus.isolated")
    if isolated is not None:
        expect_equal(cpus(isolated), pcpus, "the root's cpuset.cpus.isolated")
    for guest in guests:
        for thread in guest.realtime_threads():
            directory = cgroup_of(thread.tid)
            expect_equal(text(directory / "cpuset.cpus.partition"), "isolated", f"{directory.name} of {guest.name}")
            expect_equal(cpus(text(directory / "cpuset.cpus.effective")), thread.cpus, f"{directory.name}'s CPUs in force")
    for name in ("system.slice", "init.scope"):
        left = cpus(text(CGROUPS / name / "cpuset.cpus.effective"))
        expect(not left & pcpus, f"{name} still has {sorted(left & pcpus)}")


def expect_nothing_left():
    eventually(lambda: partition_files() == {} or str(partition_files()), "no partition and no exclusive CPU is left")
    expect_equal(partitioned(), set(), "CPUs that the root cgroup has lost")


def grade(guest):
    eventually(lambda: (guest.status() or {}).get("grade") is not None, "a grade in the status document")
    return guest.status()


@case("the node is what the tests need")
def node():
    case.note("kernel", text("/proc/sys/kernel/osrelease"))
    prepare_host(guests=2)
    run("/share/install")
    baseline.update(facts.settings())
    census.update(facts.kernel_threads())
    expect_nothing_left()


@case("a started guest's realtime vCPU is in an isolated partition")
def isolated():
    first.start()
    first.expect_isolated()
    case.note("partitions", partition_files())
    expect_partitions(first)
    status = grade(first)
    case.note("grade", status["grade"])
    case.note("causes", status["grade_causes"])
    expect(not any("partition" in cause for cause in status["grade_causes"]), f"a cause: {status['grade_causes']}")
    case.note("unbound workqueues", text("/sys/devices/virtual/workqueue/cpumask"))


@case("somebody else's taskset to the realtime pCPU fails")
def taskset():
    pcpu = min(first.realtime_pcpus())
    done = subprocess.run(["taskset", "-c", str(pcpu), "true"], capture_output=True, text=True, check=False)
    case.note("taskset", done.stderr.strip())
    expect(done.returncode != 0, f"taskset -c {pcpu} worked")
    expect_equal(os.sched_getaffinity(0) & first.realtime_pcpus(), set(), "what this script may run on")


@case("systemctl daemon-reload and restarts of libvirtd and agent leave the partition in force")
def restarts():
    first.expect_running()
    run("systemctl", "daemon-reload")
    run("systemctl", "set-property", "--runtime", "machine.slice", "CPUWeight=200")
    expect_partitions(first)
    run("systemctl", "restart", "libvirtd", "nova-rt-agent")
    eventually(lambda: first.state() == "running", "libvirtd knows the guest again")
    expect_partitions(first)


@case("a second guest joins, the first one stops, the second stays isolated")
def overlap():
    second.start()
    expect_partitions(first, second)
    first.stop()
    expect_partitions(second)
    case.note("partitions of the second alone", partition_files())
    run("virsh", "-q", "start", first.name)
    expect_partitions(first, second)
    second.stop()
    expect_partitions(first)
    first.expect_isolated()


@case("a guest whose QEMU is killed takes its partition along")
def kill():
    first.expect_running()
    first.kill()
    expect_nothing_left()


@case("six cycles of one guest beside the other leave the other isolated")
def churn():
    run("virsh", "-q", "start", second.name)
    for _ in range(6):
        run("virsh", "-q", "start", first.name)
        expect_partitions(first, second)
        first.stop()
        expect_partitions(second)
    second.stop()


def pin(guest, pcpu):
    done = subprocess.run(["virsh", "-q", "vcpupin", guest.name, "0", str(pcpu), "--live"], capture_output=True, text=True,
                          check=False)
    return "" if done.returncode == 0 else done.stderr.strip()


@case("a live repin: the partition gives way to the second attempt and is made anew")
def repin():
    run("virsh", "-q", "start", second.name)
    expect_partitions(second)
    new = max({5, 6, 7} - second.realtime_pcpus())
    case.note("first attempt", pin(second, new))
    eventually(lambda: pin(second, new) or True, "a later attempt works", 30)
    eventually(lambda: partitioned() == {new} or str(partitioned()), "the new pCPU is isolated", 30)
    expect_equal(second.realtime_pcpus(), {new}, "where the vCPU is")
    expect_partitions(second)
    second.stop()


@case("afterwards every setting and every cgroup reads its baseline")
def back():
    expect_nothing_left()
    expect_equal(leases(), [], "leases")

    def missing():
        now = facts.settings()
        return "; ".join(f"{path} is {now.get(path)!r}, was {value!r}" for path, value in baseline.items()
                         if now.get(path) != value)[:600] or True
    eventually(missing, "every setting reads its baseline")
    moved, workers = facts.census_differences(census, facts.kernel_threads())
    case.note("kernel threads elsewhere", moved)
    case.note("workqueue threads elsewhere", workers)
    denied = [line for line in run("journalctl", "-b", "--no-pager", "-o", "cat").splitlines() if "DENIED" in line]
    expect_equal(denied, [], "denials")


if __name__ == "__main__":
    sys.exit(case.run())
