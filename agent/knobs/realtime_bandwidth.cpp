#include "knobs/realtime_bandwidth.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace nova_rt {

std::optional<KernelVersion> kernel_version(const HostReader& files) {
    const auto release = files.read("proc/sys/kernel/osrelease");
    if (!release) {
        return std::nullopt;
    }
    const auto numbers = split(*release, '.');
    if (numbers.size() < 2) {
        return std::nullopt;
    }
    const auto major = parse_number<unsigned>(numbers[0]);
    const auto minor_digits = numbers[1].substr(0, numbers[1].find_first_not_of("0123456789"));
    const auto minor = parse_number<unsigned>(minor_digits);
    return major && minor ? std::optional(KernelVersion(*major, *minor)) : std::nullopt;
}

bool has_starvation_valve(const HostReader& files) {
    const auto version = kernel_version(files);
    if (!version || *version < kFairServerKernel) {
        const auto runtime = files.read("proc/sys/kernel/sched_rt_runtime_us");
        return runtime && *runtime != "-1";
    }
    const auto cpus = files.list(kFairServerDirectory);
    return !cpus || std::ranges::none_of(*cpus, [&](const std::string& cpu) {
        const auto runtime = files.read(std::string(kFairServerDirectory) + "/" + cpu + "/runtime");
        return runtime && *runtime == "0";
    });
}

} // namespace nova_rt
