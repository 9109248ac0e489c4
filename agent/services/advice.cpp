#include "services/advice.hpp"

#include "flavor/nova_values.hpp"
#include "services/guest_stages.hpp"
#include "services/translation_json.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace nova_rt {

namespace {

using nlohmann::json;

/// One key; an empty value takes it out.
struct Change {
    const char* key;
    const char* value;
};

constexpr std::array<Change, 7> kChanges = {{{"hw:emulator_threads_policy", "share"},
                                             {"hw:emulator_threads_policy", "isolate"},
                                             {"hw:cpu_thread_policy", "isolate"},
                                             {"hw:cpu_thread_policy", "require"},
                                             {"hw:cpu_thread_policy", "prefer"},
                                             {"hw:numa_nodes", "1"},
                                             {"hw:cpu_policy", "mixed"}}};

bool apply(const Change& change, const Flavor& original, Flavor& flavor, std::vector<std::string>& commands) {
    auto& value = flavor.extra_specs[change.key];
    if (value == change.value) {
        return false;
    }
    value = change.value;
    commands.push_back(flavor_set_command(original, change.key, change.value));
    return true;
}

/// What Nova makes of the guest with another flavor; none when it refuses.
std::optional<FlavorAdvice> plan_with(TranslationInput input, const CpuLedger& before,
                                      std::initializer_list<Change> changes) {
    FlavorAdvice advice;
    const Flavor original = input.flavor;
    for (const Change& change : changes) {
        if (!apply(change, original, input.flavor, advice.commands)) {
            return std::nullopt;
        }
    }
    Translation answer;
    CpuLedger ledger = before;
    const auto stages = GuestStages::judge(input, answer);
    if (!stages || !stages->place(input, ledger, answer) || answer.plan->cells.empty()) {
        return std::nullopt;
    }
    advice.faults = faults_of(before, *answer.plan);
    advice.plan = *std::move(answer.plan);
    return advice;
}

/// The fewest faults below `most`; one changed key wins over two.
std::optional<FlavorAdvice> better_flavor(const TranslationInput& input, const CpuLedger& before,
                                          unsigned most) {
    std::optional<FlavorAdvice> best;
    const auto consider = [&best, most](std::optional<FlavorAdvice> candidate) {
        if (candidate && candidate->faults.total() < (best ? best->faults.total() : most)) {
            best = std::move(candidate);
        }
    };
    for (const Change& change : kChanges) {
        consider(plan_with(input, before, {change}));
    }
    for (std::size_t i = 0; i < kChanges.size(); ++i) {
        for (std::size_t j = i + 1; j < kChanges.size(); ++j) {
            if (std::string_view(kChanges[i].key) != kChanges[j].key) {
                consider(plan_with(input, before, {kChanges[i], kChanges[j]}));
            }
        }
    }
    return best;
}

json to_json(const PlacementFaults& faults) {
    return {{"emulator_beside_realtime", faults.emulator},
            {"housekeeping_beside_realtime", faults.housekeeping},
            {"other_guest_beside_realtime", faults.foreign},
            {"shared_pcpu_beside_realtime", faults.floating},
            {"extra_host_cells", faults.extra_cells}};
}

json placement_json(const PinningPlan& plan, const PlacementFaults& faults) {
    const json whole = nova_rt::to_json(plan);
    return {{"pins", whole.at("pins")},
            {"emulator_pins", whole.at("emulator_pins")},
            {"emulator_reserved", whole.at("emulator_reserved")},
            {"faults", to_json(faults)}};
}

} // namespace

std::optional<Advice> advise(const TranslationInput& input, const Translation& answer) {
    if (!answer.ok() || !answer.plan || !input.host) {
        return std::nullopt;
    }
    std::vector<Reason> told_already;
    const auto before = occupied_ledger(input, told_already);
    if (!before) {
        return std::nullopt;
    }
    Advice advice;
    advice.faults = faults_of(*before, *answer.plan);
    if (advice.faults.total() == 0) {
        return std::nullopt;
    }
    if (auto better = repacked(*answer.request, *before, input.options, *answer.plan)) {
        const PlacementFaults faults = faults_of(*before, *better);
        if (faults.total() < advice.faults.total()) {
            advice.placement = std::move(better);
            advice.placement_faults = faults;
        }
    }
    advice.flavor = better_flavor(input, *before, advice.faults.total());
    return advice;
}

std::string to_document(const Translation& answer, const std::optional<Advice>& advice) {
    json document = to_json(answer);
    json& member = document["advice"];
    if (advice) {
        member = {{"faults", to_json(advice->faults)}, {"placement", nullptr}, {"flavor", nullptr}};
        if (advice->placement) {
            member["placement"] = placement_json(*advice->placement, advice->placement_faults);
        }
        if (advice->flavor) {
            member["flavor"] = placement_json(advice->flavor->plan, advice->flavor->faults);
            member["flavor"]["commands"] = advice->flavor->commands;
        }
    }
    return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

} // namespace nova_rt
