#include "adapters/data_files/text_file.hpp"
#include "cli/advice_text.hpp"
#include "cli/commands.hpp"
#include "cli/explanation.hpp"
#include "cli/translation_input.hpp"
#include "cli/what_if_text.hpp"
#include "services/advice.hpp"
#include "services/case_document.hpp"
#include "services/what_if.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include <memory>
#include <utility>

namespace nova_rt {

namespace {

struct PlanOptions {
    TranslationOptions translation;
    std::vector<std::string> flavors; ///< FILE or FILE:COUNT
    std::string count;                ///< of flavors without a count of their own
    bool json = false;
    bool advise = false;
    bool batch = false;
};

ExitStatus print_batch(const PlanOptions& options) {
    const auto answers = [&]() -> Result<std::string> {
        if (!options.flavors.empty() || !options.translation.image.empty() || !options.count.empty()) {
            return fail(ErrorCode::InvalidArgument,
                        "--batch reads a list of case documents: no --flavor, no --image and no --count");
        }
        return answer_batch(options.translation);
    }();
    if (!answers) {
        return report(answers.error());
    }
    fmt::print("{}\n", *answers);
    return ExitStatus::Done;
}

/// As a filter between programs the answer is a document, also when it is a refusal.
ExitStatus print_plan(const PlanOptions& options) {
    const auto result = answer_question(options.translation);
    if (!result) {
        return report(result.error());
    }
    const auto advice = options.advise ? advise(result->input, result->translation) : std::nullopt;
    if (options.json) {
        fmt::print("{}\n", options.advise ? to_document(result->translation, advice)
                                          : to_document(result->translation));
        return ExitStatus::Done;
    }
    fmt::print("{}{}", explain(result->input, result->translation), options.advise ? in_words(advice) : "");
    return result->translation.error ? ExitStatus::Refused : ExitStatus::Done;
}

/// FILE:COUNT; what follows the last colon is a count when it looks like one.
struct FlavorArgument {
    std::string file;
    std::string count;
};

FlavorArgument split_argument(const std::string& argument) {
    const auto colon = argument.rfind(':');
    if (colon == std::string::npos || colon + 1 == argument.size()) {
        return {.file = argument, .count = {}};
    }
    const std::string count = argument.substr(colon + 1);
    if (count != "max" && count.find_first_not_of("0123456789") != std::string::npos) {
        return {.file = argument, .count = {}};
    }
    return {.file = argument.substr(0, colon), .count = count};
}

bool asks_what_if(const PlanOptions& options) {
    return !options.count.empty() || options.flavors.size() > 1 ||
           (options.flavors.size() == 1 && !split_argument(options.flavors.front()).count.empty());
}

Result<WhatIfQuestion> read_question(const PlanOptions& options) {
    NOVA_RT_TRY_ASSIGN(count, parse_guest_count(options.count.empty() ? "1" : options.count));
    NOVA_RT_TRY_ASSIGN(base, read_translation_input(options.translation));
    WhatIfQuestion question{.base = std::move(base), .groups = {}};
    for (const std::string& argument : options.flavors) {
        const FlavorArgument asked = split_argument(argument);
        NOVA_RT_TRY_ASSIGN(text, read_text_file(asked.file));
        NOVA_RT_TRY_ASSIGN_CONTEXT(flavor, parse_flavor_document(text), asked.file);
        NOVA_RT_TRY_ASSIGN_CONTEXT(own,
                                   asked.count.empty() ? Result<std::optional<std::uint64_t>>(count)
                                                       : parse_guest_count(asked.count),
                                   "--flavor " + asked.file);
        question.groups.push_back({.flavor = std::move(flavor), .count = own});
    }
    if (options.flavors.empty()) {
        question.groups.push_back({.flavor = question.base.flavor, .count = count});
    }
    return question;
}

ExitStatus print_what_if(const PlanOptions& options) {
    const auto question = read_question(options);
    if (!question) {
        return report(question.error());
    }
    const WhatIfAnswer answer = what_if(*question);
    if (options.json) {
        fmt::print("{}\n", to_document(answer));
        return ExitStatus::Done;
    }
    fmt::print("{}", in_words(answer));
    return answer.ok() ? ExitStatus::Done : ExitStatus::Refused;
}

ExitStatus plan(PlanOptions options) {
    if (options.advise && (options.batch || asks_what_if(options))) {
        return report(
            Error(ErrorCode::InvalidArgument, "--advise is about one guest: no --batch and no count"));
    }
    if (options.batch) {
        return print_batch(options);
    }
    if (!options.flavors.empty()) {
        options.translation.flavor = split_argument(options.flavors.front()).file;
    }
    return asks_what_if(options) ? print_what_if(options) : print_plan(options);
}

} // namespace

void add_plan_command(CLI::App& app, ExitStatus& status) {
    const auto options = std::make_shared<PlanOptions>();
    auto* command =
        app.add_subcommand("plan", "Plan where a guest's vCPUs, pages and emulator threads go; with several "
                                   "flavors or a count: what fits one after the other, and what is left");
    options->translation.add_to(*command, &options->flavors);
    command->add_option(
        "--count", options->count,
        "so many guests of each flavor without a count of its own, or max: until Nova refuses");
    command->add_flag("--json", options->json,
                      "print the answer document; exit 0 also when Nova refuses: look at \"ok\"");
    command->add_flag("--advise", options->advise,
                      "add a better placement than Nova's where there is one, and the flavor that gets it");
    command->add_flag("--batch", options->batch,
                      "the document is a list of cases, the answer a list; implies --json");
    add_kernel_args_command(*command, status);
    command->callback([command, options, &status] {
        if (command->get_subcommands().empty()) {
            status = plan(*options);
        }
    });
}

} // namespace nova_rt
