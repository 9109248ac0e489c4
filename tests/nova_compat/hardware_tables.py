#!/usr/bin/python3
"""Nova's own tables, put to the translator: what its unit tests ask of nova/virt/hardware.py.

    hardware_tables.py --translator build/dev/bin/nova-rt --template xml-templates/realtime-guest.xml

Debian's python3-nova installs the tests. They run here as they are while a recorder keeps every question and answer.
Each question is turned into a case document; the case must give the function the same answer as the test got (the
conversion kept its meaning), and Nova's whole answer to the case must be the translator's. The table printed at the
end says how many questions of each function were converted and why others were not; FLOORS fails when fewer are.
"""

import argparse
import collections
import copy
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import comparison  # noqa: E402
import oracle  # noqa: E402
import conversion  # noqa: E402
import recorder  # noqa: E402
from conversion import NotConvertible  # noqa: E402

hardware, objects = oracle.hardware, oracle.objects

OPTIONS = ("compute.cpu_shared_set", "compute.cpu_dedicated_set", "vcpu_pin_set", "reserved_huge_pages",
           "compute.packing_host_numa_cells_allocation_strategy")

# Functions of a flavor and an image, and nothing else.
OF_FLAVOR_AND_IMAGE = (
    "get_best_cpu_topology", "get_cpu_policy_constraint", "get_cpu_topology_constraints", "get_locked_memory_constraint",
    "get_mem_encryption_constraint", "get_number_of_serial_ports", "get_pci_numa_policy_constraint", "get_pmu_constraint",
    "get_realtime_cpu_constraint", "get_secure_boot_constraint", "get_vif_multiqueue_constraint", "get_vtpm_constraint",
    "numa_get_constraints", "_get_numa_pagesize_constraint", "_get_desirable_cpu_topologies")
OF_OPTIONS = ("get_cpu_dedicated_set", "get_cpu_shared_set", "get_vcpu_pin_set", "numa_get_reserved_huge_pages")
OF_CELLS = ("numa_fit_instance_to_host", "_numa_fit_instance_cell", "_numa_cell_supports_pagesize_request")
# Asked by Nova's tests, and no question about a guest: why not.
NOT_ASKED = {
    "numa_usage_from_instance_numa": "accounting after a fit: seen by the next guest, which generate.py places",
    "_numa_pagesize_usage_from_cell": "accounting after a fit",
    "_numa_cells_support_network_metadata": "networks of NUMA cells are not in a case",
    "_sort_possible_cpu_topologies": "a step inside get_best_cpu_topology, on a list that no flavor gives",
    "format_cpu_spec": "prints a set",
    "check_hw_rescue_props": "rescue is not a translation",
}
# Fewer than this means that the conversion broke, or Nova's tests changed.
FLOORS = {"_get_desirable_cpu_topologies": 7, "_get_numa_pagesize_constraint": 14, "_get_possible_cpu_topologies": 11, "_numa_cell_supports_pagesize_request": 7,
          "_numa_fit_instance_cell": 35,
          "get_cpu_policy_constraint": 13, "get_cpu_topology_constraints": 15, "get_locked_memory_constraint": 5,
          "get_mem_encryption_constraint": 154, "get_number_of_serial_ports": 5, "get_pci_numa_policy_constraint": 14, "get_pmu_constraint": 4,
          "get_realtime_cpu_constraint": 12, "get_secure_boot_constraint": 6, "get_vif_multiqueue_constraint": 5, "get_vtpm_constraint": 9,
          "numa_fit_instance_to_host": 31, "numa_get_constraints": 58, "numa_get_reserved_huge_pages": 5, "parse_cpu_spec": 25}


def current_options():
    options = {}
    for key in OPTIONS:
        group, _, name = key.rpartition(".")
        value = getattr(getattr(oracle.CONF, group) if group else oracle.CONF, name)
        if value not in (None, "", [], False):
            options[key] = copy.deepcopy(value)
    return options


def argument(call, position, name, default=None):
    positional, named = call.arguments
    return positional[position] if len(positional) > position else named.get(name, default)


def agrees(call, case, answer):
    """Whether Nova's answer to the case is what the test got, as far as a whole guest shows it."""
    if call.error:
        return bool(answer["error"]) and answer["error"]["type"] == call.error
    return answer["ok"] and case is not None


def flavor_and_image_cases(call):
    flavor, image = argument(call, 0, "flavor"), argument(call, 1, "image_meta")
    document = conversion.flavor_document(flavor)
    if argument(call, 2, "allow_threads", True) is False:
        document["extra_specs"]["hw:cpu_max_threads"] = "1"
    cells = int(document["extra_specs"].get("hw:numa_nodes", 2)) if document["extra_specs"].get("hw:numa_nodes", "2").isdigit() else 2
    for host in ({"host": conversion.roomy_host(max(2, min(cells, 8)))}, {}):
        for skip in (["schema"], ["schema", "api"]):
            for extra in ({}, {"hw:cpu_policy": "dedicated"}, {"hw:mem_page_size": "large"}):
                specs = dict(extra, **document["extra_specs"])
                yield {"flavor": dict(document, extra_specs=specs), "image": conversion.image_document(image), "skip": skip,
                       "vifs": [{"type": "vhostuser", "path": "/run/vhu0"}], **host}


