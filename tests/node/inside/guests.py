"""A realtime guest as Nova would ask for it: dedicated CPUs, locked 2 MiB pages, FIFO vCPUs, a vhost-net port."""

import json
import os
import pathlib
import signal

from cases import OUT, Failed, eventually, expect, expect_equal
from facts import cpus, kernel_threads, locked_kib, mask_cpus, movable_irq_cpus, run, text, threads_of

# CPU 4 keeps house on the guests' NUMA node: libvirt 9.0 with QEMU 7.2 starts no guest whose emulator threads have no CPU
# on the node of its memory ("Setting CPU affinity failed").
POOL = {5, 6, 7}
BRIDGE = "br-guests"
MEMORY_MB = 128
IMAGES = "/var/lib/libvirt/images"
PAGES = 80  # of 2 MiB, on NUMA node 1: one guest and some room


def prepare_host(guests=1):
    run("ip", "link", "add", BRIDGE, "type", "bridge")
    run("ip", "link", "set", BRIDGE, "up")
    pages = pathlib.Path("/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages")
    pages.write_text(f"{PAGES * guests}\n", encoding="ascii")
    expect_equal(text(pages), str(PAGES * guests), "2 MiB pages on NUMA node 1")


def _initrd_with(init):
    """The guest's initramfs with another init."""
    made = f"{IMAGES}/{os.path.basename(init)}-initrd"
    run("sh", "-ec", 'cd "$(mktemp -d)"; zcat "$1/guest-initrd" | cpio -id --quiet; cp "$2" init; '
        'find . | cpio -o -H newc --quiet | gzip -1 >"$3"', "sh", IMAGES, init, made)
    return made


def record_host():
    """Keeps what `nova-rt capture-host` writes here with the results: tests/fixtures/hosts are made of it."""
    said = run("nova-rt", "capture-host", str(OUT / "host"))
    for path in ("sys/devices/system/cpu/online", "proc/interrupts", "sys/devices/virtual/workqueue/cpumask"):
        expect((OUT / "host" / path).is_file(), f"no {path} in the record")
    return said.splitlines()[0]


