// What it costs to write a planned guest's XML, and to read it as the hook does.

#include "domainxml/domain_builder.hpp"
#include "domainxml/domain_reader.hpp"
#include "support/golden_guests.hpp"
#include "support/plain_file.hpp"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <iostream>
#include <string>

namespace nova_rt {
namespace {

DomainTemplate plain_template() {
    auto loaded = DomainTemplate::load(
        test::plain_file_text(std::string(NOVA_RT_SOURCE_DIR) + "/xml-templates/realtime-guest.xml"));
    if (!loaded) {
        std::cerr << loaded.error().message() << '\n';
        std::abort();
    }
    return *std::move(loaded);
}

DomainSpec small() {
    return test::realtime_guest();
}

/// 32 vCPUs on two cells of 1 GiB pages, with four vhost-user ports.
DomainSpec large() {
    DomainSpec spec = test::realtime_guest();
    spec.request.vcpus = 32;
    spec.request.memory = MiB{32768};
    spec.request.realtime_vcpus = CpuSet::range(1, 31);
    spec.plan.realtime_vcpus = spec.request.realtime_vcpus;
    spec.plan.cells.clear();
    for (unsigned number = 0; number < 2; ++number) {
        CellPlacement cell;
        cell.guest_cell = GuestCellId{number};
        cell.host_cell = HostCellId{number};
        cell.memory = MiB{16384};
        cell.page_size = KiB{1048576};
        cell.huge_pages = true;
        for (unsigned vcpu = 0; vcpu < 16; ++vcpu) {
            cell.pins[VcpuId{number * 16 + vcpu}] = PcpuId{number * 32 + 2 + vcpu};
        }
        spec.plan.cells.push_back(cell);
    }
    NetworkPort port;
    port.kind = InterfaceKind::VhostUser;
    port.mac = "fa:16:3e:00:00:01";
    port.socket_path = "/run/openvswitch/vhu0";
    port.target_device = "vhu0";
    spec.ports.assign(4, port);
    return spec;
}

void build(benchmark::State& state, const DomainSpec& spec) {
    const DomainTemplate skeleton = plain_template();
    for (auto _ : state) {
        benchmark::DoNotOptimize(build_domain_xml(spec, skeleton));
    }
}

void read(benchmark::State& state, const DomainSpec& spec) {
    const std::string xml = *build_domain_xml(spec, plain_template());
    for (auto _ : state) {
        benchmark::DoNotOptimize(read_guest_domain(xml));
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(xml.size()));
}

BENCHMARK_CAPTURE(build, small, small());
BENCHMARK_CAPTURE(build, large, large());
BENCHMARK_CAPTURE(read, small, small());
BENCHMARK_CAPTURE(read, large, large());

} // namespace
} // namespace nova_rt

BENCHMARK_MAIN();
