// Several guests asked for on one host, one after the other, and what they leave.
#pragma once

#include "base/result.hpp"
#include "planner/cell_remainder.hpp"
#include "services/translation.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nova_rt {

/// No more guests of one flavor are tried.
inline constexpr std::uint64_t kMostWhatIfGuests = 1024;

/// One flavor, so many times; without a count: until Nova refuses.
struct WhatIfGroup {
    Flavor flavor;
    std::optional<std::uint64_t> count = 1;
};

/// The flavor of `base` is not asked for; everything else of it is true of every guest.
struct WhatIfQuestion {
    TranslationInput base;
    std::vector<WhatIfGroup> groups;
};

struct WhatIfGroupAnswer {
    WhatIfGroup asked;
    std::vector<Translation> guests; ///< those that are placed, in order; without XML
    std::optional<Refusal> refusal;  ///< why the next one is not
    std::optional<std::string> note; ///< why trying ended without a refusal

    /// As many as were asked for; at least one when the question was how many.
    [[nodiscard]] bool ok() const { return guests.size() >= asked.count.value_or(1); }
};

struct WhatIfAnswer {
    std::optional<Refusal> error; ///< of the host itself: nothing was tried
    std::vector<WhatIfGroupAnswer> groups;
    std::vector<CellRemainder> left; ///< after all of them
    std::vector<Reason> reasons;     ///< about the host and what is on it

    [[nodiscard]] bool ok() const;
};

/// "3" or "max". InvalidArgument for anything else, 0 and more than kMostWhatIfGuests.
[[nodiscard]] Result<std::optional<std::uint64_t>> parse_guest_count(std::string_view text);

/// A refusal ends its flavor and takes nothing; the next flavor is tried. `question.base` must have a host.
[[nodiscard]] WhatIfAnswer what_if(const WhatIfQuestion& question);

/// {ok, error, groups: [{flavor, asked, placed, refusal, note, guests: [{pins, ...}]}], left: [{cell, ...}],
/// reasons}, on one line.
[[nodiscard]] std::string to_document(const WhatIfAnswer& answer);

} // namespace nova_rt
