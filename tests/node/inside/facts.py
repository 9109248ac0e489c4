"""What the kernel says: CPU lists, threads, and every host setting that nova-rt may write."""

import os
import pathlib
import re
import subprocess

PF_WQ_WORKER = 0x00000020
PF_KTHREAD = 0x00200000
# Everything the product writes or might come to write. Files that come and go with guests are compared while they exist.
SETTINGS = (
    "/proc/irq/default_smp_affinity", "/proc/irq/[0-9]*/smp_affinity_list",
    "/sys/devices/virtual/workqueue/cpumask", "/sys/devices/virtual/workqueue/*/cpumask",
    "/proc/sys/kernel/sched_rt_runtime_us", "/proc/sys/kernel/sched_rt_period_us", "/proc/sys/kernel/watchdog_cpumask",
    "/proc/sys/kernel/timer_migration", "/proc/sys/kernel/numa_balancing", "/proc/sys/vm/stat_interval",
    "/sys/class/net/*/queues/rx-*/rps_cpus", "/sys/class/net/*/queues/tx-*/xps_cpus",
    "/sys/devices/system/cpu/cpu[0-9]*/power/pm_qos_resume_latency_us", "/sys/devices/system/cpu/cpu[0-9]*/online",
    "/sys/devices/system/cpu/isolated", "/sys/fs/cgroup/cpuset.cpus.effective", "/sys/fs/cgroup/cpuset.cpus.isolated",
    "/sys/fs/cgroup/*.slice/cpuset.cpus", "/sys/fs/cgroup/*.slice/cpuset.cpus.effective",
    "/sys/fs/cgroup/*.slice/cpuset.cpus.partition", "/sys/fs/cgroup/*.slice/cpuset.cpus.exclusive",
    "/sys/kernel/debug/sched/fair_server/cpu*/runtime",
)
# Of these, what systemd makes and removes by itself when the last guest stops.
TRANSIENT = re.compile(r"^/sys/fs/cgroup/machine\.slice/|^/sys/class/net/tap")


def text(path):
    """The file's text, or None when it is gone or cannot be read."""
    try:
        return pathlib.Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None


def cpus(cpulist):
    """'0-2,5' as a set."""
    found = set()
    for part in filter(None, (cpulist or "").replace("(null)", "").strip().split(",")):
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return found


def mask_cpus(mask):
    """'ff' or '0000000f,00000000' as a set."""
    number = int(mask.replace(",", ""), 16)
    return {bit for bit in range(number.bit_length()) if number >> bit & 1}


def settings():
    """{path: value} of everything in SETTINGS that is there."""
    found = {}
    for pattern in SETTINGS:
        for path in pathlib.Path("/").glob(pattern[1:]):
            if not TRANSIENT.match(str(path)) and (value := text(path)) is not None:
                found[str(path)] = value
    return found


def is_movable(path):
    """Writing an interrupt's mask its own value tells whether the kernel would let it change."""
    try:
        value = pathlib.Path(path).read_text(encoding="ascii")
        pathlib.Path(path).write_text(value, encoding="ascii")
        return True
    except OSError:
        return False


def movable_irq_cpus():
    found = set()
    for path in pathlib.Path("/proc/irq").glob("[0-9]*/smp_affinity_list"):
        if is_movable(path):
            found |= cpus(text(path))
    return found


class Thread:
    """One thread: name, CPUs, policy."""

    def __init__(self, tid):
        self.tid = tid
        self.comm = text(f"/proc/{tid}/comm")
        self.cpus = os.sched_getaffinity(tid)
        self.policy = os.sched_getscheduler(tid) & ~os.SCHED_RESET_ON_FORK
        self.priority = os.sched_getparam(tid).sched_priority

    def __str__(self):
        return f"{self.comm} ({self.tid}) on {sorted(self.cpus)}, policy {self.policy} priority {self.priority}"


def threads_of(pid):
    found = []
    for entry in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            found.append(Thread(int(entry.name)))
        except ProcessLookupError:
            pass
    return found


def _stat(pid):
    line = text(f"/proc/{pid}/stat")
    return line.rpartition(") ")[2].split() if line else None


def kernel_threads():
    """{(tid, start time): Thread}: a tid alone may be somebody else's by now."""
    found = {}
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        fields = _stat(entry.name)
        if fields and int(fields[6]) & PF_KTHREAD:
            try:
                found[(int(entry.name), fields[19])] = Thread(int(entry.name))
            except ProcessLookupError:
                pass
    return found


IRQ_THREAD = re.compile(r"^irq/(\d+)-")


def _is_where_it_belongs(thread):
    """An interrupt's thread follows the one CPU that the kernel picks out of the interrupt's mask."""
    number = IRQ_THREAD.match(thread.comm)
    return bool(number) and thread.cpus <= cpus(text(f"/proc/irq/{number.group(1)}/smp_affinity_list"))


def is_workqueue_thread(thread):
    """Workers and rescuers take the mask of the pool they last worked for; the workqueues' masks are settings."""
    fields = _stat(thread.tid)
    return not fields or bool(int(fields[6]) & PF_WQ_WORKER)


def census_differences(before, after):
    """(kernel threads that live in both and whose CPUs or policy are not what they were, workqueue threads among them)."""
    moved = [key for key in sorted(before.keys() & after.keys())
             if (before[key].policy, before[key].priority) != (after[key].policy, after[key].priority)
             or (before[key].cpus != after[key].cpus and not _is_where_it_belongs(after[key]))]
    said = {key: f"{before[key]} is now {after[key]}" for key in moved}
    workers = [key for key in moved if is_workqueue_thread(after[key])]
    return [said[key] for key in moved if key not in workers], [said[key] for key in workers]


def locked_kib(pid):
    return int(re.search(r"^VmLck:\s*(\d+)", text(f"/proc/{pid}/status"), re.M).group(1))


def run(*command, check=True, stdin=None):
    """Standard output. A command that fails is a failed case that shows what it said."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, input=stdin)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}: status {done.returncode}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout
