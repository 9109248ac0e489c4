#include "isolation/host_isolator.hpp"

#include "isolation/setting_reader.hpp"
#include "knobs/cgroup_location.hpp"
#include "knobs/knob_registry.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

namespace nova_rt {

namespace {

HostView view_of(const EnginePorts& ports) {
    return HostView{.files = ports.reader, .threads = ports.threads, .lister = ports.lister};
}

bool matches(const Change& change, const std::string& seen) {
    const Knob* const knob = find_knob(change.knob);
    return knob != nullptr ? knob->matches(change.setting, change.after, seen)
                           : same_value(change.setting, change.after, seen);
}

WriteOutcome outcome_of(const Change& change, const Error& error) {
    const Knob* const knob = find_knob(change.knob);
    if (knob == nullptr) {
        return error.code() == ErrorCode::NotFound ? WriteOutcome::Gone : WriteOutcome::Failed;
    }
    switch (knob->classify(error)) {
    case WriteFailure::Immovable:
        return WriteOutcome::Immovable;
    case WriteFailure::Busy:
        return WriteOutcome::Busy;
    case WriteFailure::Gone:
        return WriteOutcome::Gone;
    case WriteFailure::Failed:
        break;
    }
    return WriteOutcome::Failed;
}

} // namespace

std::vector<WriteResult> HostIsolator::apply(const std::vector<Change>& changes,
                                             const std::function<bool(const WriteResult&)>& stop) {
    std::vector<WriteResult> results;
    for (const auto& change : changes) {
        results.push_back(write(change));
        if (stop(results.back())) {
            break;
        }
    }
    return results;
}

std::vector<WriteResult> HostIsolator::restore(const std::vector<WriteResult>& touched) {
    std::vector<Change> back;
    for (const auto& result : std::views::reverse(touched)) {
        const bool unchanged = result.outcome == WriteOutcome::Gone || result.seen == result.change.before;
        if (!unchanged) {
            back.push_back(result.change);
            std::swap(back.back().before, back.back().after);
        }
    }
    std::ranges::stable_partition(
        back, [](const Change& change) { return change.setting.kind == SettingKind::CgroupMembership; });
    auto results = apply(back, [](const WriteResult&) { return false; });
    std::erase_if(results, [](const WriteResult& result) {
        return result.outcome == WriteOutcome::InForce || result.outcome == WriteOutcome::Gone;
    });
    return results;
}

WriteResult HostIsolator::write(const Change& change) {
    WriteResult result{.change = change, .seen = change.before, .cause = {}};
    const Status status = write_value(change.setting, change.after);
    // Read back after a failure too: what counts is what is in force.
    if (const auto seen = read_setting(view_of(ports_), change.setting)) {
        result.seen = *seen;
    }
    if (!status) {
        result.outcome = outcome_of(change, status.error());
        result.cause = status.error().message();
    } else if (matches(change, result.seen)) {
        result.outcome = WriteOutcome::InForce;
    } else {
        result.outcome = WriteOutcome::NotInForce;
        result.cause =
            "wrote " + change.after + " to " + describe(change.setting) + ", it reads " + result.seen;
    }
    return result;
}

Status HostIsolator::write_value(const Setting& setting, const std::string& value) {
    if (setting.kind == SettingKind::AttributeFile) {
        // A write of no bytes never reaches the kernel's attribute.
        return ports_.writer.write(setting.path, value.empty() ? "\n" : value);
    }
    NOVA_RT_TRY(expect_thread(view_of(ports_), setting.thread));
    switch (setting.kind) {
    case SettingKind::ThreadAffinity: {
        NOVA_RT_TRY_ASSIGN(cpus, CpuSet::from_cpulist(value));
        return ports_.threads.set_affinity(setting.thread.tid, cpus);
    }
    case SettingKind::ThreadScheduling: {
        NOVA_RT_TRY_ASSIGN(scheduling, decode_scheduling(value));
        return ports_.threads.set_scheduling(setting.thread.tid, scheduling);
    }
    case SettingKind::CgroupMembership:
        return write_membership(setting, value);
    case SettingKind::AttributeFile:
        break;
    }
    return fail(ErrorCode::Internal, "unknown kind of setting");
}

Status HostIsolator::write_membership(const Setting& setting, const std::string& cgroup) {
    NOVA_RT_TRY_ASSIGN(mount, cgroup_mount(ports_.reader, setting.path));
    const std::string file = setting.path == "unified" ? "/cgroup.threads" : "/tasks";
    return ports_.writer.write(mount + cgroup + file, std::to_string(setting.thread.tid.value));
}

} // namespace nova_rt
