#include "model/pmd_thread.hpp"

#include "base/text.hpp"

namespace nova_rt {

CpuSet pcpus_of(const std::vector<PmdThread>& threads) {
    CpuSet pcpus;
    for (const auto& thread : threads) {
        pcpus.add(thread.pcpu.value);
    }
    return pcpus;
}

std::string describe(const PmdThread& thread) {
    return quoted(thread.comm) + " of " + quoted(thread.program) + " (thread " +
           std::to_string(thread.tid.value) + ")";
}

std::string describe_on(const std::vector<PmdThread>& threads, const CpuSet& pcpus) {
    std::string text;
    for (const auto& thread : threads) {
        if (pcpus.contains(thread.pcpu.value)) {
            text += (text.empty() ? "" : ", ") + describe(thread);
        }
    }
    return text;
}

} // namespace nova_rt
