#include "topology/cache_reader.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace nova_rt {
namespace {

constexpr const char* kCpuDirectory = "sys/devices/system/cpu";
constexpr const char* kInfoDirectory = "sys/fs/resctrl/info/";
constexpr unsigned kMaxWays = 64; // a mask of resctrl has 32 bits at most

/// The file's text; none when there is no such file.
Result<std::optional<std::string>> read_if_there(const HostReader& reader, const std::string& path) {
    auto text = reader.read(path);
    if (!text && text.error().code() == ErrorCode::NotFound) {
        return std::nullopt;
    }
    NOVA_RT_TRY_ASSIGN(content, std::move(text));
    return std::optional(std::move(content));
}

Result<std::optional<unsigned>> number_if_there(const HostReader& reader, const std::string& path) {
    NOVA_RT_TRY_ASSIGN(text, read_if_there(reader, path));
    if (!text) {
        return std::nullopt;
    }
    const auto number = parse_number<unsigned>(*text);
    if (!number) {
        return fail(ErrorCode::Corrupt, "read " + path + ": " + quoted(*text) + " is no number");
    }
    return number;
}

/// "32768K", as the kernel writes every cache size.
Result<KiB> read_size(const HostReader& reader, const std::string& path) {
    NOVA_RT_TRY_ASSIGN(text, reader.read(path));
    std::string_view digits = text;
    const bool has_unit = digits.ends_with('K');
    digits.remove_suffix(has_unit ? 1 : 0);
    const auto kib = parse_number<std::uint64_t>(digits);
    if (!kib || !has_unit) {
        return fail(ErrorCode::Corrupt, "read " + path + ": " + quoted(text) + " is no size in K");
    }
    return KiB{*kib};
}

/// The cache of an index directory, none when it is not a level-3 cache with an id.
Result<std::optional<L3Cache>> read_index(const HostReader& reader, const std::string& directory) {
    NOVA_RT_TRY_ASSIGN(level, number_if_there(reader, directory + "level"));
    NOVA_RT_TRY_ASSIGN(type, read_if_there(reader, directory + "type"));
    NOVA_RT_TRY_ASSIGN(id, number_if_there(reader, directory + "id"));
    if (level != 3U || type != "Unified" || !id) {
        return std::nullopt;
    }
    NOVA_RT_TRY_ASSIGN(size, read_size(reader, directory + "size"));
    NOVA_RT_TRY_ASSIGN(shared, reader.read(directory + "shared_cpu_list"));
    NOVA_RT_TRY_ASSIGN_CONTEXT(cpus, CpuSet::from_cpulist(shared), "read " + directory + "shared_cpu_list");
    return L3Cache{.id = *id, .cpus = std::move(cpus), .size = size};
}

/// The level-3 cache of one CPU; virtual machines may have none.
Result<std::optional<L3Cache>> read_cache_of(const HostReader& reader, unsigned cpu) {
    const std::string directory = std::string(kCpuDirectory) + "/cpu" + std::to_string(cpu) + "/cache";
    const auto names = reader.list(directory);
    for (const auto& name : names ? *names : std::vector<std::string>{}) {
        if (!name.starts_with("index")) {
            continue;
        }
        NOVA_RT_TRY_ASSIGN(cache, read_index(reader, directory + "/" + name + "/"));
        if (cache) {
            return cache;
        }
    }
    return std::nullopt;
}

/// With the mount option cdp there are L3CODE and L3DATA, alike, in place of L3.
Result<std::optional<CacheAllocation>> read_allocation(const HostReader& reader) {
    const bool split = reader.exists(std::string(kInfoDirectory) + "L3CODE");
    const std::string directory = std::string(kInfoDirectory) + (split ? "L3CODE/" : "L3/");
    NOVA_RT_TRY_ASSIGN(text, read_if_there(reader, directory + "cbm_mask"));
    NOVA_RT_TRY_ASSIGN(minimum, number_if_there(reader, directory + "min_cbm_bits"));
    if (!text) {
        return std::nullopt;
    }
    NOVA_RT_TRY_ASSIGN_CONTEXT(mask, CpuSet::from_mask(*text), "read " + directory + "cbm_mask");
    if (mask.empty() || mask.size() > kMaxWays) {
        return fail(ErrorCode::Corrupt,
                    "read " + directory + "cbm_mask: " + quoted(*text) + " is no mask of 1 to 64 ways");
    }
    return CacheAllocation{.ways = static_cast<unsigned>(mask.size()),
                           .min_ways = std::max(minimum.value_or(1), 1U),
                           .kind =
                               split ? CacheAllocation::Kind::CodeAndData : CacheAllocation::Kind::Unified};
}

Result<std::optional<BandwidthAllocation>> read_bandwidth(const HostReader& reader) {
    const std::string directory = std::string(kInfoDirectory) + "MB/";
    NOVA_RT_TRY_ASSIGN(minimum, number_if_there(reader, directory + "min_bandwidth"));
    NOVA_RT_TRY_ASSIGN(step, number_if_there(reader, directory + "bandwidth_gran"));
    if (!minimum || !step) {
        return std::nullopt;
    }
    return BandwidthAllocation{.min_percent = *minimum, .step_percent = std::max(*step, 1U)};
}

} // namespace

Result<CacheControl> read_cache_control(const HostReader& reader) {
    const std::string online_path = std::string(kCpuDirectory) + "/online";
    NOVA_RT_TRY_ASSIGN(text, reader.read(online_path));
    NOVA_RT_TRY_ASSIGN_CONTEXT(online, CpuSet::from_cpulist(text), "read " + online_path);
    CacheControl control;
    CpuSet seen;
    for (const unsigned cpu : online) {
        if (seen.contains(cpu)) {
            continue;
        }
        NOVA_RT_TRY_ASSIGN(cache, read_cache_of(reader, cpu));
        if (cache) {
            cache->cpus &= online;
            seen |= cache->cpus;
            control.l3.push_back(*std::move(cache));
        }
    }
    std::ranges::sort(control.l3, {}, &L3Cache::id);
    NOVA_RT_TRY_ASSIGN(allocation, read_allocation(reader));
    NOVA_RT_TRY_ASSIGN(bandwidth, read_bandwidth(reader));
    control.allocation = allocation;
    control.bandwidth = bandwidth;
    return control;
}

} // namespace nova_rt
