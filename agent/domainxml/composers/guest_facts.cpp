#include "domainxml/composers/composers.hpp"
#include "flavor/device_rules.hpp"

#include <algorithm>
#include <string>

namespace nova_rt::composers {

bool uses_huge_pages(const DomainSpec& spec) {
    return std::ranges::any_of(spec.plan.cells, &CellPlacement::huge_pages);
}

bool is_x86(const DomainSpec& spec) {
    return spec.architecture == "x86_64" || spec.architecture == "i686";
}

std::string_view domain_type(const DomainSpec& spec) {
    return spec.architecture == spec.host_architecture ? std::string_view(spec.options.virt_type) : "qemu";
}

std::string machine_type(const DomainSpec& spec) {
    return nova_rt::machine_type(spec.request.machine_type, spec.options, spec.architecture);
}

void remove_if_empty(XmlElement element) {
    if (element.children().empty() && !element.has_attributes()) {
        element.remove();
    }
}

} // namespace nova_rt::composers
