#include "support/text_promises.hpp"

#include "base/cpu_set.hpp"
#include "domainxml/cpuset_notation.hpp"
#include "flavor/nova_values.hpp"
#include "flavor/page_size.hpp"

#include <limits>
#include <set>

namespace nova_rt::test {

namespace {

/// What a set says about itself must be what iterating over it finds.
std::string broken_by_set(const CpuSet& set) {
    std::set<unsigned> cpus;
    for (const unsigned cpu : set) {
        cpus.insert(cpu);
        if (!set.contains(cpu) || cpu >= CpuSet::kMaxCpus) {
            return "a CPU that is visited is not in the set or beyond the limit";
        }
    }
    if (cpus.size() != set.size() || set.empty() != cpus.empty()) {
        return "size() counts something else than the CPUs";
    }
    if (!cpus.empty() && (set.first() != *cpus.begin() || set.last() != *cpus.rbegin())) {
        return "first() or last() is not the lowest or highest CPU";
    }
    const auto list = CpuSet::from_cpulist(set.to_cpulist());
    if (!list || *list != set) {
        return "cpulist " + set.to_cpulist() + " is not read back as the same set";
    }
    const auto mask = CpuSet::from_mask(set.to_mask());
    if (!mask || *mask != set) {
        return "mask " + set.to_mask() + " is not read back as the same set";
    }
    const auto spec = CpuSet::from_nova_spec(set.to_cpulist());
    return spec && *spec == set ? "" : "Nova's notation reads a cpulist differently";
}

std::string broken_by_pair(const CpuSet& a, const CpuSet& b) {
    if ((a - b) != a - (a & b) || (a | b) - a != b - a) {
        return "difference, union and intersection contradict each other";
    }
    if (a.intersects(b) != !(a & b).empty() || a.is_subset_of(b) != ((a | b) == b)) {
        return "intersects() or is_subset_of() contradicts the sets";
    }
    return "";
}

/// Two readers of Nova's notation: the strict one never accepts what the other refuses or reads differently.
std::string broken_by_nova_readers(std::string_view text, const CpuSet& strict) {
    const auto lenient = parse_cpu_spec(text);
    if (!lenient || lenient->beyond_limit) {
        return "parse_cpu_spec refuses what from_nova_spec accepts";
    }
    return lenient->cpus == strict ? "" : "parse_cpu_spec reads another set than from_nova_spec";
}

Judged<std::optional<PageSizeRequest>> page_size_of(std::string_view text) {
    Flavor flavor;
    flavor.extra_specs["hw:mem_page_size"] = std::string(text);
    return page_size({.flavor = flavor, .image = ImageMeta{}});
}

std::string broken_by_page_size(std::string_view text) {
    const auto size = page_size_of(text);
    if (!size || !*size || (*size)->kind != PageSizeRequest::Kind::Exact) {
        return "";
    }
    const auto again = page_size_of(std::to_string((*size)->exact.value));
    return again && *again == *size ? "" : "a page size in KiB is not read back as the same size";
}

} // namespace

std::string broken_by_cpu_text(std::string_view text) {
    CpuSet before;
    const auto check = [&](const Result<CpuSet>& set) -> std::string {
        if (!set) {
            return set.error().message().empty() ? "a refusal says nothing" : "";
        }
        auto broken = broken_by_set(*set);
        broken = broken.empty() ? broken_by_pair(before, *set) : broken;
        before = *set;
        return broken;
    };
    for (const auto& set : {CpuSet::from_cpulist(text), CpuSet::from_mask(text), parse_libvirt_cpuset(text),
                            CpuSet::from_nova_spec(text)}) {
        if (auto broken = check(set); !broken.empty()) {
            return broken;
        }
    }
    const auto strict = CpuSet::from_nova_spec(text);
    return strict ? broken_by_nova_readers(text, *strict) : "";
}

std::string broken_by_size_text(std::string_view text) {
    const auto number = python_int(text);
    if (is_int_like(text) && !number) {
        return "python_int refuses what Python prints";
    }
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    if (number && *number != kMost && *number != -kMost && python_int(std::to_string(*number)) != number) {
        return "a number is not read back as itself";
    }
    if (strict_bool(text).value_or(false) != lenient_bool(text)) {
        return "the strict and the lenient reader of booleans differ";
    }
    const auto bytes = string_to_bytes(std::string(text) + "B");
    const auto kilobytes = string_to_bytes(std::string(text) + "KB");
    if (bytes && kilobytes && *kilobytes < *bytes) {
        return "a kilobyte is less than a byte";
    }
    return broken_by_page_size(text);
}

} // namespace nova_rt::test
