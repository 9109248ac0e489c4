#include "services/cache_document.hpp"

#include "base/text.hpp"
#include "services/bounded_json.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace nova_rt {

using nlohmann::json;

namespace {

constexpr std::size_t kMaxCaches = CpuSet::kMaxCpus;
constexpr std::int64_t kMaxCacheId = 65535;
constexpr std::int64_t kMaxCacheKib = std::int64_t{16} * 1024 * 1024;
constexpr std::int64_t kMaxWays = 64;

tl::unexpected<Error> bad(const std::string& why) {
    return fail(ErrorCode::InvalidArgument, "read host: " + why);
}

Result<L3Cache> read_cache(const json& entry) {
    const std::string where = "read host l3_caches";
    NOVA_RT_TRY(expect_object(entry, where));
    NOVA_RT_TRY_ASSIGN(id, read_integer(entry, "id", 0, kMaxCacheId, where));
    NOVA_RT_TRY_ASSIGN(size, read_integer(entry, "size_kb", 1, kMaxCacheKib, where));
    const auto cpus = entry.find("cpus");
    if (!id || !size || cpus == entry.end()) {
        return bad("an entry of l3_caches lacks id, size_kb or cpus");
    }
    NOVA_RT_TRY_ASSIGN(shared, read_cpu_list(*cpus, "cpus of l3_caches"));
    return L3Cache{.id = static_cast<unsigned>(*id),
                   .cpus = std::move(shared),
                   .size = {static_cast<std::uint64_t>(*size)}};
}

Result<CacheAllocation> read_allocation(const json& entry) {
    const std::string where = "read host resctrl l3";
    NOVA_RT_TRY(expect_object(entry, where));
    NOVA_RT_TRY_ASSIGN(mask_text, read_text(entry, "cbm_mask", where));
    NOVA_RT_TRY_ASSIGN_CONTEXT(mask, CpuSet::from_mask(mask_text.value_or("")), where + ": cbm_mask");
    if (mask.empty() || mask.size() > kMaxWays) {
        return bad("cbm_mask of resctrl is " + nova_rt::quoted(mask_text.value_or("")) +
                   ", not a hexadecimal mask of 1 to 64 ways");
    }
    NOVA_RT_TRY_ASSIGN(minimum, read_integer(entry, "min_cbm_bits", 1, kMaxWays, where));
    const auto cdp = entry.find("cdp");
    const bool split = cdp != entry.end() && *cdp == true;
    return CacheAllocation{.ways = static_cast<unsigned>(mask.size()),
                           .min_ways = static_cast<unsigned>(minimum.value_or(1)),
                           .kind =
                               split ? CacheAllocation::Kind::CodeAndData : CacheAllocation::Kind::Unified};
}

Result<BandwidthAllocation> read_bandwidth(const json& entry) {
    const std::string where = "read host resctrl mb";
    NOVA_RT_TRY(expect_object(entry, where));
    NOVA_RT_TRY_ASSIGN(minimum, read_integer(entry, "min_bandwidth", 1, 100, where));
    NOVA_RT_TRY_ASSIGN(step, read_integer(entry, "bandwidth_gran", 1, 100, where));
    return BandwidthAllocation{.min_percent = static_cast<unsigned>(minimum.value_or(10)),
                               .step_percent = static_cast<unsigned>(step.value_or(10))};
}

Status read_resctrl(const json& resctrl, CacheControl& caches) {
    NOVA_RT_TRY(expect_object(resctrl, "read host resctrl"));
    if (const auto l3 = resctrl.find("l3"); l3 != resctrl.end() && !l3->is_null()) {
        NOVA_RT_TRY_ASSIGN(allocation, read_allocation(*l3));
        caches.allocation = allocation;
    }
    if (const auto mb = resctrl.find("mb"); mb != resctrl.end() && !mb->is_null()) {
        NOVA_RT_TRY_ASSIGN(bandwidth, read_bandwidth(*mb));
        caches.bandwidth = bandwidth;
    }
    return {};
}

} // namespace

Result<CpuSet> read_cpu_list(const json& value, const char* what) {
    if (value.is_string()) {
        return CpuSet::from_cpulist(value.get_ref<const std::string&>());
    }
    if (!value.is_array()) {
        return bad(std::string(what) + " is not a list of CPU numbers");
    }
    CpuSet cpus;
    for (const json& cpu : value) {
        if (!cpu.is_number_unsigned() || cpu.get<std::uint64_t>() >= CpuSet::kMaxCpus) {
            return bad(std::string(what) + " holds " + nova_rt::quoted(cpu.dump()) +
                       ", not a CPU number below " + std::to_string(CpuSet::kMaxCpus));
        }
        cpus.add(cpu.get<unsigned>());
    }
    return cpus;
}

Result<CacheControl> read_caches(const json& host) {
    CacheControl caches;
    if (const auto list = host.find("l3_caches"); list != host.end() && !list->is_null()) {
        if (!list->is_array() || list->size() > kMaxCaches) {
            return bad("l3_caches is not a list of at most " + std::to_string(kMaxCaches) + " caches");
        }
        for (const json& entry : *list) {
            NOVA_RT_TRY_ASSIGN(cache, read_cache(entry));
            caches.l3.push_back(std::move(cache));
        }
    }
    if (const auto resctrl = host.find("resctrl"); resctrl != host.end() && !resctrl->is_null()) {
        NOVA_RT_TRY(read_resctrl(*resctrl, caches));
    }
    return caches;
}

} // namespace nova_rt
