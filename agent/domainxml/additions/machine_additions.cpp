#include "domainxml/additions/additions.hpp"

#include <string>

namespace nova_rt::additions {
namespace {

/// The guest's own timer interrupts without leaving it, which libvirt's real-time guide asks for.
constexpr const char* kTscDeadline = "tsc-deadline";

void require_feature(XmlElement cpu, const char* name) {
    for (auto& feature : cpu.children("feature")) {
        if (feature.attribute("name") == name) {
            feature.set_attribute("policy", "require");
            return;
        }
    }
    cpu.add_child("feature").set_attribute("name", name).set_attribute("policy", "require");
}

} // namespace

Verdict cpu_mode(AdditionContext& context) {
    constexpr const char* kKey = "rt:cpu_mode";
    NOVA_RT_TRY_ASSIGN(mode, context.choice(kKey, "keep"));
    if (mode == "keep") {
        return {};
    }
    if (!context.is_kvm()) {
        return context.miss(kKey, "the guest is emulated and has no host processor to pass through", {});
    }
    XmlElement cpu = context.domain().child_or_add("cpu");
    cpu.set_attribute("mode", mode);
    if (auto model = cpu.child("model")) {
        model->remove(); // libvirt takes none beside the host's own
    }
    if (context.is_x86()) {
        require_feature(cpu, kTscDeadline);
    }
    context.inform(kKey, context.is_x86() ? "the host's processor is passed through, with tsc-deadline"
                                          : "the host's processor is passed through");
    return {};
}

Verdict pit(AdditionContext& context) {
    constexpr const char* kKey = "rt:pit";
    NOVA_RT_TRY_ASSIGN(place, context.choice(kKey, "kernel"));
    if (place == "kernel") {
        return {};
    }
    if (!context.is_kvm() || !context.is_x86()) {
        context.warn(kKey, "only an x86 guest under KVM has a timer in the kernel, nothing was changed");
        return {};
    }
    // libvirt up to 9.0 takes <timer name='pit' present='no'/> and starts QEMU with the timer all the same.
    context.domain().child_or_add("features").child_or_add("ioapic").set_attribute("driver", "qemu");
    context.inform(kKey, "PIT and I/O APIC are QEMU's: no kvm-pit thread, and a guest that keeps time by the "
                         "PIT may lose ticks");
    return {};
}

} // namespace nova_rt::additions
