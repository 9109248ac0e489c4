// A question to the translator, and its answer.
#pragma once

#include "base/cpu_set.hpp"
#include "domainxml/domain_spec.hpp"
#include "flavor/placement_request.hpp"
#include "model/flavor.hpp"
#include "model/host_topology.hpp"
#include "model/nova_options.hpp"
#include "model/pinning_plan.hpp"
#include "model/realtime_request.hpp"
#include "model/resident_guest.hpp"
#include "planner/cpu_ledger.hpp"

#include <optional>
#include <string>
#include <vector>

namespace nova_rt {

/// A guest that is on the host already: placed before the question is answered, by the same rules.
struct PlacedGuest {
    Flavor flavor;
    Image image;
};

/// Where TranslationInput::host came from.
enum class HostOrigin { Document, ThisMachine };

/// Whether a stage of Nova's own checks runs. Off only to see what later stages say.
enum class StageMode { Run, Skip };

/// What the host alone knows of a guest. Nothing of it changes the plan.
struct GuestParts {
    std::vector<GuestDisk> disks;
    std::optional<std::string> console_log_path;
    std::optional<GuestFirmware> firmware;
    std::optional<std::string> creation_time;
    std::optional<std::string> nova_version; ///< none: that of the release
};

struct TranslationInput {
    std::string name; ///< repeated in the answer, may be empty
    Flavor flavor;
    Image image;
    std::optional<HostTopology> host; ///< none: only the rules about flavor and image are applied
    HostOrigin host_origin = HostOrigin::Document;
    NovaOptions options;
    std::optional<Refusal>
        options_refusal; ///< what Nova says to options that cannot be read, stage "hostconf"
    std::optional<AllocationLimits> limits;
    std::vector<RecordedUsage> usage;     ///< what is taken of the host by whomever
    std::vector<ResidentGuest> residents; ///< guests that run on the host, counted before `placed`
    std::vector<PlacedGuest> placed;
    std::vector<NetworkPort> ports;
    InstanceIdentity instance;
    GuestParts parts;
    std::vector<Reason> notes; ///< what the asker has to say about the question: leads the answer's reasons
    StageMode schema_stage = StageMode::Run;
    StageMode api_stage = StageMode::Run;
};

/// What became known before the first refusal, and that refusal.
struct Translation {
    std::string name;
    std::optional<Refusal> error;
    std::optional<RealtimeRequest> request;
    std::optional<PlacementRequest> placement;
    std::optional<PinningPlan> plan;
    std::optional<std::string> xml;
    std::vector<Reason> reasons;

    [[nodiscard]] bool ok() const { return !error; }
};

} // namespace nova_rt
