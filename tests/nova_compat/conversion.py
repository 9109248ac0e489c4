"""From the objects of Nova's unit tests to case documents. What cannot be said in a case raises NotConvertible."""

import nova.objects
from nova.objects import fields

POLICIES = (None, fields.CPUAllocationPolicy.SHARED)
SIZES = {-1: "small", -2: "large", -3: "any"}


class NotConvertible(Exception):
    pass


def member(thing, name, default=None):
    return getattr(thing, name) if name in thing else default


def spec_of(numbers):
    return ",".join(map(str, sorted(numbers)))


def flavor_document(flavor):
    if not isinstance(flavor, nova.objects.Flavor):
        raise NotConvertible("a flavor that is not nova.objects.Flavor")
    specs = member(flavor, "extra_specs", {})
    if any(not isinstance(value, str) for value in specs.values()):
        raise NotConvertible("an extra spec that is not text, which Nova's API never stores")
    return {"vcpus": member(flavor, "vcpus", 1), "memory_mb": member(flavor, "memory_mb", 512), "root_gb": member(flavor, "root_gb", 0),
            "extra_specs": dict(specs)}


def image_document(image):
    if image is None:
        return {"properties": {}}
    if isinstance(image, dict):
        return {"properties": {key: value if isinstance(value, (bool, int)) else str(value) for key, value in image.get("properties", {}).items()}}
    properties = {}
    held = member(image, "properties") or {}
    for key in held.fields if held else ():
        value = member(held, key)
        if value is None:
            continue
        if key == "hw_numa_cpus":
            properties.update({"hw_numa_cpus.%d" % i: spec_of(cpus) for i, cpus in enumerate(value)})
        elif key == "hw_numa_mem":
            properties.update({"hw_numa_mem.%d" % i: str(memory) for i, memory in enumerate(value)})
        elif key == "traits_required":
            properties.update({"trait:" + trait: "required" for trait in value})
        elif isinstance(value, (bool, int, str)):
            properties[key] = str(value)
    return {"properties": properties, **({"name": image.name} if member(image, "name") else {})}


def host_document(topology, guest):
    """The machine, the options and the usage that make Nova's driver describe such cells."""
    cells, usage, shared, dedicated = [], [], set(), set()
    pinned_guest = any(cell.pcpuset for cell in guest.cells)
    for number, cell in enumerate(topology.cells):
        cpus = set(cell.cpuset) | set(cell.pcpuset)
        siblings = [set(each) for each in cell.siblings] or [{cpu} for cpu in cpus]
        grouped = set().union(*siblings) if siblings else set()
        if grouped - cpus or (pinned_guest and cpus - grouped):
            raise NotConvertible("a host cell whose siblings are not its CPUs")
        siblings += [{cpu} for cpu in cpus - grouped]
        if cell.id != number and len({each.id for each in topology.cells}) != len(topology.cells):
            raise NotConvertible("two host cells with one id")
        if "network_metadata" in cell and (cell.network_metadata.physnets or cell.network_metadata.tunneled):
            raise NotConvertible("networks of a host cell")
        shared |= set(cell.cpuset)
        dedicated |= set(cell.pcpuset)
        pages = [{"size_kb": page.size_kb, "total": page.total} for page in member(cell, "mempages", [])]
        # a tests' cell without pages stands for one whose memory is all small pages: libvirt describes no other
        pages = pages or [{"size_kb": 4, "total": cell.memory * 256}]
        cells.append({"id": cell.id, "socket": member(cell, "socket", 0) or 0, "memory_mb": cell.memory, "mempages": pages,
                      "siblings": sorted(sorted(each) for each in siblings)})
        usage.append({"cell": cell.id, "pinned": sorted(member(cell, "pinned_cpus", set())), "vcpus": member(cell, "cpu_usage", 0) or 0,
                      "memory_mb": member(cell, "memory_usage", 0) or 0,
                      "mempages": [{"size_kb": page.size_kb, "used": page.used + (member(page, "reserved", 0) or 0)}
                                   for page in member(cell, "mempages", [])]})
        if set(usage[-1]["pinned"]) - set(cell.pcpuset):
            raise NotConvertible("pinned CPUs that the host cell does not have")
    if shared and dedicated and shared != dedicated and shared & dedicated:
        raise NotConvertible("host CPUs that are shared and dedicated, some of them")
    options = {}
    if shared != dedicated:
        options = {key: spec_of(cpus) for key, cpus in (("compute.cpu_shared_set", shared), ("compute.cpu_dedicated_set", dedicated)) if cpus}
    return {"host": {"cells": cells}, "conf": options, "usage": usage}


