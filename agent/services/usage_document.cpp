#include "services/usage_document.hpp"

#include "services/bounded_json.hpp"
#include "services/cache_document.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <utility>

namespace nova_rt {

using nlohmann::json;

namespace {

constexpr const char* kWhere = "read usage";
constexpr std::size_t kMaxEntries = 1024;
constexpr std::int64_t kMaxCell = 1024;
constexpr std::int64_t kMaxAmount = std::int64_t{1} << 50;

tl::unexpected<Error> bad(const std::string& why) {
    return fail(ErrorCode::InvalidArgument, std::string(kWhere) + ": " + why);
}

Result<std::uint64_t> amount(const json& object, const char* key, std::int64_t minimum = 0) {
    NOVA_RT_TRY_ASSIGN(value, read_integer(object, key, minimum, kMaxAmount, kWhere));
    return static_cast<std::uint64_t>(value.value_or(0));
}

Result<std::vector<UsedPages>> read_pages(const json& entry) {
    std::vector<UsedPages> pages;
    const auto found = entry.find("mempages");
    if (found == entry.end() || found->is_null()) {
        return pages;
    }
    if (!found->is_array()) {
        return bad("mempages is not a list");
    }
    for (const json& each : *found) {
        NOVA_RT_TRY(expect_object(each, kWhere));
        NOVA_RT_TRY_ASSIGN(size, amount(each, "size_kb", 1));
        NOVA_RT_TRY_ASSIGN(used, amount(each, "used"));
        pages.push_back({.size = {size}, .used = used});
    }
    return pages;
}

Result<RecordedUsage> read_entry(const json& entry) {
    NOVA_RT_TRY(expect_object(entry, kWhere));
    NOVA_RT_TRY_ASSIGN(cell, read_integer(entry, "cell", 0, kMaxCell, kWhere));
    if (!cell) {
        return bad("an entry names no cell");
    }
    RecordedUsage usage;
    usage.cell = {static_cast<std::uint32_t>(*cell)};
    if (const auto pinned = entry.find("pinned"); pinned != entry.end()) {
        NOVA_RT_TRY_ASSIGN(cpus, read_cpu_list(*pinned, "pinned"));
        usage.pinned = cpus;
    }
    NOVA_RT_TRY_ASSIGN(vcpus, amount(entry, "vcpus"));
    NOVA_RT_TRY_ASSIGN(memory, amount(entry, "memory_mb"));
    NOVA_RT_TRY_ASSIGN(pages, read_pages(entry));
    usage.vcpus = vcpus;
    usage.memory = {memory};
    usage.pages = std::move(pages);
    return usage;
}

} // namespace

Result<std::vector<RecordedUsage>> read_usage(const json& document) {
    std::vector<RecordedUsage> usage;
    if (!document.is_array()) {
        return document.empty() ? Result<std::vector<RecordedUsage>>(usage) : bad("not a list");
    }
    if (document.size() > kMaxEntries) {
        return bad("more than " + std::to_string(kMaxEntries) + " entries");
    }
    for (const json& each : document) {
        NOVA_RT_TRY_ASSIGN(entry, read_entry(each));
        usage.push_back(std::move(entry));
    }
    return usage;
}

} // namespace nova_rt
