#!/usr/bin/python3
"""What this kernel and boot offer: KVM, cpuset partitions, tracers. The rows of the table in README.md."""

import pathlib
import re
import sys

from cases import Cases, eventually, expect, expect_equal
from facts import cpus, run, text
from guests import Guest, prepare_host

TRACING = pathlib.Path("/sys/kernel/tracing")
CGROUPS = pathlib.Path("/sys/fs/cgroup")
TRIAL = CGROUPS / "trial"
case = Cases()


def make_partition(directory, cpulist):
    """What the kernel says after asking for an isolated partition there."""
    (directory / "cpuset.cpus").write_text(cpulist, encoding="ascii")
    (directory / "cpuset.cpus.partition").write_text("isolated", encoding="ascii")
    return text(directory / "cpuset.cpus.partition")


@case("the kernel, its command line and its clock")
def kernel():
    case.note("kernel", text("/proc/sys/kernel/osrelease"))
    case.note("command line", text("/proc/cmdline"))
    case.note("preemption", text("/sys/kernel/realtime") == "1")
    case.note("nohz_full", sorted(cpus(text("/sys/devices/system/cpu/nohz_full"))))
    case.note("isolated", sorted(cpus(text("/sys/devices/system/cpu/isolated"))))
    clock = text("/sys/devices/system/clocksource/clocksource0/current_clocksource")
    expect_equal(clock, "tsc", "clocksource: nohz_full needs it")


@case("an isolated cpuset partition below the root")
def partition():
    (CGROUPS / "cgroup.subtree_control").write_text("+cpuset", encoding="ascii")
    TRIAL.mkdir()
    try:
        said = make_partition(TRIAL, "7")
        case.note("partition", said)
        expect_equal(said, "isolated", "the kernel's answer")
        expect(7 not in cpus(text(CGROUPS / "system.slice/cpuset.cpus.effective")), "system.slice keeps CPU 7")
    finally:
        (TRIAL / "cpuset.cpus.partition").write_text("member", encoding="ascii")
        TRIAL.rmdir()
    expect_equal(cpus(text(CGROUPS / "cpuset.cpus.effective")), set(range(8)), "CPUs of the root afterwards")


@case("a remote isolated partition, whose parents are none")
def remote_partition():
    child = TRIAL / "inner"
    child.mkdir(parents=True)
    try:
        (TRIAL / "cgroup.subtree_control").write_text("+cpuset", encoding="ascii")
        remote = (child / "cpuset.cpus.exclusive").exists()
        case.note("remote partition", remote)
        if remote:
            for directory in (TRIAL, child):
                (directory / "cpuset.cpus.exclusive").write_text("7", encoding="ascii")
        said = make_partition(child, "7")
        case.note("remote partition says", said)
        expect_equal(said == "isolated", remote, f"partition without a partition above it, {said}")
    finally:
        (child / "cpuset.cpus.partition").write_text("member", encoding="ascii")
        child.rmdir()
        TRIAL.rmdir()


@case("tracers")
def tracers():
    if not TRACING.joinpath("available_tracers").exists():
        run("mount", "-t", "tracefs", "tracefs", str(TRACING))
    known = text(TRACING / "available_tracers").split()
    case.note("tracers", [name for name in ("osnoise", "timerlat") if name in known])
    case.note("hist triggers", (TRACING / "events/sched/sched_switch/hist").exists())


@case("a guest's Linux boots under KVM and all its vCPUs get work done")
def linux_guest():
    expect(pathlib.Path("/dev/kvm").exists(), "no /dev/kvm")
    prepare_host()
    run("/share/install")
    guest = Guest("rt-linux", isolation="best_effort")
    guest.define_with_linux()
    run("virsh", "-q", "start", guest.name)
    expect(not re.search("TCG", " ".join(guest.thread_names())), "not KVM")
    eventually(lambda: {line.split()[1] for line in guest.console() if line.startswith("PROGRESS")} == {"0", "1", "2"}
               or f"{guest.console()[-3:]}", "PROGRESS of each vCPU on the guest's console", 240)
    case.note("guest's console", [line for line in guest.console() if line.startswith(("GUEST-UP", "PROGRESS"))][:6])
    guest.expect_isolated()
    guest.remove()


if __name__ == "__main__":
    sys.exit(case.run())
