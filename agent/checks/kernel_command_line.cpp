#include "checks/kernel_command_line.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace nova_rt {

namespace {

constexpr std::array<std::string_view, 3> kIsolcpusFlags = {"domain", "managed_irq", "nohz"};

/// Up to the next white space outside double quotes; quotes themselves are left out.
std::string next_argument(std::string_view& text) {
    std::string argument;
    bool quoted = false;
    std::size_t used = 0;
    for (; used < text.size(); ++used) {
        const char character = text[used];
        const bool space = character == ' ' || character == '\t' || character == '\n';
        if (character == '"') {
            quoted = !quoted;
        } else if (space && !quoted) {
            if (!argument.empty()) {
                break;
            }
        } else {
            argument += character;
        }
    }
    text.remove_prefix(used);
    return argument;
}

class Reader {
public:
    void read(const std::string& argument) {
        const auto equals = argument.find('=');
        const std::string_view key = std::string_view(argument).substr(0, equals);
        const std::string_view value =
            equals == std::string::npos ? "" : std::string_view(argument).substr(equals + 1);
        if (key == "isolcpus") {
            read_isolcpus(argument, value);
        } else if (key == "nohz_full") {
            read_cpus(argument, value, line.nohz_full);
        } else if (key == "rcu_nocbs") {
            read_cpus(argument, value, line.rcu_nocbs);
        } else if (key == "irqaffinity") {
            read_cpus(argument, value, line.irqaffinity);
        } else if (key == "tsc") {
            line.tsc_reliable = value == "reliable";
        }
    }

    KernelCommandLine line;

private:
    void read_cpus(const std::string& argument, std::string_view value, std::optional<CpuSet>& into) {
        const auto cpus = CpuSet::from_cpulist(value);
        if (cpus) {
            into = *cpus;
        } else {
            line.unreadable += (line.unreadable.empty() ? "" : ", ") + argument;
        }
    }

    /// isolcpus=[flag,...]cpulist; without a flag it means "domain".
    void read_isolcpus(const std::string& argument, std::string_view value) {
        bool managed_irq = false;
        bool domain = false;
        bool any = false;
        while (true) {
            const std::string_view word = value.substr(0, value.find(','));
            if (std::ranges::find(kIsolcpusFlags, word) == kIsolcpusFlags.end()) {
                break;
            }
            any = true;
            managed_irq = managed_irq || word == "managed_irq";
            domain = domain || word == "domain";
            value.remove_prefix(std::min(value.size(), word.size() + 1));
        }
        line.isolcpus_managed_irq = managed_irq;
        line.isolcpus_domain = domain || !any;
        read_cpus(argument, value, line.isolcpus);
    }
};

} // namespace

KernelCommandLine parse_kernel_command_line(std::string_view text) {
    Reader reader;
    while (!text.empty()) {
        reader.read(next_argument(text));
    }
    return std::move(reader.line);
}

} // namespace nova_rt
