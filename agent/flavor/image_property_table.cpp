#include "flavor/image_meta.hpp"

#include <array>

namespace nova_rt {

namespace {

constexpr ImageProperty boolean(std::string_view key) {
    return {.key = key, .kind = PropertyKind::Boolean, .choices = {}};
}

constexpr ImageProperty integer(std::string_view key) {
    return {.key = key, .kind = PropertyKind::Integer, .choices = {}};
}

constexpr ImageProperty text(std::string_view key) {
    return {.key = key, .kind = PropertyKind::Text, .choices = {}};
}

constexpr ImageProperty choice(std::string_view key, std::string_view choices) {
    return {.key = key, .kind = PropertyKind::Choice, .choices = choices};
}

constexpr std::string_view kArchitectures =
    "alpha,armv6,armv7l,armv7b,aarch64,cris,i686,ia64,lm32,m68k,microblaze,microblazeel,mips,mipsel,mips64,"
    "mips64el,openrisc,parisc,parisc64,ppc,ppcle,ppc64,ppc64le,ppcemb,s390,s390x,sh4,sh4eb,sparc,sparc64,"
    "unicore32,x86_64,xtensa,xtensaeb";
constexpr std::string_view kDiskBuses = "fdc,ide,sata,scsi,usb,virtio,xen,lxc,uml";
constexpr std::string_view kHypervisors =
    "baremetal,bhyve,docker,fake,hyperv,ironic,kqemu,kvm,lxc,lxd,openvz,parallels,phyp,qemu,test,uml,vbox,vz,"
    "vmware,xen,zvm,prsm";

constexpr auto kProperties = std::to_array<ImageProperty>({
    choice("hw_architecture", kArchitectures),
    choice("hw_emulation_architecture", kArchitectures),
    text("hw_auto_disk_config"),
    boolean("hw_boot_menu"),
    choice("hw_cdrom_bus", kDiskBuses),
    integer("hw_cpu_cores"),
    integer("hw_cpu_sockets"),
    integer("hw_cpu_max_cores"),
    integer("hw_cpu_max_sockets"),
    integer("hw_cpu_max_threads"),
    choice("hw_cpu_policy", "dedicated,shared,mixed"),
    choice("hw_cpu_thread_policy", "prefer,isolate,require"),
    text("hw_cpu_realtime_mask"),
    integer("hw_cpu_threads"),
    integer("hw_device_id"),
    choice("hw_disk_bus", kDiskBuses),
    text("hw_disk_type"),
    choice("hw_floppy_bus", kDiskBuses),
    choice("hw_firmware_type", "uefi,bios"),
    choice("hw_input_bus", "usb,virtio"),
    boolean("hw_ipxe_boot"),
    boolean("hw_locked_memory"),
    text("hw_machine_type"),
    boolean("hw_mem_encryption"),
    text("hw_mem_page_size"),
    integer("hw_numa_nodes"),
    choice("hw_pci_numa_affinity_policy", "required,legacy,preferred,socket"),
    choice("hw_pointer_model", "usbtablet"),
    boolean("hw_pmu"),
    boolean("hw_qemu_guest_agent"),
    choice("hw_rescue_bus", kDiskBuses),
    choice("hw_rescue_device", "cdrom,disk,floppy,fs,lun"),
    choice("hw_rng_model", "virtio"),
    boolean("hw_time_hpet"),
    integer("hw_serial_port_count"),
    choice("hw_scsi_model", "buslogic,ibmvscsi,lsilogic,lsisas1068,lsisas1078,virtio-scsi,vmpvscsi"),
    choice("hw_video_model", "cirrus,qxl,vga,vmvga,xen,virtio,gop,none,bochs"),
    integer("hw_video_ram"),
    choice("hw_vif_model", "virtio,ne2k_pci,pcnet,rtl8139,e1000,e1000e,netfront,spapr-vlan,lan9118,sriov,"
                           "vmxnet,vmxnet3"),
    choice("hw_viommu_model", "intel,smmuv3,virtio,auto"),
    choice("hw_vm_mode", "hvm,xen,uml,exe"),
    choice("hw_watchdog_action", "none,pause,poweroff,reset,disabled"),
    boolean("hw_vif_multiqueue_enabled"),
    choice("hw_tpm_model", "tpm-tis,tpm-crb"),
    choice("hw_tpm_version", "1.2,2.0"),
    boolean("hw_ephemeral_encryption"),
    choice("hw_ephemeral_encryption_format", "plain,luks,luksv2"),
    boolean("img_bittorrent"),
    boolean("img_bdm_v2"),
    boolean("img_cache_in_nova"),
    integer("img_compression_level"),
    choice("img_hv_type", kHypervisors),
    choice("img_config_drive", "optional,mandatory"),
    boolean("img_linked_clone"),
    text("img_owner_id"),
    text("img_root_device_name"),
    boolean("img_use_agent"),
    integer("img_version"),
    text("img_signature"),
    choice("img_signature_hash_method", "SHA-224,SHA-256,SHA-384,SHA-512"),
    text("img_signature_certificate_uuid"),
    choice("img_signature_key_type",
           "DSA,ECC_SECP384R1,ECC_SECP521R1,ECC_SECT409K1,ECC_SECT409R1,ECC_SECT571K1,ECC_SECT571R1,RSA-PSS"),
    boolean("img_hide_hypervisor_id"),
    text("os_admin_user"),
    text("os_command_line"),
    text("os_distro"),
    boolean("os_require_quiesce"),
    choice("os_secure_boot", "required,disabled,optional"),
    boolean("os_skip_agent_inject_files_at_boot"),
    boolean("os_skip_agent_inject_ssh"),
    choice("os_type", "linux,windows"),
});

/// Added between Nova 26.2 and 33.
constexpr auto kSince33 = std::to_array<ImageProperty>({
    text("hw_ephemeral_encryption_secret_uuid"),
    boolean("hw_firmware_stateless"),
    integer("hw_maxphysaddr_bits"),
    choice("hw_maxphysaddr_mode", "passthrough,emulate"),
    choice("hw_mem_encryption_model", "amd-sev,amd-sev-es"),
    integer("hw_redirected_usb_ports"),
    choice("hw_sound_model", "sb16,es1370,pcspk,ac97,ich6,ich9,usb,virtio"),
    choice("hw_usb_model", "none,nec-xhci,qemu-xhci"),
    boolean("hw_virtio_packed_ring"),
});

} // namespace

std::span<const ImageProperty> image_properties_since_33() {
    return kSince33;
}

std::span<const ImageProperty> image_properties() {
    return kProperties;
}

} // namespace nova_rt
