#include "domainxml/composers/composers.hpp"

namespace nova_rt::composers {
namespace {

/// One <page> per cell on huge pages. `nodeset` counts guest cells, not the host's.
void add_huge_pages(const DomainSpec& spec, XmlElement backing) {
    XmlElement pages = backing.add_child("hugepages");
    std::uint64_t cell_number = 0;
    for (const auto& cell : spec.plan.cells) {
        if (cell.huge_pages && cell.page_size) {
            pages.add_child("page")
                .set_attribute("size", cell.page_size->value)
                .set_attribute("nodeset", cell_number)
                .set_attribute("unit", "KiB");
        }
        ++cell_number;
    }
}

} // namespace

Status compose_memory_backing(const DomainSpec& spec, XmlElement domain) {
    XmlElement backing = domain.child_or_add("memoryBacking");
    if (uses_huge_pages(spec)) {
        add_huge_pages(spec, backing);
    }
    // Nova locks every realtime guest, whatever hw:locked_memory says.
    if (spec.request.is_realtime()) {
        backing.add_child("nosharepages");
    }
    if (spec.request.is_realtime() || spec.request.locked_memory.value_or(false)) {
        backing.add_child("locked");
    }
    if (spec.options.file_backed_memory > 0) {
        backing.child_or_add("source").set_attribute("type", "file");
        backing.child_or_add("access").set_attribute("mode", "shared");
        backing.child_or_add("allocation").set_attribute("mode", "immediate");
        backing.child_or_add("discard");
    }
    remove_if_empty(backing);
    return {};
}

} // namespace nova_rt::composers
