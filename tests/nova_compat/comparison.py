"""Puts cases to the translator, and says where its answers differ from Nova's."""

import json
import subprocess

from lxml import etree

COMPARED = ("realtime_vcpus", "placement", "pins", "emulator_reserved", "emulator_pins", "sched")
# Only the translator acts on these: its XML has more in it than Nova's, and the pins are the same.
OURS = "rt:"
# What rt:isolation=required says of a host that cannot do what the flavor's rt: keys ask for: Nova has no such rule
OWN_REFUSAL = "RealtimeRequirementNotMet"


def translate(translator, template, cases):
    done = subprocess.run([translator, "plan", "--batch", "--template", template], input=json.dumps(cases), capture_output=True, text=True,
                          check=False)
    if done.returncode:
        raise SystemExit("translator: exit %d: %s" % (done.returncode, done.stderr))
    return json.loads(done.stdout)


def clamped(value):
    """Python has integers without end. Ours end with 64 bits, as libvirt's do, which refuses longer ones."""
    if isinstance(value, dict):
        return {key: clamped(each) for key, each in value.items()}
    if isinstance(value, list):
        return [clamped(each) for each in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return max(-(2 ** 63) + 1, min(value, 2 ** 63 - 1))
    return value


def canonical(element):
    """An element as a text that depends neither on the order of attributes nor on that of children."""
    inner = sorted(canonical(child) for child in element if isinstance(child.tag, str))
    attributes = "".join(' %s="%s"' % pair for pair in sorted(element.attrib.items()))
    return "<%s%s>%s" % (element.tag, attributes, (element.text or "").strip()) + "".join(inner) + "</%s>" % element.tag


def elements(xml):
    """Every element of a domain and every device. Not the metadata, where ours says more than Nova 26.2 did, and not what a
    case does not name: disks and the console's log file."""
    domain = etree.fromstring(xml)
    for path in ("metadata", "devices/disk", "devices/serial/log"):
        for element in domain.findall(path):
            element.getparent().remove(element)
    # nova/virt/libvirt/config.py:2735 writes <smm><smm state='on'/></smm>; libvirt sees the outer one, and means the same
    for inner in domain.findall("features/smm/smm"):
        outer = inner.getparent()
        outer.set("state", inner.get("state"))
        outer.remove(inner)
    devices = domain.find("devices")
    domain.remove(devices)
    return sorted([canonical(child) for child in domain] + [canonical(device) for device in devices] +
                  ["type=" + domain.get("type")])


def facts_differ(oracle, expected, seen):
    if "xml" not in expected:
        return {}
    if "xml" not in seen:
        return {"xml": ("present", "missing")}
    facts, nova = oracle.xml_facts(seen["xml"]), dict(expected["facts"])
    for each in (facts, nova):
        each["features"] = sorted(each["features"])
    wrong = {key: shortened(value, facts.get(key)) for key, value in nova.items() if facts.get(key) != value}
    theirs, ours = elements(expected["xml"]), elements(seen["xml"])
    return wrong if theirs == ours else wrong | {"elements": shortened(theirs, ours)}


def shortened(nova, ours):
    """Of two lists only what one has and the other has not."""
    if isinstance(nova, list) and isinstance(ours, list):
        return [each for each in nova if each not in ours], [each for each in ours if each not in nova]
    return nova, ours


def difference(oracle, case, expected, seen):
    """What Nova and the translator say differently: {name: (Nova's, ours)}. Empty when they agree."""
    wrong = {}
    expected = clamped(expected)
    additions = any(key.startswith(OURS) for key in case["flavor"]["extra_specs"])
    if additions and (seen["error"] or {}).get("type") == OWN_REFUSAL:
        return {}
    if expected["ok"] != seen["ok"]:
        wrong["ok"] = (expected["error"], seen["error"])
    elif expected["error"]:
        for key in ("stage", "type"):
            if expected["error"][key] != seen["error"][key]:
                wrong[key] = (expected["error"], seen["error"])
    for key in COMPARED:
        if key in expected and expected[key] != seen.get(key) and not (key == "sched" and additions):
            wrong[key] = (expected[key], seen.get(key))
    if not additions:
        wrong.update(facts_differ(oracle, expected, seen))
    return wrong


def without_additions(case):
    """The same question without the keys that only the translator knows."""
    flavor = dict(case["flavor"], extra_specs={key: value for key, value in case["flavor"]["extra_specs"].items() if not key.startswith(OURS)})
    return dict(case, flavor=flavor)
