"""The node's disk: Debian packages put together by mmdebstrap, without mounts or a running emulator."""

import json
import pathlib
import shutil
import subprocess
import tempfile
import time

from box import cache, mirrors, pins
from box.problem import Gone, Missing, say

HERE = pathlib.Path(__file__).resolve().parent
FILES = HERE.parent / "image"
DISK_SIZE = "3G"
BUILD_MIB = 5000  # the unpacked tree, the disk, the packages
# Not needed by the node, and a third of the unpacking.
LEFT_OUT = ("/usr/share/man/*", "/usr/share/doc/*", "/usr/share/locale/*", "/usr/share/info/*",
            "/lib/modules/*/kernel/sound/*", "/lib/modules/*/kernel/drivers/gpu/*",
            "/lib/modules/*/kernel/drivers/media/*", "/lib/modules/*/kernel/drivers/net/wireless/*",
            "/lib/modules/*/kernel/drivers/infiniband/*", "/lib/modules/*/kernel/drivers/staging/*")


class Image:
    """A directory with disk.img, vmlinuz, initrd and facts.json."""

    def __init__(self, directory):
        self.disk = directory / "disk.img"
        self.kernel = directory / "vmlinuz"
        self.initrd = directory / "initrd"
        self.facts = json.loads((directory / "facts.json").read_text(encoding="utf-8"))


def _run(command, log, what, **options):
    with open(log, "ab") as file:
        done = subprocess.run(["setpriv", "--pdeathsig", "TERM", "--", *command], stdout=file, stderr=subprocess.STDOUT, check=False, **options)
    if done.returncode != 0:
        lines = pathlib.Path(log).read_text(encoding="utf-8", errors="replace").splitlines()
        raise Missing(f"{what} failed with status {done.returncode}:\n" + "\n".join(lines[-25:]))


def require_programs():
    for program, package in (("mmdebstrap", "mmdebstrap"), ("mkfs.ext4", "e2fsprogs"), ("make", "make"),
                             ("gcc-12", "gcc-12"), ("qemu-img", "qemu-utils")):
        if not shutil.which(program) and not shutil.which(program, path="/usr/sbin:/sbin"):
            raise Missing(f"{program} is missing: run deploy/scripts/install-packages node (package {package})")


