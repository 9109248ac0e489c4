#include "services/advice.hpp"

#include "flavor/nova_values.hpp"
#include "services/guest_stages.hpp"
#include "services/translation_json.hpp"

#include <array>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace nova_rt {

namespace {

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

void write(JsonWriter& out, const PlacementFaults& faults) {
    out.begin_object();
    out.member("emulator_beside_realtime", faults.emulator);
    out.member("housekeeping_beside_realtime", faults.housekeeping);
    out.member("other_guest_beside_realtime", faults.foreign);
    out.member("shared_pcpu_beside_realtime", faults.floating);
    out.member("extra_host_cells", faults.extra_cells);
    out.end_object();
}

/// Members of the object that is open.
void write_members(JsonWriter& out, const PinningPlan& plan, const PlacementFaults& faults) {
    write_placement(out, plan);
    out.key("faults");
    write(out, faults);
}

void write(JsonWriter& out, const Advice& advice) {
    out.begin_object();
    out.key("faults");
    write(out, advice.faults);
    out.key("placement");
    if (advice.placement) {
        out.begin_object();
        write_members(out, *advice.placement, advice.placement_faults);
        out.end_object();
    } else {
        out.null();
    }
    out.key("flavor");
    if (advice.flavor) {
        out.begin_object();
        write_members(out, advice.flavor->plan, advice.flavor->faults);
        out.member("commands", advice.flavor->commands);
        out.end_object();
    } else {
        out.null();
    }
    out.end_object();
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
    JsonWriter out;
    out.begin_object();
    write_members(out, answer);
    out.key("advice");
    advice ? write(out, *advice) : out.null();
    out.end_object();
    return std::move(out).take();
}

} // namespace nova_rt
