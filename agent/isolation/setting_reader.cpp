#include "isolation/setting_reader.hpp"

#include "knobs/cgroup_location.hpp"

namespace nova_rt {

namespace {

Result<std::string> read_membership(const HostView& view, const Setting& setting) {
    NOVA_RT_TRY_ASSIGN(location, cgroup_location(view.files, setting.thread.tid));
    if (location.hierarchy != setting.path) {
        return fail(ErrorCode::NotFound, describe(setting) + ": the hierarchy is gone");
    }
    return location.path;
}

} // namespace

Status expect_thread(const HostView& view, const ThreadIdentity& thread) {
    NOVA_RT_TRY_ASSIGN(info, view.lister.thread(thread.tid));
    if (info.identity != thread) {
        return fail(ErrorCode::NotFound,
                    "thread " + std::to_string(thread.tid.value) + " ended, its id is in use again");
    }
    return {};
}

Result<std::string> read_setting(const HostView& view, const Setting& setting) {
    if (setting.kind == SettingKind::AttributeFile) {
        return view.files.read(setting.path);
    }
    NOVA_RT_TRY(expect_thread(view, setting.thread));
    switch (setting.kind) {
    case SettingKind::ThreadAffinity: {
        NOVA_RT_TRY_ASSIGN(cpus, view.threads.affinity(setting.thread.tid));
        return cpus.to_cpulist();
    }
    case SettingKind::ThreadScheduling: {
        NOVA_RT_TRY_ASSIGN(scheduling, view.threads.scheduling(setting.thread.tid));
        return encode_scheduling(scheduling);
    }
    case SettingKind::CgroupMembership:
        return read_membership(view, setting);
    case SettingKind::AttributeFile:
        break;
    }
    return fail(ErrorCode::Internal, "unknown kind of setting");
}

} // namespace nova_rt