def asked_again(call, case):
    """The function itself, asked about the case's own flavor and image."""
    try:
        meta = objects.ImageMeta.from_dict(oracle.image_dict(case["image"]))
        named = {"allow_threads": False} if argument(call, 2, "allow_threads", True) is False else {}
        return getattr(hardware, call.function)(oracle.mk_flavor(case["flavor"]), meta, **named), None
    except Exception as error:  # whatever the function raises is its answer
        return None, type(error).__name__


def convert_flavor_and_image(call):
    """The first case in which the function's answer shows."""
    reason = "the rest of the guest is refused, so that the answer does not show"
    for case in flavor_and_image_cases(call):
        result, error = asked_again(call, case)
        if error != call.error or not conversion.same(call.result, result):
            reason = "an object that no flavor or image gives"
            continue
        if agrees(call, case, oracle.run_case(dict(case))):
            return case
    raise NotConvertible(reason)


def convert_options(call):
    case = {"flavor": {"vcpus": 1, "memory_mb": 64, "root_gb": 0, "extra_specs": {"hw:mem_page_size": "small"}},
            "host": conversion.roomy_host(2), "conf": dict(call.options)}
    if not agrees(call, case, oracle.run_case(dict(case))):
        raise NotConvertible("options that Nova's driver refuses together")
    return case


def convert_cpu_spec(call):
    case = {"flavor": {"vcpus": 1, "memory_mb": 64, "root_gb": 0, "extra_specs": {}}, "host": conversion.roomy_host(2),
            "conf": {"compute.cpu_shared_set": argument(call, 0, "spec")}}
    answer = oracle.run_case(dict(case))
    if not agrees(call, case, answer) or (answer["ok"] and answer["facts"]["vcpu"]["cpuset"] != sorted(call.result)):
        raise NotConvertible("an empty set, which no option may be")
    return case


def convert_possible_topologies(call):
    maximum = argument(call, 1, "maxtopology")
    threads = maximum.threads if argument(call, 2, "allow_threads", True) else 1
    limits = {"hw:cpu_max_sockets": maximum.sockets, "hw:cpu_max_cores": maximum.cores, "hw:cpu_max_threads": threads}
    case = {"flavor": {"vcpus": argument(call, 0, "vcpus"), "memory_mb": 64, "root_gb": 0, "extra_specs": {k: str(v) for k, v in limits.items()}},
            "host": conversion.roomy_host(1), "skip": ["schema"]}
    answer = oracle.run_case(dict(case))
    if not agrees(call, case, answer):
        raise NotConvertible("limits that the rules before it refuse")
    chosen = answer["facts"]["cpu"]["topology"] if answer["ok"] else None
    if chosen and [int(chosen[key]) for key in ("sockets", "cores", "threads")] not in [[t.sockets, t.cores, t.threads] for t in call.result]:
        raise NotConvertible("limits that mean another topology")
    return case


def complete(host, guest):
    """What a test leaves out because the function does not look at it."""
    guest.id = 0
    for cell, fields in ((host, {"id": 0, "cpuset": {0, 1}, "pcpuset": set(), "siblings": [], "pinned_cpus": set(), "cpu_usage": 0, "memory_usage": 0,
                                 "memory": 1 << 20, "socket": 0}),
                         (guest, {"cpuset": {0}, "pcpuset": set(), "memory": 1024})):
        for name, value in fields.items():
            if name not in cell:
                setattr(cell, name, value)


def cells_of_call(call):
    """Host and guest topologies of any of the three functions, and the limits."""
    host, guest = argument(call, 0, "host"), argument(call, 1, "instance")
    positional, named = call.arguments
    if call.function == "numa_fit_instance_to_host":
        host = named.get("host_topology", host)
        guest = named.get("instance_topology", guest)
        if any(named.get(name) for name in ("pci_requests", "pci_stats")) or len(positional) > 3 and any(positional[3:]):
            raise NotConvertible("PCI devices")
        return host, guest, named.get("limits", positional[2] if len(positional) > 2 else None)
    host = copy.deepcopy(named.get("host_cell", host))
    cell = copy.deepcopy(named.get("instance_cell", guest))
    complete(host, cell)
    guest = objects.InstanceNUMATopology(cells=[cell])
    reserved = named.get("cpuset_reserved", positional[3] if len(positional) > 3 else 0)
    if reserved:
        guest.emulator_threads_policy = "isolate"
    limits = named.get("limits", positional[2] if len(positional) > 2 else None)
    return objects.NUMATopology(cells=[host]), guest, None if call.function.endswith("request") else limits


