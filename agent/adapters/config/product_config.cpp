#include "adapters/config/product_config.hpp"

#include "adapters/config/ini_file.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>
#include <system_error>

namespace nova_rt {

namespace {

/// Sets the option, or says what would have been allowed.
using Setter = std::function<std::optional<std::string>(ProductConfig&, const std::string&)>;

struct Option {
    std::string section;
    std::string key;
    std::string default_text;
    std::string help;
    Setter set;
};

template <typename Section>
Setter path_setter(Section ProductConfig::* section, std::string Section::* field) {
    return [=](ProductConfig& config, const std::string& value) -> std::optional<std::string> {
        if (!value.starts_with('/') || value.find('\0') != std::string::npos) {
            return "an absolute path";
        }
        config.*section.*field = value;
        return std::nullopt;
    };
}

template <typename Section>
Setter text_setter(Section ProductConfig::* section, std::string Section::* field) {
    return [=](ProductConfig& config, const std::string& value) -> std::optional<std::string> {
        if (value.empty()) {
            return "a text that is not empty";
        }
        config.*section.*field = value;
        return std::nullopt;
    };
}

/// Milliseconds within bounds.
template <typename Section>
Setter duration_setter(Section ProductConfig::* section, std::chrono::milliseconds Section::* field,
                       std::int64_t least, std::int64_t most) {
    return [=](ProductConfig& config, const std::string& value) -> std::optional<std::string> {
        const auto number = parse_number<std::int64_t>(value);
        if (!number || *number < least || *number > most) {
            return "milliseconds from " + std::to_string(least) + " to " + std::to_string(most);
        }
        config.*section.*field = std::chrono::milliseconds(*number);
        return std::nullopt;
    };
}

std::optional<std::string> set_port(ProductConfig& config, const std::string& value) {
    const auto number = parse_number<std::uint16_t>(value);
    if (!number || *number == 0) {
        return "a port from 1 to 65535";
    }
    config.api.port = *number;
    return std::nullopt;
}

std::optional<std::string> set_level(ProductConfig& config, const std::string& value) {
    for (const char* level : {"debug", "info", "warning", "error"}) {
        if (value == level) {
            config.log.level = value;
            return std::nullopt;
        }
    }
    return "debug, info, warning or error";
}

std::vector<Option> make_options() {
    const auto agent = &ProductConfig::agent;
    const auto api = &ProductConfig::api;
    const auto libvirt = &ProductConfig::libvirt;
    return {
        {"agent", "period_ms", "1000", "Longest time between two verifications.",
         duration_setter(agent, &AgentConfig::period, 100, 60000)},
        {"agent", "publish_period_ms", "5000", "The status document is renewed at least this often.",
         duration_setter(agent, &AgentConfig::publish_period, 100, 600000)},
        {"agent", "private_directory", "/run/nova-rt/private", "Journal, leases and lock.",
         path_setter(agent, &AgentConfig::private_directory)},
        {"agent", "status_file", "/run/nova-rt/public/status.json", "Where the status document is published.",
         path_setter(agent, &AgentConfig::status_file)},
        {"agent", "status_group", "nova-rt-api", "The group that may read the status document.",
         text_setter(agent, &AgentConfig::status_group)},
        {"api", "port", "9476", "The API listens on 127.0.0.1, on this port.", set_port},
        {"api", "status_file", "/run/nova-rt/public/status.json", "The status document to serve.",
         path_setter(api, &ApiConfig::status_file)},
        {"api", "stale_after_ms", "15000", "An older status document makes /health warn.",
         duration_setter(api, &ApiConfig::stale_after, 1000, 3600000)},
        {"api", "dead_after_ms", "60000", "An older status document makes /health fail.",
         duration_setter(api, &ApiConfig::dead_after, 1000, 3600000)},
        {"libvirt", "uri", "qemu:///system", "The libvirt connection.",
         text_setter(libvirt, &LibvirtConfig::uri)},
        {"libvirt", "call_deadline_ms", "5000", "A libvirt call that takes longer makes its answer stale.",
         duration_setter(libvirt, &LibvirtConfig::call_deadline, 100, 600000)},
        {"libvirt", "status_directory", "/run/libvirt/qemu", "Where libvirt keeps its live status files.",
         path_setter(libvirt, &LibvirtConfig::status_directory)},
        {"log", "level", "info", "debug, info, warning or error.", set_level},
        {"nova", "config_file", "/etc/nova/nova.conf", "Read for cpu_dedicated_set and cpu_shared_set only.",
         path_setter(&ProductConfig::nova, &NovaConfig::config_file)},
    };
}

std::vector<std::string> names_of(const std::vector<Option>& options) {
    std::vector<std::string> names;
    for (const auto& option : options) {
        names.push_back("[" + option.section + "]" + option.key);
    }
    return names;
}

Status apply(const IniSetting& setting, const std::vector<Option>& options, LoadedConfig& loaded) {
    const auto option = std::ranges::find_if(options, [&](const Option& candidate) {
        return candidate.section == setting.section && candidate.key == setting.key;
    });
    const std::string name = "[" + setting.section + "]" + setting.key;
    if (option == options.end()) {
        const auto suggestion = nearest_match(name, names_of(options));
        loaded.warnings.push_back(setting.origin + ": option " + nova_rt::quoted(name) + " is not known" +
                                  (suggestion ? ", did you mean " + *suggestion : ""));
        return {};
    }
    if (const auto allowed = option->set(loaded.config, setting.value)) {
        return fail(ErrorCode::InvalidArgument, setting.origin + ": option " + name + " is " +
                                                    nova_rt::quoted(setting.value) + ", allowed is " +
                                                    *allowed);
    }
    return {};
}

/// The directory's *.conf in order; none when it does not exist and need not.
Result<std::vector<std::string>> list_directory(const std::string& directory, const ConfigSources& sources) {
    std::vector<std::string> files;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error)) {
        if (entry->path().extension() == ".conf") {
            files.push_back(entry->path().string());
        }
    }
    const bool may_be_absent = sources.are_defaults && error == std::errc::no_such_file_or_directory;
    if (error && !may_be_absent) {
        return fail(system_error(error.value(), "list " + directory));
    }
    std::ranges::sort(files);
    return files;
}

