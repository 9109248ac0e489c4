// Domain XML as libvirt gives it to the hook.
#pragma once

#include <string>

namespace nova_rt::test {

constexpr const char* kHookGuest = "11111111-2222-4333-8444-100000000001";

/// Two SCHED_FIFO vCPUs on the given pCPUs; isolation: the value of rt:isolation, none when empty.
inline std::string hook_xml(const std::string& isolation, const std::string& first_pcpu = "2",
                            const std::string& second_pcpu = "3",
                            const std::string& name = "instance-00000001") {
    const std::string extra_spec =
        isolation.empty() ? "" : "<nova:extraSpec name=\"rt:isolation\">" + isolation + "</nova:extraSpec>";
    return "<domain type='kvm' id='1'>\n  <name>" + name + "</name>\n  <uuid>" + kHookGuest + R"(</uuid>
  <metadata>
    <nova:instance xmlns:nova="http://openstack.org/xmlns/libvirt/nova/1.1">
      <nova:flavor name="rt.small"><nova:extraSpecs>)" +
           extra_spec + R"(</nova:extraSpecs></nova:flavor>
    </nova:instance>
  </metadata>
  <memory unit='KiB'>262144</memory>
  <vcpu placement='static'>2</vcpu>
  <cputune>
    <vcpupin vcpu='0' cpuset=')" +
           first_pcpu + "'/>\n    <vcpupin vcpu='1' cpuset='" + second_pcpu + R"('/>
    <emulatorpin cpuset='0'/>
    <vcpusched vcpus='0-1' scheduler='fifo' priority='1'/>
  </cputune>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
</domain>
)";
}

/// libvirt's status file of the same guest.
inline std::string status_xml(int qemu_pid, int first_vcpu_tid) {
    return "<domstatus state='running' reason='booted' pid='" + std::to_string(qemu_pid) +
           "'>\n  <vcpus>\n    <vcpu id='0' pid='" + std::to_string(first_vcpu_tid) +
           "'/>\n    <vcpu id='1' pid='" + std::to_string(first_vcpu_tid + 1) + "'/>\n  </vcpus>\n" +
           hook_xml("required") + "</domstatus>\n";
}

} // namespace nova_rt::test
