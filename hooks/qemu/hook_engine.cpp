// nova-rt-hook-engine.so: the isolation engine behind one C function.
#include "qemu/hook_abi.hpp"
#include "qemu/run_hook.hpp"

#include <unistd.h>

#include <cstdlib>
#include <string>

extern "C" [[gnu::visibility("default")]] int nova_rt_hook_run(const nova_rt::HookCall* call) {
    if (call == nullptr || call->abi_version != nova_rt::kHookAbiVersion) {
        return EXIT_SUCCESS;
    }
    try {
        const nova_rt::HookInput input{.operation = nova_rt::parse_hook_operation(call->operation),
                                       .xml = {call->xml, call->xml_bytes},
                                       .xml_is_cut = call->xml_is_cut != 0};
        const auto result = nova_rt::run_hook(input, nova_rt::HookPaths{});
        std::string lines;
        for (const auto& message : result.messages) {
            lines += "nova-rt: " + std::string(call->operation) + ": " + message + "\n";
        }
        static_cast<void>(!::write(STDERR_FILENO, lines.data(), lines.size()));
        return result.exit_status;
    } catch (...) { // out of memory: no reason to stop a guest
        return EXIT_SUCCESS;
    }
}
