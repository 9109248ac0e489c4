#include "qemu/qemu_hook.hpp"

#include "base/text.hpp"
#include "domainxml/domain_reader.hpp"
#include "domainxml/domain_status_reader.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <utility>

namespace nova_rt {

namespace {

/// More than this many lines help nobody.
constexpr std::size_t kMaxMessages = 20;
constexpr std::string_view kXmlSuffix = ".xml";

Result<GuestDomain> read_guest(const HookInput& input) {
    if (input.xml_is_cut) {
        return fail(ErrorCode::NoSpace, "domain XML on stdin is longer than its limit");
    }
    return read_guest_domain(input.xml);
}

/// What a caller of prepare or started is told: everything but the ordinary.
std::vector<std::string> messages_of(const TransitionReport& report) {
    std::vector<std::string> messages;
    for (const auto& finding : report.findings) {
        if (finding.severity == Finding::Severity::Info) {
            continue;
        }
        if (messages.size() == kMaxMessages) {
            messages.emplace_back("more findings are not listed");
            break;
        }
        messages.push_back(std::string(to_string(finding.kind)) + ": " + finding.text);
    }
    return messages;
}

int exit_status(HookOperation operation, const Error& error, bool required) {
    return may_refuse(operation) && required && error.code() == ErrorCode::Refused ? EXIT_FAILURE
                                                                                   : EXIT_SUCCESS;
}

} // namespace

HookResult QemuHook::run(const HookInput& input) {
    if (input.operation == HookOperation::Other) {
        return {};
    }
    if (input.operation == HookOperation::Stopped || input.operation == HookOperation::Release) {
        const auto report = release(input);
        return {.exit_status = EXIT_SUCCESS,
                .messages = report ? messages_of(*report) : std::vector{report.error().message()}};
    }
    const auto guest = read_guest(input);
    if (!guest) {
        const bool refuse = may_refuse_blindly(input.operation) && is_clearly_required(input.xml);
        return {.exit_status = refuse ? EXIT_FAILURE : EXIT_SUCCESS, .messages = {guest.error().message()}};
    }
    const auto report = act(input.operation, *guest);
    const bool required = guest->policy.mode == IsolationMode::Required;
    HookResult result;
    if (report) {
        result.messages = messages_of(*report);
    } else {
        result.exit_status = exit_status(input.operation, report.error(), required);
        result.messages.push_back(report.error().message());
    }
    if (!guest->policy_problem.empty()) {
        result.messages.push_back(guest->policy_problem);
    }
    return result;
}

Result<TransitionReport> QemuHook::act(HookOperation operation, const GuestDomain& guest) {
    switch (operation) {
    case HookOperation::Prepare:
    case HookOperation::Start:
        return engine_.prepare(guest);
    case HookOperation::Started:
        return started(guest);
    case HookOperation::Reconnect: {
        NOVA_RT_TRY_ASSIGN(prepared, engine_.prepare(guest));
        NOVA_RT_TRY_ASSIGN(report, started(guest));
        std::ranges::move(prepared.findings, std::back_inserter(report.findings));
        return report;
    }
    case HookOperation::Stopped:
    case HookOperation::Release:
    case HookOperation::Other:
        break;
    }
    return TransitionReport{};
}

Result<TransitionReport> QemuHook::started(const GuestDomain& guest) {
    if (!takes_lease(guest)) {
        return TransitionReport{};
    }
    NOVA_RT_TRY_ASSIGN(threads, find_threads(guest.uuid));
    auto report = engine_.started(guest.uuid, threads);
    if (report || report.error().code() != ErrorCode::NotFound) {
        return report;
    }
    NOVA_RT_TRY(engine_.prepare(guest)); // the hook was installed after this guest's prepare
    return engine_.started(guest.uuid, threads);
}

Result<GuestThreads> QemuHook::find_threads(const DomainUuid& guest) const {
    NOVA_RT_TRY_ASSIGN(names, reader_.list(status_directory_));
    const std::string uuid = guest.to_string();
    for (const auto& name : names) {
        const auto text = name.ends_with(kXmlSuffix) ? reader_.read(status_directory_ + "/" + name)
                                                     : Result<std::string>(std::string());
        if (!text || text->find(uuid) == std::string::npos) {
            continue; // another guest, or gone meanwhile
        }
        const auto status = read_domain_status(*text);
        if (status && status->uuid == guest) {
            return GuestThreads{.qemu = status->qemu_pid, .vcpus = status->vcpu_threads, .disputed = {}};
        }
    }
    return fail(ErrorCode::NotFound,
                "libvirt has no readable status file of guest " + uuid + " in /" + status_directory_);
}

Result<TransitionReport> QemuHook::release(const HookInput& input) {
    // Even a guest whose XML cannot be read gets its lease taken back.
    const auto guest = read_guest(input);
    const auto uuid = guest ? std::optional(guest->uuid) : find_uuid(input.xml);
    if (!uuid) {
        return fail(guest.error());
    }
    return engine_.release(*uuid);
}

} // namespace nova_rt