def limits_document(limits):
    if limits is None:
        return {}
    if "network_metadata" in limits and limits.network_metadata:
        raise NotConvertible("networks of NUMA cells are not in a case")
    return {"limits": {name: getattr(limits, name) for name in ("cpu_allocation_ratio", "ram_allocation_ratio") if name in limits}}


def fit_in_order(host, guest, limits):
    with oracle.iteration_order("ascending"):
        return hardware.numa_fit_instance_to_host(oracle.sort_siblings(copy.deepcopy(host)), copy.deepcopy(guest), limits=limits)


def convert_cells(call):
    host, guest, limits = cells_of_call(call)
    if host is None or guest is None:
        raise NotConvertible("no topology at all")
    case = {"flavor": dict(conversion.guest_document(guest), root_gb=0), "skip": ["schema", "api"], **limits_document(limits),
            **conversion.host_document(host, guest)}
    if "compute.packing_host_numa_cells_allocation_strategy" in call.options:
        case["conf"]["compute.packing_host_numa_cells_allocation_strategy"] = True
    expected = conversion.cells_of(fit_in_order(host, guest, limits))
    answer = oracle.run_case(dict(case))
    if (expected is None) != (call.error is not None or call.result is None):
        raise NotConvertible("a cell that fits by itself and not as a guest, or the other way round")
    if expected is None:
        if not answer["error"] or answer["error"]["type"] != "NoFit":
            raise NotConvertible("a guest that no flavor asks for: " + (answer["error"] or {"type": "it fits"})["type"])
        return case
    fitted = answer.get("fitted_topology") or []
    seen = [{"id": cell["id"], "pins": sorted(cell.get("pins", {}).values()), "pagesize": cell["pagesize_kb"] or 4,
             "reserved": len(cell.get("reserved", []))} for cell in fitted]
    if seen != expected:
        raise NotConvertible("a guest that no flavor asks for: " + (answer["error"] or {"type": "it fits elsewhere"})["type"])
    return case


CONVERTERS = {"parse_cpu_spec": convert_cpu_spec, "_get_possible_cpu_topologies": convert_possible_topologies}
CONVERTERS.update({name: convert_flavor_and_image for name in OF_FLAVOR_AND_IMAGE})
CONVERTERS.update({name: convert_options for name in OF_OPTIONS})
CONVERTERS.update({name: convert_cells for name in OF_CELLS})


def convert(calls):
    """Cases with what they come from, and per function why others were not converted."""
    cases, reasons = [], collections.defaultdict(collections.Counter)
    for call in calls:
        try:
            case = CONVERTERS[call.function](call)
        except NotConvertible as why:
            reasons[call.function][str(why)] += 1
            continue
        except NotImplementedError:  # of oslo.versionedobjects, for a field that is not set
            reasons[call.function]["an object without what Nova's database always has"] += 1
            continue
        case["name"] = "%s/%s" % (call.test, call.function)
        cases.append((call, case))
    return cases, reasons


def show(calls, cases, reasons):
    asked = collections.Counter(call.function for call in calls)
    converted = collections.Counter(call.function for call, _ in cases)
    print("%-42s %6s %10s" % ("function", "asked", "converted"))
    for name in sorted(asked):
        print("%-42s %6d %10d" % (name, asked[name], converted[name]))
        for why, count in reasons[name].most_common():
            print("      %4d not: %s" % (count, why))
    for name, why in NOT_ASKED.items():
        print("%-42s      -          -  %s" % (name, why))
    return [name for name, floor in FLOORS.items() if converted[name] < floor]


# Without a host the oracle ends behind the constraints; the translator goes on with this machine,
# which may be too small.
WITH_A_HOST = ("hostconf", "host", "placed", "fit", "driver", "xml", "post")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--translator", required=True)
    parser.add_argument("--template", required=True)
    parser.add_argument("--show", type=int, default=5, help="differences printed in full")
    options = parser.parse_args()
    kept = recorder.Recorder(list(CONVERTERS), current_options)
    tests = recorder.run(kept)
    sys.excepthook = sys.__excepthook__  # Nova's test fixtures put a silent one there
    cases, reasons = convert(kept.calls)
    answers = comparison.translate(options.translator, options.template, [case for _, case in cases])
    different = 0
    for (_, case), ours in zip(cases, answers):
        expected = json.loads(json.dumps(oracle.run_case(dict(case))))
        beyond = "host" not in case and expected["ok"] and ours["error"] and ours["error"]["stage"] in WITH_A_HOST
        wrong = {} if expected.get("suspect") or beyond else comparison.difference(oracle, case, expected, ours)
        if wrong:
            different += 1
            if different <= options.show:
                print("DIFFERENT %s\n  case %s\n  %s" % (case["name"], json.dumps(case), json.dumps(wrong)))
    thin = show(kept.calls, cases, reasons)
    print("%d tests of Nova's ran, %d questions kept, %d converted, %d different" % (tests, len(kept.calls), len(cases), different))
    if thin:
        print("fewer than expected: " + ", ".join(thin))
    return 1 if different or thin else 0


if __name__ == "__main__":
    sys.exit(main())
