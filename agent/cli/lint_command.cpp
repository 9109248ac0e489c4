#include "adapters/data_files/text_file.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/translation_input.hpp"
#include "model/status_json.hpp"
#include "services/bounded_json.hpp"
#include "services/case_document.hpp"
#include "services/lint_report.hpp"
#include "services/port_document.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <memory>
#include <set>

namespace nova_rt {

namespace {

struct LintOptions {
    TranslationOptions question;
    std::string host;
    std::string ports;
    std::string status;
    std::string node_grade;
    std::set<std::string> ignored;
    bool this_host = false;
    bool json = false;
    bool strict = false;
    bool list = false;
};

Result<TranslationInput> read_question(const LintOptions& options) {
    NOVA_RT_TRY_ASSIGN(input,
                       read_translation_input(options.question, options.this_host ? HostFallback::ThisMachine
                                                                                  : HostFallback::None));
    if (!options.host.empty()) {
        NOVA_RT_TRY_ASSIGN(text, read_text_file(options.host));
        NOVA_RT_TRY_ASSIGN_CONTEXT(host, parse_host_document(text), options.host);
        input.host = std::move(host);
    }
    if (!options.ports.empty()) {
        NOVA_RT_TRY_ASSIGN(text, read_text_file(options.ports));
        NOVA_RT_TRY_ASSIGN_CONTEXT(document, parse_bounded_json(text), options.ports);
        NOVA_RT_TRY_ASSIGN_CONTEXT(ports, read_ports(document), options.ports);
        input.ports = std::move(ports);
    }
    return input;
}

Result<std::optional<Grade>> read_node_grade(const LintOptions& options) {
    static const std::map<std::string, Grade> kGrades = {
        {"A", Grade::A}, {"B", Grade::B}, {"C", Grade::C}, {"F", Grade::F}};
    if (!options.node_grade.empty()) {
        const auto found = kGrades.find(options.node_grade);
        if (found == kGrades.end()) {
            return fail(ErrorCode::InvalidArgument,
                        "--node-grade " + nova_rt::quoted(options.node_grade) + ": expected A, B, C or F");
        }
        return std::optional(found->second);
    }
    if (options.status.empty()) {
        return std::nullopt;
    }
    NOVA_RT_TRY_ASSIGN(text, read_text_file(options.status, kMaxStatusBytes));
    NOVA_RT_TRY_ASSIGN_CONTEXT(status, decode_status(text), options.status);
    return observed_grade(status);
}

Status check_ignored(const LintOptions& options) {
    for (const auto& id : options.ignored) {
        if (find_lint_rule(id) == nullptr) {
            return fail(ErrorCode::InvalidArgument,
                        "--ignore " + nova_rt::quoted(id) + ": no such rule; nova-rt lint --list has them");
        }
    }
    return {};
}

Result<LintReport> examine(const LintOptions& options) {
    NOVA_RT_TRY(check_ignored(options));
    NOVA_RT_TRY_ASSIGN(input, read_question(options));
    NOVA_RT_TRY_ASSIGN(grade, read_node_grade(options));
    return lint_translation(input, grade, options.ignored);
}

ExitStatus run_lint(const LintOptions& options) {
    if (options.list) {
        fmt::print("{}", lint_table());
        return ExitStatus::Done;
    }
    const auto result = examine(options);
    if (!result) {
        return report(result.error());
    }
    if (options.json) {
        const nlohmann::json answer = {{"ok", result->findings.empty()},
                                       {"findings", to_json(result->findings)}};
        fmt::print("{}\n", answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    } else {
        fmt::print("{}", to_text(result->findings));
    }
    return options.strict && !result->findings.empty() ? ExitStatus::Refused : ExitStatus::Done;
}

} // namespace

void add_lint_command(CLI::App& app, ExitStatus& status) {
    const auto options = std::make_shared<LintOptions>();
    auto* command = app.add_subcommand("lint", "Warn of what Nova accepts in a flavor and users regret");
    options->question.add_to(*command);
    command->add_option("--host", options->host, "host as JSON, as in a case document's \"host\"");
    command->add_flag("--this-host", options->this_host, "judge against this machine");
    command->add_option("--ports", options->ports, "ports as JSON, as in a case document's \"vifs\"");
    command->add_option("--node-grade", options->node_grade, "isolation grade the node gives: A, B, C or F");
    command->add_option("--status", options->status,
                        "status document of the node's agent: the best grade of its guests is the node's");
    command->add_option("--ignore", options->ignored, "leave out the findings of a rule; repeatable");
    command->add_flag("--json", options->json, "print a document");
    command->add_flag("--strict", options->strict, "exit 1 when something is found");
    command->add_flag("--list", options->list, "print the table of rules");
    command->callback([options, &status] { status = run_lint(*options); });
}

} // namespace nova_rt
