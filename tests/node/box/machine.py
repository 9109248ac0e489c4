"""The node as hardware and kernel command line: 8 CPUs in 2 NUMA nodes, emulated."""

import pathlib

# CPUs 4-7 are NUMA node 1: the pool for realtime guests. 0-3 keep house.
POOL = "4-7"
HOUSEKEEPING = "0-3"

_COMMON = ("root=/dev/vda rw console=ttyS0 loglevel=4 nokaslr mitigations=off nowatchdog tsc=reliable "
           "rcupdate.rcu_cpu_stall_suppress=1 systemd.show_status=0 net.ifnames=0 systemd.unit=node-run.target")
_STATIC = f"nohz_full={POOL} rcu_nocbs={POOL} irqaffinity={HOUSEKEEPING}"

BOOTS = {
    "dynamic": "",  # all isolation is made at run time
    "static": f"isolcpus=managed_irq,{POOL} {_STATIC}",  # what only the boot can give; scheduling domains stay as they are
    "domain": f"isolcpus=managed_irq,domain,{POOL} {_STATIC}",  # hides what is done at run time; on request
}

TOPOLOGIES = {"flat": "8,sockets=2,cores=4,threads=1", "smt": "8,sockets=2,cores=2,threads=2"}


def append_line(boot, extra):
    return " ".join(part for part in (_COMMON, BOOTS[boot], extra) if part)


def command(emulator, image, overlay, share, directory, boot="dynamic", topology="flat", extra=""):
    """The outer emulator's command line. `directory` gets console and process id."""
    # AMD's topology extensions are not emulated, so siblings show only with an Intel CPU, which has no SVM: no KVM.
    cpu = "Haswell-noTSX-IBRS" if topology == "smt" else "EPYC,+svm,+npt"
    return [
        "setpriv", "--pdeathsig", "KILL", "--",  # whatever becomes of us, the node does not stay behind
        emulator.program, *emulator.arguments,
        "-name", "rt-node", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
        "-machine", "q35", "-accel", "tcg,thread=multi,tb-size=512", "-cpu", cpu, "-smp", TOPOLOGIES[topology], "-m", "4G",
        "-object", "memory-backend-ram,id=m0,size=2G", "-object", "memory-backend-ram,id=m1,size=2G",
        "-numa", "node,nodeid=0,cpus=0-3,memdev=m0", "-numa", "node,nodeid=1,cpus=4-7,memdev=m1",
        "-numa", "dist,src=0,dst=1,val=21", "-numa", "dist,src=1,dst=0,val=21",
        "-kernel", str(image.kernel), "-initrd", str(image.initrd), "-append", append_line(boot, extra),
        "-drive", f"file={overlay},if=none,id=disk,format=qcow2,cache=unsafe",
        "-device", "virtio-blk-pci,drive=disk,num-queues=8",
        "-netdev", "user,id=net,restrict=on", "-device", "virtio-net-pci,netdev=net,romfile=",
        "-device", "virtio-rng-pci",
        "-virtfs", f"local,path={share},mount_tag=share,security_model=none,multidevs=remap",
        "-serial", f"file:{pathlib.Path(directory) / 'console'}",
    ]
