"""Cases that Nova refuses, one recipe for each exception and reason. A recipe changes a case that would be accepted."""

RT = {"hw:cpu_policy": "dedicated", "hw:cpu_realtime": "yes", "hw:cpu_realtime_mask": "^0"}
TWO = {"hw:numa_nodes": "2"}
CELLS = {"hw:numa_nodes": "2", "hw:numa_cpus.0": "0-1", "hw:numa_cpus.1": "2-3", "hw:numa_mem.0": "1024", "hw:numa_mem.1": "1024"}

# name -> specs, image, conf, skip, vcpus, online: what the case gets in place of its own. The flavor has 4 vCPUs and 2048 MiB.
RECIPES = {
    "ValidationError": {"specs": {"hw:cpu_realtime": "maybe"}},
    "ValidationError range": {"specs": {"hw:numa_nodes": "0"}},
    "ValidationError name": {"specs": {"hw:numa_node": "1"}},
    "ValueError": {"image": {"hw_cpu_policy": "bogus"}},
    "ValueError integer": {"image": {"hw_cpu_sockets": "two"}},
    "BadRequirementEmulatorThreadsPolicy": {"specs": {"hw:emulator_threads_policy": "isolate"}},
    "CPUThreadPolicyConfigurationInvalid": {"specs": {"hw:cpu_thread_policy": "require"}},
    "FlavorImageConflict": {"specs": {"hw:pmu": "true"}, "image": {"hw_pmu": "false"}},
    "FlavorImageConflict multiqueue": {"specs": {"hw:vif_multiqueue_enabled": "true"}, "image": {"hw_vif_multiqueue_enabled": "false"}},
    "FlavorImageConflict encryption": {"specs": {"hw:mem_encryption": "true"}},
    "FlavorImageConflict boot": {"specs": {"os:secure_boot": "required"}, "image": {"os_secure_boot": "disabled"}},
    "FlavorImageLockedMemoryConflict": {"specs": {"hw:locked_memory": "true", "hw:mem_page_size": "large"}, "image": {"hw_locked_memory": "false"}},
    "ImageCPUPinningForbidden": {"specs": {"hw:cpu_policy": "shared"}, "image": {"hw_cpu_policy": "dedicated"}},
    "ImageCPUPinningForbidden mixed": {"specs": {"hw:cpu_policy": "mixed", "hw:cpu_dedicated_mask": "^0"}, "image": {"hw_cpu_policy": "dedicated"}},
    "ImageCPUThreadPolicyForbidden": {"specs": {"hw:cpu_policy": "dedicated", "hw:cpu_thread_policy": "require"},
                                      "image": {"hw_cpu_thread_policy": "prefer"}},
    "ImageNUMATopologyAsymmetric": {"specs": {"hw:numa_nodes": "3"}},
    "ImageNUMATopologyCPUDuplicates": {"specs": CELLS | {"hw:numa_cpus.1": "1-3"}},
    "ImageNUMATopologyCPUOutOfRange": {"specs": CELLS | {"hw:numa_cpus.1": "2-4"}},
    "ImageNUMATopologyCPUsUnassigned": {"specs": CELLS | {"hw:numa_cpus.1": "3"}},
    "ImageNUMATopologyForbidden": {"specs": TWO, "image": {"hw_numa_nodes": "2"}},
    "ImageNUMATopologyForbidden cpus": {"specs": CELLS, "image": {"hw_numa_cpus.0": "0-1"}},
    "ImageNUMATopologyIncomplete": {"specs": TWO | {"hw:numa_cpus.0": "0-1", "hw:numa_mem.0": "1024"}},
    "ImageNUMATopologyMemoryOutOfRange": {"specs": CELLS | {"hw:numa_mem.1": "512"}},
    "ImageSerialPortNumberExceedFlavorValue": {"specs": {"hw:serial_port_count": "1"}, "image": {"hw_serial_port_count": "2"}},
    "ImageSerialPortNumberInvalid": {"specs": {"hw:serial_port_count": "two"}, "skip": ["schema"]},
    "ImageVCPULimitsRangeExceeded": {"specs": {"hw:cpu_max_sockets": "2"}, "image": {"hw_cpu_max_sockets": "4"}, "skip": ["schema"]},
    "ImageVCPULimitsRangeImpossible": {"image": {"hw_cpu_max_sockets": "1", "hw_cpu_max_cores": "1", "hw_cpu_max_threads": "1"}},
    "ImageVCPUTopologyRangeExceeded": {"specs": {"hw:cpu_max_sockets": "2"}, "image": {"hw_cpu_sockets": "4"}, "skip": ["schema"]},
    "ImagePCINUMAPolicyForbidden": {"specs": {"hw:pci_numa_affinity_policy": "required"}, "image": {"hw_pci_numa_affinity_policy": "socket"}},
    "InvalidPCINUMAAffinity": {"specs": {"hw:pci_numa_affinity_policy": "near"}, "skip": ["schema"]},
    "Invalid mask": {"specs": {"hw:cpu_policy": "dedicated", "hw:cpu_realtime": "yes", "hw:cpu_realtime_mask": "3-1"}},
    "Invalid dedicated set": {"specs": {"hw:cpu_policy": "dedicated"}, "conf": {"compute.cpu_dedicated_set": "0-4000"}},
    "Invalid shared set": {"conf": {"compute.cpu_shared_set": "4000"}},
    "InvalidCPUAllocationPolicy": {"specs": {"hw:cpu_policy": "x"}, "skip": ["schema"]},
    "InvalidCPUThreadAllocationPolicy": {"specs": {"hw:cpu_policy": "dedicated", "hw:cpu_thread_policy": "x"}, "skip": ["schema"]},
    "InvalidConfiguration": {"conf": {"compute.cpu_shared_set": "0-3", "compute.cpu_dedicated_set": "2-5"}},
    "InvalidConfiguration pin set": {"conf": {"vcpu_pin_set": "1-3", "compute.cpu_dedicated_set": "4-5"}},
    "InvalidEmulatorThreadsPolicy": {"specs": {"hw:emulator_threads_policy": "x"}, "skip": ["schema"]},
    "InvalidMachineType": {"image": {"hw_mem_encryption": "true", "hw_firmware_type": "uefi", "hw_machine_type": "pc"}},
    "InvalidMixedInstanceDedicatedMask": {"specs": {"hw:cpu_policy": "mixed", "hw:cpu_dedicated_mask": "0-3"}},
    "InvalidNUMANodesNumber": {"specs": {"hw:numa_nodes": "0"}, "skip": ["schema"]},
    "InvalidNUMANodesNumber image": {"image": {"hw_numa_nodes": "0"}},
    "InvalidRequest": {"specs": {"hw:cpu_policy": "dedicated", "resources:PCPU": "4"}},
    "InvalidRequest both": {"specs": {"resources:PCPU": "4", "resources:VCPU": "4"}},
    "InvalidRequest count": {"specs": {"resources:PCPU": "3"}},
    "InvalidRequest trait": {"specs": {"hw:cpu_policy": "dedicated", "hw:cpu_thread_policy": "require", "trait:HW_CPU_HYPERTHREADING": "forbidden"}},
    "InvalidReservedMemoryPagesOption": {"conf": {"reserved_huge_pages": [{"node": "0", "size": "many", "count": "1"}]}},
    "InvalidVIOMMUMachineType": {"specs": {"hw:viommu_model": "intel"}, "image": {"hw_machine_type": "pc"}},
    "InvalidWatchdogAction": {"specs": {"hw:watchdog_action": "bark"}, "skip": ["schema"]},
    "LockMemoryForbidden": {"specs": {"hw:locked_memory": "true"}},
    "MemoryPageSizeForbidden": {"specs": {"hw:mem_page_size": "2MB"}, "image": {"hw_mem_page_size": "1GB"}},
    "MemoryPageSizeInvalid": {"specs": {"hw:mem_page_size": "2M"}},
    "MemoryPagesUnsupported": {"specs": {"hw:mem_page_size": "small"}, "conf": {"libvirt.file_backed_memory": 1024}},
    "NoFit": {"specs": {"hw:cpu_policy": "dedicated"}, "conf": {"compute.cpu_dedicated_set": "1-3"}},
    "NoFit pages": {"specs": {"hw:mem_page_size": "512MB"}},
    "NoFit threads": {"specs": {"hw:cpu_policy": "dedicated", "hw:cpu_thread_policy": "isolate"}, "vcpus": 9},
    "NoFit placed": {"specs": {"hw:cpu_policy": "dedicated"}, "placed": 64},
    "RealtimeConfigurationInvalid": {"specs": {"hw:cpu_realtime": "yes", "hw:cpu_realtime_mask": "^0"}},
    "RealtimeMaskNotFoundOrInvalid": {"specs": {"hw:cpu_policy": "dedicated", "hw:cpu_realtime": "yes"}},
    "RealtimeMaskNotFoundOrInvalid range": {"specs": RT | {"hw:cpu_realtime_mask": "2-7"}},
    "RealtimeMaskNotFoundOrInvalid share": {"specs": RT | {"hw:emulator_threads_policy": "share"}, "conf": {"compute.cpu_dedicated_set": "1-7"}},
    "RequiredMixedInstancePolicy": {"specs": {"hw:cpu_policy": "dedicated", "hw:cpu_dedicated_mask": "^0"}},
    "RequiredMixedInstancePolicy shared": {"specs": {"hw:cpu_dedicated_mask": "^0"}},
    "RequiredMixedOrRealtimeCPUMask": {"specs": RT | {"hw:cpu_policy": "mixed", "hw:cpu_dedicated_mask": "^1"}},
    "RequiredMixedOrRealtimeCPUMask none": {"specs": {"hw:cpu_policy": "mixed"}},
    "SecureBootNotSupported": {"specs": {"os:secure_boot": "required"}, "image": {"hw_firmware_type": "uefi"}},
    "UEFINotSupported": {"image": {"hw_firmware_type": "uefi"}, "host": {"firmware": []}},
    "UnsupportedHardware": {"image": {"hw_vif_model": "vmxnet"}, "vifs": [{"type": "bridge"}]},
    "CPUPinningInvalid": {"specs": {"hw:cpu_policy": "dedicated", "hw:cpu_thread_policy": "isolate", "hw:emulator_threads_policy": "isolate"},
                          "conf": {}, "vcpus": 3, "half_used": True},
}


