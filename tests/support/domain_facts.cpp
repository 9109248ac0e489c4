#include "support/domain_facts.hpp"

#include "base/cpu_set.hpp"
#include "base/text.hpp"
#include "domainxml/xml_document.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace nova_rt::test {
namespace {

using nlohmann::json;

json cpus(const std::optional<std::string>& spec) {
    json list = json::array();
    if (!spec || spec->empty()) {
        return list;
    }
    const auto set = CpuSet::from_nova_spec(*spec);
    EXPECT_TRUE(set) << *spec;
    for (const unsigned cpu : set.value_or(CpuSet{})) {
        list.push_back(cpu);
    }
    return list;
}

json attribute(const XmlElement& element, const char* name) {
    const auto value = element.attribute(name);
    return value ? json(*value) : json();
}

json number(const std::optional<std::string>& text) {
    const auto value = parse_number<std::int64_t>(trimmed(text.value_or("")));
    EXPECT_TRUE(value) << text.value_or("(absent)");
    return value ? json(*value) : json();
}

/// A number, or null for an element without it.
json number_or_null(const std::optional<XmlElement>& element) {
    return element ? number(element->text()) : json();
}

json attributes(const XmlElement& element) {
    json all = json::object();
    for (const auto& [name, value] : element.attributes()) {
        all[name] = value;
    }
    return all;
}

json attributes_of_each(const std::vector<XmlElement>& elements) {
    json list = json::array();
    for (const auto& element : elements) {
        list.push_back(attributes(element));
    }
    return list;
}

json attribute_of(const XmlElement& parent, const char* child, const char* name) {
    const auto element = parent.child(child);
    return element ? attribute(*element, name) : json();
}

std::vector<XmlElement> below(const XmlElement& domain, std::string_view parent, std::string_view name) {
    const auto element = domain.child(parent);
    return element ? element->children(name) : std::vector<XmlElement>{};
}

void add_tuning(const XmlElement& domain, json& facts) {
    facts["vcpupin"] = json::object();
    facts["vcpusched"] = json::array();
    facts["iothreadpin"] = json::array();
    facts["emulatorpin"] = nullptr;
    facts["cputune_quota"] = json::object();
    for (const auto& pin : below(domain, "cputune", "vcpupin")) {
        facts["vcpupin"][pin.attribute("vcpu").value_or("")] = cpus(pin.attribute("cpuset"));
    }
    for (const auto& pin : below(domain, "cputune", "emulatorpin")) {
        facts["emulatorpin"] = cpus(pin.attribute("cpuset"));
    }
    for (const auto& sched : below(domain, "cputune", "vcpusched")) {
        facts["vcpusched"].push_back({{"vcpus", cpus(sched.attribute("vcpus"))},
                                      {"scheduler", attribute(sched, "scheduler")},
                                      {"priority", number(sched.attribute("priority"))}});
    }
    for (const auto& pin : below(domain, "cputune", "iothreadpin")) {
        facts["iothreadpin"].push_back(
            {{"iothread", attribute(pin, "iothread")}, {"cpuset", cpus(pin.attribute("cpuset"))}});
    }
    for (const char* name : {"shares", "quota", "period"}) {
        for (const auto& value : below(domain, "cputune", name)) {
            facts["cputune_quota"][name] = number(value.text());
        }
    }
    facts["iothreads"] = number_or_null(domain.child("iothreads"));
}

json memory_backing(const XmlElement& domain) {
    const auto backing = domain.child("memoryBacking");
    if (!backing) {
        return nullptr;
    }
    json pages = json::array();
    for (const auto& page : below(*backing, "hugepages", "page")) {
        pages.push_back(
            {{"size_kb", number(page.attribute("size"))}, {"nodeset", cpus(page.attribute("nodeset"))}});
    }
    return {{"hugepages", pages},
            {"locked", backing->child("locked").has_value()},
            {"nosharepages", backing->child("nosharepages").has_value()},
            {"source", attribute_of(*backing, "source", "type")},
            {"access", attribute_of(*backing, "access", "mode")},
            {"allocation", attribute_of(*backing, "allocation", "mode")}};
}

json numatune(const XmlElement& domain) {
    const auto tune = domain.child("numatune");
    if (!tune) {
        return nullptr;
    }
    json nodes = json::array();
    for (const auto& node : tune->children("memnode")) {
        nodes.push_back({{"cellid", number(node.attribute("cellid"))},
                         {"mode", attribute(node, "mode")},
                         {"nodeset", cpus(node.attribute("nodeset"))}});
    }
    const auto memory = tune->child("memory");
    return {{"memory",
             {{"mode", attribute_of(*tune, "memory", "mode")},
              {"nodeset", cpus(memory ? memory->attribute("nodeset") : std::nullopt)}}},
            {"memnodes", nodes}};
}

json processor(const XmlElement& domain) {
    const auto cpu = domain.child("cpu");
    if (!cpu) {
        return nullptr;
    }
    const auto topology = cpu->child("topology");
    return {{"mode", attribute(*cpu, "mode")},
            {"topology", topology ? attributes(*topology) : json()},
            {"numa", attributes_of_each(below(*cpu, "numa", "cell"))},
            {"features", attributes_of_each(cpu->children("feature"))}};
}

json interfaces(const XmlElement& domain) {
    json list = json::array();
    for (const auto& interface : below(domain, "devices", "interface")) {
        json fact = {{"type", attribute(interface, "type")}};
        for (const auto& child : interface.children()) {
            fact[std::string(child.name())] = attributes(child);
        }
        list.push_back(fact);
    }
    return list;
}

json balloons(const XmlElement& domain) {
    json list = json::array();
    for (const auto& balloon : below(domain, "devices", "memballoon")) {
        json fact = attributes(balloon);
        fact["stats"] = attributes_of_each(balloon.children("stats"));
        list.push_back(fact);
    }
    return list;
}

} // namespace

json domain_facts(std::string_view xml) {
    const auto document = XmlDocument::parse(xml);
    EXPECT_TRUE(document) << document.error().message();
    json facts = json::object();
    if (!document) {
        return facts;
    }
    const XmlElement domain = document->root();
    add_tuning(domain, facts);
    const auto vcpu = domain.child("vcpu");
    facts["vcpu"] = {{"count", number_or_null(vcpu)},
                     {"cpuset", cpus(vcpu ? vcpu->attribute("cpuset") : std::nullopt)}};
    facts["memoryBacking"] = memory_backing(domain);
    facts["numatune"] = numatune(domain);
    facts["cpu"] = processor(domain);
    const auto features = domain.child("features");
    facts["pmu"] = features ? attribute_of(*features, "pmu", "state") : json();
    facts["features"] = json::array();
    for (const auto& feature : features ? features->children() : std::vector<XmlElement>{}) {
        facts["features"].push_back(feature.name());
    }
    facts["timers"] = attributes_of_each(below(domain, "clock", "timer"));
    facts["watchdog"] = attributes_of_each(below(domain, "devices", "watchdog"));
    facts["memballoon"] = balloons(domain);
    facts["interfaces"] = interfaces(domain);
    return facts;
}

std::string differences(const json& expected, const json& seen) {
    std::string lines;
    for (const auto& operation : json::diff(expected, seen)) {
        lines += operation.dump() + "\n";
    }
    return lines;
}

} // namespace nova_rt::test
