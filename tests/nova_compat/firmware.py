"""Descriptors of UEFI firmware as QEMU's docs/interop/firmware.json has them, for hosts of random cases."""


def descriptor(name, architecture, machines, *features):
    return {"description": name, "interface-types": ["uefi"], "features": list(features),
            "mapping": {"device": "flash", "executable": {"filename": "/usr/share/%s_CODE.fd" % name, "format": "raw"},
                        "nvram-template": {"filename": "/usr/share/%s_VARS.fd" % name, "format": "raw"}},
            "targets": [{"architecture": architecture, "machines": machines}]}


SECURE = descriptor("OVMF/OVMF_4M.secboot", "x86_64", ["pc-q35-*", "q35"], "acpi-s3", "requires-smm", "secure-boot")
PLAIN = descriptor("OVMF/OVMF_4M", "x86_64", ["pc-i440fx-*", "pc-q35-*", "pc", "q35"], "acpi-s3")
ARM = descriptor("AAVMF/AAVMF", "aarch64", ["virt-*", "virt"], "verbose-static")
ONLY_NEW = descriptor("OVMF/OVMF_new", "x86_64", ["pc-q35-[78].*"], "acpi-s3")

HOSTS = ([SECURE, PLAIN, ARM], [PLAIN, SECURE, ARM], [PLAIN, ARM], [SECURE, ONLY_NEW], [ONLY_NEW, ARM, PLAIN], [])


def complete(case, choose):
    """Nova cannot build a UEFI guest on a host without descriptors: give such a case some."""
    host = case["host"]
    uefi = case["image"]["properties"].get("hw_firmware_type") == "uefi" or host.get("arch") == "aarch64"
    if uefi and "firmware" not in host:
        host["firmware"] = choose.choice(HOSTS[:5] * 3 + HOSTS[5:])
