#!/usr/bin/python3
"""What Nova's own code costs for a case document: nova_bench.py [--repeat N] DOCUMENT...

Prints {"<document>": {"flavor_us", "document_us", "plan_us", "pins"}}, medians of CPU time over the repetitions:

  flavor_us    numa_get_constraints, numa_fit_instance_to_host, numa_usage_from_instance_numa, _get_guest_config and
               to_xml alone; guests in `placed` count as they are fitted one after another
  document_us  also what else the answer's fields need: validation of the extra specs, ImageMeta, the API's checks, the
               request to Placement, the check of the CPU sets, the host's NUMA topology
  plan_us      the last numa_fit_instance_to_host alone

Never counted: imports, option parsing, driver set-up, libvirt's capabilities, JSON. Runs through
tests/nova_compat/oracle.py; needs Debian's python3-nova.
"""

import argparse
import contextlib
import json
import pathlib
import statistics
import sys
import time
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "nova_compat"))

import oracle  # noqa: E402


class Meter:
    """CPU time spent below the measured functions; a call from one to another counts once, for the outer one."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.inside, self.flavor, self.document, self.fit = False, 0.0, 0.0, 0.0

    def measured(self, function, kind):
        def call(*arguments, **keywords):
            if self.inside:
                return function(*arguments, **keywords)
            self.inside = True
            start = time.process_time()
            try:
                return function(*arguments, **keywords)
            finally:
                spent = time.process_time() - start
                self.inside = False
                self.document += spent
                self.flavor += spent if kind != "surrounding" else 0
                self.fit = spent if kind == "fit" else self.fit
        return call


def functions():
    """(owner, name, kind) of what is measured; "core" and "fit" make flavor_us, all make document_us."""
    hardware, driver = oracle.hardware, oracle.libvirt_driver.LibvirtDriver
    yield hardware, "numa_get_constraints", "core"
    yield hardware, "numa_fit_instance_to_host", "fit"
    yield hardware, "numa_usage_from_instance_numa", "core"
    yield driver, "_get_guest_config", "core"
    yield oracle.vconfig.LibvirtConfigObject, "to_xml", "core"
    yield oracle.validators, "validate", "surrounding"
    yield oracle.objects.ImageMeta, "from_dict", "surrounding"
    yield oracle.compute_api.API, "_validate_flavor_image_numa_pci", "surrounding"
    yield hardware, "get_realtime_cpu_constraint", "surrounding"
    yield oracle.ResourceRequest, "from_request_spec", "surrounding"
    yield driver, "_check_cpu_set_configuration", "surrounding"
    yield driver, "_get_host_numa_topology", "surrounding"


def measure(case, repeat):
    meter = Meter()
    flavors, documents, fits = [], [], []
    with contextlib.ExitStack() as stack:
        for owner, name, kind in functions():
            wrapped = meter.measured(getattr(owner, name), kind)
            bound = isinstance(vars(owner).get(name), (classmethod, staticmethod))
            stack.enter_context(mock.patch.object(owner, name, staticmethod(wrapped) if bound else wrapped))
        for _ in range(repeat + 1):  # the first fills caches
            meter.reset()
            answer = oracle.run_case(case)
            if not answer["ok"]:
                raise SystemExit("nova_bench: Nova refuses %s: %s" % (case.get("name"), answer["error"]))
            flavors.append(meter.flavor)
            documents.append(meter.document)
            fits.append(meter.fit)
    return {"flavor_us": statistics.median(flavors[1:]) * 1e6, "document_us": statistics.median(documents[1:]) * 1e6,
            "plan_us": statistics.median(fits[1:]) * 1e6, "pins": answer["pins"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=30)
    parser.add_argument("documents", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    measured = {}
    for path in arguments.documents:
        case = json.loads(path.read_text(encoding="utf-8"))
        crowded = len(case.get("placed", [])) > 10
        measured[path.stem] = measure(case, max(3, arguments.repeat // 10) if crowded else arguments.repeat)
    json.dump(measured, sys.stdout)
    print()


if __name__ == "__main__":
    main()
