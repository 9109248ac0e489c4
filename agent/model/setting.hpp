// One piece of host state that the product may change: what it is and how its values compare.
#pragma once

#include "base/ids.hpp"
#include "base/result.hpp"
#include "model/scheduling.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace nova_rt {

/// The kinds of host state. A systemd unit property and an irqbalance ban join this list together with the
/// knobs that need them: the agent alone writes those, never the hook.
enum class SettingKind { AttributeFile, ThreadAffinity, ThreadScheduling, CgroupMembership };

/// How the text of an attribute file is read when two of its values are compared.
/// Partition: what was asked of a cpuset partition, and the kernel's verdict when it refuses.
enum class ValueFormat { Text, CpuList, CpuMask, Partition };

/// A thread for good: ids are reused, the pair with the start time is not.
struct ThreadIdentity {
    Tid tid;
    std::uint64_t start_time = 0; ///< clock ticks after boot, field 22 of /proc/TID/stat

    friend auto operator<=>(const ThreadIdentity&, const ThreadIdentity&) = default;
};

/// Names one piece of host state. Its values are texts:
/// - AttributeFile: the file's content without trailing white space;
/// - ThreadAffinity: a cpulist;
/// - ThreadScheduling: encode_scheduling();
/// - CgroupMembership: the cgroup's path inside its hierarchy ("/machine/.../emulator").
struct Setting {
    SettingKind kind = SettingKind::AttributeFile;
    ValueFormat format = ValueFormat::Text;
    /// AttributeFile: path below the host root, without leading slash. CgroupMembership: the hierarchy,
    /// "cpuset" (version 1) or "unified" (version 2). Otherwise empty.
    std::string path;
    ThreadIdentity thread; ///< of the thread kinds and CgroupMembership

    [[nodiscard]] static Setting attribute(std::string path, ValueFormat format);
    [[nodiscard]] static Setting affinity(ThreadIdentity thread);
    [[nodiscard]] static Setting scheduling(ThreadIdentity thread);
    [[nodiscard]] static Setting membership(ThreadIdentity thread, std::string hierarchy);

    [[nodiscard]] bool is_thread_setting() const { return kind != SettingKind::AttributeFile; }

    friend auto operator<=>(const Setting&, const Setting&) = default;
};

/// For messages: "/proc/irq/24/smp_affinity_list", "affinity of thread 4711".
[[nodiscard]] std::string describe(const Setting& setting);

/// Whether two values of the setting mean the same ("0-1" and "0,1"). Unreadable text equals only itself.
[[nodiscard]] bool same_value(const Setting& setting, std::string_view a, std::string_view b);

/// Whether both values can be what one and the same write left behind: the kernel adds its verdict to a
/// partition ("isolated", "isolated invalid (...)") and may change it at any time.
[[nodiscard]] bool same_write(const Setting& setting, std::string_view a, std::string_view b);

/// "other 0", "fifo 1": policy and priority.
[[nodiscard]] std::string encode_scheduling(Scheduling scheduling);
[[nodiscard]] Result<Scheduling> decode_scheduling(std::string_view text);

} // namespace nova_rt
