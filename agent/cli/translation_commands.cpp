#include "adapters/data_files/text_file.hpp"
#include "cli/commands.hpp"
#include "cli/explanation.hpp"
#include "cli/translation_input.hpp"
#include "services/augment_document.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include <memory>

namespace nova_rt {

namespace {

struct Answer {
    TranslationInput input;
    Translation translation;
};

Result<Answer> answer(const TranslationOptions& options) {
    NOVA_RT_TRY_ASSIGN(input, read_translation_input(options));
    NOVA_RT_TRY_ASSIGN(service, open_translation_service(options));
    NOVA_RT_TRY_ASSIGN(translation, service.translate(input));
    return Answer{.input = std::move(input), .translation = std::move(translation)};
}

void print_warnings(const Translation& translation) {
    for (const auto& reason : translation.reasons) {
        if (reason.severity == Reason::Severity::Warning) {
            fmt::print(stderr, "nova-rt: warning: {}: {}\n", reason.subject, reason.text);
        }
    }
}

ExitStatus translate(const TranslationOptions& options) {
    const auto result = answer(options);
    if (!result) {
        return report(result.error());
    }
    print_warnings(result->translation);
    if (result->translation.error) {
        fmt::print(stderr, "nova-rt: {}\n", describe(*result->translation.error));
        return ExitStatus::Refused;
    }
    fmt::print("{}", result->translation.xml.value_or(""));
    return ExitStatus::Done;
}

/// As a filter between programs: the answer is a document, also when it is a refusal.
ExitStatus plan_as_json(const TranslationOptions& options) {
    const auto result = answer(options);
    if (!result) {
        return report(result.error());
    }
    fmt::print("{}\n", to_document(result->translation));
    return ExitStatus::Done;
}

Result<std::string> answer_batch(const TranslationOptions& options) {
    NOVA_RT_TRY_ASSIGN(text, read_text_file(options.document));
    NOVA_RT_TRY_ASSIGN(service, open_translation_service(options));
    return service.translate_batch(text);
}

ExitStatus plan_batch(const TranslationOptions& options) {
    const auto answers = answer_batch(options);
    if (!answers) {
        return report(answers.error());
    }
    fmt::print("{}\n", *answers);
    return ExitStatus::Done;
}

Result<std::string> answer_augment(const std::string& path) {
    NOVA_RT_TRY_ASSIGN(text, read_text_file(path));
    return augment_document(text);
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
    const auto result = answer(options);
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

    const auto json = std::make_shared<bool>(false);
    const auto batch = std::make_shared<bool>(false);
    auto* plan_command =
        app.add_subcommand("plan", "Plan where a guest's vCPUs, pages and emulator threads go");
    options->add_to(*plan_command);
    plan_command->add_flag("--json", *json,
                           "print the answer document; exit 0 also when Nova refuses: look at \"ok\"");
    plan_command->add_flag("--batch", *batch,
                           "the document is a list of cases, the answer a list; implies --json");
    plan_command->callback([options, json, batch, &status] {
        if (*batch) {
            status = plan_batch(*options);
        } else {
            status = *json ? plan_as_json(*options) : explain_in_words(*options);
        }
    });
}

} // namespace nova_rt
