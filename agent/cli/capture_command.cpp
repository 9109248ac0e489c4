#include "adapters/linux_host/host_record_tree.hpp"
#include "cli/commands.hpp"
#include "cli/host_capture.hpp"
#include "cli/this_machine.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace nova_rt {

namespace {

/// "proc/irq" of "proc/irq/24/smp_affinity_list".
std::string_view place_of(std::string_view path) {
    const auto first = path.find('/');
    const auto second = first == std::string_view::npos ? first : path.find('/', first + 1);
    return path.substr(0, second);
}

void print_summary(const HostRecord& record, const std::string& directory) {
    std::map<std::string, std::size_t, std::less<>> places;
    for (const auto& [path, text] : record.files) {
        const auto place = place_of(path);
        const bool process = place.substr(0, place.find_first_of("0123456789")) == "proc/";
        ++places[process ? "proc/PID" : std::string(place)];
    }
    fmt::print("{}: {} files, {} bytes\n", directory, record.files.size(), record.bytes);
    for (const auto& [place, files] : places) {
        fmt::print("  {:6} {}\n", files, place);
    }
    fmt::print("left out as private: {} readings (processes, names, state of nova-rt itself)\n",
               record.left_out);
}

Result<HostRecord> capture(const std::string& directory) {
    NOVA_RT_TRY_ASSIGN(host, WiredHost::open(HostPaths{}));
    NOVA_RT_TRY_ASSIGN(machine, this_machine());
    NOVA_RT_TRY_ASSIGN(record, capture_host(*host, machine));
    NOVA_RT_TRY(write_host_record(record, directory));
    return record;
}

} // namespace

void add_capture_command(CLI::App& app, ExitStatus& status) {
    const auto directory = std::make_shared<std::string>();
    auto* command = app.add_subcommand(
        "capture-host",
        "Record the kernel files that nova-rt reads, without process data, for a bug report or a test");
    command->add_option("directory", *directory, "takes the files; is created, or must be empty")->required();
    command->callback([directory, &status] {
        const auto record = capture(*directory);
        if (!record) {
            status = report(record.error());
            return;
        }
        print_summary(*record, *directory);
        status = ExitStatus::Done;
    });
}

} // namespace nova_rt
