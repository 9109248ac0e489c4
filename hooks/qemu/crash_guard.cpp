#include "qemu/crash_guard.hpp"

#include <unistd.h>

#include <array>
#include <csignal>
#include <string_view>

namespace nova_rt {

namespace {

// A signal handler reaches nothing but globals.
volatile std::sig_atomic_t crash_status = 0;
/// A handler of its own stack survives an overflow of the other.
alignas(16) std::array<char, 16384> handler_stack{};

constexpr std::array kFatalSignals = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
constexpr std::string_view kMessage =
    "nova-rt: the isolation engine crashed; nothing can be said about isolation\n";

extern "C" void leave(int /*signal*/) {
    static_cast<void>(!::write(STDERR_FILENO, kMessage.data(), kMessage.size()));
    ::_exit(crash_status);
}

} // namespace

void exit_on_crash_with(int status) {
    crash_status = status;
    stack_t stack{};
    stack.ss_sp = handler_stack.data();
    stack.ss_size = handler_stack.size();
    struct sigaction action{};
    action.sa_handler = leave;
    action.sa_flags = SA_ONSTACK;
    const bool has_stack = ::sigaltstack(&stack, nullptr) == 0;
    if (!has_stack) {
        action.sa_flags = 0;
    }
    for (const int signal : kFatalSignals) {
        ::sigaction(signal, &action, nullptr);
    }
}

} // namespace nova_rt
