"""Random cases that Nova accepts, most of them, with every key of the tables in some of them."""

import spec_table

# Nova 26.2 reads these, and its validation of extra specs knows other names: only a case without that stage gets them through.
BEHIND_SCHEMA = {"hw:cpu_max_sockets": "hw_cpu_max_sockets", "hw:cpu_max_cores": "hw_cpu_max_cores",
                 "hw:cpu_max_threads": "hw_cpu_max_threads", "hw:maxphysaddr_mode": "", "hw:maxphysaddr_bits": ""}

# What a guest is, is decided before the rest is sprinkled over it.
DECIDED = {"hw:cpu_policy", "hw:cpu_thread_policy", "hw:cpu_realtime", "hw:cpu_realtime_mask", "hw:cpu_dedicated_mask",
           "hw:emulator_threads_policy", "hw:numa_nodes", "hw:numa_cpus.0", "hw:numa_mem.0", "hw:mem_page_size",
           "hw:mem_encryption", "hw:tpm_version", "hw:tpm_model"}

IMAGE_ONLY = {"hw_time_hpet": spec_table.BOOLEANS, "hw_machine_type": ("q35", "pc", "q35"), "hw_firmware_type": ("uefi", "uefi", "bios"),
              "hw_rng_model": ("virtio",), "hw_vif_model": ("virtio", "e1000", "e1000e", "rtl8139"), "os_type": ("linux",), "os_distro": ("debian",),
              "hw_qemu_guest_agent": ("yes", "no"), "trait:CUSTOM_IMG": ("required",), "unknown_property": ("x",)}

MASKS = {"hw:pmem": ("6GB", "6GB,small", "a_b,"), "pci_passthrough:alias": ("gpu:1", "a1:1,b:2"), "accel:device_profile": ("profile",), "vmware:hw_version": ("vmx-14",),
         "vmware:storage_policy": ("gold",)}

FAMILIES = {"trait:CUSTOM_RT": ("required", "forbidden"), "trait1:STORAGE_DISK_SSD": ("required", "forbidden"), "resources:CUSTOM_GOLD": ("1", "2"),
            "resources:VGPU": ("1",), "resources1:MEMORY_MB": ("512",), "aggregate_instance_extra_specs:rt": ("true",), "capabilities:vcpus": (">= 1",),
            "acme:colour": ("blue",), "rt:no_such_key": ("1",)}

OPTIONS = {"libvirt.realtime_scheduler_priority": (1, 2, 50, 99, -3), "libvirt.rx_queue_size": (256, 512, 1024),
           "libvirt.tx_queue_size": (256, 512, 1024), "libvirt.max_queues": (1, 2, 8), "libvirt.mem_stats_period_seconds": (-1, 0, 5, 30),
           "libvirt.file_backed_memory": (1024, 65536), "compute.packing_host_numa_cells_allocation_strategy": (True, False),
           "libvirt.num_pcie_ports": (0, 1, 4, 28), "libvirt.hw_machine_type": (["x86_64=q35"], ["x86_64=pc"], ["aarch64=virt"], []),
           "reserved_host_cpus": (0,), "libvirt.virt_type": ("kvm", "qemu")}


