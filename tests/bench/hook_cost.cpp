// How long libvirt waits for the shipped hook on a large host: hook_cost [--require].
//
// 128 pCPUs, 1,000 interrupts, 4,000 processes and 8 leases, 14 kB of domain XML; the kernel files are plain
// ones, the processes and QEMU's threads are real. Medians of wall time from fork to exit. --require fails
// above the limits.
#include "support/hook_xml.hpp"

#include "hook_binary/hook_world.hpp"
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nova_rt::test {
namespace {

constexpr unsigned kRounds = 21;
constexpr unsigned kOtherGuests = 7;
constexpr std::size_t kXmlBytes = 14 * 1024;
constexpr double kPrepareLimitMs = 25;
constexpr double kStartedLimitMs = 10;
constexpr double kOrdinaryLimit = 2; // times an empty C program

struct Cost {
    std::vector<double> milliseconds;
    std::size_t calls = 0;
    std::size_t flushes = 0;

    [[nodiscard]] double median() const {
        auto sorted = milliseconds;
        std::ranges::sort(sorted);
        return sorted.empty() ? 0 : sorted[sorted.size() / 2];
    }
};

using Costs = std::map<std::string, Cost>;

std::string padded(std::string xml) {
    const std::string disk =
        "    <disk type='block' device='disk'><driver name='qemu' type='raw'/><source dev='/dev/vg/"
        "volume'/><target dev='vdb' bus='virtio'/></disk>\n";
    std::string devices = "  <devices>\n";
    while (xml.size() + devices.size() + disk.size() < kXmlBytes) {
        devices += disk;
    }
    return xml.insert(xml.find("</domain>"), devices + "  </devices>\n");
}

std::string guest_xml() {
    return padded(hook_xml("required", "1", "1"));
}

std::string ordinary_xml() {
    std::string xml = guest_xml();
    const std::string fifo = "<vcpusched vcpus='0-1' scheduler='fifo' priority='1'/>";
    xml.erase(xml.find(fifo), fifo.size());
    const std::string spec = "<nova:extraSpec name=\"rt:isolation\">required</nova:extraSpec>";
    return xml.erase(xml.find(spec), spec.size());
}

std::string other_guest(unsigned number) {
    const std::string pcpu = std::to_string(2 * (number + 1));
    std::string xml = hook_xml("best_effort", pcpu, std::to_string((2 * (number + 1)) + 1));
    return xml.replace(xml.find(kHookGuest), 8, "2222222" + std::to_string(number));
}

double in_ms(std::chrono::microseconds time) {
    return static_cast<double>(time.count()) / 1000;
}

void trace(HookWorld& world, const std::string& operation, Costs& costs) {
    const auto run = world.hook(operation, guest_xml());
    costs[operation].calls = run.calls;
    costs[operation].flushes = run.flushes;
}

Costs measure(bool state_on_disk) {
    HookWorld world(
        {.pcpus = 128, .irqs = 1000, .processes = 1600, .threads = 4000, .state_on_disk = state_on_disk});
    world.restart();
    for (unsigned other = 0; other < kOtherGuests; ++other) {
        static_cast<void>(world.time_hook("prepare", other_guest(other)));
    }
    Costs costs;
    const std::string realtime = guest_xml();
    const std::string ordinary = ordinary_xml();
    for (unsigned round = 0; round < kRounds; ++round) {
        costs["empty program"].milliseconds.push_back(
            in_ms(world.time_program(NOVA_RT_EMPTY_PROGRAM, ordinary)));
        costs["not realtime"].milliseconds.push_back(in_ms(world.time_hook("prepare", ordinary)));
        for (const char* operation : {"prepare", "start", "started", "stopped", "release"}) {
            costs[operation].milliseconds.push_back(in_ms(world.time_hook(operation, realtime)));
        }
    }
    for (const char* operation : {"prepare", "start", "started", "stopped", "release"}) {
        trace(world, operation, costs);
    }
    return costs;
}

void print(const Costs& costs, const char* where) {
    std::printf("\nstate on %-26s %10s %14s %8s\n", where, "median ms", "system calls", "fsyncs");
    for (const char* row :
         {"empty program", "not realtime", "prepare", "start", "started", "stopped", "release"}) {
        const Cost& cost = costs.at(row);
        std::printf("  %-33s %10.2f %14zu %8zu\n", row, cost.median(), cost.calls, cost.flushes);
    }
}

bool within(const char* what, double value, double limit) {
    const bool good = value <= limit;
    std::printf("%s: %.2f, at most %.0f: %s\n", what, value, limit, good ? "yes" : "NO");
    return good;
}

bool within_limits(const Costs& costs) {
    const double ordinary = costs.at("not realtime").median() / costs.at("empty program").median();
    bool good = within("prepare, ms", costs.at("prepare").median(), kPrepareLimitMs);
    good = within("started, ms", costs.at("started").median(), kStartedLimitMs) && good;
    return within("a guest that is not realtime, times an empty C program", ordinary, kOrdinaryLimit) && good;
}

bool g_required = false; // the namespaces' runner takes no argument

int run_all() {
    try {
        const Costs costs = measure(false);
        print(costs, "tmpfs, as on a node");
        print(measure(true), "the temporary directory");
        return within_limits(costs) || !g_required ? 0 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "hook_cost: %s\n", error.what());
        return 1;
    }
}

} // namespace
} // namespace nova_rt::test

int main(int argc, char** argv) {
    if (::geteuid() != 0) {
        std::fprintf(stderr, "hook_cost: needs root: namespaces, chroot and SCHED_FIFO\n");
        return 1;
    }
    nova_rt::test::g_required = argc > 1 && std::string_view(argv[1]) == "--require";
    return nova_rt::test::run_in_own_namespaces(nova_rt::test::run_all);
}
