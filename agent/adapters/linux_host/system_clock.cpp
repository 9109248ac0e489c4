#include "adapters/linux_host/system_clock.hpp"

namespace nova_rt {

std::chrono::system_clock::time_point SystemClock::now() const {
    return std::chrono::system_clock::now();
}

std::chrono::steady_clock::time_point SystemClock::steady_now() const {
    return std::chrono::steady_clock::now();
}

} // namespace nova_rt
