#include "domainxml/resident_guest_reader.hpp"

#include "base/text.hpp"
#include "domainxml/cpuset_notation.hpp"
#include "domainxml/domain_reader.hpp"
#include "domainxml/xml_document.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace nova_rt {
namespace {

constexpr std::size_t kMaxCells = 1024;
constexpr std::uint64_t kMostKib = std::uint64_t{1} << 50;

struct Unit {
    std::string_view name;
    std::uint64_t kib;
};

/// libvirt's live XML is in KiB; the others are what people and Nova write.
constexpr std::array<Unit, 7> kUnits = {
    {{"", 1}, {"KiB", 1}, {"k", 1}, {"MiB", 1024}, {"M", 1024}, {"GiB", 1048576}, {"G", 1048576}}};

tl::unexpected<Error> bad(const XmlElement& element, const std::string& why) {
    return fail(ErrorCode::InvalidArgument, "<" + std::string(element.name()) + "> " + why);
}

Result<KiB> read_size(const XmlElement& element, const char* attribute) {
    const std::string text = element.attribute(attribute).value_or("");
    const std::string unit = element.attribute("unit").value_or("");
    const auto number = parse_number<std::uint64_t>(text);
    const auto known = std::ranges::find(kUnits, unit, &Unit::name);
    if (!number || known == kUnits.end() || *number > kMostKib / known->kib) {
        return bad(element, std::string("has ") + attribute + " " + quoted(text) + " in unit " +
                                quoted(unit) + ", not a size in KiB, MiB or GiB");
    }
    return KiB{*number * known->kib};
}

/// A list of CPUs or cells; empty when the attribute is absent.
Result<CpuSet> read_set(const XmlElement& element, const char* attribute) {
    const auto text = element.attribute(attribute);
    if (!text) {
        return CpuSet{};
    }
    NOVA_RT_TRY_ASSIGN_CONTEXT(set, parse_libvirt_cpuset(*text),
                               "<" + std::string(element.name()) + "> " + attribute);
    return set;
}

Result<std::vector<ResidentCell>> read_cells(const XmlElement& domain) {
    std::vector<ResidentCell> cells;
    const auto cpu = domain.child("cpu");
    const auto numa = cpu ? cpu->child("numa") : std::nullopt;
    for (const XmlElement& element : numa ? numa->children("cell") : std::vector<XmlElement>{}) {
        const auto number = static_cast<std::uint32_t>(cells.size());
        const std::string id = element.attribute("id").value_or(std::to_string(number));
        if (cells.size() == kMaxCells || parse_number<std::uint32_t>(id) != number) {
            return bad(element, "has id " + quoted(id) + ", not " + std::to_string(number) + ", below " +
                                    std::to_string(kMaxCells));
        }
        NOVA_RT_TRY_ASSIGN(vcpus, read_set(element, "cpus"));
        NOVA_RT_TRY_ASSIGN(memory, read_size(element, "memory"));
        cells.push_back({.id = {number},
                         .vcpus = std::move(vcpus),
                         .memory = memory,
                         .pages = PageChoice::Smallest,
                         .page_size = {},
                         .host_cells = {}});
    }
    return cells;
}

/// <numatune>: <memory> speaks for all cells, <memnode> for one.
Status read_host_cells(const XmlElement& domain, std::vector<ResidentCell>& cells) {
    const auto numatune = domain.child("numatune");
    if (!numatune) {
        return {};
    }
    if (const auto memory = numatune->child("memory")) {
        NOVA_RT_TRY_ASSIGN(all, read_set(*memory, "nodeset"));
        for (ResidentCell& cell : cells) {
            cell.host_cells = all;
        }
    }
    for (const XmlElement& memnode : numatune->children("memnode")) {
        const std::string id = memnode.attribute("cellid").value_or("");
        const auto number = parse_number<std::size_t>(id);
        if (!number || *number >= cells.size()) {
            return bad(memnode, "has cellid " + quoted(id) + ", the guest has " +
                                    std::to_string(cells.size()) + " NUMA cells");
        }
        NOVA_RT_TRY_ASSIGN(nodes, read_set(memnode, "nodeset"));
        cells[*number].host_cells = std::move(nodes);
    }
    return {};
}

/// <hugepages>: a <page> without nodeset speaks for the cells that no other one names.
Status read_pages(const XmlElement& domain, std::vector<ResidentCell>& cells) {
    const auto backing = domain.child("memoryBacking");
    const auto hugepages = backing ? backing->child("hugepages") : std::nullopt;
    if (!hugepages) {
        return {};
    }
    const auto pages = hugepages->children("page");
    if (pages.empty()) {
        for (ResidentCell& cell : cells) {
            cell.pages = PageChoice::HostDefault;
        }
    }
    for (const XmlElement& page : pages) {
        NOVA_RT_TRY_ASSIGN(size, read_size(page, "size"));
        NOVA_RT_TRY_ASSIGN(named, read_set(page, "nodeset"));
        if (size.value == 0) {
            return bad(page, "has size 0");
        }
        const bool for_all = !page.attribute("nodeset");
        for (ResidentCell& cell : cells) {
            if (named.contains(cell.id.value) || (for_all && cell.pages == PageChoice::Smallest)) {
                cell.pages = PageChoice::Exact;
                cell.page_size = size;
            }
        }
    }
    return {};
}

Result<std::vector<ResidentCell>> read_memory(const XmlElement& domain) {
    NOVA_RT_TRY_ASSIGN(cells, read_cells(domain));
    NOVA_RT_TRY(read_host_cells(domain, cells));
    NOVA_RT_TRY(read_pages(domain, cells));
    return cells;
}

} // namespace

Result<ResidentGuest> read_resident_guest(std::string_view xml) {
    NOVA_RT_TRY_ASSIGN_CONTEXT(document, XmlDocument::parse(xml), "read domain XML");
    NOVA_RT_TRY_ASSIGN(guest, read_guest_domain(document.root()));
    NOVA_RT_TRY_ASSIGN_CONTEXT(cells, read_memory(document.root()),
                               "read domain XML of " + guest.uuid.to_string());
    return ResidentGuest{.domain = std::move(guest), .cells = std::move(cells)};
}

} // namespace nova_rt
