"""Debian packages from the mirrors that this machine is configured with, and from nowhere else."""

import os
import pathlib
import subprocess

from box.problem import Missing, say

KEYRING = pathlib.Path("/usr/share/keyrings/debian-archive-keyring.gpg")
RELEASE = "bookworm"
BACKPORTS = f"{RELEASE}-backports"
# How apt gets there is this machine's business: proxies, and clocks that do not agree with the mirror's.
TRANSPORT_OPTIONS = ("Acquire::http", "Acquire::https", "Acquire::ftp", "Acquire::Check-Valid-Until",
                     "Acquire::Check-Date", "Acquire::Retries", "Acquire::By-Hash")


def _output(command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def sources():
    """[(URI, suite, component)] of binary packages, whether apt's sources are in deb822 or one-line form."""
    try:
        listed = _output(["apt-get", "indextargets", "--format", "$(CREATED_BY)|$(REPO_URI)|$(CODENAME)|$(COMPONENT)"])
    except (OSError, subprocess.CalledProcessError) as error:
        raise Missing(f"cannot ask apt for its mirrors ({error}): the node is made of Debian packages") from error
    found = []
    for line in listed.splitlines():
        created_by, uri, suite, component = line.split("|")
        if created_by == "Packages" and (uri, suite, component) not in found:
            found.append((uri, suite, component))
    wanted = (RELEASE, f"{RELEASE}-updates", f"{RELEASE}-security")
    found = [source for source in found if source[1] in wanted and source[2] == "main"]
    if not any(suite == RELEASE for _, suite, _ in found):
        raise Missing(f"apt has no index of {RELEASE}/main: run 'apt-get update', or configure a Debian 12 mirror")
    return found


def backports():
    """The source of the backports beside the configured release; it may turn out not to be there."""
    return next((uri, BACKPORTS, component) for uri, suite, component in sources() if suite == RELEASE)


def source_lines(listed):
    options = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
    return "".join(f"deb {options}{uri} {suite} {component}\n" for uri, suite, component in listed)


def transport_options():
    """This machine's apt settings about reaching a mirror, as lines of an apt.conf."""
    return _output(["apt-config", "dump", "--no-empty", "--format", '%F "%v";%n', *TRANSPORT_OPTIONS])


class PrivateApt:
    """An apt with lists and cache of its own: looks packages up and fetches them, installs nothing."""

    def __init__(self, directory, listed):
        self.directory = directory
        for name in ("lists/partial", "cache/archives/partial", "state"):
            (directory / name).mkdir(parents=True, exist_ok=True)
        (directory / "sources.list").write_text(source_lines(listed), encoding="utf-8")
        (directory / "status").write_text("", encoding="utf-8")
        (directory / "apt.conf").write_text(
            transport_options() + f'Dir::Etc::sourcelist "{directory}/sources.list";\n'
            'Dir::Etc::sourceparts "/dev/null";\nDir::Etc::preferencesparts "/dev/null";\n'
            f'Dir::State "{directory}/state";\nDir::State::Lists "{directory}/lists";\n'
            f'Dir::State::status "{directory}/status";\nDir::Cache "{directory}/cache";\n'
            'Acquire::Languages "none";\nAPT::Sandbox::User "root";\n', encoding="utf-8")
        self._environment = dict(os.environ, APT_CONFIG=str(directory / "apt.conf"), LC_ALL="C")

    def update(self):
        """False when the suite is not on the mirror."""
        done = subprocess.run(["apt-get", "update", "-q", "--error-on=any"], env=self._environment, check=False,
                              capture_output=True, text=True)
        return done.returncode == 0

    def version(self, package, pinned):
        """The pinned version when the mirror still has it, else the newest one, said so; None when there is none."""
        listed = _output(["apt-cache", "madison", package], env=self._environment)
        versions = [line.split("|")[1].strip() for line in listed.splitlines() if "|" in line]
        if pinned in versions:
            return pinned
        if versions:
            say(f"pins: {package} {pinned} is not on the mirror any more, taking {versions[0]}")
            return versions[0]
        return None

    def unpack(self, packages, target):
        """packages: {name: version}. Fetches and unpacks them into a directory."""
        debs = self.directory / "debs"
        debs.mkdir(exist_ok=True)
        subprocess.run(["apt-get", "download", "-qq", *(f"{name}={version}" for name, version in packages.items())],
                       env=self._environment, cwd=debs, check=True, stdout=subprocess.DEVNULL)
        for deb in sorted(debs.glob("*.deb")):
            subprocess.run(["dpkg-deb", "-x", deb, target], check=True)
            deb.unlink()
