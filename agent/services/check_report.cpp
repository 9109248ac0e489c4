#include "services/check_report.hpp"

#include <algorithm>

namespace nova_rt {

namespace {

constexpr std::size_t kMaxOutputBytes = 2000;

std::string text_of(const CheckResult& result) {
    std::string text = result.seen;
    const auto append = [&](std::string_view label, const std::string& part) {
        if (!part.empty()) {
            text += (text.empty() ? "" : "; ") + std::string(label) + part;
        }
    };
    append("expected ", result.expected);
    append("source: ", result.source);
    append("consequence: ", result.consequence);
    append("fix: ", result.fix);
    return text;
}

} // namespace

void CheckReport::pass(const std::string& name) {
    checks_.emplace(name, CheckStatus{name, CheckState::Pass, now_, ""});
}

void CheckReport::add(const std::string& name, CheckState state, const std::string& output) {
    pass(name);
    CheckStatus& check = checks_[name];
    check.state = std::max(check.state, state);
    if (state != CheckState::Pass && check.output.size() + output.size() < kMaxOutputBytes) {
        check.output += (check.output.empty() ? "" : " | ") + output;
    }
}

void CheckReport::add(const CheckResult& result) {
    add(result.name, result.state, text_of(result));
}

std::vector<CheckStatus> CheckReport::take() const {
    std::vector<CheckStatus> list;
    for (const auto& [name, check] : checks_) {
        list.push_back(check);
    }
    return list;
}

void check_libvirt(const DomainSnapshot& snapshot, TimePoint now, CheckReport& report) {
    report.pass("libvirt");
    if (snapshot.connected && snapshot.error.empty()) {
        return;
    }
    std::string output = snapshot.error.empty() ? "not connected yet" : snapshot.error;
    if (snapshot.as_of) {
        const auto age = std::chrono::duration_cast<std::chrono::seconds>(now - *snapshot.as_of);
        // Rounded, so that waiting alone does not make a new generation every second.
        const auto rounded = age.count() / 10 * 10;
        output += rounded > 0 ? "; domains are as of more than " + std::to_string(rounded) + " s ago" : "";
    }
    report.add("libvirt", CheckState::Fail, output);
}

void check_keeper(const KeeperReport& keeper, CheckReport& report) {
    report.pass("hook");
    report.pass("reconcile");
    for (const auto& guest : keeper.hook_missed) {
        const auto refused = keeper.refused.find(guest);
        const bool has_lease = refused == keeper.refused.end();
        report.add("hook", has_lease ? CheckState::Warn : CheckState::Fail,
                   "the hook did not fire for guest " + guest.to_string() +
                       (has_lease
                            ? ", its lease was taken by the agent; is the hook installed, and was libvirtd "
                              "restarted since"
                            : ", and its lease cannot be taken: " + refused->second));
    }
    if (!keeper.error.empty()) {
        report.add("reconcile", CheckState::Fail, keeper.error);
    }
}

void check_interference(const StatusDocument& status, CheckReport& report) {
    report.pass("irq");
    report.pass("collision");
    for (const auto& cpu : status.irqs) {
        if (!cpu.movable.empty()) {
            report.add("irq", CheckState::Warn,
                       std::to_string(cpu.movable.size()) +
                           " movable interrupts may arrive on realtime pCPU " +
                           std::to_string(cpu.cpu.value) + ", the first is " +
                           std::to_string(cpu.movable.front().irq.value));
        }
    }
    for (const auto& collision : status.collisions) {
        report.add("collision", CheckState::Fail, collision.message);
    }
}

} // namespace nova_rt
