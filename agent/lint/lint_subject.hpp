// What a lint rule looks at: a question to Nova, and as much of the answer as there is.
#pragma once

#include "flavor/rule_input.hpp"
#include "model/guest_domain.hpp"
#include "model/host_topology.hpp"
#include "model/nova_options.hpp"
#include "model/pinning_plan.hpp"
#include "model/realtime_request.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nova_rt {

/// A view; everything it names outlives it. What Nova refused or what was not given is absent, and rules that
/// need it stay silent.
struct LintSubject {
    const Flavor& flavor;
    const Image& image;    ///< as it was given
    const ImageMeta& meta; ///< as Nova reads it; empty when Nova cannot
    const NovaOptions& options;
    const std::vector<NetworkPort>& ports;
    const std::optional<HostTopology>& host;
    const std::optional<RealtimeRequest>& request;
    const std::optional<PinningPlan>& plan;
    const std::vector<Refusal>& refusals; ///< what Nova says at its stages, in order
    std::optional<Grade> node_grade;      ///< the isolation the node is known to give

    [[nodiscard]] RuleInput rules() const {
        return {.flavor = flavor, .image = meta, .release = options.release};
    }

    [[nodiscard]] std::optional<std::string> spec(const std::string& key) const {
        return find_nonempty(flavor.extra_specs, key);
    }

    /// An extra spec as Nova reads a boolean at run time: what is not true is false.
    [[nodiscard]] bool is_true(const std::string& key) const;

    /// hw:cpu_realtime, whatever else is wrong with the flavor.
    [[nodiscard]] bool asks_realtime() const { return is_true("hw:cpu_realtime"); }

    /// The vCPUs under FIFO; empty for a guest that is not realtime or that Nova refuses.
    [[nodiscard]] CpuSet realtime_vcpus() const { return request ? request->realtime_vcpus : CpuSet{}; }

    /// Whether nova.conf is known: an option was given, or a host that has the defaults.
    [[nodiscard]] bool knows_options() const;

    [[nodiscard]] std::string set_spec(std::string_view key, std::string_view value) const {
        return flavor_set_command(flavor, key, value);
    }

    [[nodiscard]] std::string unset_spec(std::string_view key) const {
        return flavor_unset_command(flavor, key);
    }

    [[nodiscard]] std::string unset_image_property(std::string_view key) const {
        return image_unset_command(image.id, key);
    }
};

/// How much a finding matters. Ordered: the worse compares greater.
enum class LintSeverity {
    Info,    ///< without effect, or a choice worth knowing
    Warning, ///< latency or isolation is weaker than asked for
    Error,   ///< the guest will not start, or endangers others
};

/// One place where a rule applies.
struct LintHit {
    std::string key;    ///< extra spec, image property or option; may be empty
    std::string what;   ///< what was found, one sentence without a period
    std::string repair; ///< a command or a line of nova.conf; empty when there is none
};

using LintHits = std::vector<LintHit>;

/// Whether the rule says something about where threads and memory go; `explain` repeats those.
enum class LintTopic { Meaning, Placement };

/// One row of flavor-schemas/LINT.md and the function behind it.
struct LintRule {
    std::string_view id; ///< kebab-case, stable
    LintSeverity severity = LintSeverity::Warning;
    LintTopic topic = LintTopic::Meaning;
    std::string_view found; ///< when it fires, for the table
    std::string_view why;   ///< the consequence
    LintHits (*check)(const LintSubject&) = nullptr;
};

} // namespace nova_rt
