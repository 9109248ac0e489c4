// How long libvirt waits for the hook, operation by operation. Prints figures; asserts only that they were
// taken.
#include "base/text.hpp"

#include "integration/realtime_node.hpp"
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

namespace nova_rt::test {
namespace {

constexpr const char* kHooks = "/etc/libvirt/hooks/qemu.d/";

class HookCost : public RealtimeNode {
protected:
    /// libvirt runs the scripts of qemu.d in the order of their names: ours stands between these two.
    static void install_stopwatch(const std::string& name) {
        const std::string path = kHooks + name;
        std::ofstream(path) << "#!/bin/sh\necho \"$2 " << name << " $(date +%s%N)\" >>/run/hook-times\n";
        ASSERT_EQ(::chmod(path.c_str(), 0755), 0);
    }

    /// Starts and stops a guest; milliseconds between the two stopwatches per operation.
    std::map<std::string, double> measure() {
        ::unlink("/run/hook-times");
        EXPECT_EQ(start({}).status, 0);
        EXPECT_EQ(virsh({"destroy", "nova-rt-a"}).status, 0);
        EXPECT_EQ(virsh({"undefine", "nova-rt-a"}).status, 0);
        std::map<std::string, double> begun;
        std::map<std::string, double> taken;
        std::ifstream times("/run/hook-times");
        for (std::string line; std::getline(times, line);) {
            std::istringstream fields(line);
            std::string operation;
            std::string name;
            double nanoseconds = 0;
            fields >> operation >> name >> nanoseconds;
            if (name.starts_with("10")) {
                begun[operation] = nanoseconds;
            } else {
                taken[operation] = (nanoseconds - begun[operation]) / 1e6;
            }
        }
        return taken;
    }
};

TEST_F(HookCost, IsPrintedPerOperation) {
    stop_libvirtd();
    install_stopwatch("10-begin");
    install_stopwatch("90-end");
    start_libvirtd();
    const auto with_hook = measure();
    ASSERT_EQ(::rename("/etc/libvirt/hooks/qemu.d/50-nova-rt", "/etc/libvirt/50-nova-rt"), 0);
    const auto without_hook = measure();
    ASSERT_EQ(::rename("/etc/libvirt/50-nova-rt", "/etc/libvirt/hooks/qemu.d/50-nova-rt"), 0);
    for (const char* operation : {"prepare", "start", "started", "stopped", "release"}) {
        ASSERT_TRUE(with_hook.contains(operation) && without_hook.contains(operation)) << operation;
        std::cout << "hook wall time, " << operation << ": "
                  << with_hook.at(operation) - without_hook.at(operation)
                  << " ms (two stopwatch scripts alone: " << without_hook.at(operation) << " ms)\n";
    }
}

} // namespace
} // namespace nova_rt::test
