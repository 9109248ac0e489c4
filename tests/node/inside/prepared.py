#!/usr/bin/python3
"""The two-level way of Linux 6.1 to 6.6: a prepared node, and the guest's scope as an isolated partition of machine.slice."""

import pathlib
import subprocess
import sys

import facts
from cases import Cases, eventually, expect, expect_equal
from facts import cpus, run, text
from guests import Guest, leases, prepare_host

CGROUPS = pathlib.Path("/sys/fs/cgroup")
SLICE = CGROUPS / "machine.slice"
CONF = "/etc/nova/nova.conf"
ALL = set(range(8))
case = Cases()
guest = Guest("rt-a", vcpus=2, emulator="isolate", shared="4")  # vCPUs and emulator threads on 5, 6 and 7
sharer = Guest("rt-b", isolation="best_effort", vcpus=1, shared="4")  # emulator threads on 4
baseline = {}
census = {}


def nova_conf(shared):
    pathlib.Path(CONF).write_text(f"[compute]\ncpu_dedicated_set = 5-7\ncpu_shared_set = {shared}\n", encoding="ascii")


def refusal():
    done = subprocess.run(["nova-rt", "node", "prepare"], capture_output=True, text=True, check=False)
    expect_equal(done.returncode, 1, f"exit status: {done.stderr}")
    return done.stderr.strip()


def effective(directory=CGROUPS):
    return cpus(text(directory / "cpuset.cpus.effective"))


def scope():
    return next(SLICE.glob("machine-qemu*.scope"))


def expect_prepared():
    expect_equal(text(SLICE / "cpuset.cpus.partition"), "root", "machine.slice")
    expect_equal(effective(), {0, 1, 2, 3}, "CPUs of the root cgroup")


def status_of(one):
    eventually(lambda: (one.status() or {}).get("grade") is not None, "a grade in the status document")
    return one.status()


@case("a node whose sets leave the host no CPU is not prepared, and nothing changes")
def refused():
    case.note("kernel", text("/proc/sys/kernel/osrelease"))
    prepare_host()
    run("/share/install")
    baseline.update(facts.settings())
    census.update(facts.kernel_threads())
    nova_conf("0-4")
    case.note("refusal", refusal())
    expect_equal(effective(), ALL, "CPUs of the root cgroup")
    nova_conf("4")


@case("before the node is prepared the guest has no partition, and the grade says why")
def unprepared():
    guest.start()
    eventually(lambda: any("node prepare" in cause for cause in status_of(guest)["grade_causes"]), "the cause of the grade")
    case.note("causes", guest.status()["grade_causes"])
    guest.stop()


@case("nova-rt node prepare makes machine.slice a partition root")
def prepare():
    case.note("prepare", run("nova-rt", "node", "prepare").strip())
    expect_prepared()
    expect_equal(text(SLICE / "cpuset.cpus"), "4-7", "machine.slice")
    run("systemctl", "daemon-reload")
    expect_prepared()


@case("a guest that shares no pCPU is isolated in its scope")
def isolated():
    run("virsh", "-q", "start", guest.name)
    guest.expect_isolated()
    expect_equal(text(scope() / "cpuset.cpus.partition"), "isolated", "the scope")
    expect_equal(effective(scope()), {5, 6, 7}, "the scope's CPUs")
    expect_equal(effective(SLICE), {4}, "machine.slice's CPUs")
    status = status_of(guest)
    case.note("grade", status["grade"])
    case.note("causes", status["grade_causes"])
    expect(not any("partition" in cause for cause in status["grade_causes"]), f"a cause: {status['grade_causes']}")
    done = subprocess.run(["taskset", "-c", str(min(guest.realtime_pcpus())), "true"], capture_output=True, check=False)
    expect(done.returncode != 0, "taskset to a realtime pCPU worked")


@case("when it stops its pCPUs are the slice's again")
def stop():
    guest.stop()
    eventually(lambda: effective(SLICE) == {4, 5, 6, 7}, "machine.slice has all its CPUs")
    expect_prepared()


@case("a guest whose emulator threads share a pCPU starts, without a partition, and the grade says why")
def share():
    sharer.start()
    eventually(lambda: any("not dedicated" in cause for cause in status_of(sharer)["grade_causes"]), "the cause of the grade")
    case.note("causes of the sharer", sharer.status()["grade_causes"])
    sharer.stop()


@case("nova-rt node unprepare gives everything back")
def unprepare():
    run("nova-rt", "node", "unprepare")
    expect_equal(effective(), ALL, "CPUs of the root cgroup")
    expect_equal(leases(), [], "leases")

    def missing():
        now = facts.settings()
        return "; ".join(f"{path} is {now.get(path)!r}, was {value!r}" for path, value in baseline.items()
                         if now.get(path) != value)[:600] or True
    eventually(missing, "every setting reads its baseline")
    moved, workers = facts.census_differences(census, facts.kernel_threads())
    case.note("kernel threads elsewhere", moved)
    case.note("workqueue threads elsewhere", workers)


@case("CPUs that the root cgroup lost are found and given back when the agent starts")
def leak():
    run("nova-rt", "node", "prepare")
    (SLICE / "cpuset.cpus").write_text("\n", encoding="ascii")  # under a partition root: what the kernel does not survive
    (SLICE / "cpuset.cpus.partition").write_text("member", encoding="ascii")
    case.note("root cgroup after the leak", text(CGROUPS / "cpuset.cpus.effective"))
    expect(effective() != ALL, "nothing leaked: this kernel does not need the repair")
    run("systemctl", "restart", "nova-rt-agent")
    eventually(lambda: effective() == ALL or text(CGROUPS / "cpuset.cpus.effective"), "the root cgroup has all CPUs", 20)
    run("nova-rt", "node", "unprepare")


if __name__ == "__main__":
    sys.exit(case.run())
