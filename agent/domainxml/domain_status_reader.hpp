// libvirt's live status file of a running domain: which thread is which vCPU.
#pragma once

#include "base/domain_uuid.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"

#include <map>
#include <string>
#include <string_view>

namespace nova_rt {

/// The threads of a running guest as libvirt knows them.
struct DomainStatus {
    DomainUuid uuid;
    std::string name;
    Pid qemu_pid;
    /// TCG without a thread per vCPU has none.
    std::map<VcpuId, Tid> vcpu_threads;
};

/// Reads /run/libvirt/qemu/<name>.xml, which libvirt rewrites before it calls the hook with `started`. The
/// thread ids were true when it was written: check them against /proc before use.
/// Source: libvirt, src/qemu/qemu_domain.c, qemuDomainObjPrivateXMLFormat.
[[nodiscard]] Result<DomainStatus> read_domain_status(std::string_view xml);

} // namespace nova_rt
