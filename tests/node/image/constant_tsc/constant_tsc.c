// SPDX-License-Identifier: GPL-2.0
/*
 * Only for the emulated test node. PREEMPT_RT kernels load KVM only on a CPU with X86_FEATURE_CONSTANT_TSC,
 * and TCG has no CPUID bit for it although its TSC is the host's. This sets the bit, in a virtual machine and
 * nowhere else.
 */
#include <asm/cpufeature.h>
#include <linux/module.h>

static int __init constant_tsc_init(void) {
    if (!boot_cpu_has(X86_FEATURE_HYPERVISOR)) {
        return -ENODEV;
    }
    set_cpu_cap(&boot_cpu_data, X86_FEATURE_CONSTANT_TSC);
    return 0;
}

static void __exit constant_tsc_exit(void) {}

module_init(constant_tsc_init);
module_exit(constant_tsc_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Claims a constant TSC inside an emulated machine");
