#include "domainxml/composers/composers.hpp"

namespace nova_rt::composers {

Status compose_numatune(const DomainSpec& spec, XmlElement domain) {
    XmlElement numatune = domain.child_or_add("numatune");
    if (spec.plan.cells.empty()) {
        numatune.remove();
        return {};
    }
    CpuSet host_cells; // a node set is written as a CPU set is
    for (const auto& cell : spec.plan.cells) {
        host_cells.add(cell.host_cell.value);
    }
    numatune.add_child("memory")
        .set_attribute("mode", "strict")
        .set_attribute("nodeset", host_cells.to_cpulist());
    std::uint64_t cell_number = 0;
    for (const auto& cell : spec.plan.cells) {
        numatune.add_child("memnode")
            .set_attribute("cellid", cell_number++)
            .set_attribute("mode", "strict")
            .set_attribute("nodeset", std::uint64_t{cell.host_cell.value});
    }
    return {};
}

} // namespace nova_rt::composers