Status read_into(const std::string& file, const ConfigSources& sources, LoadedConfig& loaded) {
    const auto text = read_config_file(file);
    if (!text && sources.are_defaults && text.error().code() == ErrorCode::NotFound) {
        return {};
    }
    if (!text) {
        return fail(text.error());
    }
    loaded.files_read.push_back(file);
    NOVA_RT_TRY_ASSIGN(settings, parse_ini(*text, file));
    const auto options = make_options();
    for (const auto& setting : settings) {
        NOVA_RT_TRY(apply(setting, options, loaded));
    }
    return {};
}

} // namespace

ConfigSources ConfigSources::defaults() {
    return {{"/etc/nova-rt/nova-rt.conf"}, {"/etc/nova-rt/nova-rt.conf.d"}, true};
}

Result<LoadedConfig> load_config(const ConfigSources& sources) {
    LoadedConfig loaded;
    std::vector<std::string> files = sources.files;
    for (const auto& directory : sources.directories) {
        NOVA_RT_TRY_ASSIGN(found, list_directory(directory, sources));
        files.insert(files.end(), found.begin(), found.end());
    }
    for (const auto& file : files) {
        NOVA_RT_TRY(read_into(file, sources, loaded));
    }
    return loaded;
}

std::string sample_config() {
    std::string text = "# nova-rt.conf: every option with its default.\n";
    std::string section;
    for (const auto& option : make_options()) {
        if (option.section != section) {
            section = option.section;
            text += "\n[" + section + "]\n";
        }
        text += "# " + option.help + "\n#" + option.key + " = " + option.default_text + "\n";
    }
    return text;
}

} // namespace nova_rt
