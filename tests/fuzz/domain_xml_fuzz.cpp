// Hostile domain XML: whatever arrives on the hook's standard input must be read or refused.

#include "domainxml/domain_augmenter.hpp"
#include "domainxml/domain_reader.hpp"
#include "domainxml/domain_status_reader.hpp"
#include "domainxml/domain_template.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

nova_rt::AugmentOptions every_key() {
    nova_rt::Flavor flavor;
    flavor.extra_specs = {{"rt:vcpu_priority", "5"},
                          {"rt:emulator_priority", "4"},
                          {"rt:iothreads", "3"},
                          {"rt:iothread_priority", "2"},
                          {"rt:cpu_mode", "host-passthrough"},
                          {"rt:pit", "qemu"},
                          {"rt:memory_allocation", "immediate"},
                          {"rt:memory_access", "shared"},
                          {"rt:memory_balloon", "none"},
                          {"rt:vhost_user_reconnect_s", "1"},
                          {"rt:l3_cache_kib", "1024"},
                          {"rt:memory_bandwidth_percent", "50"}};
    nova_rt::CacheControl caches;
    caches.l3 = {{.id = 0, .cpus = nova_rt::CpuSet::range(0, 63), .size = {32768}}};
    caches.allocation = nova_rt::CacheAllocation{.ways = 16};
    caches.bandwidth = nova_rt::BandwidthAllocation{};
    return {.flavor = flavor, .caches = caches};
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto guest = nova_rt::read_guest_domain(text);
    if (guest && (guest->vcpu_count == 0 || guest->name.empty())) {
        std::abort();
    }
    static_cast<void>(nova_rt::read_domain_status(text));
    static_cast<void>(nova_rt::DomainTemplate::load(text));
    const nova_rt::AugmentOptions asked = every_key();
    const auto once = nova_rt::augment_domain(text, asked);
    if (once && *once) {
        const auto twice = nova_rt::augment_domain((*once)->xml, asked);
        if (!twice || !*twice || (*twice)->xml != (*once)->xml) {
            std::abort();
        }
    }
    return 0;
}
