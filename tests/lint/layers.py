#!/usr/bin/env python3
"""Enforces the layers of agent/ARCHITECTURE.md: an include points down or stays in its directory, adapters never
include each other, and third-party headers stay in their one place."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

LAYERS = [
    ["base"],
    ["model"],
    ["ports"],
    ["flavor"], ["topology"], ["planner"], ["domainxml"], ["knobs"], ["checks"], ["lint"],
    ["isolation"], ["services"],
    ["adapters"],
    ["wiring"],
    ["daemon", "api", "cli", "qemu"],
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}

# header pattern -> path prefixes (below the repository) that may include it
THIRD_PARTY = {
    r"libvirt/": ["agent/adapters/libvirt/"],
    r"(cpprest/|pplx/|boost/|openssl/)": ["agent/adapters/rest/"],
    r"libxml/": ["agent/domainxml/xml_"],
    r"prometheus/": ["agent/adapters/metrics/"],
    r"valijson/": ["agent/flavor/flavor_schema.cpp"],
    r"ini\.h|INIReader": ["agent/adapters/config/"],
    r"systemd/": ["agent/daemon/", "agent/adapters/"],
    r"CLI/": ["agent/cli/", "agent/daemon/", "agent/api/"],
    r"spdlog/": ["agent/adapters/logging/", "agent/daemon/", "agent/api/", "agent/cli/", "agent/adapters/"],
}
# never in a header of ours: they cost seconds in every file that includes them
HEAVY = re.compile(r"cpprest/|pplx/|boost/|nlohmann/json\.hpp|gmock/|rapidcheck|valijson/|spdlog/|CLI/")
# but for the parts of the strict HTTP front among themselves
HEAVY_ALLOWED = re.compile(r"agent/adapters/rest/front_\w+\.hpp boost/")
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.M)


def directory_of(path):
    """("adapters/rest", "adapters"): the library directory of a source file and the layer's name."""
    parts = path.relative_to(ROOT).parts[1:]
    if parts[0] == "adapters":
        return "/".join(parts[:2]), parts[0]
    return parts[0], parts[0]


def problems_of(path):
    relative = path.relative_to(ROOT).as_posix()
    own_directory, own_layer = directory_of(path)
    for quote, header in INCLUDE.findall(path.read_text(encoding="utf-8")):
        if path.suffix == ".hpp" and HEAVY.search(header) and not HEAVY_ALLOWED.match(f"{relative} {header}"):
            yield f"{relative}: heavy header {header} in a header of ours"
        for pattern, homes in THIRD_PARTY.items():
            if re.match(pattern, header) and not any(relative.startswith(home) for home in homes):
                yield f"{relative}: {header} belongs to {', '.join(homes)} only"
        if quote != '"':
            continue
        first = header.split("/")[0]
        if first not in LEVEL:
            yield f"{relative}: {header} is not written from agent/ or hooks/"
            continue
        target = "/".join(header.split("/")[:2]) if first == "adapters" else first
        if target == own_directory:
            continue
        if first == "adapters" and own_layer == "adapters":
            yield f"{relative}: an adapter includes another one ({header})"
        elif LEVEL[first] > LEVEL[own_layer] or (LEVEL[first] == LEVEL[own_layer] and first != own_layer
                                                 and own_layer not in ("isolation", "services")):
            yield f"{relative}: {header} points up or sideways"
        elif own_layer == "isolation" and first == "services":
            yield f"{relative}: isolation must not know services ({header})"


def main():
    listed = subprocess.run(["git", "ls-files", "agent", "hooks"], cwd=ROOT, check=True, capture_output=True, text=True)
    files = [ROOT / name for name in listed.stdout.split() if name.endswith((".hpp", ".cpp"))]
    problems = [problem for path in files for problem in problems_of(path)]
    print("\n".join(problems) if problems else f"layers: {len(files)} files in order")
    return 1 if problems or not files else 0


if __name__ == "__main__":
    sys.exit(main())
