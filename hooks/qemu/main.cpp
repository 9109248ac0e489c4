// nova-rt-qemu-hook: called by libvirt at every step of every guest's life.
//
// libvirt waits for it without a timeout, and a call to libvirt from here would deadlock. It exits 0 unless a
// guest whose flavor says rt:isolation=required must not be started.
#include "base/text.hpp"
#include "qemu/crash_guard.hpp"
#include "qemu/hook_abi.hpp"
#include "qemu/hook_invocation.hpp"
#include "qemu/stdin_document.hpp"

#include <dlfcn.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>

namespace nova_rt {
namespace {

constexpr const char* kEnginePath = NOVA_RT_ENGINE_PATH;
constexpr std::string_view kLeaseDirectory = "/run/nova-rt/private/leases/";
constexpr int kOperationArgument = 2;

/// libvirt logs what a failing hook wrote to stderr.
void complain(std::string_view operation, std::string_view text) {
    const std::string line = "nova-rt: " + std::string(operation) + ": " + std::string(text) + "\n";
    static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size()));
}

bool has_lease(std::string_view xml) {
    const auto uuid = find_uuid(xml);
    return uuid && ::access((std::string(kLeaseDirectory) + uuid->to_string()).c_str(), F_OK) == 0;
}

int give_up(HookOperation operation, std::string_view name, std::string_view xml, const std::string& why) {
    const bool refuse = may_refuse_blindly(operation) && is_clearly_required(xml);
    complain(name, why + (refuse ? "; the guest requires isolation and is refused" : "; nothing was done"));
    return refuse ? EXIT_FAILURE : EXIT_SUCCESS;
}

int run(std::string_view name) {
    const HookOperation operation = parse_hook_operation(name);
    if (operation == HookOperation::Other) {
        return EXIT_SUCCESS;
    }
    const auto document = read_document(STDIN_FILENO);
    if (!document) {
        return give_up(operation, name, {}, document.error().message());
    }
    const std::string_view xml = document->text;
    if (!may_be_realtime(xml) && !has_lease(xml)) {
        return EXIT_SUCCESS;
    }
    const bool refuse_blindly = may_refuse_blindly(operation) && is_clearly_required(xml);
    exit_on_crash_with(refuse_blindly ? EXIT_FAILURE : EXIT_SUCCESS);
    void* const engine = ::dlopen(kEnginePath, RTLD_NOW | RTLD_LOCAL);
    void* const entry = engine != nullptr ? ::dlsym(engine, kHookEntryName) : nullptr;
    if (entry == nullptr) {
        const char* const why = ::dlerror(); // NOLINT(concurrency-mt-unsafe): there is one thread
        return give_up(operation, name, xml, why != nullptr ? why : "the engine has no entry");
    }
    const std::string operation_text(name);
    const HookCall call{.abi_version = kHookAbiVersion,
                        .xml_is_cut = document->cut ? 1U : 0U,
                        .operation = operation_text.c_str(),
                        .xml = xml.data(),
                        .xml_bytes = xml.size()};
    const int status = reinterpret_cast<HookEntry>(entry)(&call);
    return may_refuse(operation) ? status : EXIT_SUCCESS;
}

} // namespace
} // namespace nova_rt

int main(int argc, char** argv) {
    if (argc <= nova_rt::kOperationArgument) {
        return EXIT_SUCCESS;
    }
    try {
        return nova_rt::run(argv[nova_rt::kOperationArgument]);
    } catch (...) { // out of memory: no reason to stop a guest
        return EXIT_SUCCESS;
    }
}
