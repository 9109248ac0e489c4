"""What can be asked for, read from the product's own files: extra specs, their twins in an image, host options."""

import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "flavor-schemas" / "realtime-flavor.schema.json"
README = ROOT / "flavor-schemas" / "README.md"
OPTIONS = ROOT / "agent" / "services" / "option_document.cpp"

BOOLEANS = ("true", "True", "yes", "1", "on", "false", "no", "0", "off", "F")


class ExtraSpec:
    """A row of the table: how a value looks, the image property that says the same, where it takes effect."""

    def __init__(self, key, rule, image, scope):
        self.key, self.rule, self.image, self.scope = key, rule, image, scope

    def values(self):
        """Values that the key's own rule accepts, small ones where it is a number; none for masks and the like."""
        rule = self.rule
        if "enum" in rule:
            return list(rule["enum"])
        if "allOf" in rule:
            return list(BOOLEANS)
        if "minimum" in rule or "[+-]" in rule.get("pattern", ""):
            low = rule.get("minimum", -1)
            return [str(n) for n in range(low, min(low + 4, rule.get("maximum", low + 4)) + 1)]
        return []


def extra_specs():
    """By key; the two keys that end in a number are there as hw:numa_cpus.0 and hw:numa_mem.0."""
    described = json.loads(SCHEMA.read_text(encoding="utf-8"))["properties"]["extra_specs"]
    table = {}
    for line in README.read_text(encoding="utf-8").splitlines():
        row = [cell.strip() for cell in line.split("|")]
        if len(row) < 7 or not row[1].startswith("`") or "{" in row[5]:
            continue
        name, image, scope = row[1].strip("`"), row[4].strip("`"), row[5]
        if name.endswith("{num}"):
            stem = name[:-len("{num}") - 1]
            rule = next(rule for pattern, rule in described["patternProperties"].items() if pattern.startswith("^" + stem))
        else:
            rule = described["properties"][name]
        key = name.replace("{num}", "0")
        table[key] = ExtraSpec(key, rule, image.replace("{num}", "0"), scope)
    missing = set(described["properties"]) - set(table)
    if missing:
        raise SystemExit("flavor-schemas: in the schema, not in the README: " + ", ".join(sorted(missing)))
    return table


def image_twins(table):
    return sorted({spec.image for spec in table.values() if spec.image})


def host_options():
    """Every option that the translator reads, by the names in its source."""
    text = OPTIONS.read_text(encoding="utf-8")
    return sorted(set(re.findall(r'"((?:compute|libvirt)\.[a-z_]+|vcpu_pin_set|reserved_[a-z_]+)"', text)))
