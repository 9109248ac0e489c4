// All kernel threads, listed once.
#pragma once

#include "ports/thread_lister.hpp"

#include <optional>

namespace nova_rt {

/// Passes every question on, and remembers the answer to the one that costs a file per thread. For one
/// look at the host: several knobs ask.
class ThreadCensus final : public ThreadLister {
public:
    /// The lister must outlive the census.
    explicit ThreadCensus(const ThreadLister& lister) : lister_(lister) {}

    [[nodiscard]] Result<std::vector<ThreadInfo>> threads_of(Pid process) const override {
        return lister_.threads_of(process);
    }

    [[nodiscard]] Result<ThreadInfo> thread(Tid tid) const override { return lister_.thread(tid); }

    [[nodiscard]] Result<std::vector<ThreadInfo>> kernel_threads() const override {
        if (!kernel_threads_) {
            kernel_threads_ = lister_.kernel_threads();
        }
        return *kernel_threads_;
    }

private:
    const ThreadLister& lister_;
    mutable std::optional<Result<std::vector<ThreadInfo>>> kernel_threads_;
};

} // namespace nova_rt
