/* Preloaded into a private libvirtd on machines without CAP_SYS_RESOURCE, never used by the product.
 *
 * libvirt raises QEMU's RLIMIT_MEMLOCK for <locked/> memory before QEMU starts; without that capability the
 * kernel says EPERM and the guest cannot start, although QEMU, run as root with CAP_IPC_LOCK, does not need
 * the limit. This answers that one call with success and passes everything else on: memory is really locked.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <sys/resource.h>
#include <sys/types.h>

typedef int (*prlimit_function)(pid_t, enum __rlimit_resource, const struct rlimit64*, struct rlimit64*);

int prlimit64(pid_t pid, enum __rlimit_resource resource, const struct rlimit64* wanted,
              struct rlimit64* previous) {
    static prlimit_function next;
    if (next == 0) {
        *(void**)&next = dlsym(RTLD_NEXT, "prlimit64");
    }
    const int result = next(pid, resource, wanted, previous);
    if (result != 0 && errno == EPERM && resource == RLIMIT_MEMLOCK && wanted != 0) {
        return 0;
    }
    return result;
}

int prlimit(pid_t pid, enum __rlimit_resource resource, const struct rlimit* wanted,
            struct rlimit* previous) {
    return prlimit64(pid, resource, (const struct rlimit64*)wanted, (struct rlimit64*)previous);
}
