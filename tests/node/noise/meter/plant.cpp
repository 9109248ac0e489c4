#include "node/noise/meter/plant.hpp"

#include "base/text.hpp"

#include "node/noise/meter/affinity.hpp"
#include <sys/prctl.h>

#include <cerrno>
#include <cstdio>
#include <ctime>

namespace nova_rt::noise {

Status run_planted_task(const std::string& name, unsigned cpu, PlantedTask kind, std::chrono::seconds time) {
    using Clock = std::chrono::steady_clock;
    constexpr std::chrono::milliseconds kTurn{1};
    if (::prctl(PR_SET_NAME, name.c_str()) != 0) {
        return fail(system_error(errno, "take the name " + quoted(name)));
    }
    NOVA_RT_TRY(set_own_affinity(CpuSet{cpu}));
    if (std::puts("planted") < 0 || std::fflush(stdout) != 0) {
        return fail(ErrorCode::Io, "write to stdout");
    }
    for (const auto end = Clock::now() + time; Clock::now() < end;) {
        for (const auto turn = Clock::now() + kTurn; Clock::now() < turn;) {
        }
        if (kind == PlantedTask::Blinking) {
            const timespec pause{.tv_sec = 0, .tv_nsec = std::chrono::nanoseconds(kTurn).count()};
            ::nanosleep(&pause, nullptr);
        }
    }
    return {};
}

} // namespace nova_rt::noise
