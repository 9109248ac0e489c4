// Owners of what libvirt hands out. Only for files of this directory: libvirt's headers stop here.
#pragma once

#include <libvirt/libvirt.h>

#include <cstdlib>
#include <memory>

namespace nova_rt {

struct ConnectionCloser {
    void operator()(virConnectPtr connection) const { ::virConnectClose(connection); }
};

struct DomainReleaser {
    void operator()(virDomainPtr domain) const { ::virDomainFree(domain); }
};

struct TextReleaser {
    void operator()(char* text) const { ::free(text); } // NOLINT: libvirt's contract
};

using ConnectionHandle = std::unique_ptr<virConnect, ConnectionCloser>;
using DomainHandle = std::unique_ptr<virDomain, DomainReleaser>;
using TextHandle = std::unique_ptr<char, TextReleaser>;

} // namespace nova_rt
