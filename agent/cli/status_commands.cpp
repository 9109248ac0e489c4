#include "adapters/data_files/text_file.hpp"
#include "cli/commands.hpp"
#include "cli/cpu_map.hpp"
#include "cli/doctor.hpp"
#include "cli/host_context.hpp"
#include "model/status_json.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace nova_rt {

namespace {

enum class StatusFormat { Map, Json };

ExitStatus show_status(const std::string& path, StatusFormat format) {
    const auto text = read_text_file(path, kMaxStatusBytes);
    if (!text && text.error().code() == ErrorCode::NotFound) {
        return report(
            {ErrorCode::Unavailable, "no status document at " + path + ": nova-rt-agent is not running"});
    }
    if (!text) {
        return report(text.error());
    }
    const auto status = decode_status(*text);
    if (!status) {
        return report(status.error().with_context(path));
    }
    if (format == StatusFormat::Json) {
        fmt::print("{}\n",
                   to_json_value(*status).dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
    } else {
        fmt::print("{}", cpu_map(*status));
    }
    return ExitStatus::Done;
}

ExitStatus run_doctor() {
    const auto host = HostContext::open();
    if (!host) {
        return report(host.error());
    }
    const auto results = examine_node((*host)->engine(), (*host)->reader());
    fmt::print("{}", to_text(results));
    return worst_state(results) == CheckState::Fail ? ExitStatus::Refused : ExitStatus::Done;
}

} // namespace

void add_status_commands(CLI::App& app, ExitStatus& status) {
    const auto path = std::make_shared<std::string>(kStatusFile);
    const auto json = std::make_shared<bool>(false);
    auto* status_command = app.add_subcommand("status", "Show what the agent sees: pCPUs, guests, grades");
    status_command->add_option("--file", *path, "status document")->capture_default_str();
    status_command->add_flag("--json", *json, "the document itself");
    status_command->callback([path, json, &status] {
        status = show_status(*path, *json ? StatusFormat::Json : StatusFormat::Map);
    });

    auto* doctor = app.add_subcommand("doctor", "Check this node; exit 1 when a check fails");
    doctor->callback([&status] { status = run_doctor(); });
}

} // namespace nova_rt
