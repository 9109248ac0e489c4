#!/usr/bin/env python3
"""Writes the questions that translator and Nova are timed with: documents.py DIRECTORY

Case documents as tests/nova_compat/oracle.py reads them: small.json, large.json and crowded.json.
"""

import json
import pathlib
import sys

GIB = 1024  # MiB


def cell(number, first, cores, stride, pages_2m, pages_1g):
    """A NUMA cell of `cores` cores with two threads; the second thread of CPU n is n + stride."""
    memory = 16 * GIB + pages_2m * 2 + pages_1g * GIB
    return {"id": number, "socket": number, "memory_mb": memory,
            "siblings": [[cpu, cpu + stride] for cpu in range(first, first + cores)],
            "mempages": [{"size_kb": 4, "total": 16 * GIB * 256}, {"size_kb": 2048, "total": pages_2m},
                         {"size_kb": 1048576, "total": pages_1g}]}


def host(cells, cores, pages_2m, pages_1g):
    return {"arch": "x86_64",
            "cells": [cell(i, i * cores, cores, cells * cores, pages_2m, pages_1g) for i in range(cells)]}


def options(cells, cores):
    """The first core of every cell is the host's and the emulators'."""
    shared = sorted(cpu for i in range(cells) for cpu in (i * cores, i * cores + cells * cores))
    every = range(2 * cells * cores)
    return {"compute.cpu_shared_set": ",".join(map(str, shared)),
            "compute.cpu_dedicated_set": ",".join(str(cpu) for cpu in every if cpu not in shared)}


def flavor(vcpus, memory, **extra):
    specs = {"hw:cpu_policy": "dedicated", "hw:cpu_realtime": "yes", "hw:cpu_realtime_mask": "^0",
             "hw:emulator_threads_policy": "share", "hw:locked_memory": "true", "hw:pmu": "false"}
    specs.update({key.replace("__", ":"): value for key, value in extra.items()})
    return {"name": "rt", "vcpus": vcpus, "memory_mb": memory, "root_gb": 10, "extra_specs": specs}


def ports(count):
    return [{"type": "vhostuser", "mode": "server", "path": "/run/openvswitch/vhu%d" % i,
             "mac": "fa:16:3e:00:00:%02x" % i} for i in range(1, count + 1)]


def documents():
    yield {"name": "small", "flavor": flavor(4, 4 * GIB, hw__mem_page_size="2MB"), "host": host(1, 8, 8192, 0),
           "conf": options(1, 8), "vifs": ports(1)}
    yield {"name": "large", "flavor": flavor(32, 32 * GIB, hw__mem_page_size="1GB", hw__numa_nodes="2"),
           "host": host(2, 32, 0, 64), "conf": options(2, 32), "vifs": ports(4)}
    yield {"name": "crowded", "flavor": flavor(8, 8 * GIB, hw__mem_page_size="2MB", hw__numa_nodes="2"),
           "host": host(8, 64, 131072, 0), "conf": options(8, 64), "vifs": ports(1),
           "placed": [{"flavor": flavor(4, 4 * GIB, hw__mem_page_size="2MB")}] * 200}


def main():
    directory = pathlib.Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    for document in documents():
        (directory / (document["name"] + ".json")).write_text(json.dumps(document), encoding="utf-8")


if __name__ == "__main__":
    main()
