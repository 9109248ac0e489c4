#include "adapters/data_files/text_file.hpp"
#include "cli/commands.hpp"
#include "cli/explanation.hpp"
#include "cli/host_context.hpp"
#include "cli/translation_input.hpp"
#include "cli/vhost_user_sockets.hpp"
#include "services/augment_document.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

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

ExitStatus explain_in_words(const TranslationOptions& options) {
    const auto result = answer_question(options);
    if (!result) {
        return report(result.error());
    }
    fmt::print("{}", explain(result->input, result->translation));
    return result->translation.error ? ExitStatus::Refused : ExitStatus::Done;
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
    explain_command->callback([options, &status] { status = explain_in_words(*options); });

    const auto document = std::make_shared<std::string>("-");
    auto* augment_command = app.add_subcommand("augment", "Add to Nova's XML what rt: extra specs ask for");
    augment_command->add_option("document", *document, R"({"xml", "flavor", "image"}; - is stdin)");
    augment_command->callback([document, &status] { status = augment(*document); });
}

} // namespace nova_rt
