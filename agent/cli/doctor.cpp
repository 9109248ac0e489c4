#include "cli/doctor.hpp"

#include "base/text.hpp"
#include "checks/lease_checks.hpp"
#include "checks/node_checks.hpp"
#include "checks/pmd_checks.hpp"
#include "cli/host_context.hpp"
#include "model/status_json.hpp"

#include <sys/stat.h>

namespace nova_rt {

namespace {

constexpr const char* kHookPath = "/etc/libvirt/hooks/qemu.d/50-nova-rt";

HookFacts look_at_hook() {
    HookFacts facts{.path = kHookPath, .engine_path = NOVA_RT_ENGINE_PATH};
    struct stat attributes{};
    if (::lstat(kHookPath, &attributes) == 0) {
        facts.present = S_ISREG(attributes.st_mode);
        facts.executable = (attributes.st_mode & S_IXUSR) != 0;
    }
    facts.engine_present = ::stat(NOVA_RT_ENGINE_PATH, &attributes) == 0;
    return facts;
}

std::optional<std::int64_t> number_in(const HostReader& reader, const char* path) {
    const auto text = reader.read(path);
    return text ? parse_number<std::int64_t>(*text) : std::nullopt;
}

CheckResult examine_agent(const HostReader& reader, NovaCpuSets& nova) {
    const auto text = reader.read(std::string_view(kStatusFile).substr(1), kMaxStatusBytes);
    if (!text) {
        return check_agent(std::nullopt, text.error().code() == ErrorCode::NotFound
                                             ? "nova-rt-agent does not run"
                                             : text.error().message());
    }
    const auto status = decode_status(*text);
    if (!status) {
        return check_agent(std::nullopt, status.error().message());
    }
    nova = status->nova;
    return check_agent(std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now() -
                                                                        status->generated_at),
                       "");
}

CheckResult examine_journal(const IsolationEngine& engine) {
    const auto journal = engine.journal();
    return journal ? check_journal(journal->entries.size(), journal->intent.size(), "")
                   : check_journal(0, 0, journal.error().message());
}

} // namespace

std::vector<CheckResult> examine_node(const IsolationEngine& engine, const HostReader& reader) {
    NovaCpuSets nova; // nova.conf is the agent's to read
    const auto pmds = engine.pmd_threads();
    std::vector<CheckResult> results = {
        check_hook(look_at_hook()),
        check_rt_throttling(number_in(reader, "proc/sys/kernel/sched_rt_runtime_us"),
                            number_in(reader, "proc/sys/kernel/sched_rt_period_us")),
        examine_journal(engine),
        examine_agent(reader, nova),
    };
    results.push_back(check_pmd_threads(pmds, nova));
    const auto leases = engine.leases();
    if (!leases) {
        results.push_back(check_journal(0, 0, leases.error().message()));
        return results;
    }
    for (auto& collision : check_collisions(*leases, pmds)) {
        results.push_back(std::move(collision));
    }
    if (const auto online = reader.read("sys/devices/system/cpu/online")) {
        results.push_back(
            check_housekeeping(*leases, CpuSet::from_cpulist(*online).value_or(CpuSet{}), pmds));
    }
    for (const auto& lease : *leases) {
        const auto verification = engine.verify(lease.uuid);
        results.push_back(verification ? check_isolation(lease, *verification)
                                       : check_isolation(lease, Verification{}));
    }
    return results;
}

} // namespace nova_rt
