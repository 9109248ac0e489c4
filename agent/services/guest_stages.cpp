#include "services/guest_stages.hpp"

#include "flavor/extra_specs.hpp"
#include "flavor/realtime_rules.hpp"
#include "planner/planner.hpp"
#include "planner/resident_accounting.hpp"

namespace nova_rt {

namespace {

Refusal at_stage(Refusal refusal, const char* stage) {
    if (refusal.stage.empty()) {
        refusal.stage = stage;
    }
    return refusal;
}

/// Up to the placement request: what is true of flavor and image on any host.
Verdict apply_rules(const TranslationInput& input, const RuleInput& rules, Translation& answer) {
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

} // namespace

Judged<GuestStages> GuestStages::judge(const TranslationInput& input, Translation& answer) {
    answer.reasons = input.notes;
    NOVA_RT_TRY(check_property_sizes(input.flavor.extra_specs, Provenance::Flavor));
    if (input.schema_stage == StageMode::Run) {
        NOVA_RT_TRY(validate_extra_specs(input.flavor));
    }
    for (Reason& reason : unknown_rt_keys(input.flavor)) {
        answer.reasons.push_back(std::move(reason));
    }
    NOVA_RT_TRY_ASSIGN(image, coerce_image(input.image));
    NOVA_RT_TRY(apply_rules(input, {.flavor = input.flavor, .image = image}, answer));
    return GuestStages(std::move(image));
}

Verdict GuestStages::place(const TranslationInput& input, CpuLedger& ledger, Translation& answer) const {
    NOVA_RT_TRY_ASSIGN(plan, plan_guest(*answer.request, ledger, input.options, input.limits));
    CpuLedger charged = ledger;
    NOVA_RT_TRY(charged.charge(*answer.request, plan));
    answer.reasons.insert(answer.reasons.end(), plan.reasons.begin(), plan.reasons.end());
    answer.plan = std::move(plan);
    const GuestSite site{.host = *input.host, .options = input.options, .has_ports = !input.ports.empty()};
    NOVA_RT_TRY(complete_for_host({.flavor = input.flavor, .image = image_}, site, *answer.request));
    ledger = std::move(charged);
    return {};
}

Judged<CpuLedger> occupied_ledger(const TranslationInput& input, std::vector<Reason>& reasons) {
    if (input.options_refusal) {
        return fail(*input.options_refusal);
    }
    NOVA_RT_TRY_ASSIGN(ledger, CpuLedger::open(*input.host, input.options));
    for (Reason& reason : charge_residents(input.residents, ledger)) {
        reasons.push_back(std::move(reason));
    }
    NOVA_RT_TRY(place_others(input, ledger));
    return ledger;
}

} // namespace nova_rt
