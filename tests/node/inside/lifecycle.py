#!/usr/bin/python3
"""A realtime guest's life on a node with systemd, cgroup v2, AppArmor and a PREEMPT_RT kernel."""

import json
import os
import re
import stat
import sys

import facts
from cases import Cases, eventually, expect, expect_equal
from facts import run, text
from guests import Guest, leases, prepare_host, record_host

STATUS = "/run/nova-rt/public/status.json"
TRIAL_PROFILE = "nova-rt-trial"
case = Cases()
guest = Guest("rt-a")
baseline = {}
census = {}


def show(unit, *properties):
    lines = run("systemctl", "show", unit, *(f"--property={name}" for name in properties)).splitlines()
    return dict(line.split("=", 1) for line in lines)


def document():
    return json.loads(text(STATUS))


def api(path):
    return json.loads(run("curl", "-fsS", "--max-time", "20", f"http://127.0.0.1:9476{path}"))


def expect_baseline():
    def missing():
        now = facts.settings()
        wrong = [f"{path} is {now.get(path)!r}, was {value!r}" for path, value in baseline.items()
                 if now.get(path) != value]
        return True if not wrong else "; ".join(wrong[:5])
    eventually(missing, "every setting reads its baseline")
    expect_equal(leases(), [], "leases")


@case("the node is what the tests need")
def node():
    case.note("kernel", text("/proc/sys/kernel/osrelease"))
    case.note("command line", text("/proc/cmdline"))
    expect(os.path.exists("/dev/kvm"), "no /dev/kvm: KVM did not load")
    expect("cpuset" in text("/sys/fs/cgroup/cgroup.controllers"), "no cpuset in cgroup v2")
    expect_equal(facts.cpus(text("/sys/devices/system/cpu/online")), set(range(8)), "CPUs online")
    prepare_host()


@case("installs as the package would")
def install():
    run("/share/install")
    baseline.update(facts.settings())
    census.update(facts.kernel_threads())
    expect(len(baseline) > 20 and len(census) > 50, f"only {len(baseline)} settings and {len(census)} kernel threads")


@case("the kernel arguments are planned, and verified by what the kernel says")
def kernel_arguments():
    answer = json.loads(run("nova-rt", "plan", "kernel-args", "--pcpus", "4-7", "--json"))
    expect("nohz_full=4-7" in answer["line"] and "irqaffinity=0-3" in answer["line"], answer["line"])
    tickless = facts.cpus(text("/sys/devices/system/cpu/nohz_full"))
    expect_equal(answer["in_force"], tickless == {4, 5, 6, 7}, "in force on this boot")
    case.note("checks", {check["name"]: check["seen"] for check in answer["checks"]})


@case("capture-host records the node")
def record():
    case.note("recorded", record_host())


@case("the agent is ready and answers systemd under its hardened unit")
def agent():
    seen = show("nova-rt-agent", "ActiveState", "NRestarts", "StatusText", "NotifyAccess", "Type", "MainPID")
    expect_equal((seen["ActiveState"], seen["NRestarts"]), ("active", "0"), "nova-rt-agent")
    expect("checks:" in seen["StatusText"], f"no summary in the unit's status: {seen}")
    wrong = [check for check in document()["checks"] if check["state"] == "fail"]
    expect_equal(wrong, [], "checks that fail")
    published = os.stat(STATUS)
    expect_equal(stat.S_IMODE(published.st_mode), 0o640, STATUS)
    group = run("getent", "group", "nova-rt-api").split(":")[2]
    expect_equal((published.st_uid, str(published.st_gid)), (0, group), f"owner and group of {STATUS}")


@case("the API answers as its own user")
def rest():
    seen = show("nova-rt-api", "ActiveState", "NRestarts", "MainPID")
    expect_equal((seen["ActiveState"], seen["NRestarts"]), ("active", "0"), "nova-rt-api")
    owner = os.stat(f"/proc/{seen['MainPID']}").st_uid
    expect(owner != 0, "nova-rt-api runs as root")
    eventually(lambda: "status" in api("/health"), "the API answers")


def denials():
    """What AppArmor said no to since the boot."""
    log = run("journalctl", "-b", "--no-pager", "-o", "cat")
    return [line for line in log.splitlines() if re.search(r'apparmor="?DENIED', line)]


def expect_confined(pid, profile):
    expect_equal(text(f"/proc/{pid}/attr/current"), f"{profile} (enforce)", "confinement")