def one_value(cells, name):
    values = {member(cell, name) for cell in cells}
    if len(values) > 1:
        raise NotConvertible("guest cells that differ in " + name + ", which no flavor asks for")
    return values.pop()


def guest_document(topology):
    """A flavor that asks for these guest cells."""
    cells = list(topology.cells)
    for i, cell in enumerate(cells):
        if "id" not in cell:
            cell.id = i
    vcpus = sorted(cpu for cell in cells for cpu in set(cell.cpuset) | set(cell.pcpuset or ()))
    if len(set(vcpus)) != len(vcpus):
        raise NotConvertible("a vCPU in two guest cells")
    if [cell.id for cell in cells] != list(range(len(cells))):
        raise NotConvertible("guest cells not numbered from 0")
    number = {cpu: i for i, cpu in enumerate(vcpus)}
    pinned = {number[cpu] for cell in cells for cpu in cell.pcpuset or ()}
    specs = {"hw:numa_nodes": str(len(cells))}
    for cell in cells:
        members = set(cell.cpuset) | set(cell.pcpuset or ())
        if not members:
            raise NotConvertible("a guest cell without vCPUs")
        specs["hw:numa_cpus.%d" % cell.id] = spec_of(number[cpu] for cpu in members)
        specs["hw:numa_mem.%d" % cell.id] = str(cell.memory)
    policy = one_value(cells, "cpu_policy")
    if policy not in POLICIES:
        specs["hw:cpu_policy"] = policy
        if policy == fields.CPUAllocationPolicy.MIXED:
            specs["hw:cpu_dedicated_mask"] = spec_of(pinned)
    elif pinned:
        raise NotConvertible("pinned vCPUs without a policy that pins")
    thread_policy = one_value(cells, "cpu_thread_policy")
    if thread_policy:
        specs["hw:cpu_thread_policy"] = thread_policy
    size = one_value(cells, "pagesize")
    if size:
        specs["hw:mem_page_size"] = SIZES.get(size, str(size))
    emulator = member(topology, "emulator_threads_policy")
    if emulator:
        specs["hw:emulator_threads_policy"] = emulator
    return {"vcpus": len(vcpus), "memory_mb": sum(cell.memory for cell in cells), "extra_specs": specs}


def cells_of(topology):
    """What a fit decides, as text keys, for comparison."""
    if topology is None:
        return None
    return [{"id": cell.id, "pins": sorted((cell.cpu_pinning or {}).values()) if "cpu_pinning_raw" in cell else [],
             "pagesize": member(cell, "pagesize") or 4, "reserved": len(member(cell, "cpuset_reserved") or ())} for cell in topology.cells]


def roomy_host(cells):
    """Where every sensible guest of Nova's tables fits, with room for its largest pages."""
    return {"cells": [{"id": cell, "socket": cell, "memory_mb": 1 << 20, "siblings": [[cell * 64 + core, cell * 64 + core + 32] for core in range(32)],
                       "mempages": [{"size_kb": 4, "total": 1 << 26}, {"size_kb": 2048, "total": 1 << 17}, {"size_kb": 1048576, "total": 1 << 8}]}
                      for cell in range(cells)]}


def same(theirs, ours):
    """Whether two values of Nova's mean the same: sets, named tuples, topologies."""
    if isinstance(theirs, nova.objects.InstanceNUMATopology):
        return ours is not None and [each.obj_to_primitive() for each in theirs.cells] == [each.obj_to_primitive() for each in ours.cells]
    if isinstance(theirs, nova.objects.VirtCPUTopology):
        return (theirs.sockets, theirs.cores, theirs.threads) == (ours.sockets, ours.cores, ours.threads)
    if isinstance(theirs, (tuple, list)) and isinstance(ours, (tuple, list)):
        return len(theirs) == len(ours) and all(same(*pair) for pair in zip(theirs, ours))
    return theirs == ours
