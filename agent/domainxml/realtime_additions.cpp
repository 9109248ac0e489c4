#include "domainxml/realtime_additions.hpp"

#include "domainxml/additions/additions.hpp"

#include <algorithm>
#include <array>

namespace nova_rt {
namespace {

struct Addition {
    std::string_view key;
    Verdict (*apply)(AdditionContext&);
};

/// IOThreads before their priority.
constexpr std::array<Addition, 12> kAdditions = {{
    {.key = "rt:cpu_mode", .apply = additions::cpu_mode},
    {.key = "rt:pit", .apply = additions::pit},
    {.key = "rt:memory_allocation", .apply = additions::memory_allocation},
    {.key = "rt:memory_access", .apply = additions::memory_access},
    {.key = "rt:memory_balloon", .apply = additions::memory_balloon},
    {.key = "rt:vhost_user_reconnect_s", .apply = additions::vhost_user_reconnect},
    {.key = "rt:vcpu_priority", .apply = additions::vcpu_priority},
    {.key = "rt:emulator_priority", .apply = additions::emulator_priority},
    {.key = "rt:iothreads", .apply = additions::iothreads},
    {.key = "rt:iothread_priority", .apply = additions::iothread_priority},
    {.key = "rt:l3_cache_kib", .apply = additions::l3_cache},
    {.key = "rt:memory_bandwidth_percent", .apply = additions::memory_bandwidth},
}};

constexpr auto kKeys = [] {
    std::array<std::string_view, kAdditions.size()> keys;
    std::ranges::transform(kAdditions, keys.begin(), &Addition::key);
    return keys;
}();

} // namespace

std::span<const std::string_view> realtime_addition_keys() {
    return kKeys;
}

Judged<std::vector<Reason>> apply_realtime_additions(const Flavor& flavor, const CacheControl* caches,
                                                     XmlElement domain) {
    AdditionContext context(flavor, caches, domain);
    for (const auto& addition : kAdditions) {
        NOVA_RT_TRY(addition.apply(context));
    }
    NOVA_RT_TRY(additions::check_shared_memory(context));
    // Looking for an element that is not there leaves an empty one.
    if (auto cputune = domain.child("cputune"); cputune && cputune->children().empty()) {
        cputune->remove();
    }
    return context.take_reasons();
}

} // namespace nova_rt
