// The composers, one file each; composer_table.cpp lists them.
#pragma once

#include "domainxml/composer.hpp"

namespace nova_rt::composers {

[[nodiscard]] Status compose_identity(const DomainSpec& spec, XmlElement domain);
[[nodiscard]] Status compose_memory(const DomainSpec& spec, XmlElement domain);
[[nodiscard]] Status compose_memory_backing(const DomainSpec& spec, XmlElement domain);
[[nodiscard]] Status compose_numatune(const DomainSpec& spec, XmlElement domain);
[[nodiscard]] Status compose_vcpu(const DomainSpec& spec, XmlElement domain);
[[nodiscard]] Status compose_metadata(const DomainSpec& spec, XmlElement domain);
[[nodiscard]] Status compose_sysinfo(const DomainSpec& spec, XmlElement domain);
[[nodiscard]] Status compose_os(const DomainSpec& spec, XmlElement domain);
[[nodiscard]] Status compose_features(const DomainSpec& spec, XmlElement domain);
[[nodiscard]] Status compose_iothreads(const DomainSpec& spec, XmlElement domain);
[[nodiscard]] Status compose_cputune(const DomainSpec& spec, XmlElement domain);
[[nodiscard]] Status compose_clock(const DomainSpec& spec, XmlElement domain);
[[nodiscard]] Status compose_cpu(const DomainSpec& spec, XmlElement domain);
[[nodiscard]] Status compose_disk(const DomainSpec& spec, XmlElement domain);
[[nodiscard]] Status compose_interface(const DomainSpec& spec, XmlElement domain);
[[nodiscard]] Status compose_serial(const DomainSpec& spec, XmlElement domain);
[[nodiscard]] Status compose_rng(const DomainSpec& spec, XmlElement domain);
[[nodiscard]] Status compose_controller(const DomainSpec& spec, XmlElement domain);
[[nodiscard]] Status compose_channel(const DomainSpec& spec, XmlElement domain);
[[nodiscard]] Status compose_iommu(const DomainSpec& spec, XmlElement domain);
[[nodiscard]] Status compose_watchdog(const DomainSpec& spec, XmlElement domain);
[[nodiscard]] Status compose_memballoon(const DomainSpec& spec, XmlElement domain);

/// Whether the guest's memory is made of pages larger than the host's smallest.
[[nodiscard]] bool uses_huge_pages(const DomainSpec& spec);

/// Whether the guest's processor is of the x86 family.
[[nodiscard]] bool is_x86(const DomainSpec& spec);

/// kvm, or qemu for a guest of another architecture than the host's: Nova downgrades it.
[[nodiscard]] std::string_view domain_type(const DomainSpec& spec);

/// The machine type: the image's, the host's option, or Nova's default for the architecture.
[[nodiscard]] std::string machine_type(const DomainSpec& spec);

/// Removes an element that got neither attribute nor child.
void remove_if_empty(XmlElement element);

} // namespace nova_rt::composers
