#include "services/what_if.hpp"

#include "base/text.hpp"
#include "services/guest_stages.hpp"

#include <algorithm>
#include <utility>

namespace nova_rt {

namespace {

WhatIfGroupAnswer place_group(TranslationInput input, const WhatIfGroup& group, CpuLedger& ledger) {
    WhatIfGroupAnswer answer{.asked = group, .guests = {}, .refusal = {}, .note = {}};
    input.flavor = group.flavor;
    Translation judged;
    judged.name = group.flavor.name;
    const auto stages = GuestStages::judge(input, judged);
    if (!stages) {
        answer.refusal = stages.error();
        return answer;
    }
    while (answer.guests.size() < group.count.value_or(kMostWhatIfGuests)) {
        Translation guest = judged;
        if (auto placed = stages->place(input, ledger, guest); !placed) {
            answer.refusal = std::move(placed).error();
            return answer;
        }
        const bool on_no_cell = guest.plan->cells.empty();
        answer.guests.push_back(std::move(guest));
        if (on_no_cell && !group.count) {
            answer.note =
                "Nova counts this guest on no NUMA cell: how many fit is up to Placement's VCPU and "
                "MEMORY_MB alone";
            return answer;
        }
    }
    if (!group.count) {
        answer.note = "no more than " + std::to_string(kMostWhatIfGuests) +
                      " are tried; guests that float are refused only by \"limits\" of the case document";
    }
    return answer;
}

} // namespace

bool WhatIfAnswer::ok() const {
    return !error && std::ranges::all_of(groups, [](const auto& group) { return group.ok(); });
}

Result<std::optional<std::uint64_t>> parse_guest_count(std::string_view text) {
    if (text == "max") {
        return std::nullopt;
    }
    const auto count = parse_number<std::uint64_t>(text);
    if (!count || *count == 0 || *count > kMostWhatIfGuests) {
        return fail(ErrorCode::InvalidArgument, "count " + nova_rt::quoted(text) +
                                                    " is neither a number from 1 to " +
                                                    std::to_string(kMostWhatIfGuests) + " nor \"max\"");
    }
    return count;
}

WhatIfAnswer what_if(const WhatIfQuestion& question) {
    TranslationInput base = question.base;
    WhatIfAnswer answer;
    answer.reasons = std::exchange(base.notes, {});
    auto ledger = occupied_ledger(base, answer.reasons);
    if (!ledger) {
        answer.error = std::move(ledger).error();
        return answer;
    }
    for (const WhatIfGroup& group : question.groups) {
        answer.groups.push_back(place_group(base, group, *ledger));
    }
    answer.left = remainders(*ledger);
    return answer;
}

} // namespace nova_rt