def host(cells=1, cores=8):
    return {"cells": [{"id": cell, "memory_mb": 16384, "siblings": [[cell * cores + core, (cells + cell) * cores + core] for core in range(cores)],
                       "mempages": [{"size_kb": 4, "total": 2097152}, {"size_kb": 2048, "total": 1024}, {"size_kb": 1048576, "total": 4}]}
                      for cell in range(cells)]}


def case_of(name, number, choose):
    """The recipe's case; `choose` is a random.Random that varies what does not matter."""
    recipe = RECIPES[name]
    cells = 1 if recipe.get("half_used") else choose.choice((1, 2))  # with a second cell the guest would go there
    case = {"name": "refusal/%s/%d" % (name.replace(" ", "-"), number),
            "flavor": {"vcpus": recipe.get("vcpus", 4), "memory_mb": 2048, "root_gb": choose.choice((0, 10)), "extra_specs": dict(recipe.get("specs", {}))},
            "image": {"properties": dict(recipe.get("image", {}))}, "host": dict(host(cells), **recipe.get("host", {})),
            "conf": dict(recipe.get("conf", {"compute.cpu_shared_set": "0", "compute.cpu_dedicated_set": "1-7"}))}
    for key in ("skip", "vifs"):
        if key in recipe:
            case[key] = recipe[key]
    if "placed" in recipe:
        case["placed"] = [{"flavor": {"vcpus": 4, "memory_mb": 512, "extra_specs": {"hw:cpu_policy": "dedicated"}}}] * choose.choice((1, recipe["placed"]))
    if recipe.get("half_used"):
        case["placed"] = [{"flavor": {"vcpus": choose.choice((1, 3)), "memory_mb": 512, "extra_specs": {"hw:cpu_policy": "dedicated"}}}]
    # about as many things that do not change the verdict
    for key, value in (("quota:cpu_shares", "1024"), ("hw:boot_menu", "true"), ("acme:note", "x")):
        if choose.randrange(3) == 0:
            case["flavor"]["extra_specs"][key] = value
    return case
