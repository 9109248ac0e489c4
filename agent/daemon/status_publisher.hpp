// Publishes the status document when it says something new, and now and then to show that we live.
#pragma once

#include "adapters/service/published_file.hpp"
#include "base/result.hpp"
#include "model/status.hpp"
#include "ports/clock.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace nova_rt {

class StatusPublisher {
public:
    /// Goes on counting where the document on disk stopped, so that generations grow over restarts.
    StatusPublisher(PublishedFile file, const Clock& clock, std::chrono::milliseconds period);

    /// Numbers the document and publishes it, unless it says the same as the last one and that is recent.
    [[nodiscard]] Status publish(StatusDocument status);

    [[nodiscard]] std::uint64_t generation() const { return generation_; }

private:
    PublishedFile file_;
    const Clock& clock_;
    std::chrono::milliseconds period_;
    std::uint64_t generation_ = 0;
    std::optional<StatusDocument> last_;
    std::optional<std::chrono::steady_clock::time_point> published_at_;
};

} // namespace nova_rt
