#include "adapters/data_files/text_file.hpp"
#include "cli/commands.hpp"
#include "cli/host_context.hpp"
#include "cli/journal_document.hpp"
#include "domainxml/domain_reader.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include <memory>
#include <optional>

namespace nova_rt {

namespace {

void print(const TransitionReport& report, std::string_view verb) {
    for (const auto& change : report.changes) {
        fmt::print("{} {}\n", verb, describe(change));
    }
    for (const auto& finding : report.findings) {
        fmt::print(stderr, "nova-rt: {}: {}: {}\n", to_string(finding.kind), finding.subject, finding.text);
    }
}

bool has_error(const TransitionReport& report) {
    for (const auto& finding : report.findings) {
        if (finding.severity == Finding::Severity::Error) {
            return true;
        }
    }
    return false;
}

ExitStatus hook_dry_run(const std::string& path) {
    const auto xml = read_text_file(path);
    if (!xml) {
        return report(xml.error());
    }
    const auto guest = read_guest_domain(*xml);
    if (!guest) {
        return report(guest.error());
    }
    const auto host = HostContext::open();
    if (!host) {
        return report(host.error());
    }
    const auto result = (*host)->engine().dry_run_prepare(*guest);
    if (!result) {
        return report(result.error());
    }
    print(*result, "would write");
    if (result->changes.empty()) {
        fmt::print("nothing to write: {}\n", guest->is_realtime() ? "the host is as this guest needs it"
                                                                  : "the guest has no realtime vCPU");
    }
    return ExitStatus::Done;
}

struct ReleaseOptions {
    std::string domain;
    bool all = false;
    bool dry_run = false;
};

Result<TransitionReport> release_one(IsolationEngine& engine, const ReleaseOptions& options) {
    NOVA_RT_TRY_ASSIGN(uuid, DomainUuid::parse(options.domain));
    return options.dry_run ? engine.dry_run_release(uuid) : engine.release(uuid);
}

Result<TransitionReport> release(const ReleaseOptions& options) {
    if (options.all == !options.domain.empty()) {
        return fail(ErrorCode::InvalidArgument, "release: expected either --domain UUID or --all");
    }
    NOVA_RT_TRY_ASSIGN(host, HostContext::open());
    if (!options.all) {
        return release_one(host->engine(), options);
    }
    return options.dry_run ? host->engine().dry_run_release_all() : host->engine().release_all();
}

ExitStatus run_release(const ReleaseOptions& options) {
    const auto result = release(options);
    if (!result) {
        return report(result.error());
    }
    print(*result, options.dry_run ? "would write" : "wrote");
    return has_error(*result) ? ExitStatus::Refused : ExitStatus::Done;
}

Result<std::string> journal_text(JournalFormat format) {
    NOVA_RT_TRY_ASSIGN(host, HostContext::open());
    NOVA_RT_TRY_ASSIGN(journal, host->engine().journal());
    NOVA_RT_TRY_ASSIGN(leases, host->engine().leases());
    return to_text(journal, leases, format);
}

ExitStatus show_journal(JournalFormat format) {
    const auto text = journal_text(format);
    if (!text) {
        return report(text.error());
    }
    fmt::print("{}", *text);
    return ExitStatus::Done;
}

} // namespace

void add_isolation_commands(CLI::App& app, ExitStatus& status) {
    const auto document = std::make_shared<std::string>("-");
    auto* hook = app.add_subcommand("hook", "Print what the hook would write for a domain XML on stdin");
    const auto dry_run = std::make_shared<bool>(false);
    hook->add_flag("--dry-run", *dry_run, "write nothing; the only mode: libvirt itself runs the hook")
        ->required();
    hook->add_option("domain-xml", *document, "file; - is stdin");
    hook->callback([document, dry_run, &status] { status = hook_dry_run(*document); });

    const auto options = std::make_shared<ReleaseOptions>();
    auto* release_command =
        app.add_subcommand("release", "Give back what guests hold, whether they run or not");
    release_command->add_option("--domain", options->domain, "UUID of the guest");
    release_command->add_flag("--all", options->all, "every guest");
    release_command->add_flag("--dry-run", options->dry_run, "print what would be written");
    release_command->callback([options, &status] { status = run_release(*options); });

    const auto json = std::make_shared<bool>(false);
    auto* journal =
        app.add_subcommand("journal", "Show what nova-rt has changed on this host and still holds");
    journal->add_flag("--json", *json, "as a document");
    journal->callback(
        [json, &status] { status = show_journal(*json ? JournalFormat::Json : JournalFormat::Text); });
}

} // namespace nova_rt
