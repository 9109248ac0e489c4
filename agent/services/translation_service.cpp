#include "services/translation_service.hpp"

#include "domainxml/domain_builder.hpp"
#include "flavor/extra_specs.hpp"
#include "flavor/realtime_rules.hpp"
#include "planner/planner.hpp"
#include "services/bounded_json.hpp"
#include "services/case_document.hpp"
#include "services/translation_json.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace nova_rt {

namespace {

using nlohmann::json;

Refusal at_stage(Refusal refusal, const char* stage) {
    if (refusal.stage.empty()) {
        refusal.stage = stage;
    }
    return refusal;
}

/// Up to the placement request: what is true of flavor and image on any host.
Verdict judge(const TranslationInput& input, const RuleInput& rules, Translation& answer) {
    const bool api = input.api_stage == StageMode::Run;
    if (api) {
        NOVA_RT_TRY(check_server_request(rules));
    }
    auto request = numa_request(rules);
    if (!request) {
        return fail(at_stage(std::move(request).error(), api ? "api" : "constraints"));
    }
    answer.request = *std::move(request);
    auto placement = placement_request(rules);
    if (!placement) {
        return fail(at_stage(std::move(placement).error(), "placement"));
    }
    answer.placement = *std::move(placement);
    return {};
}

/// A guest that is there already is judged and placed like the asked one, and taken from the ledger.
Verdict place_others(const TranslationInput& input, CpuLedger& ledger) {
    for (std::size_t i = 0; i < input.placed.size(); ++i) {
        const PlacedGuest& guest = input.placed[i];
        auto image = coerce_image(guest.image);
        if (!image) {
            Refusal refusal = std::move(image).error();
            refusal.stage = "host";
            return fail(std::move(refusal));
        }
        auto request = numa_request({.flavor = guest.flavor, .image = *image});
        if (!request) {
            return fail(at_stage(std::move(request).error(), "host"));
        }
        if (request->cells.empty()) {
            continue;
        }
        auto plan = plan_guest(*request, ledger, input.options, input.limits);
        if (!plan) {
            Refusal refusal = std::move(plan).error();
            refusal.stage = "placed";
            refusal.message = "placed guest " + std::to_string(i) + " does not fit: " + refusal.message;
            return fail(std::move(refusal));
        }
        if (auto charged = ledger.charge(*request, *plan); !charged) {
            Refusal refusal = std::move(charged).error();
            refusal.stage = "host";
            return fail(std::move(refusal));
        }
    }
    return {};
}

Verdict place(const TranslationInput& input, const RuleInput& rules, Translation& answer) {
    if (input.options_refusal) {
        return fail(*input.options_refusal);
    }
    NOVA_RT_TRY_ASSIGN(ledger, CpuLedger::open(*input.host, input.options));
    NOVA_RT_TRY(place_others(input, ledger));
    NOVA_RT_TRY_ASSIGN(plan, plan_guest(*answer.request, ledger, input.options, input.limits));
    NOVA_RT_TRY(ledger.charge(*answer.request, plan));
    answer.reasons.insert(answer.reasons.end(), plan.reasons.begin(), plan.reasons.end());
    answer.plan = std::move(plan);
    return complete_for_host(rules, input.options, *answer.request);
}

DomainSpec domain_spec(const TranslationInput& input, const Translation& answer) {
    DomainSpec spec;
    spec.flavor = input.flavor;
    spec.image = input.image;
    spec.request = *answer.request;
    spec.plan = *answer.plan;
    spec.options = input.options;
    spec.identity = input.instance;
    spec.ports = input.ports;
    spec.architecture = input.host->architecture;
    spec.host_architecture = input.host->architecture;
    spec.online_pcpus = input.host->online;
    return spec;
}

Verdict run_stages(const TranslationInput& input, Translation& answer) {
    NOVA_RT_TRY(check_property_sizes(input.flavor.extra_specs, Provenance::Flavor));
    if (input.schema_stage == StageMode::Run) {
        NOVA_RT_TRY(validate_extra_specs(input.flavor));
    }
    answer.reasons = unknown_rt_keys(input.flavor);
    NOVA_RT_TRY_ASSIGN(image, coerce_image(input.image));
    const RuleInput rules{.flavor = input.flavor, .image = image};
    NOVA_RT_TRY(judge(input, rules, answer));
    return input.host ? place(input, rules, answer) : Verdict{};
}

} // namespace

Result<TranslationService> TranslationService::create(const TranslationTexts& texts) {
    std::optional<DomainTemplate> skeleton;
    if (!texts.domain_template.empty()) {
        NOVA_RT_TRY_ASSIGN(loaded, DomainTemplate::load(texts.domain_template));
        skeleton = std::move(loaded);
    }
    return TranslationService(std::move(skeleton));
}

Result<Translation> TranslationService::translate(const TranslationInput& input) const {
    Translation answer;
    answer.name = input.name;
    if (auto verdict = run_stages(input, answer); !verdict) {
        answer.error = std::move(verdict).error();
        return answer;
    }
    if (answer.plan && skeleton_) {
        NOVA_RT_TRY_ASSIGN(xml, build_domain_xml(domain_spec(input, answer), *skeleton_));
        answer.xml = std::move(xml);
    }
    return answer;
}

std::string to_document(const Translation& translation) {
    return to_json(translation).dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<std::string> TranslationService::translate_document(std::string_view text) const {
    NOVA_RT_TRY_ASSIGN(input, parse_case_document(text));
    NOVA_RT_TRY_ASSIGN(answer, translate(input));
    return to_document(answer);
}

Result<std::string> TranslationService::translate_batch(std::string_view text) const {
    NOVA_RT_TRY_ASSIGN(documents, parse_bounded_json(text));
    if (!documents.is_array()) {
        return fail(ErrorCode::InvalidArgument, "read batch: not a list of cases");
    }
    json answers = json::array();
    for (const json& document : documents) {
        const auto input = read_case(document);
        const auto answer = input ? translate(*input) : Result<Translation>(fail(input.error()));
        if (answer) {
            answers.push_back(to_json(*answer));
            continue;
        }
        answers.push_back(
            {{"ok", false},
             {"error",
              {{"stage", "input"}, {"type", "InvalidArgument"}, {"message", answer.error().message()}}}});
    }
    return answers.dump(-1, ' ', false, json::error_handler_t::replace);
}

} // namespace nova_rt