@case("AppArmor enforces libvirtd's profile, and what it denies can be seen")
def confinement():
    expect_equal(text("/sys/module/apparmor/parameters/enabled"), "Y", "AppArmor enabled")
    expect_confined(show("libvirtd", "MainPID")["MainPID"], "libvirtd")
    run("apparmor_parser", "--add", stdin=f"profile {TRIAL_PROFILE} {{ }}\n")
    run("aa-exec", "-p", TRIAL_PROFILE, "--", "/bin/true", check=False)
    eventually(lambda: any(TRIAL_PROFILE in line for line in denials()), "a program that may do nothing is denied", 30)


@case("a realtime guest from a flavor starts and is isolated")
def start():
    guest.start()
    guest.expect_isolated()
    guest.expect_vhost()
    guest.expect_huge_pages()
    case.note("threads", [str(thread) for thread in facts.threads_of(guest.pid()) + guest.helpers()])
    expect_equal(len(leases()), 1, "leases")


@case("AppArmor enforces a profile of the guest's own on QEMU")
def guest_confinement():
    guest.expect_running()
    expect_confined(guest.pid(), f"libvirt-{guest.uuid}")


@case("the agent sees the guest and says how good its isolation is")
def grade():
    guest.expect_running()
    eventually(lambda: (guest.status() or {}).get("grade") is not None, "a grade in the status document")
    status = guest.status()
    case.note("grade", status["grade"])
    case.note("causes", status["grade_causes"])
    errors = [finding for finding in status["findings"] if finding["severity"] == "error"]
    expect_equal(errors, [], "findings")
    tickless = facts.cpus(text("/sys/devices/system/cpu/nohz_full"))
    says_ticking = any("nohz_full" in cause for cause in status["grade_causes"])
    expect_equal(says_ticking, not guest.realtime_pcpus() <= tickless, "the tick is a cause")
    eventually(lambda: api(f"/v1/domains/{guest.uuid}")["domain"]["grade"] == status["grade"], "the API says the same")


@case("systemctl daemon-reload leaves isolation in force")
def daemon_reload():
    guest.expect_running()
    run("systemctl", "daemon-reload")
    guest.expect_isolated()


@case("a restart of libvirtd leaves the guest and its isolation alone")
def restart_libvirtd():
    guest.expect_running()
    pid = guest.pid()
    run("systemctl", "restart", "libvirtd")
    eventually(lambda: guest.state() == "running", "libvirtd knows the guest again")
    expect_equal(guest.pid(), pid, "QEMU's process id")
    guest.expect_isolated()


@case("a restart of the agent changes nothing on the host")
def restart_agent():
    guest.expect_running()
    before = facts.settings()
    run("systemctl", "restart", "nova-rt-agent")
    expect_equal(show("nova-rt-agent", "ActiveState")["ActiveState"], "active", "nova-rt-agent")
    expect_equal(facts.settings(), before, "settings")
    guest.expect_isolated()


@case("when the guest stops everything reads its baseline")
def stop():
    guest.expect_running()
    guest.stop()
    expect_baseline()


@case("when QEMU is killed everything reads its baseline")
def kill():
    run("virsh", "-q", "start", guest.name)
    guest.expect_isolated()
    guest.kill()
    expect_baseline()


@case("no kernel thread's CPUs or policy differ from before the first guest")
def kernel_threads():
    guest.remove()
    eventually(lambda: "; ".join(facts.census_differences(census, facts.kernel_threads())[0][:5]) or True,
               "kernel threads are where they were", 30)
    case.note("workqueue threads elsewhere", facts.census_differences(census, facts.kernel_threads())[1])


@case("AppArmor denied nothing in the whole life cycle")
def no_denial():
    expect_confined(show("libvirtd", "MainPID")["MainPID"], "libvirtd")
    expect_equal([line for line in denials() if TRIAL_PROFILE not in line], [], "denials")


@case("no unit was restarted or failed")
def units():
    for unit in ("nova-rt-agent", "nova-rt-api", "libvirtd"):
        expect_equal(show(unit, "ActiveState", "NRestarts"), {"ActiveState": "active", "NRestarts": "0"}, unit)
    for unit in ("nova-rt-agent", "nova-rt-api"):
        said = run("systemd-analyze", "security", "--no-pager", unit, check=False)
        case.note(f"exposure of {unit}", next((line for line in said.splitlines() if "Overall" in line), "unknown"))


if __name__ == "__main__":
    sys.exit(case.run())
