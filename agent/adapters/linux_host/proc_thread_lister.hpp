// ThreadLister over /proc.
#pragma once

#include "ports/host_reader.hpp"
#include "ports/thread_lister.hpp"

#include <string_view>

namespace nova_rt {

/// Reads /proc through a HostReader, which must outlive it.
class ProcThreadLister final : public ThreadLister {
public:
    explicit ProcThreadLister(const HostReader& reader) : reader_(reader) {}

    [[nodiscard]] Result<std::vector<ThreadInfo>> threads_of(Pid process) const override;
    [[nodiscard]] Result<ThreadInfo> thread(Tid tid) const override;
    [[nodiscard]] Result<std::vector<ThreadInfo>> kernel_threads() const override;

private:
    /// The names below /proc among which all kernel threads are.
    [[nodiscard]] Result<std::vector<std::string>> candidates() const;

    const HostReader& reader_;
};

/// One line of /proc/TID/stat. The comm may contain anything, parentheses included.
/// Source: proc_pid_stat(5).
[[nodiscard]] Result<ThreadInfo> parse_thread_stat(std::string_view line);

} // namespace nova_rt