class CarefulCases:
    def __init__(self, generator):
        self.random = generator
        self.table = spec_table.extra_specs()

    def one(self, *choices):
        return self.random.choice(choices)

    def chance(self, percent):
        return self.random.random() * 100 < percent

    def case(self, number):
        kind = self.one("realtime", "realtime", "realtime", "realtime", "mixed realtime", "mixed", "dedicated", "dedicated", "shared", "cells")
        nodes = self.one(1, 1, 1, 2, 2, 3)
        vcpus = nodes * self.one(1, 2, 2, 3, 4)
        if kind not in ("shared", "dedicated", "cells"):
            vcpus = max(vcpus, 2 * nodes)
        host, options = self.host(max(nodes, self.one(1, 2, 2, 4)))
        flavor = {"vcpus": vcpus, "memory_mb": nodes * self.one(1024, 2048), "root_gb": self.one(0, 10), "swap": self.one(0, 0, 512),
                  "extra_specs": self.guest(kind, vcpus, len(host["cells"][0]["siblings"][0]))}
        case = {"name": "careful/%d" % number, "flavor": flavor, "image": {"properties": {}}, "host": host, "conf": options}
        self.memory(case, nodes, kind)
        self.sprinkle(case)
        self.surroundings(case)
        if self.chance(6):
            self.arm(case)
        return case

    def arm(self, case):
        """The same guest on an aarch64 host."""
        case["host"]["arch"] = "aarch64"
        properties = case["image"]["properties"]
        for key in ("hw_machine_type", "hw_firmware_type"):
            properties.pop(key, None)
        if self.chance(20):
            properties["hw_machine_type"] = self.one("virt", "virt-7.2")

    def guest(self, kind, vcpus, threads):
        specs = {}
        if kind != "shared" and kind != "cells":
            specs["hw:cpu_policy"] = "mixed" if kind.startswith("mixed") else "dedicated"
            if self.chance(15):
                specs["hw:cpu_thread_policy"] = self.one("prefer", "require") if threads > 1 else "prefer"
            if self.chance(35):
                specs["hw:emulator_threads_policy"] = self.one("isolate", "isolate", "share")
        elif self.chance(20):
            specs["hw:cpu_policy"] = "shared"
        if kind.endswith("realtime"):
            specs["hw:cpu_realtime"] = self.one("yes", "true", "True", "1")
            if "hw:emulator_threads_policy" not in specs or self.chance(70):
                specs["hw:cpu_realtime_mask"] = self.mask(vcpus)
        if kind == "mixed":
            specs["hw:cpu_dedicated_mask"] = self.mask(vcpus)
        return specs

    def mask(self, vcpus):
        """Leaves one vCPU out at least, and names one at least."""
        top = vcpus - 1
        middle = self.random.randint(1, top)
        return self.one("^0", "^%d" % top, "1-%d" % top, "%d" % middle, "^0-%d" % (middle - 1), "0-%d,^%d" % (top, middle),
                        "^0,^%d" % (middle if top > 1 else 0))

    def memory(self, case, nodes, kind):
        specs, vcpus, memory = case["flavor"]["extra_specs"], case["flavor"]["vcpus"], case["flavor"]["memory_mb"]
        if nodes > 1 or kind == "cells" or self.chance(10):
            specs["hw:numa_nodes"] = str(nodes)
            if vcpus >= nodes and self.chance(20):
                self.unequal_cells(specs, nodes, vcpus, memory)
        if self.chance(35):
            whole = all(int(specs.get("hw:numa_mem.%d" % cell, 1024)) % 1024 == 0 for cell in range(nodes))
            specs["hw:mem_page_size"] = self.one("2MB", "any") if not whole else self.one("large", "small", "any", "2MB", "1GB", "2048", "1048576", "2MiB", "1GiB")
            if self.chance(25):
                specs["hw:locked_memory"] = self.one(*spec_table.BOOLEANS)

    def unequal_cells(self, specs, nodes, vcpus, memory):
        cuts = [0] + sorted(self.random.sample(range(1, vcpus), nodes - 1)) + [vcpus]
        for cell in range(nodes):
            specs["hw:numa_cpus.%d" % cell] = "%d-%d" % (cuts[cell], cuts[cell + 1] - 1)
            specs["hw:numa_mem.%d" % cell] = str(memory - 512 * (nodes - 1) if cell == 0 else 512)

    def sprinkle(self, case):
        """Every key that is left, every twin, every option: each in a few cases of a hundred."""
        specs, properties, options = case["flavor"]["extra_specs"], case["image"]["properties"], case["conf"]
        for key, row in self.table.items():
            values = MASKS.get(key, row.values())
            if key in DECIDED or key in specs or not values or not self.chance(3):
                continue
            if key != "hw:locked_memory" or "hw:mem_page_size" in specs:
                specs[key] = self.one(*values)
        for key in FAMILIES:
            if self.chance(0.7):
                specs[key] = self.one(*FAMILIES[key])
        for key in IMAGE_ONLY:
            if self.chance(2):
                properties[key] = self.one(*IMAGE_ONLY[key])
        for key, values in OPTIONS.items():
            if self.chance(3):
                options[key] = self.one(*values)
        if self.chance(3):
            options["libvirt.cpu_mode"] = self.one("host-passthrough", "host-model", "custom")
            if options["libvirt.cpu_mode"] == "custom":
                options["libvirt.cpu_models"] = [self.one("Cascadelake-Server", "qemu64")]
        if self.chance(2.5):
            options["libvirt.cpu_models"] = [self.one("Cascadelake-Server", "EPYC")]
            options["libvirt.cpu_mode"] = "custom"
        if self.chance(3):
            options["libvirt.cpu_model_extra_flags"] = self.one([], ["tsc-deadline"], ["+vmx", "-pdpe1gb"])
        self.twins(specs, properties)
        self.behind_schema(case)
        self.machines(specs, properties)
        if specs.get("hw:mem_encryption") == "true":
            # Nova 26.2 fails by accident with named models: libvirt/utils.py, get_flags_by_flavor_specs, asks without an image
            for key in ("libvirt.cpu_mode", "libvirt.cpu_models"):
                options.pop(key, None)

    def twins(self, specs, properties):
        for key, row in self.table.items():
            if not row.image or not self.chance(3):
                continue
            if key in specs and row.image not in ("hw_cpu_realtime_mask", "hw_watchdog_action", "hw_cpu_policy"):
                properties[row.image] = specs[key]  # the same words on both sides
                if key.startswith("hw:numa_"):
                    self.to_image(specs, properties)
            elif row.image == "hw_cpu_realtime_mask":
                properties[row.image] = "^0"
            elif row.image == "hw_mem_page_size":
                specs["hw:mem_page_size"] = self.one("large", "any")
                properties[row.image] = self.one("2MB", "large", "any", "1GB", "2048")
            elif row.image == "hw_cpu_policy":
                properties[row.image] = self.one("shared", specs.get("hw:cpu_policy", "shared"))
            elif row.image == "hw_cpu_thread_policy":
                properties[row.image] = self.one("prefer", "require")
                if specs.get("hw:cpu_policy", "shared") == "shared":
                    properties.setdefault("hw_cpu_policy", "dedicated")
            elif row.image == "hw_locked_memory":
                specs.setdefault("hw:mem_page_size", "large")
                properties[row.image] = self.one(*spec_table.BOOLEANS)
            elif row.image not in ("hw_numa_cpus.0", "hw_numa_mem.0", "hw_mem_encryption", "hw_tpm_model", "hw_tpm_version"):
                properties[row.image] = self.one(*row.values())
        if properties.get("hw_serial_port_count") and "hw:serial_port_count" not in specs and self.chance(50):
            specs["hw:serial_port_count"] = "4"
        if self.chance(1.5):
            specs.setdefault("hw:numa_nodes", "1")
            specs.setdefault("hw:numa_cpus.0", "0")
            specs.setdefault("hw:numa_mem.0", "512")
            self.to_image(specs, properties)

    @staticmethod
    def to_image(specs, properties):
        """The guest's cells, said by the image alone."""
        for key in [key for key in specs if key.startswith("hw:numa_")]:
            properties[key.replace("hw:", "hw_")] = specs.pop(key)

    def behind_schema(self, case):
        specs, properties = case["flavor"]["extra_specs"], case["image"]["properties"]
        for key, image in BEHIND_SCHEMA.items():
            if not self.chance(2.5):
                continue
            case["skip"] = ["schema"]
            if key.startswith("hw:maxphysaddr"):
                specs.update({"hw:maxphysaddr_mode": "emulate", "hw:maxphysaddr_bits": self.one("40", "46")})
                continue
            specs[key] = self.one("16", "32", "64")
            if self.chance(60):
                properties[image] = self.one("16", specs[key])
        for key in set(BEHIND_SCHEMA.values()) - {""}:
            if self.chance(1):
                properties[key] = self.one("32", "64")

    def machines(self, specs, properties):
        """What needs a machine of its own kind: encrypted memory, an IOMMU, a TPM, secure boot."""
        if self.chance(1.5):
            specs["hw:mem_encryption"] = self.one("false", "no")
        if self.chance(1.5):
            properties["hw_mem_encryption"] = self.one("false", "no")
        if self.chance(0.8):
            specs["hw:mem_encryption"] = properties["hw_mem_encryption"] = "true"
            properties.update({"hw_firmware_type": "uefi", "hw_machine_type": "q35"})
        if self.chance(2.5):  # on both sides at once: Nova has no secret for a TPM here, and refuses every such guest
            specs["hw:tpm_version"] = properties["hw_tpm_version"] = self.one("1.2", "2.0")
        for side, prefix in ((specs, "hw:"), (properties, "hw_")):
            if self.chance(2.5):
                side.update({prefix + "tpm_model": self.one("tpm-tis", "tpm-crb")})
        if specs.get("hw:viommu_model") or properties.get("hw_viommu_model"):
            if self.chance(80):
                properties["hw_machine_type"] = "q35"
        if specs.get("os:secure_boot") or properties.get("os_secure_boot"):
            if self.chance(70):
                properties.update({"hw_machine_type": "q35", "hw_firmware_type": "uefi"})

    def host(self, cells_number):
        threads, cores = self.one(1, 1, 2, 2, 4), self.one(8, 12, 16)
        total = cells_number * cores
        cells = []
        for cell in range(cells_number):
            cells.append({"id": cell, "socket": self.one(0, cell), "memory_mb": 32768,
                          "siblings": [[cell * cores + core + total * thread for thread in range(threads)] for core in range(cores)],
                          "mempages": [{"size_kb": 4, "total": 2097152}, {"size_kb": 2048, "total": 4096}, {"size_kb": 1048576, "total": 8}]})
        shared = {cpu for cell in cells for core in cell["siblings"][:self.one(1, 2)] for cpu in core}
        dedicated = {cpu for cell in cells for core in cell["siblings"] for cpu in core} - shared
        options = {"compute.cpu_dedicated_set": ",".join(map(str, sorted(dedicated)))}
        if self.chance(90):
            options["compute.cpu_shared_set"] = ",".join(map(str, sorted(shared)))
        if self.chance(6):
            options = {"vcpu_pin_set": options["compute.cpu_dedicated_set"]}
        elif self.chance(4):
            options = {}
        if self.chance(6):
            options["reserved_huge_pages"] = [{"node": "0", "size": self.one("1GB", "2048", "1048576", "2MB", "4"), "count": str(self.one(1, 2, 6))}]
        return {"cells": cells}, options

    def usage_of(self, cell):
        """A part of the cell is taken, by nobody the case names."""
        cpus = sorted(cpu for core in cell["siblings"] for cpu in core)
        pages = self.one((), (2048,), (2048, 1048576), (4,))
        return {"cell": cell["id"], "pinned": sorted(self.random.sample(cpus, len(cpus) // self.one(2, 3, 4))), "vcpus": self.one(0, 2, 8),
                "memory_mb": self.one(0, 1024, 8192), "mempages": [{"size_kb": size, "used": self.one(1, 2, 3)} for size in pages]}

    def surroundings(self, case):
        """Guests placed before, ratios, ports."""
        if self.chance(12):
            case["placed"] = [{"flavor": {"vcpus": self.one(1, 2, 4), "memory_mb": self.one(512, 1024),
                                          "extra_specs": {"hw:cpu_policy": "dedicated"} | self.one(
                                              {}, {"hw:emulator_threads_policy": "isolate"}, {"hw:mem_page_size": "2MB"},
                                              {"hw:cpu_thread_policy": "require"})}} for _ in range(self.one(1, 1, 2, 3))]
        if self.chance(12):
            case["usage"] = [self.usage_of(cell) for cell in case["host"]["cells"] if self.chance(70)]
        if self.chance(8):
            case["limits"] = {"cpu_allocation_ratio": self.one(1.0, 4.0, 16.0), "ram_allocation_ratio": self.one(1.0, 1.5)}
        if self.chance(40):
            case["vifs"] = [self.one({"type": "vhostuser", "mode": "server", "path": "/run/vhu0"},
                                     {"type": "vhostuser", "mode": "client", "path": "/run/vhu1"}, {"type": "bridge", "bridge": "br0"},
                                     {"type": "ovs", "port_filter": False}, {"type": "ovs", "mtu": 9000, "port_filter": False})
                            for _ in range(self.one(1, 1, 2))]
