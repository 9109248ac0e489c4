#!/usr/bin/env python3
"""make_option_rom.py SOURCE ROM: assembles a PCI option ROM and gives it the checksum that firmware asks for."""

import pathlib
import subprocess
import sys
import tempfile

BLOCKS = 2


def main():
    source, rom = sys.argv[1:]
    with tempfile.TemporaryDirectory() as directory:
        assembled, linked, raw = (f"{directory}/{name}" for name in ("rom.o", "rom.elf", "rom.bin"))
        subprocess.run(["as", "--32", f"--defsym=ROM_BLOCKS={BLOCKS}", "-o", assembled, source], check=True)
        subprocess.run(["ld", "-m", "elf_i386", "-Ttext=0", "-o", linked, assembled], check=True)
        subprocess.run(["objcopy", "-O", "binary", "-j", ".text", linked, raw], check=True)
        image = bytearray(pathlib.Path(raw).read_bytes())
    if len(image) != BLOCKS * 512:
        sys.exit(f"{source}: {len(image)} bytes, not {BLOCKS * 512}")
    image[-1] = -sum(image) & 0xFF
    pathlib.Path(rom).write_bytes(image)


if __name__ == "__main__":
    main()
