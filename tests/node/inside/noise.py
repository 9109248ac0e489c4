#!/usr/bin/python3
"""What disturbs a realtime guest: without isolation, with it, and whether the meter can be believed."""

import contextlib
import json
import pathlib
import shutil
import subprocess
import sys

from cases import OUT, Cases, eventually, expect, expect_equal
from facts import run, text
from guests import Guest, leases, prepare_host

METER = "/share/nova-rt-noise"
SCRATCH = pathlib.Path("/var/tmp/noise")  # on the disk, which the load shall keep busy
WINDOW = 20
LOAD = ("--", "/share/load", "100")
PCPUS = "6-7"
LEAST_FOREIGN = 50  # fewer in the window before and there is nothing to get rid of
case = Cases()
# Both have the same vCPUs on the same pCPUs: one is gone when the other starts.
guests = {"before": Guest("rt-before", isolation="off"), "after": Guest("rt-after", isolation="best_effort")}


def measure(name, *more, guest=None, seconds=WINDOW):
    """One window: what noise.json says. Everything that was read and said is kept with the results."""
    arguments = ["measure", "--cpus", PCPUS, "--label", name, "--seconds", str(seconds), "--out", str(SCRATCH / name)]
    if guest:
        arguments += ["--guest", str(guest.pid()), "--progress", f"/var/log/libvirt/qemu/{guest.name}-console.log"]
    try:
        run(METER, *arguments, *more)
    finally:
        shutil.copytree(SCRATCH / name, OUT / f"noise-{name}", ignore=shutil.ignore_patterns("tmp-*"))
    seen = json.loads((SCRATCH / name / "noise.json").read_text(encoding="utf-8"))
    expect_equal(seen["basis"], "trigger", "where the counts come from")
    for cpu in seen["per_cpu"]:
        case.note(f"{name}, CPU {cpu['cpu']}", summary(cpu))
    for vcpu in seen["vcpus"]:
        case.note(f"{name}, {vcpu['name']}", {key: vcpu[key] for key in ("nonvoluntary_switches", "run_delay_ns", "run_ns")})
    return seen


def summary(cpu):
    return {"foreign": cpu["foreign"], "passive": cpu["passive_foreign"],
            "tasks": {task["name"]: task["count"] for task in cpu["foreign_tasks"][:10]},
            "interrupts": {line["line"]: line["count"] for line in cpu["interrupts"]},
            "softirqs": {line["line"]: line["count"] for line in cpu["softirqs"]}}


def switches_to(seen, cpu, name):
    [tasks] = [entry["foreign_tasks"] for entry in seen["per_cpu"] if entry["cpu"] == cpu]
    return sum(task["count"] for task in tasks if task["name"] == name)


@contextlib.contextmanager
def planted_task(name, cpu, *more):
    with subprocess.Popen([METER, "plant", "--cpu", str(cpu), "--name", name, "--seconds", "300", *more],
                          stdout=subprocess.PIPE, text=True) as plant:
        try:
            expect_equal(plant.stdout.readline(), "planted\n", "what the planted task says")
            yield
        finally:
            plant.kill()


def window(name):
    """The guest runs, every vCPU at work, and the load beside it."""
    guest = guests[name]
    guest.define_with_linux("/share/guest-with-pauses")
    run("virsh", "-q", "start", guest.name)
    eventually(lambda: any("PROGRESS 2" in line for line in guest.console()), "every vCPU works", seconds=240)
    expect_equal(guest.realtime_pcpus(), {6, 7}, "realtime pCPUs")
    seen = measure(name, *LOAD, guest=guest)
    expect_equal(len(seen["vcpus"]), 2, "vCPU threads")
    expect(seen["guest_progress"]["count"] > 0, "void: the guest made no progress")
    case.note(f"{name}, load and guest", {**{key: value["bogo_ops"] for key, value in seen["load"]["stressors"].items()},
                                          "progress": seen["guest_progress"]["count"], "seconds": seen["window_seconds"]})
    return seen


