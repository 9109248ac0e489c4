#include "adapters/libvirt/domain_definer.hpp"

#include "adapters/libvirt/libvirt_handles.hpp"
#include "base/text.hpp"

#include <libvirt/virterror.h>

#include <array>
#include <memory>
#include <string_view>

namespace nova_rt {

namespace {

ErrorCode code_of(int libvirt_code) {
    switch (libvirt_code) {
    case VIR_ERR_HOOK_SCRIPT_FAILED:
        return ErrorCode::Refused;
    case VIR_ERR_XML_ERROR:
    case VIR_ERR_XML_DETAIL:
    case VIR_ERR_XML_INVALID_SCHEMA:
    case VIR_ERR_CONFIG_UNSUPPORTED:
        return ErrorCode::InvalidArgument;
    default:
        return ErrorCode::Unavailable;
    }
}

/// The calling thread's last libvirt error.
Error last_error(const std::string& attempt) {
    return {code_of(::virGetLastErrorCode()), attempt + ": " + ::virGetLastErrorMessage()};
}

/// libvirt prints every error to stderr unless told not to; we say it ourselves.
void ignore_error(void*, virErrorPtr) {}

bool is_defined(virConnectPtr connection, const DomainUuid& uuid) {
    return DomainHandle(::virDomainLookupByUUIDString(connection, uuid.to_string().c_str())) != nullptr;
}

Result<DefinedDomain> identify(virDomainPtr domain) {
    std::array<char, VIR_UUID_STRING_BUFLEN> text{};
    const char* const name = ::virDomainGetName(domain);
    if (name == nullptr || ::virDomainGetUUIDString(domain, text.data()) < 0) {
        return fail(last_error("ask libvirt for the domain's name and UUID"));
    }
    NOVA_RT_TRY_ASSIGN(uuid, DomainUuid::parse(text.data()));
    return DefinedDomain{.uuid = uuid, .name = name};
}

/// The UUID that stands in the XML; libvirt chooses one when there is none.
Result<DomainUuid> uuid_in(const std::string& xml) {
    constexpr std::string_view kOpen = "<uuid>";
    const auto begin = xml.find(kOpen);
    const auto end = xml.find("</uuid>", begin);
    if (begin == std::string::npos || end == std::string::npos) {
        return fail(ErrorCode::InvalidArgument, "define domain: the XML has no <uuid>");
    }
    const std::size_t first = begin + kOpen.size();
    return DomainUuid::parse(std::string_view(xml).substr(first, end - first));
}

} // namespace

Result<DefinedDomain> define_domain(const std::string& uri, const std::string& xml, AfterDefine then) {
    ::virSetErrorFunc(nullptr, ignore_error);
    NOVA_RT_TRY_ASSIGN(uuid, uuid_in(xml));
    const ConnectionHandle connection(::virConnectOpen(uri.c_str()));
    if (!connection) {
        return fail(ErrorCode::Unavailable,
                    "connect to libvirt at " + quoted(uri) + ": " + ::virGetLastErrorMessage());
    }
    const bool was_defined = is_defined(connection.get(), uuid);
    const DomainHandle domain(
        ::virDomainDefineXMLFlags(connection.get(), xml.c_str(), VIR_DOMAIN_DEFINE_VALIDATE));
    if (!domain) {
        return fail(last_error("define domain " + uuid.to_string()));
    }
    if (then == AfterDefine::Start && ::virDomainCreate(domain.get()) < 0) {
        Error error = last_error("start domain " + uuid.to_string());
        if (!was_defined) {
            ::virDomainUndefine(domain.get());
        }
        return fail(std::move(error));
    }
    return identify(domain.get());
}

} // namespace nova_rt
