#include "model/setting.hpp"

#include "base/cpu_set.hpp"
#include "base/text.hpp"

#include <array>
#include <utility>

namespace nova_rt {

namespace {

struct PolicyName {
    SchedulingPolicy policy;
    std::string_view name;
};

constexpr std::array kPolicyNames = {
    PolicyName{SchedulingPolicy::Other, "other"},   PolicyName{SchedulingPolicy::Fifo, "fifo"},
    PolicyName{SchedulingPolicy::RoundRobin, "rr"}, PolicyName{SchedulingPolicy::Batch, "batch"},
    PolicyName{SchedulingPolicy::Idle, "idle"},     PolicyName{SchedulingPolicy::Deadline, "deadline"},
};

std::string thread_text(const Setting& setting, std::string_view what) {
    return std::string(what) + " of thread " + std::to_string(setting.thread.tid.value);
}

ValueFormat value_format(const Setting& setting) {
    return setting.kind == SettingKind::ThreadAffinity ? ValueFormat::CpuList : setting.format;
}

} // namespace

Setting Setting::attribute(std::string path, ValueFormat format) {
    return Setting{
        .kind = SettingKind::AttributeFile, .format = format, .path = std::move(path), .thread = {}};
}

Setting Setting::affinity(ThreadIdentity thread) {
    return Setting{.kind = SettingKind::ThreadAffinity, .path = {}, .thread = thread};
}

Setting Setting::scheduling(ThreadIdentity thread) {
    return Setting{.kind = SettingKind::ThreadScheduling, .path = {}, .thread = thread};
}

Setting Setting::membership(ThreadIdentity thread, std::string hierarchy) {
    return Setting{.kind = SettingKind::CgroupMembership, .path = std::move(hierarchy), .thread = thread};
}

std::string describe(const Setting& setting) {
    switch (setting.kind) {
    case SettingKind::AttributeFile:
        return "/" + setting.path;
    case SettingKind::ThreadAffinity:
        return thread_text(setting, "affinity");
    case SettingKind::ThreadScheduling:
        return thread_text(setting, "scheduling");
    case SettingKind::CgroupMembership:
        return thread_text(setting, setting.path + " cgroup");
    }
    return {};
}

bool same_value(const Setting& setting, std::string_view a, std::string_view b) {
    if (a == b) {
        return true;
    }
    switch (value_format(setting)) {
    case ValueFormat::Text:
    case ValueFormat::Partition:
        return false;
    case ValueFormat::CpuList: {
        const auto left = CpuSet::from_cpulist(a);
        const auto right = CpuSet::from_cpulist(b);
        return left && right && *left == *right;
    }
    case ValueFormat::CpuMask: {
        const auto left = CpuSet::from_mask(a);
        const auto right = CpuSet::from_mask(b);
        return left && right && *left == *right;
    }
    }
    return false;
}

bool same_write(const Setting& setting, std::string_view a, std::string_view b) {
    const bool same_request =
        setting.format == ValueFormat::Partition && split(a, ' ').front() == split(b, ' ').front();
    return same_request || same_value(setting, a, b);
}

std::string encode_scheduling(Scheduling scheduling) {
    std::string name = std::to_string(static_cast<int>(scheduling.policy));
    for (const auto& known : kPolicyNames) {
        if (known.policy == scheduling.policy) {
            name = known.name;
        }
    }
    return name + " " + std::to_string(scheduling.priority);
}

Result<Scheduling> decode_scheduling(std::string_view text) {
    const auto pieces = split(text, ' ');
    if (pieces.size() == 2) {
        const auto priority = parse_number<int>(pieces[1]);
        for (const auto& known : kPolicyNames) {
            if (known.name == pieces[0] && priority) {
                return Scheduling{.policy = known.policy, .priority = *priority};
            }
        }
    }
    return fail(ErrorCode::InvalidArgument, "scheduling " + quoted(text) + " is not \"<policy> <priority>\"");
}

} // namespace nova_rt
