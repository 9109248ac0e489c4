#include "base/text.hpp"
#include "domainxml/additions/additions.hpp"
#include "domainxml/cpuset_notation.hpp"
#include "domainxml/domain_reader.hpp"
#include "flavor/nova_values.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace nova_rt::additions {
namespace {

/// The realtime vCPUs that run on one cache.
struct CacheUsers {
    const L3Cache* cache = nullptr;
    CpuSet vcpus;
};

struct Users {
    std::vector<CacheUsers> caches; ///< ascending by cache id
    CpuSet elsewhere;               ///< realtime vCPUs that are pinned to no single cache
};

Users users_of(const CacheControl& caches, const GuestDomain& guest) {
    Users users;
    for (const auto& cache : caches.l3) {
        users.caches.push_back({.cache = &cache, .vcpus = {}});
    }
    for (const unsigned vcpu : guest.realtime_vcpus()) {
        const auto pins = guest.vcpu_pins.find(VcpuId{vcpu});
        const auto found = std::ranges::find_if(users.caches, [&](const CacheUsers& candidate) {
            return pins != guest.vcpu_pins.end() && pins->second.is_subset_of(candidate.cache->cpus);
        });
        (found == users.caches.end() ? users.elsewhere : found->vcpus).add(vcpu);
    }
    std::erase_if(users.caches, [](const CacheUsers& candidate) { return candidate.vcpus.empty(); });
    return users;
}

/// libvirt allows no second word about the same vCPU.
void remove_overlapping(XmlElement cputune, const char* name, const CpuSet& vcpus) {
    for (auto& old : cputune.children(name)) {
        const auto taken = parse_libvirt_cpuset(old.attribute("vcpus").value_or(""));
        if (!taken || taken->intersects(vcpus)) {
            old.remove();
        }
    }
}

/// Whether the guest and the host are such that a key can act at all; the repair is the same for both keys.
Judged<std::optional<Users>> find_users(AdditionContext& context, const char* key, const char* what,
                                        bool host_has_it) {
    const std::string repair = flavor_unset_command(context.flavor(), key);
    const CacheControl* const caches = context.caches();
    if (caches == nullptr || caches->l3.empty()) {
        NOVA_RT_TRY(context.miss(key, "the host's level-3 caches are not known, left out", repair));
        return std::nullopt;
    }
    if (!host_has_it) {
        NOVA_RT_TRY(context.miss(key,
                                 std::string("the host has no ") + what +
                                     ", or resctrl is not mounted at /sys/fs/resctrl, left out",
                                 repair));
        return std::nullopt;
    }
    const auto guest = read_guest_domain(context.domain());
    if (!guest) {
        NOVA_RT_TRY(context.miss(key, guest.error().message(), repair));
        return std::nullopt;
    }
    Users users = users_of(*caches, *guest);
    if (!users.elsewhere.empty()) {
        NOVA_RT_TRY(context.miss(key,
                                 "realtime vCPUs " + users.elsewhere.to_cpulist() +
                                     " are pinned to no single level-3 cache, left out for them",
                                 repair));
    }
    if (users.caches.empty() && users.elsewhere.empty()) {
        context.warn(key, "the guest has no realtime vCPU, nothing was changed");
    }
    return users;
}

/// Whole ways, as libvirt demands: it computes bytes per way by whole division.
/// Source: libvirt, src/util/virresctrl.c, virResctrlAllocFindUnused.
Judged<std::optional<std::uint64_t>> bytes_of(AdditionContext& context, const char* key, const L3Cache& cache,
                                              const CacheAllocation& allocation, unsigned kib) {
    const std::uint64_t way = allocation.ways == 0 ? 0 : cache.size.value * 1024 / allocation.ways;
    const std::uint64_t ways =
        way == 0 ? 0
                 : std::max<std::uint64_t>((std::uint64_t{kib} * 1024 + way - 1) / way, allocation.min_ways);
    if (ways == 0 || ways >= allocation.ways) {
        NOVA_RT_TRY(context.miss(
            key,
            std::to_string(kib) + " KiB of cache " + std::to_string(cache.id) + ", which has " +
                std::to_string(cache.size.value) + " KiB in " + std::to_string(allocation.ways) +
                " ways, leave nothing to everybody else, left out",
            flavor_set_command(context.flavor(), key, std::to_string(way * (allocation.ways / 2) / 1024))));
        return std::nullopt;
    }
    return ways * way;
}

void add_cachetune(XmlElement cputune, const CacheUsers& users, const CacheAllocation& allocation,
                   std::uint64_t bytes) {
    const bool split = allocation.kind == CacheAllocation::Kind::CodeAndData;
    XmlElement tune = cputune.add_child("cachetune").set_attribute("vcpus", users.vcpus.to_cpulist());
    for (const char* type : split ? std::vector{"code", "data"} : std::vector{"both"}) {
        tune.add_child("cache")
            .set_attribute("id", std::uint64_t{users.cache->id})
            .set_attribute("level", "3")
            .set_attribute("type", type)
            .set_attribute("size", bytes)
            .set_attribute("unit", "B");
    }
}

} // namespace