class Guest:
    """vCPU 0 keeps house and the others are realtime; of a guest with one vCPU that one is."""

    def __init__(self, name, isolation="required", virt_type="kvm", vcpus=3, emulator="share", shared="0-4"):
        self.name = name
        kind = "TCG" if virt_type == "qemu" else "KVM"
        self._realtime_vcpus = tuple(f"CPU {vcpu}/{kind}" for vcpu in range(min(1, vcpus - 1), vcpus))
        mask = {} if vcpus == 1 else {"hw:cpu_realtime_mask": "^0"}
        self.uuid = f"{name.encode().hex():0<8.8}-0000-4000-8000-000000000001"
        self._console = f"/var/log/libvirt/qemu/{name}-console.log"
        self._document = {
            "flavor": {"name": "rt.node", "vcpus": vcpus, "memory_mb": MEMORY_MB, "extra_specs": {
                "hw:cpu_policy": "dedicated", "hw:cpu_realtime": "yes", **mask,
                "hw:emulator_threads_policy": emulator, "hw:mem_page_size": "2MB", "hw:pmu": "no",
                "rt:isolation": isolation}},
            "conf": {"compute.cpu_dedicated_set": "5-7", "compute.cpu_shared_set": shared,
                     "libvirt.virt_type": virt_type,
                     "libvirt.cpu_mode": "host-passthrough" if virt_type == "kvm" else "none"},
            "vifs": [{"type": "bridge", "bridge": BRIDGE, "id": self.uuid, "mac": f"fa:16:3e:00:00:{ord(name[-1]):02x}"}],
            "instance": {"uuid": self.uuid, "name": self.name},
        }

    def start(self):
        run("nova-rt", "define", "--start", "-", stdin=json.dumps(self._document))
        expect_equal(self.state(), "running", f"{self.name}'s state")

    def define_with_linux(self, init=None):
        """Defines it with the node's own kernel inside, which keeps every vCPU busy; says so on console(). `init`: a program
        to run instead."""
        xml = run("nova-rt", "translate", "-", stdin=json.dumps(self._document))
        initrd = _initrd_with(init) if init else f"{IMAGES}/guest-initrd"
        xml = xml.replace("</os>", f"<kernel>{IMAGES}/guest-kernel</kernel><initrd>{initrd}</initrd>"
                          "<cmdline>console=ttyS0 mitigations=off nokaslr quiet</cmdline></os>")
        expect('<serial type="pty"/>' in xml, "no serial console to replace")
        xml = xml.replace('<serial type="pty"/>', f"<serial type='file'><source path='{self._console}'/></serial>")
        run("virsh", "-q", "define", "/dev/stdin", stdin=xml)

    def console(self):
        return (text(self._console) or "").splitlines()

    def thread_names(self):
        return [thread.comm for thread in threads_of(self.pid())]

    def stop(self):
        run("virsh", "-q", "destroy", self.name)

    def remove(self):
        run("virsh", "-q", "destroy", self.name, check=False)
        run("virsh", "-q", "undefine", self.name, check=False)

    def kill(self):
        os.kill(self.pid(), signal.SIGKILL)
        eventually(lambda: self.state() == "shut off", "libvirt sees that QEMU is gone")

    def state(self):
        return run("virsh", "-q", "domstate", self.name, check=False).strip()

    def pid(self):
        return int(text(f"/run/libvirt/qemu/{self.name}.pid") or 0)

    def status(self):
        """The guest in the agent's status document, or None."""
        document = json.loads(text("/run/nova-rt/public/status.json") or "{}")
        return next((guest for guest in document.get("domains", []) if guest["uuid"] == self.uuid), None)

    def expect_running(self):
        expect(self.pid() != 0, f"{self.name} does not run")

    def realtime_pcpus(self):
        return set().union(*(thread.cpus for thread in self.realtime_threads()))

    def realtime_threads(self):
        return [thread for thread in threads_of(self.pid()) if thread.comm in self._realtime_vcpus]

    def expect_isolated(self):
        """By effect: threads, masks, memory; not what anybody says about them."""
        self.expect_running()
        threads = self.realtime_threads()
        expect_equal(len(threads), len(self._realtime_vcpus), "realtime vCPU threads")
        for thread in threads:
            expect(len(thread.cpus) == 1 and thread.cpus <= POOL, f"not pinned to a pCPU of its own: {thread}")
            expect(thread.policy == os.SCHED_FIFO and thread.priority == 1, f"not SCHED_FIFO 1: {thread}")
        pcpus = self.realtime_pcpus()
        expect_equal(len(pcpus), len(threads), f"pCPUs of the realtime vCPUs {sorted(pcpus)}")
        for thread in threads_of(self.pid()):
            if thread.comm not in self._realtime_vcpus:
                expect(not thread.cpus & pcpus and thread.policy == os.SCHED_OTHER, f"on a realtime pCPU: {thread}")
        for thread in self.helpers():
            expect(not thread.cpus & pcpus, f"a helper of this guest may run on its realtime pCPUs: {thread}")
        expect(not movable_irq_cpus() & pcpus, f"interrupts may arrive on {sorted(movable_irq_cpus() & pcpus)}")
        for path in ("/proc/irq/default_smp_affinity", "/sys/devices/virtual/workqueue/cpumask"):
            expect(not mask_cpus(text(path)) & pcpus, f"{path} is {text(path)}, realtime pCPUs are {sorted(pcpus)}")
        locked = locked_kib(self.pid())
        expect(locked >= MEMORY_MB * 1024, f"VmLck is {locked} KiB, less than the guest's {MEMORY_MB} MiB")

    def helpers(self):
        """Kernel threads that work for this QEMU: vhost-PID, kvm-pit/PID, kvm-nx-lpage-recovery-PID."""
        endings = tuple(f"{separator}{self.pid()}" for separator in "-/")
        return [thread for thread in kernel_threads().values() if thread.comm.endswith(endings)]

    def expect_vhost(self):
        names = [thread.comm for thread in self.helpers() + threads_of(self.pid())]
        if not any(name.startswith("vhost-") for name in names):
            raise Failed(f"no vhost thread: {names}")

    def expect_huge_pages(self):
        free = int(text("/sys/devices/system/node/node1/hugepages/hugepages-2048kB/free_hugepages"))
        expect_equal(PAGES - free, MEMORY_MB // 2, "2 MiB pages in use on NUMA node 1")


def leases():
    return json.loads(run("nova-rt", "journal", "--json"))["leases"]


def effective_cpus(slice_name):
    return cpus(text(f"/sys/fs/cgroup/{slice_name}/cpuset.cpus.effective"))
