// Hostile domain XML: whatever arrives on the hook's standard input must be read or refused.

#include "domainxml/domain_augmenter.hpp"
#include "domainxml/domain_reader.hpp"
#include "domainxml/domain_status_reader.hpp"
#include "domainxml/domain_template.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto guest = nova_rt::read_guest_domain(text);
    if (guest && (guest->vcpu_count == 0 || guest->name.empty())) {
        std::abort();
    }
    static_cast<void>(nova_rt::read_domain_status(text));
    static_cast<void>(nova_rt::DomainTemplate::load(text));
    const nova_rt::Properties asked = {{"rt:vcpu_priority", "5"},
                                       {"rt:emulator_priority", "4"},
                                       {"rt:iothreads", "3"},
                                       {"rt:iothread_priority", "2"}};
    const auto once = nova_rt::augment_domain_xml(text, asked);
    if (once) {
        const auto twice = nova_rt::augment_domain_xml(once->xml, asked);
        if (!twice || twice->xml != once->xml) {
            std::abort();
        }
    }
    return 0;
}
