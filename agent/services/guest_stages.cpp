#include "services/guest_stages.hpp"

#include "flavor/extra_specs.hpp"
#include "flavor/origins.hpp"
#include "flavor/realtime_rules.hpp"
#include "planner/planner.hpp"
#include "planner/resident_accounting.hpp"

#include <algorithm>

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
        auto image = coerce_image(guest.image, input.options.release);
        if (!image) {
            Refusal refusal = std::move(image).error();
            refusal.stage = "host";
            return fail(std::move(refusal));
        }
        auto request =
            numa_request({.flavor = guest.flavor, .image = *image, .release = input.options.release});
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

/// nova/network/os_vif_util.py of Nova 33 knows no Linux bridge any more.
Verdict check_ports(const TranslationInput& input) {
    const auto is_bridge = [](const NetworkPort& port) { return port.kind == InterfaceKind::Bridge; };
    if (input.options.release == NovaRelease::Zed || std::ranges::none_of(input.ports, is_bridge)) {
        return {};
    }
    return fail(Refusal{.stage = "xml",
                        .type = "NovaException",
                        .message = "Unsupported VIF type bridge",
                        .key = "vifs",
                        .provenance = Provenance::Host,
                        .repair = {}});
}

Verdict judge_in_order(const TranslationInput& input, Translation& answer, ImageMeta& image) {
    NOVA_RT_TRY(check_property_sizes(input.flavor.extra_specs, Provenance::Flavor));
    if (input.schema_stage == StageMode::Run) {
        NOVA_RT_TRY(validate_extra_specs(input.flavor, input.options.release));
    }
    for (Reason& reason : unknown_rt_keys(input.flavor)) {
        answer.reasons.push_back(std::move(reason));
    }
    NOVA_RT_TRY_ASSIGN(coerced, coerce_image(input.image, input.options.release));
    image = std::move(coerced);
    return apply_rules(input, {.flavor = input.flavor, .image = image, .release = input.options.release},
                       answer);
}

Verdict place_in_order(const TranslationInput& input, const RuleInput& rules, CpuLedger& ledger,
                       Translation& answer) {
    NOVA_RT_TRY_ASSIGN(plan, plan_guest(*answer.request, ledger, input.options, input.limits));
    CpuLedger charged = ledger;
    NOVA_RT_TRY(charged.charge(*answer.request, plan));
    answer.reasons.insert(answer.reasons.end(), plan.reasons.begin(), plan.reasons.end());
    answer.plan = std::move(plan);
    const GuestSite site{.host = *input.host, .options = input.options, .has_ports = !input.ports.empty()};
    NOVA_RT_TRY(complete_for_host(rules, site, *answer.request));
    NOVA_RT_TRY(check_ports(input));
    ledger = std::move(charged);
    return {};
}

} // namespace

Judged<GuestStages> GuestStages::judge(const TranslationInput& input, Translation& answer) {
    answer.reasons = input.notes;
    ImageMeta image;
    if (auto verdict = judge_in_order(input, answer, image); !verdict) {
        return fail(with_origin({.flavor = input.flavor, .image = image, .release = input.options.release},
                                std::move(verdict).error()));
    }
    return GuestStages(std::move(image));
}

Verdict GuestStages::place(const TranslationInput& input, CpuLedger& ledger, Translation& answer) const {
    const RuleInput rules{.flavor = input.flavor, .image = image_, .release = input.options.release};
    return place_in_order(input, rules, ledger, answer).map_error([&](Refusal refusal) {
        return with_origin(rules, std::move(refusal));
    });
}

Judged<CpuLedger> occupied_ledger(const TranslationInput& input, std::vector<Reason>& reasons) {
    if (input.options_refusal) {
        return fail(*input.options_refusal);
    }
    NOVA_RT_TRY_ASSIGN(ledger, CpuLedger::open(*input.host, input.options));
    for (const RecordedUsage& usage : input.usage) {
        ledger.restore(usage);
    }
    for (Reason& reason : charge_residents(input.residents, ledger)) {
        reasons.push_back(std::move(reason));
    }
    NOVA_RT_TRY(place_others(input, ledger));
    return ledger;
}

} // namespace nova_rt