Verdict l3_cache(AdditionContext& context) {
    constexpr const char* kKey = "rt:l3_cache_kib";
    NOVA_RT_TRY_ASSIGN(kib, context.number(kKey));
    if (!kib) {
        return {};
    }
    const CacheControl* const caches = context.caches();
    const bool can = caches != nullptr && caches->allocation.has_value();
    NOVA_RT_TRY_ASSIGN(users, find_users(context, kKey, "cache allocation (CAT)", can));
    for (const auto& group : users ? users->caches : std::vector<CacheUsers>{}) {
        remove_overlapping(context.cputune(), "cachetune", group.vcpus);
        NOVA_RT_TRY_ASSIGN(bytes, bytes_of(context, kKey, *group.cache, *caches->allocation, *kib));
        if (bytes) {
            add_cachetune(context.cputune(), group, *caches->allocation, *bytes);
            context.inform(kKey, "realtime vCPUs " + group.vcpus.to_cpulist() + " have " +
                                     std::to_string(*bytes) + " bytes of cache " +
                                     std::to_string(group.cache->id) +
                                     " to themselves; libvirt takes them from ways that the host's default "
                                     "group leaves free");
        }
    }
    return {};
}

Verdict memory_bandwidth(AdditionContext& context) {
    constexpr const char* kKey = "rt:memory_bandwidth_percent";
    NOVA_RT_TRY_ASSIGN(percent, context.number(kKey));
    if (!percent) {
        return {};
    }
    const CacheControl* const caches = context.caches();
    const bool can = caches != nullptr && caches->bandwidth.has_value();
    NOVA_RT_TRY_ASSIGN(users, find_users(context, kKey, "memory bandwidth allocation (MBA)", can));
    for (const auto& group : users ? users->caches : std::vector<CacheUsers>{}) {
        const unsigned step = std::max(caches->bandwidth->step_percent, 1U);
        const unsigned rounded =
            std::max((*percent + step - 1) / step * step, caches->bandwidth->min_percent);
        remove_overlapping(context.cputune(), "memorytune", group.vcpus);
        context.cputune()
            .add_child("memorytune")
            .set_attribute("vcpus", group.vcpus.to_cpulist())
            .add_child("node")
            .set_attribute("id", std::uint64_t{group.cache->id})
            .set_attribute("bandwidth", std::uint64_t{std::min(rounded, 100U)});
        context.inform(kKey, "realtime vCPUs " + group.vcpus.to_cpulist() + " may use " +
                                 std::to_string(std::min(rounded, 100U)) +
                                 " % of the bandwidth behind cache " + std::to_string(group.cache->id));
    }
    return {};
}

} // namespace nova_rt::additions
