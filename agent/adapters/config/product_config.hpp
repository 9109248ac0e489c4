// nova-rt.conf: what an operator may set, with defaults.
#pragma once

#include "base/result.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace nova_rt {

struct LibvirtConfig {
    std::string uri = "qemu:///system";
    std::chrono::milliseconds call_deadline{5000};      ///< a call that takes longer makes the answer stale
    std::string status_directory = "/run/libvirt/qemu"; ///< where libvirt keeps its live status files
};

struct AgentConfig {
    std::chrono::milliseconds period{1000};         ///< between two verifications without an event
    std::chrono::milliseconds publish_period{5000}; ///< the document is renewed at least this often
    std::string private_directory = "/run/nova-rt/private";
    std::string status_file = "/run/nova-rt/public/status.json";
    std::string status_group = "nova-rt-api";
};

struct ApiConfig {
    std::uint16_t port = 9476;
    std::string status_file = "/run/nova-rt/public/status.json";
    std::chrono::milliseconds stale_after{15000}; ///< an older status makes /health warn
    std::chrono::milliseconds dead_after{60000};  ///< an older status makes /health fail
};

struct NovaConfig {
    std::string config_file = "/etc/nova/nova.conf";
};

struct LogConfig {
    std::string level = "info"; ///< debug, info, warning, error
};

struct ProductConfig {
    AgentConfig agent;
    ApiConfig api;
    LibvirtConfig libvirt;
    NovaConfig nova;
    LogConfig log;
};

struct ConfigSources {
    std::vector<std::string> files;       ///< must exist, unless they are the defaults
    std::vector<std::string> directories; ///< their *.conf, sorted, are read after the files
    bool are_defaults = false;

    [[nodiscard]] static ConfigSources defaults();
};

struct LoadedConfig {
    ProductConfig config;
    std::vector<std::string> warnings; ///< unknown options and sections, with a suggestion
    std::vector<std::string> files_read;
};

/// Later settings win. A value of the wrong type is InvalidArgument and names file, option and what is
/// allowed.
[[nodiscard]] Result<LoadedConfig> load_config(const ConfigSources& sources);

/// A commented sample with every option, its default and its meaning.
[[nodiscard]] std::string sample_config();

} // namespace nova_rt
