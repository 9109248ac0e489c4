#!/usr/bin/python3
"""What Nova itself says to hostile values: each key of the table of extra specs and each image twin, each value of
VALUES, with and without the validation of the API. bad_input_test.cpp puts the same to the translator.

    /usr/bin/python3 tests/nova_compat/bad_input.py > tests/nova_compat/bad-input-26.2.2.json
"""

import json
import sys

import oracle
import spec_table

# Nova would build a set as large as the number, or ports without end: nobody can record an answer to these.
ENORMOUS = ["0-99999999999", "99999999999-0", "0-1,^0-99999999999", "0-18446744073709551616"]

VALUES = [
    "", " ", "0", "-1", "1", "2", "3", "+4", " 4 ", "4_0", "007", "65536", "2147483648", "9223372036854775807",
    "9223372036854775808", "-9223372036854775809", "99999999999999999999999999", "1.5", "1e3", "0x10", "nan", "inf",
    "\u0663", "\uff11", "\u00b2", "1\u0660",
    "true", "True", "YES", "off", "ture", "None", "null", "[]", "{}", "dedicated", "DEDICATED", "dedicated ", "shared",
    "mixed", "isolate", "require", "prefer", "share", "reset", "required", "auto", "1.2", "large", "2M", "2MB", "2mb",
    "1Gb", "2048", "2048kB", "-2048", "4.5GB", "0KB",
    "0-3", "1-3,^2", "^0", "^0-3", "^0,^1", "3-1", "0-", "-3", ",", "0,,1", "0-1-2", "^^0", "^", "^-1", "0-8191", "0-8192",
    "8191", "8192", "4", "0-9999", "1,1,1", "a", "0:1", "a:1", "a:1,b:x",
    "x" * 255, "1" * 255, "0," * 127 + "0", "^" * 255,
    "\n", "1\n", "yes\n", "a\tb", "\x1b[31m", "</domain><x/>", "<![CDATA[x]]>", "&lt;", "'; true;'", "%s%n", "\u202e1", "\ufeff1",
    "\u00e9", "\U0001d7ce",
] + ENORMOUS

REALTIME = {"hw:cpu_policy": "dedicated", "hw:cpu_realtime": "yes", "hw:cpu_realtime_mask": "^0"}
AROUND = {
    "hw:cpu_dedicated_mask": {"hw:cpu_policy": "mixed"},
    "hw:mem_page_size": {},
    "hw:locked_memory": {"hw:mem_page_size": "large"},
    "hw:numa_cpus.0": {"hw:numa_mem.0": "4096"},
    "hw:numa_mem.0": {"hw:numa_cpus.0": "0-3"},
    "hw:cpu_policy": {},
}


def question(key, value, image, skip):
    """The flavor is one that Nova accepts without the key, or that lacks only the key."""
    around = dict(AROUND.get(key, REALTIME))
    properties = {}
    if image:
        properties[image] = value
        if key == "hw:mem_page_size":
            around[key] = "any"
        if key.startswith("hw:numa_"):
            around = {}
            properties["hw_numa_mem.0" if "cpus" in key else "hw_numa_cpus.0"] = "4096" if "cpus" in key else "0-3"
        around.pop("hw:cpu_realtime_mask" if key == "hw:cpu_realtime_mask" else None, None)
    else:
        around[key] = value
    return {"flavor": {"name": "f", "vcpus": 4, "memory_mb": 4096, "extra_specs": around},
            "image": {"id": "i", "properties": properties}, "skip": ["schema"] if skip else []}


def outcome(case):
    error = oracle.run_case(case)["error"]
    return "ok" if error is None else f"{error['stage']}/{error['type']}"


def judged(key, value):
    return value not in ENORMOUS and not (key in ("hw:cpu_realtime_mask", "hw:cpu_dedicated_mask", "hw:numa_cpus.0")
                                          and len(value) > 40)


def main():
    twins = {spec.image for spec in spec_table.extra_specs().values() if spec.image}
    rows = []
    for key, spec in spec_table.extra_specs().items():
        if key.startswith("rt:"):
            continue
        for image in ["", spec.image] if spec.image and spec.image in twins else [""]:
            for skip in [False, True]:
                rows.append({"key": key, "image": image, "skip": skip,
                             "answers": [outcome(question(key, value, image, skip)) if judged(key, value) else "unknown"
                                         for value in VALUES]})
    names = sorted({answer for row in rows for answer in row["answers"]})
    print('{"values": ' + json.dumps(VALUES) + ',\n"outcomes": ' + json.dumps(names) + ',\n"rows": [')
    for number, row in enumerate(rows):
        row["answers"] = [names.index(answer) for answer in row["answers"]]
        row["question"] = question(row["key"], "@", row["image"], row["skip"])
        print(json.dumps(row, separators=(",", ":")) + ("," if number + 1 < len(rows) else ""))
    print("]}")
    print(f"{len(rows)} rows of {len(VALUES)} values", file=sys.stderr)


if __name__ == "__main__":
    main()
