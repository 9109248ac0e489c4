#include "adapters/data_files/text_file.hpp"
#include "cli/commands.hpp"
#include "cli/explanation.hpp"
#include "cli/host_context.hpp"
#include "cli/translation_input.hpp"
#include "cli/vhost_user_sockets.hpp"
#include "services/augment_document.hpp"
#include "services/guest_account.hpp"
#include "services/lint_report.hpp"
#include "services/translation_json.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace nova_rt {

namespace {

ExitStatus translate(const TranslationOptions& options) {
    const auto result = answer_question(options);
    if (!result) {
        return report(result.error());
    }
    print_warnings(result->translation.reasons);
    if (result->translation.error) {
        fmt::print(stderr, "nova-rt: {}\n", describe(*result->translation.error));
        return ExitStatus::Refused;
    }
    fmt::print("{}", result->translation.xml.value_or(""));
    return ExitStatus::Done;
}

Result<std::string> answer_augment(const std::string& path) {
    NOVA_RT_TRY_ASSIGN(text, read_text_file(path));
    NOVA_RT_TRY_ASSIGN(reader, open_host_reader());
    const LocalMachine machine{.reader = *reader, .port_problems = vhost_user_socket_problems};
    return augment_document(text, &machine);
}

ExitStatus augment(const std::string& path) {
    const auto answered = answer_augment(path);
    if (!answered) {
        return report(answered.error());
    }
    fmt::print("{}\n", *answered);
    return ExitStatus::Done;
}

enum class ExplainFormat { Words, Json };

/// {"ok", "error", "decisions", "vcpus", "emulator_pcpus", "memory", "cost", "reasons", "findings"}
nlohmann::json explain_as_json(const AnsweredQuestion& answered, const std::vector<LintFinding>& findings) {
    nlohmann::json answer = to_json(account_of(answered.input, answered.translation));
    const auto& error = answered.translation.error;
    answer["ok"] = !error.has_value();
    answer["error"] = error ? to_json(*error) : nlohmann::json(nullptr);
    answer["reasons"] = to_json(answered.translation.reasons);
    answer["findings"] = to_json(findings);
    return answer;
}

ExitStatus explain_guest(const TranslationOptions& options, ExplainFormat format) {
    const auto answered = answer_question(options);
    if (!answered) {
        return report(answered.error());
    }
    const auto linted = lint_translation(answered->input);
    if (!linted) {
        return report(linted.error());
    }
    if (format == ExplainFormat::Json) {
        fmt::print("{}\n", explain_as_json(*answered, linted->findings)
                               .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    } else {
        fmt::print("{}", explain(answered->input, answered->translation, linted->findings));
    }
    return answered->translation.error ? ExitStatus::Refused : ExitStatus::Done;
}

} // namespace

void add_translation_commands(CLI::App& app, ExitStatus& status) {
    const auto options = std::make_shared<TranslationOptions>();

    auto* translate_command =
        app.add_subcommand("translate", "Print the domain XML of a flavor on this host");
    options->add_to(*translate_command);
    translate_command->callback([options, &status] { status = translate(*options); });

    auto* explain_command = app.add_subcommand(
        "explain", "Say for each vCPU what it is, where it goes and why, and what the guest costs");
    options->add_to(*explain_command);
    const auto as_json = std::make_shared<bool>(false);
    explain_command->add_flag("--json", *as_json, "print a document");
    explain_command->callback([options, as_json, &status] {
        status = explain_guest(*options, *as_json ? ExplainFormat::Json : ExplainFormat::Words);
    });

    const auto document = std::make_shared<std::string>("-");
    auto* augment_command = app.add_subcommand("augment", "Add to Nova's XML what rt: extra specs ask for");
    augment_command->add_option("document", *document, R"({"xml", "flavor", "image"}; - is stdin)");
    augment_command->callback([document, &status] { status = augment(*document); });
}

} // namespace nova_rt
