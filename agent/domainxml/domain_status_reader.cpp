#include "domainxml/domain_status_reader.hpp"

#include "base/text.hpp"
#include "domainxml/domain_reader.hpp"
#include "domainxml/xml_document.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace nova_rt {
namespace {

Result<std::int32_t> positive_attribute(const XmlElement& element, const char* name) {
    const std::string text = element.attribute(name).value_or("");
    const auto number = parse_number<std::int32_t>(text);
    if (!number || *number < 1) {
        return fail(ErrorCode::InvalidArgument, "<" + std::string(element.name()) + "> has " + name + " " +
                                                    quoted(text) + ", not a positive number");
    }
    return *number;
}

Status read_vcpu_threads(const XmlElement& status, DomainStatus& read) {
    const auto list = status.child("vcpus");
    if (!list) {
        return {};
    }
    for (const auto& vcpu : list->children("vcpu")) {
        const std::string id_text = vcpu.attribute("id").value_or("");
        const auto id = parse_number<std::uint32_t>(id_text);
        if (!id) {
            return fail(ErrorCode::InvalidArgument, "<vcpu> has id " + quoted(id_text) + ", not a number");
        }
        NOVA_RT_TRY_ASSIGN(tid, positive_attribute(vcpu, "pid"));
        if (!read.vcpu_threads.try_emplace(VcpuId{*id}, Tid{tid}).second) {
            return fail(ErrorCode::InvalidArgument, "vCPU " + std::to_string(*id) + " is there twice");
        }
    }
    return {};
}

Result<DomainStatus> read_status_element(const XmlElement& status) {
    const auto domain = status.child("domain");
    if (status.name() != "domstatus" || !domain) {
        return fail(ErrorCode::InvalidArgument, "it is not a <domstatus> with a <domain>");
    }
    NOVA_RT_TRY_ASSIGN(guest, read_guest_domain(*domain));
    NOVA_RT_TRY_ASSIGN(pid, positive_attribute(status, "pid"));
    DomainStatus read{
        .uuid = guest.uuid, .name = std::move(guest.name), .qemu_pid = Pid{pid}, .vcpu_threads = {}};
    NOVA_RT_TRY(read_vcpu_threads(status, read));
    return read;
}

} // namespace

Result<DomainStatus> read_domain_status(std::string_view xml) {
    NOVA_RT_TRY_ASSIGN_CONTEXT(document, XmlDocument::parse(xml), "read domain status");
    auto read = read_status_element(document.root());
    if (!read) {
        return fail(read.error().with_context("read domain status"));
    }
    return read;
}

} // namespace nova_rt
