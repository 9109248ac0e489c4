#include "services/lint_report.hpp"

#include "base/text.hpp"
#include "flavor/image_meta.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace nova_rt {

Result<LintReport> lint_translation(const TranslationInput& input, std::optional<Grade> node_grade,
                                    const std::set<std::string>& ignored) {
    NOVA_RT_TRY_ASSIGN(service, TranslationService::create({}));
    LintReport report;
    NOVA_RT_TRY_ASSIGN(answer, service.translate(input));
    std::vector<Refusal> refusals;
    if (answer.error) {
        refusals.push_back(*answer.error);
    }
    if (answer.error && answer.error->stage == "schema") {
        TranslationInput lenient = input;
        lenient.schema_stage = StageMode::Skip;
        NOVA_RT_TRY_ASSIGN(second, service.translate(lenient));
        answer = std::move(second);
        if (answer.error && answer.error->stage != "schema") {
            refusals.push_back(*answer.error);
        }
    }
    report.translation = std::move(answer);
    const ImageMeta meta = coerce_image(input.image, input.options.release).value_or(ImageMeta{});
    const LintSubject subject{.flavor = input.flavor,
                              .image = input.image,
                              .meta = meta,
                              .options = input.options,
                              .ports = input.ports,
                              .host = input.host,
                              .request = report.translation.request,
                              .plan = report.translation.plan,
                              .refusals = refusals,
                              .node_grade = node_grade};
    for (LintFinding& finding : lint(subject)) {
        if (!ignored.contains(std::string(finding.rule->id))) {
            report.findings.push_back(std::move(finding));
        }
    }
    return report;
}

std::optional<Grade> observed_grade(const StatusDocument& status) {
    std::optional<Grade> best;
    for (const GuestStatus& guest : status.domains) {
        if (guest.grade && (!best || *guest.grade < *best)) {
            best = guest.grade;
        }
    }
    return best;
}

nlohmann::json to_json(const std::vector<LintFinding>& findings) {
    nlohmann::json list = nlohmann::json::array();
    for (const LintFinding& finding : findings) {
        list.push_back({{"id", finding.rule->id},
                        {"severity", to_string(finding.rule->severity)},
                        {"key", finding.hit.key},
                        {"what", finding.hit.what},
                        {"why", finding.rule->why},
                        {"repair", finding.hit.repair}});
    }
    return list;
}

std::string to_text(const std::vector<LintFinding>& findings) {
    std::string text;
    std::size_t errors = 0;
    std::size_t warnings = 0;
    for (const LintFinding& finding : findings) {
        errors += finding.rule->severity == LintSeverity::Error ? std::size_t{1} : std::size_t{0};
        warnings += finding.rule->severity == LintSeverity::Warning ? std::size_t{1} : std::size_t{0};
        const std::string key = finding.hit.key.empty() ? "" : " " + printable(finding.hit.key);
        text += fmt::format("{} [{}]{}: {}\n", to_string(finding.rule->severity), finding.rule->id, key,
                            printable(finding.hit.what));
        text += fmt::format("    why: {}\n", finding.rule->why);
        if (!finding.hit.repair.empty()) {
            text += fmt::format("    repair: {}\n", printable(finding.hit.repair));
        }
    }
    text += fmt::format("{} errors, {} warnings, {} remarks\n", errors, warnings,
                        findings.size() - errors - warnings);
    return text;
}

} // namespace nova_rt
