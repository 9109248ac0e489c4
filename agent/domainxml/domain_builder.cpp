#include "domainxml/domain_builder.hpp"

#include "base/domain_uuid.hpp"
#include "base/text.hpp"
#include "domainxml/composer.hpp"
#include "domainxml/realtime_additions.hpp"

#include <string>
#include <utility>

namespace nova_rt {
namespace {

tl::unexpected<Error> contradiction(const std::string& what) {
    return fail(ErrorCode::InvalidArgument, what);
}

/// Each vCPU is in exactly one cell, floating or pinned, and a floating one has pCPUs to run on.
Status check_cells(const DomainSpec& spec) {
    CpuSet placed;
    for (const auto& cell : spec.plan.cells) {
        CpuSet vcpus = cell.shared_vcpus;
        for (const auto& [vcpu, pcpu] : cell.pins) {
            vcpus.add(vcpu.value);
        }
        if (vcpus.size() != cell.shared_vcpus.size() + cell.pins.size() || placed.intersects(vcpus)) {
            return contradiction("the plan places a vCPU twice");
        }
        if (!cell.shared_vcpus.empty() && cell.float_pcpus.empty()) {
            return contradiction("the plan leaves vCPUs " + cell.shared_vcpus.to_cpulist() +
                                 " no pCPU to run on");
        }
        placed |= vcpus;
    }
    const auto vcpus = CpuSet::range(0, static_cast<unsigned>(spec.request.vcpus) - 1);
    if (!spec.plan.cells.empty() && placed != vcpus) {
        return contradiction("the plan places vCPUs " + placed.to_cpulist() + ", the guest has " +
                             vcpus.to_cpulist());
    }
    if (!spec.plan.realtime_vcpus.is_subset_of(vcpus)) {
        return contradiction("realtime vCPUs " + spec.plan.realtime_vcpus.to_cpulist() +
                             " are not all in the guest's " + vcpus.to_cpulist());
    }
    return {};
}

Status check_spec(const DomainSpec& spec) {
    NOVA_RT_TRY(DomainUuid::parse(spec.identity.uuid));
    if (trimmed(spec.identity.domain_name).empty()) {
        return contradiction("the domain has no name");
    }
    if (spec.request.vcpus == 0 || spec.request.vcpus > CpuSet::kMaxCpus) {
        return contradiction(std::to_string(spec.request.vcpus) + " vCPUs, not 1 to " +
                             std::to_string(CpuSet::kMaxCpus));
    }
    if (spec.architecture != "x86_64" && spec.architecture != "aarch64") {
        return fail(ErrorCode::Unsupported,
                    "architecture " + quoted(spec.architecture) + " is neither x86_64 nor aarch64");
    }
    return check_cells(spec);
}

Status compose_all(const DomainSpec& spec, const XmlElement& domain) {
    NOVA_RT_TRY(check_spec(spec));
    for (const auto& composer : all_composers()) {
        NOVA_RT_TRY(composer.compose(spec, domain));
    }
    return {};
}

} // namespace

Result<Judged<BuiltDomain>> build_domain(const DomainSpec& spec, const DomainTemplate& skeleton) {
    const XmlDocument document = skeleton.instantiate();
    const std::string attempt = "build domain XML of " + quoted(spec.identity.uuid);
    NOVA_RT_TRY_CONTEXT(compose_all(spec, document.root()), attempt);
    auto reasons = apply_realtime_additions(spec.flavor, &spec.host_caches, document.root());
    if (!reasons) {
        return Judged<BuiltDomain>(fail(std::move(reasons).error()));
    }
    NOVA_RT_TRY_ASSIGN_CONTEXT(xml, document.serialise(), attempt);
    return Judged<BuiltDomain>(BuiltDomain{.xml = std::move(xml), .reasons = *std::move(reasons)});
}

Result<std::string> build_domain_xml(const DomainSpec& spec, const DomainTemplate& skeleton) {
    NOVA_RT_TRY_ASSIGN(built, build_domain(spec, skeleton));
    if (!built) {
        return fail(ErrorCode::Refused,
                    "build domain XML of " + quoted(spec.identity.uuid) + ": " + built.error().message);
    }
    return std::move(built->xml);
}

} // namespace nova_rt
