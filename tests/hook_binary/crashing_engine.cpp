// An engine with the worst of bugs.
#include "qemu/hook_abi.hpp"

#include <string_view>

namespace {

// NOLINTNEXTLINE(misc-no-recursion): that is the point
int exhaust_stack(int depth) {
    volatile char frame[4096];
    frame[0] = static_cast<char>(depth);
    return depth < 0 ? 0 : exhaust_stack(depth + 1) + frame[0];
}

} // namespace

extern "C" [[gnu::visibility("default")]] int nova_rt_hook_run(const nova_rt::HookCall* call) {
    if (std::string_view(call->operation) == "reconnect") {
        return exhaust_stack(0);
    }
    __builtin_trap();
}