class _Build:
    def __init__(self, kernel, directory, work):
        self.pin = pins.kernels()[kernel]
        self.kernel = kernel
        self.directory = directory
        self.work = work
        self.root = work / "root"
        self.log = cache.root() / f"image-{kernel}.log"
        self.log.unlink(missing_ok=True)
        self.sources = mirrors.sources()
        if self.pin["suite"] == mirrors.BACKPORTS:
            self.sources.append(mirrors.backports())
        self.apt = mirrors.PrivateApt(work / "apt", self.sources)

    def run(self):
        if not self.apt.update():
            raise Gone(f"the mirrors do not answer, or have no {self.pin['suite']}")
        version = self.apt.version(self.pin["package"], self.pin["version"])
        if version is None:
            raise Gone(f"the mirrors have no {self.pin['package']}")
        self._unpack_packages(version)
        release = self._release()
        self._add_constant_tsc(release)
        self._make_disk(release)
        facts = {"kernel": self.kernel, "release": release, "version": version}
        (self.directory / "facts.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")

    def _unpack_packages(self, version):
        packages = [line for line in (FILES / "packages").read_text(encoding="utf-8").splitlines()
                    if line and not line.startswith("#")]
        say(f"image {self.kernel}: unpacking {len(packages)} packages and what they need; log {self.log}")
        (self.work / "sources.list").write_text(mirrors.source_lines(self.sources), encoding="utf-8")
        (self.work / "apt.conf").write_text(mirrors.transport_options(), encoding="utf-8")
        preferences = "".join(f"Package: {source}\nPin: release n={mirrors.BACKPORTS}\nPin-Priority: 990\n\n"
                              for source in self.pin.get("from_backports", "").split())
        (self.work / "preferences").write_text(preferences, encoding="utf-8")
        rootfs = FILES / "rootfs"
        include = ",".join([*packages, f"{self.pin['package']}={version}"])
        _run(["mmdebstrap", "--mode=root", "--variant=minbase", f"--include={include}",
              f"--aptopt={self.work}/apt.conf", "--aptopt=Apt::Install-Recommends \"false\"",
              "--aptopt=Acquire::Languages \"none\"", "--dpkgopt=force-unsafe-io",
              *(f"--dpkgopt=path-exclude={pattern}" for pattern in LEFT_OUT),
              f"--extract-hook={FILES}/before-packages \"$1\" {rootfs} {self.work}/preferences",
              f"--customize-hook={FILES}/after-packages \"$1\" {rootfs} {FILES}/guest-init",
              "--skip=cleanup/reproducible", mirrors.RELEASE, self.root, self.work / "sources.list"],
             self.log, "mmdebstrap")

    def _release(self):
        names = [path.name.removeprefix("vmlinuz-") for path in (self.root / "boot").glob("vmlinuz-*")]
        if len(names) != 1:
            raise Missing(f"the image has {len(names)} kernels, expected one: {names}")
        return names[0]

    def _add_constant_tsc(self, release):
        """Builds image/constant_tsc against the kernel's headers, which stay out of the image."""
        say(f"image {self.kernel}: building a module for {release}")
        flavour = release.rsplit("-amd64", 1)[0]
        common = flavour.removesuffix("-rt") + ("-common-rt" if flavour.endswith("-rt") else "-common")
        version = subprocess.run(["dpkg-query", f"--admindir={self.root}/var/lib/dpkg", "-W", "-f", "${Version}",
                                  f"linux-image-{release}"], check=True, capture_output=True, text=True).stdout
        kbuild = next(name for name in (f"linux-kbuild-{release.removesuffix('-rt-amd64').removesuffix('-amd64')}",
                                        "linux-kbuild-" + ".".join(release.split(".")[:2]))
                      if self.apt.version(name, version))
        headers = self.work / "headers"
        self.apt.unpack({f"linux-headers-{release}": version, f"linux-headers-{common}": version, kbuild: version},
                        headers)
        makefile = headers / f"usr/src/linux-headers-{release}/Makefile"
        makefile.write_text(makefile.read_text(encoding="utf-8").replace("/usr/src/", f"{headers}/usr/src/"),
                            encoding="utf-8")
        module = self.work / "constant_tsc"
        shutil.copytree(FILES / "constant_tsc", module)
        # Without type information, whose tool (pahole) is not worth a package.
        _run(["make", "-C", makefile.parent, f"M={module}", "CONFIG_DEBUG_INFO_BTF_MODULES=", "modules"], self.log,
             "the module's build")
        subprocess.run(["strip", "-g", module / "constant_tsc.ko"], check=True)
        target = self.root / f"lib/modules/{release}/extra"
        target.mkdir()
        shutil.copy(module / "constant_tsc.ko", target)
        subprocess.run(["chroot", self.root, "depmod", release], check=True)

    def _make_disk(self, release):
        say(f"image {self.kernel}: writing the disk")
        shutil.copy(self.root / f"boot/vmlinuz-{release}", self.directory / "vmlinuz")
        shutil.move(self.root / f"boot/initrd.img-{release}", self.directory / "initrd")
        _run(["mkfs.ext4", "-q", "-F", "-L", "node", "-m", "0", "-E", "lazy_itable_init=1,nodiscard", "-d", self.root,
              self.directory / "disk.img", DISK_SIZE], self.log, "mkfs.ext4")


def kernel_image(kernel):
    """The image with this kernel, built when the cache has none. Gone: the mirrors do not have it any more."""
    key = cache.digest(str(pins.kernels()[kernel]), FILES, pathlib.Path(__file__), mirrors.source_lines(mirrors.sources()))

    def make(directory):
        require_programs()
        started = time.monotonic()
        with tempfile.TemporaryDirectory(dir=cache.root()) as work:
            pathlib.Path(work).chmod(0o755)
            _Build(kernel, directory, pathlib.Path(work)).run()
        say(f"image {kernel}: built in {time.monotonic() - started:.0f} s")

    return Image(cache.entry(f"image-{kernel}", key, BUILD_MIB, make))
