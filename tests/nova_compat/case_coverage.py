"""How often each key, image property, option, stage and exception came up in the random cases."""

import collections
import re

import careful_cases
import refusals
import spec_table

STAGES = ("schema", "image", "api", "driver", "hostconf", "host", "placed", "fit", "post", "xml", "ok")

REFUSALS = (25, 35)  # of a hundred cases: fewer leave reasons unasked, more leave plans and XML unasked

# Exceptions of Nova's that oracle.py cannot be brought to raise, and why.
OUT_OF_REACH = {
    "MemoryPageSizeNotSupported": "caught by numa_fit_instance_to_host, which then finds no fit: NoFit",
    "NUMATopologyUnsupported": "raised for hypervisors that have no NUMA support at all",
}


class Coverage:
    def __init__(self):
        self.cells = collections.defaultdict(collections.Counter)
        self.count = 0

    def add(self, case, answer):
        self.count += 1
        self.cells["extra specs"].update(re.sub(r"^(hw:numa_\w+)\W\d+$", r"\1.0", key) for key in case["flavor"]["extra_specs"])
        self.cells["image properties"].update(list(case["image"]["properties"]))
        self.cells["options"].update(list(case["conf"]))
        error = answer["error"]
        self.cells["stages"][error["stage"] if error else "ok"] += 1
        if error:
            self.cells["exceptions"][error["type"]] += 1

    def thin(self):
        """What is missing: keys, properties and options below one case in a hundred, stages and exceptions without any,
        and a share of refusals that is too small or too large."""
        table = spec_table.extra_specs()
        wanted = {"extra specs": list(table) + list(careful_cases.BEHIND_SCHEMA),
                  "image properties": spec_table.image_twins(table) + [name for name in careful_cases.BEHIND_SCHEMA.values() if name],
                  "options": spec_table.host_options()}
        missing = ["%s (%d of %d cases)" % (name, self.cells[kind][name], self.count)
                   for kind, names in wanted.items() for name in names if self.cells[kind][name] * 100 < self.count]
        low, high = REFUSALS
        if not low * self.count <= self.refusals() * 100 <= high * self.count:
            missing.append("refusals: %.1f%% of the cases, not %d to %d" % (100 * self.refusals() / self.count, low, high))
        reached = {name.split()[0] for name in refusals.RECIPES}
        return (missing + ["stage " + name for name in STAGES if not self.cells["stages"][name]] +
                ["exception " + name for name in sorted(reached) if not self.cells["exceptions"][name]])

    def refusals(self):
        return self.count - self.cells["stages"]["ok"]

    def show(self):
        for kind, cells in self.cells.items():
            print("%s:" % kind)
            print("  " + "  ".join("%s %.1f%%" % (name, 100 * n / self.count) for name, n in sorted(cells.items(), key=lambda c: (-c[1], c[0]))))
        print("refusals: %.1f%%" % (100 * self.refusals() / self.count))
        for name, why in OUT_OF_REACH.items():
            print("out of reach: %s (%s)" % (name, why))
