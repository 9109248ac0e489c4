// The status document in Prometheus' text format.
#pragma once

#include "model/status.hpp"

#include <optional>
#include <string>
#include <vector>

namespace nova_rt {

/// What is measured when somebody asks.
struct ScrapeFacts {
    std::optional<double> status_age_seconds; ///< none: there is no status
    std::uint64_t contained_exceptions = 0;   ///< of the HTTP library, since start
    std::string api_version;
};

/// A metric whose source is missing is absent, never zero. Labels carry no text of a tenant: domains appear
/// by libvirt's name, and by UUID in nova_rt_domain_info alone. `status` may be null.
[[nodiscard]] std::string metrics_text(const StatusDocument* status, const ScrapeFacts& facts);

/// The names of all metrics that can appear, sorted: what METRICS.md is compared with.
[[nodiscard]] std::vector<std::string> metric_names();

} // namespace nova_rt
