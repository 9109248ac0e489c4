// Which process and threads a running guest has, as libvirt wrote it down.
#pragma once

#include "base/domain_uuid.hpp"
#include "base/result.hpp"
#include "model/guest_threads.hpp"
#include "ports/host_reader.hpp"

#include <string>

namespace nova_rt {

/// Reads libvirt's live status file of the guest. `directory` is below the reader's root
/// ("run/libvirt/qemu"). The name only finds the file, the UUID inside decides. NotFound when there is none.
[[nodiscard]] Result<GuestThreads> find_guest_threads(const HostReader& reader, const std::string& directory,
                                                      const std::string& domain_name, const DomainUuid& uuid);

} // namespace nova_rt
