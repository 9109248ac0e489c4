// The seams the isolation engine works through.
#pragma once

#include "ports/clock.hpp"
#include "ports/host_lock.hpp"
#include "ports/host_reader.hpp"
#include "ports/host_writer.hpp"
#include "ports/journal_store.hpp"
#include "ports/lease_store.hpp"
#include "ports/thread_control.hpp"
#include "ports/thread_lister.hpp"

namespace nova_rt {

/// References only: whoever wires the engine keeps the adapters alive for as long as the engine lives.
struct EnginePorts {
    const HostReader& reader;
    HostWriter& writer;
    ThreadControl& threads;
    const ThreadLister& lister;
    HostLock& lock;
    JournalStore& journal;
    LeaseStore& leases;
    const Clock& clock;
};

} // namespace nova_rt