@case("the node is prepared, tracing is armed before any load and any guest")
def prepare():
    case.note("kernel", text("/proc/sys/kernel/osrelease"))
    case.note("command line", text("/proc/cmdline"))
    prepare_host()
    run("/share/install")
    SCRATCH.mkdir()
    run(METER, "arm", "--cpus", PCPUS)
    expect("common_cpu,next_pid,next_comm" in text("/sys/kernel/tracing/events/sched/sched_switch/trigger"), "no trigger")


@case("what the kernel counts by itself agrees with the trigger")
def passive():
    with planted_task("visitor", 7):
        seen = measure("passive", seconds=10)
    [cpu] = [cpu for cpu in seen["per_cpu"] if cpu["cpu"] == 7]
    expect(switches_to(seen, 7, "visitor") >= 100, "the planted task hardly ran")
    ratio = cpu["passive_foreign"] / cpu["foreign"]
    case.note("passive counts to the trigger's", round(ratio, 3))
    expect(0.8 <= ratio <= 1.25, f"passive counts are {ratio:.2f} times the trigger's")


@case("a guest without isolation is disturbed")
def before():
    seen = window("before")
    expect_equal(leases(), [], "leases")
    for cpu in seen["per_cpu"]:
        expect(cpu["foreign"] >= LEAST_FOREIGN, f"void: CPU {cpu['cpu']} had {cpu['foreign']} foreign switches, "
               f"fewer than {LEAST_FOREIGN}")
        expect_equal(switches_to(seen, cpu["cpu"], "intruder"), 0, "switches to a task that is not there")


@case("a task that was planted on a guest's realtime pCPU is reported by name")
def planted():
    guests["before"].expect_running()
    # Always ready to run: beside a busy FIFO thread a timer's wake-up may not get through.
    with planted_task("intruder", 7, "--busy"):
        seen = measure("planted", guest=guests["before"])
    expect(switches_to(seen, 7, "intruder") >= 5, "the planted task is hardly among the foreign ones")
    expect_equal(switches_to(seen, 6, "intruder"), 0, "switches to it elsewhere")


@case("the same guest with isolation, under the same load")
def after():
    guests["before"].remove()
    window("after")
    expect_equal(len(leases()), 1, "leases")
    guests["after"].remove()


@case("before and after are compared, and the pair is not void")
def compare():
    files = [str(OUT / f"noise-{name}" / "noise.json") for name in guests]
    done = subprocess.run([METER, "compare", *files], capture_output=True, text=True, check=False)
    (OUT / "comparison.json").write_text(done.stdout, encoding="utf-8")
    expect(done.returncode in (0, 1), done.stderr)
    result = json.loads(done.stdout)
    print("comparison:", json.dumps(result))
    case.note("load after / before", result["load"]["mean_ratio"])
    expect_equal(result["voids"], [], "reasons why the pair is void")


@case("the osnoise tracer's counts without guest and isolation, under the same load")
def osnoise():
    if "osnoise" not in text("/sys/kernel/tracing/available_tracers").split():
        case.note("osnoise", "this kernel has no such tracer")
        return
    run(METER, "arm", "--cpus", PCPUS, "--osnoise")
    seen = measure("osnoise", *LOAD, seconds=20)
    run(METER, "disarm", "--cpus", PCPUS)
    expect_equal([cpu["cpu"] for cpu in seen["osnoise"]], [6, 7], "CPUs that the tracer watched")
    for cpu in seen["osnoise"]:
        case.note(f"osnoise, CPU {cpu['cpu']}", {key: cpu[key] for key in ("periods", "irq", "softirq", "thread")})
        expect(cpu["periods"] > 0 and cpu["irq"] > 0, "the tracer saw nothing")


if __name__ == "__main__":
    sys.exit(case.run())
