// Nova's stages one after the other: what is true of flavor and image anywhere, then what a host makes of it.
#pragma once

#include "flavor/image_meta.hpp"
#include "model/judgement.hpp"
#include "planner/cpu_ledger.hpp"
#include "services/translation.hpp"

#include <utility>
#include <vector>

namespace nova_rt {

/// A flavor and an image that Nova accepts, ready to be placed on any host, once or often.
class GuestStages {
public:
    /// Everything up to the placement request. Fills `answer` as far as the stages came.
    [[nodiscard]] static Judged<GuestStages> judge(const TranslationInput& input, Translation& answer);

    /// Plans the judged guest of `answer` on a ledger and charges it. The ledger is unchanged by a refusal.
    /// `input` is the one that was judged.
    [[nodiscard]] Verdict place(const TranslationInput& input, CpuLedger& ledger, Translation& answer) const;

private:
    explicit GuestStages(ImageMeta image) : image_(std::move(image)) {}

    ImageMeta image_;
};

/// The host of `input`, which must have one, with all that is on it: guests that run, then guests that are
/// placed by the same rules. `reasons` says what was counted.
[[nodiscard]] Judged<CpuLedger> occupied_ledger(const TranslationInput& input, std::vector<Reason>& reasons);

} // namespace nova_rt
