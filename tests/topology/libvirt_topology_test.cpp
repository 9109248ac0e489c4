// Our topology and caches of machines nobody here owns against what libvirt's capabilities say of them: the
// captures and the expected answers of libvirt's own tests.

#include "adapters/linux_host/linux_host_reader.hpp"
#include "base/text.hpp"
#include "domainxml/xml_document.hpp"
#include "topology/topology_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace nova_rt {
namespace {

namespace fs = std::filesystem;

/// Written by hand: with cache sizes like "33M", which no kernel writes.
const std::set<std::string> kMadeUp = {"resctrl-skx", "resctrl-skx-twocaches"};

std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::uint64_t number(const XmlElement& element, const char* attribute) {
    const auto parsed = parse_number<std::uint64_t>(element.attribute(attribute).value_or(""));
    EXPECT_TRUE(parsed) << element.name() << " has no number " << attribute;
    return parsed.value_or(0);
}

CpuSet cpus_of(const XmlElement& element, const char* attribute) {
    const auto cpus = CpuSet::from_cpulist(element.attribute(attribute).value_or("none"));
    EXPECT_TRUE(cpus) << element.name() << " has no CPUs " << attribute;
    return cpus.value_or(CpuSet{});
}

/// A size in KiB, in either unit that libvirt writes.
std::uint64_t kib(const XmlElement& element, const char* attribute) {
    const auto unit = element.attribute("unit");
    EXPECT_TRUE(unit == "KiB" || unit == "MiB");
    return number(element, attribute) * (unit == "MiB" ? 1024 : 1);
}

XmlElement below(XmlElement element, const std::vector<const char*>& path) {
    for (const char* const name : path) {
        const auto child = element.child(name);
        if (!child) {
            throw std::runtime_error(std::string("no element ") + name);
        }
        element = *child;
    }
    return element;
}

void compare_cell(const XmlElement& theirs, const HostCell& ours) {
    SCOPED_TRACE("NUMA node " + std::to_string(ours.id.value));
    EXPECT_EQ(number(theirs, "id"), ours.id.value);
    CpuSet cpus;
    std::map<unsigned, std::string> cores;
    const auto listed = below(theirs, {"cpus"}).children("cpu");
    for (const auto& cpu : listed) {
        const auto id = static_cast<unsigned>(number(cpu, "id"));
        cpus.add(id);
        cores[id] = cpus_of(cpu, "siblings").to_cpulist();
    }
    EXPECT_EQ(ours.cpus.to_cpulist(), cpus.to_cpulist());
    if (!listed.empty()) {
        EXPECT_EQ(ours.socket, number(listed.front(), "socket_id"));
    }
    std::map<unsigned, std::string> our_cores;
    for (const CpuSet& core : ours.thread_siblings) {
        for (const unsigned cpu : core) {
            our_cores[cpu] = core.to_cpulist();
        }
    }
    EXPECT_EQ(our_cores, cores);
}

void compare_allocation(const XmlElement& bank, const CacheControl& ours) {
    const auto controls = bank.children("control");
    ASSERT_EQ(ours.allocation.has_value(), !controls.empty());
    if (controls.empty()) {
        return;
    }
    const auto& allocation = *ours.allocation;
    const bool split = allocation.kind == CacheAllocation::Kind::CodeAndData;
    EXPECT_EQ(controls.size(), split ? 2U : 1U);
    EXPECT_EQ(controls.front().attribute("type"), split ? "code" : "both");
    const std::uint64_t way = kib(bank, "size") / allocation.ways;
    EXPECT_EQ(kib(controls.front(), "granularity"), way);
    if (controls.front().attribute("min")) { // left out when one way is enough
        EXPECT_EQ(kib(controls.front(), "min"), way * allocation.min_ways);
    } else {
        EXPECT_EQ(allocation.min_ways, 1U);
    }
}

/// Returns how many level-3 caches libvirt knows.
std::size_t compare_caches(const XmlElement& host, const CacheControl& ours) {
    const auto cache = host.child("cache");
    const auto banks = cache ? cache->children("bank") : std::vector<XmlElement>{};
    EXPECT_EQ(ours.l3.size(), banks.size());
    for (std::size_t i = 0; i < std::min(ours.l3.size(), banks.size()); ++i) {
        SCOPED_TRACE("level-3 cache " + std::to_string(i));
        EXPECT_EQ(number(banks[i], "level"), 3U);
        EXPECT_EQ(ours.l3[i].id, number(banks[i], "id"));
        EXPECT_EQ(ours.l3[i].cpus.to_cpulist(), cpus_of(banks[i], "cpus").to_cpulist());
        EXPECT_EQ(ours.l3[i].size.value, kib(banks[i], "size"));
        compare_allocation(banks[i], ours);
    }
    const auto bandwidth = host.child("memory_bandwidth");
    const auto node = bandwidth ? bandwidth->child("node") : std::nullopt;
    EXPECT_EQ(ours.bandwidth.has_value(), node.has_value());
    if (ours.bandwidth && node) {
        const auto control = below(*node, {"control"});
        EXPECT_EQ(ours.bandwidth->step_percent, number(control, "granularity"));
        EXPECT_EQ(ours.bandwidth->min_percent, number(control, "min"));
    }
    return banks.size();
}

Result<HostTopology> read_root(const std::string& root) {
    NOVA_RT_TRY_ASSIGN(directory, RootDirectory::open(root));
    return read_topology(LinuxHostReader(std::move(directory)), {});
}

/// The unpacked captures of libvirt's own tests: NOVA_RT_CAPTURES holds one directory per machine.
TEST(LibvirtCaptures, FindsWhatLibvirtFindsOnForeignMachines) {
    const char* const directory =
        std::getenv("NOVA_RT_CAPTURES"); // NOLINT(concurrency-mt-unsafe): one thread
    ASSERT_NE(directory, nullptr) << "run by captures_test.sh";
    int compared = 0;
    std::size_t caches = 0;
    for (const auto& entry : fs::directory_iterator(directory)) {
        const std::string machine = entry.path().filename();
        SCOPED_TRACE(machine);
        const auto said = XmlDocument::parse(read_file(entry.path() / "capabilities.xml"));
        ASSERT_TRUE(said) << said.error().message();
        const auto host = read_root(entry.path());
        ASSERT_EQ(host.has_value(), !kMadeUp.contains(machine)) << (host ? "" : host.error().message());
        if (!host) {
            continue;
        }
        const auto theirs = below(said->root(), {"host"});
        const auto cells = below(theirs, {"topology", "cells"}).children("cell");
        ASSERT_EQ(host->cells.size(), cells.size());
        for (std::size_t i = 0; i < cells.size(); ++i) {
            compare_cell(cells[i], host->cells[i]);
        }
        caches += compare_caches(theirs, host->caches);
        ++compared;
    }
    std::cout << compared << " machines compared, " << caches << " level-3 caches\n";
    EXPECT_EQ(compared, 8);
}

} // namespace
} // namespace nova_rt
