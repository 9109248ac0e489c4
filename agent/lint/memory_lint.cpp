#include "base/text.hpp"
#include "flavor/extra_spec_values.hpp"
#include "flavor/extra_specs.hpp"
#include "flavor/page_size.hpp"

#include "lint/rule_sets.hpp"

#include <algorithm>
#include <array>

namespace nova_rt {

namespace {

constexpr const char* kKey = "hw:mem_page_size";
constexpr const char* kImageKey = "hw_mem_page_size";
constexpr const char* kLocked = "hw:locked_memory";

bool has_pages(const LintSubject& subject) {
    return subject.spec(kKey).has_value() || !subject.meta.text(kImageKey).value_or("").empty();
}

LintHits size_in_bits(const LintSubject& subject) {
    const auto value = subject.spec(kKey);
    if (!value || !(value->ends_with('b') || value->ends_with("bit"))) {
        return {};
    }
    const auto bytes = string_to_bytes(*value);
    if (!bytes) {
        return {};
    }
    std::string meant = *value;
    meant.resize(meant.size() - (meant.ends_with("bit") ? 3 : 1));
    return {
        {.key = kKey,
         .what = quoted(*value) + " is a number of bits: pages of " + std::to_string(*bytes / 1024) + " KiB",
         .repair = subject.set_spec(kKey, meant + "B")}};
}

LintHits size_fails_at_boot(const LintSubject& subject) {
    const auto value = subject.spec(kKey);
    const ExtraSpec* const row = find_extra_spec(kKey);
    const bool passes_schema = value && row != nullptr && value_complaint(*row, *value).empty();
    const auto chosen = page_size(subject.rules());
    if (!passes_schema || chosen || chosen.error().type != "MemoryPageSizeInvalid" ||
        chosen.error().key != kKey) {
        return {};
    }
    // "2M" lacks the B that Nova's parser of sizes wants
    std::string repaired = *value;
    std::ranges::replace(repaired, 'k', 'K');
    return {{.key = kKey,
             .what = quoted(*value) + " passes Nova's validation and cannot be read at boot",
             .repair = subject.set_spec(kKey, repaired.ends_with('B') ? repaired : repaired + "B")}};
}

LintHits size_means_nothing(const LintSubject& subject) {
    const auto chosen = page_size(subject.rules());
    if (!chosen || !*chosen || (*chosen)->kind != PageSizeRequest::Kind::Exact ||
        (*chosen)->exact.value > 0) {
        return {};
    }
    return {{.key = kKey,
             .what = quoted(subject.spec(kKey).value_or("")) +
                     " is less than 1 KiB, so no page size is asked for",
             .repair = subject.set_spec(kKey, "large")}};
}

LintHits indivisible(const LintSubject& subject) {
    using Kind = PageSizeRequest::Kind;
    if (!subject.request || !subject.request->page_size) {
        return {};
    }
    const PageSizeRequest& asked = *subject.request->page_size;
    constexpr std::uint64_t kSmallestHuge = 2048;
    const std::uint64_t size = asked.kind == Kind::Exact   ? asked.exact.value
                               : asked.kind == Kind::Large ? kSmallestHuge
                                                           : 1;
    LintHits hits;
    for (const GuestCell& cell : subject.request->cells) {
        const std::uint64_t memory = to_kib(cell.memory).value;
        if (size > 1 && memory % size != 0) {
            hits.push_back({.key = kKey,
                            .what = "guest cell " + std::to_string(cell.id.value) + " has " +
                                    std::to_string(cell.memory.value) +
                                    " MiB, not a whole number of pages of " + std::to_string(size) + " KiB",
                            .repair = ""});
        }
    }
    return hits;
}

LintHits small_pages(const LintSubject& subject) {
    const auto chosen = page_size(subject.rules());
    if (!subject.asks_realtime() || !chosen) {
        return {};
    }
    constexpr std::uint64_t kSmall = 4;
    const bool small = !*chosen || (*chosen)->kind == PageSizeRequest::Kind::Small ||
                       ((*chosen)->kind == PageSizeRequest::Kind::Exact && (*chosen)->exact.value <= kSmall);
    if (!small) {
        return {};
    }
    return {{.key = kKey,
             .what = "a realtime guest on the smallest pages",
             .repair = subject.set_spec(kKey, "large")}};
}

LintHits does_not_unlock(const LintSubject& subject) {
    const auto locked = locked_memory(subject.rules());
    if (!subject.asks_realtime() || !locked || *locked != false) {
        return {};
    }
    const bool flavor = subject.spec(kLocked).has_value();
    return {
        {.key = flavor ? kLocked : "hw_locked_memory",
         .what = "false, but the memory of a realtime guest is locked all the same",
         .repair = flavor ? subject.unset_spec(kLocked) : subject.unset_image_property("hw_locked_memory")}};
}

LintHits redundant_lock(const LintSubject& subject) {
    const auto locked = locked_memory(subject.rules());
    if (!subject.asks_realtime() || !locked || *locked != true) {
        return {};
    }
    const bool flavor = subject.spec(kLocked).has_value();
    return {
        {.key = flavor ? kLocked : "hw_locked_memory",
         .what = "true, which a realtime guest has without it",
         .repair = flavor ? subject.unset_spec(kLocked) : subject.unset_image_property("hw_locked_memory")}};
}

LintHits lock_of_small_pages(const LintSubject& subject) {
    const auto locked = locked_memory(subject.rules());
    const auto chosen = page_size(subject.rules());
    if (subject.asks_realtime() || !locked || *locked != true || !chosen || !has_pages(subject)) {
        return {};
    }
    const bool small = !*chosen || (*chosen)->kind == PageSizeRequest::Kind::Small ||
                       (*chosen)->kind == PageSizeRequest::Kind::Any;
    if (!small) {
        return {};
    }
    return {{.key = kLocked,
             .what = "memory is locked, and pages may be of the smallest size",
             .repair = subject.set_spec(kKey, "large")}};
}

constexpr auto kRules = std::to_array<LintRule>({
    {.id = "page-size-in-bits",
     .severity = LintSeverity::Error,
     .found = "a page size that ends in `b` or `bit`, like `1Gb`",
     .why = "an eighth of what is meant: no host has such pages, so the guest fits nowhere",
     .check = size_in_bits},
    {.id = "page-size-fails-at-boot",
     .severity = LintSeverity::Error,
     .found = "a page size like `2M`, `1G` or `2048kB`",
     .why = "the flavor is accepted and each boot ends with MemoryPageSizeInvalid",
     .check = size_fails_at_boot},
    {.id = "page-size-means-nothing",
     .found = "a page size below 1 KiB, like `512B` or `0`",
     .why = "Nova takes it for no page size: no huge pages, no NUMA cell, without a word",
     .check = size_means_nothing},
    {.id = "memory-not-whole-pages",
     .severity = LintSeverity::Error,
     .found = "the memory of a guest cell is not a multiple of the page size (of 2 MiB for `large`)",
     .why = "the guest fits on no host",
     .check = indivisible},
    {.id = "realtime-with-small-pages",
     .found = "a realtime guest without huge pages",
     .why = "translation misses cost latency, and vhost-user ports cannot work",
     .check = small_pages},
    {.id = "locked-memory-false-does-not-unlock",
     .severity = LintSeverity::Info,
     .found = "`hw:locked_memory=false` on a realtime guest",
     .why = "Nova locks the memory of every realtime guest",
     .check = does_not_unlock},
    {.id = "locked-memory-redundant",
     .severity = LintSeverity::Info,
     .found = "`hw:locked_memory=true` on a realtime guest",
     .why = "it adds nothing, and Nova refuses it as soon as the page size is taken out of the flavor",
     .check = redundant_lock},
    {.id = "locked-memory-with-small-pages",
     .severity = LintSeverity::Info,
     .found = "locked memory with page size `small` or `any`",
     .why = "the page size only satisfies Nova's check: all of the guest's memory is pinned in small pages",
     .check = lock_of_small_pages},
});

} // namespace

std::span<const LintRule> memory_lint_rules() {
    return kRules;
}

} // namespace nova_rt
