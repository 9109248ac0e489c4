// A recorded host behind the same adapters as a live one.
#pragma once

#include "checks/check_result.hpp"
#include "cli/doctor.hpp"
#include "cli/host_capture.hpp"
#include "isolation/grading.hpp"
#include "isolation/isolation_engine.hpp"
#include "knobs/knob_registry.hpp"
#include "topology/topology_reader.hpp"

#include "wiring/wired_host.hpp"
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

namespace nova_rt::test {

inline std::string describe(const HostTopology& topology) {
    std::string text = topology.architecture + " online " + topology.online.to_cpulist();
    for (const auto& cell : topology.cells) {
        text += "\ncell " + std::to_string(cell.id.value) + " socket " + std::to_string(cell.socket) +
                " memory " + std::to_string(cell.memory.value) + " cpus " + cell.cpus.to_cpulist() +
                " siblings";
        for (const auto& siblings : cell.thread_siblings) {
            text += " " + siblings.to_cpulist();
        }
        for (const auto& pool : cell.page_pools) {
            text += " " + std::to_string(pool.total) + "x" + std::to_string(pool.size.value);
        }
    }
    return text;
}

/// What every knob finds in files, by path. Threads come and go.
inline std::map<std::string, std::string> probed_settings(const HostReader& reader,
                                                          const ThreadControl& threads) {
    const ProcThreadLister lister(reader);
    std::map<std::string, std::string> settings;
    for (const HostKnob* const knob : host_knobs()) {
        const auto probed = knob->probe({.files = reader, .threads = threads, .lister = lister});
        EXPECT_TRUE(probed) << knob->traits().name << ": " << probed.error().message();
        for (const auto& [setting, value] : probed.value_or(std::vector<ProbedSetting>{})) {
            if (!setting.is_thread_setting()) {
                settings[setting.path] = value;
            }
        }
    }
    return settings;
}

inline std::string doctor_text(WiredHost& host, const HostReader& reader) {
    auto ports = host.engine_ports();
    const ProcThreadLister lister(reader);
    const IsolationEngine engine(EnginePorts{.reader = reader,
                                             .writer = ports.writer,
                                             .threads = ports.threads,
                                             .lister = lister,
                                             .lock = ports.lock,
                                             .journal = ports.journal,
                                             .leases = ports.leases,
                                             .clock = ports.clock});
    return to_text(examine_node(engine, reader));
}

} // namespace nova_rt::test
