#include "base/text.hpp"
#include "flavor/feature_rules.hpp"
#include "flavor/page_size.hpp"

#include "lint/rule_sets.hpp"

#include <algorithm>
#include <array>

namespace nova_rt {

namespace {

bool has_vhost_user(const LintSubject& subject) {
    return std::ranges::any_of(subject.ports,
                               [](const NetworkPort& port) { return port.kind == InterfaceKind::VhostUser; });
}

LintHits without_pages(const LintSubject& subject) {
    const auto size = page_size(subject.rules());
    if (!has_vhost_user(subject) || !size) {
        return {};
    }
    if (!*size) {
        return {{.key = "hw:mem_page_size",
                 .what = "not set, and the guest has a vhost-user port",
                 .repair = subject.set_spec("hw:mem_page_size", "large")}};
    }
    if ((*size)->kind != PageSizeRequest::Kind::Small) {
        return {};
    }
    return {{.key = "hw:mem_page_size",
             .what = "small, and the guest has a vhost-user port",
             .repair = subject.set_spec("hw:mem_page_size", "large")}};
}

LintHits memory_not_shared(const LintSubject& subject) {
    if (!has_vhost_user(subject) || !subject.plan || !subject.plan->withholds_shared_access) {
        return {};
    }
    return {{.key = "hw:mem_page_size",
             .what = "the guest's pages are not those of the first host NUMA cell",
             .repair = "give host NUMA cell 0 pages of this size"}};
}

LintHits bandwidth_ignored(const LintSubject& subject) {
    if (!has_vhost_user(subject)) {
        return {};
    }
    LintHits hits;
    for (const auto& [key, value] : subject.flavor.extra_specs) {
        if (key.starts_with("quota:vif_inbound_") || key.starts_with("quota:vif_outbound_")) {
            hits.push_back({.key = key,
                            .what = "bandwidth of a guest with a vhost-user port",
                            .repair = subject.unset_spec(key)});
        }
    }
    return hits;
}

LintHits queues_on_realtime(const LintSubject& subject) {
    const auto multiqueue = vif_multiqueue(subject.rules());
    if (!subject.asks_realtime() || !multiqueue || !*multiqueue) {
        return {};
    }
    const bool flavor = subject.spec("hw:vif_multiqueue_enabled").has_value();
    return {{.key = flavor ? "hw:vif_multiqueue_enabled" : "hw_vif_multiqueue_enabled",
             .what = "each port gets a queue per vCPU, realtime vCPUs included",
             .repair = ""}};
}

LintHits private_socket(const LintSubject& subject) {
    LintHits hits;
    for (const NetworkPort& port : subject.ports) {
        if (port.kind == InterfaceKind::VhostUser && port.socket_path.empty()) {
            hits.push_back({.key = "vifs",
                            .what = "vhost-user port " + quoted(port.mac) + " has no socket path",
                            .repair = ""});
        }
    }
    return hits;
}

constexpr auto kRules = std::to_array<LintRule>({
    {.id = "vhost-user-without-pages",
     .severity = LintSeverity::Error,
     .found = "a vhost-user port and no huge pages",
     .why = "the guest's memory is not shared with the switch: the port is up and carries nothing",
     .check = without_pages},
    {.id = "vhost-user-memory-not-shared",
     .severity = LintSeverity::Error,
     .found = "a vhost-user port, and pages of a size that the first host NUMA cell lacks",
     .why = "Nova looks at that cell only and leaves memAccess='shared' out: the port carries nothing",
     .check = memory_not_shared},
    {.id = "bandwidth-ignored",
     .found = "`quota:vif_*` on a guest with a vhost-user port",
     .why = "Nova does not apply bandwidth to vhost-user ports; police them in the switch",
     .check = bandwidth_ignored},
    {.id = "queues-on-realtime-vcpus",
     .severity = LintSeverity::Info,
     .found = "multiqueue on a realtime guest",
     .why =
         "the guest's driver spreads queue interrupts over all vCPUs; steer them to housekeeping ones inside "
         "the guest",
     .check = queues_on_realtime},
    {.id = "vhost-user-without-socket",
     .severity = LintSeverity::Error,
     .found = "a vhost-user port without a socket path",
     .why = "there is nothing to connect to",
     .check = private_socket},
});

} // namespace

std::span<const LintRule> port_lint_rules() {
    return kRules;
}

} // namespace nova_rt
