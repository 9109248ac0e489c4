#include "adapters/libvirt/libvirt_session.hpp"

#include "adapters/libvirt/libvirt_handles.hpp"

#include <libvirt/virterror.h>

#include <algorithm>
#include <array>
#include <atomic>

namespace nova_rt {

namespace {

using SharedSignals = std::shared_ptr<LibvirtSignals>;

constexpr std::array kStates = {
    DomainState::NoState,      DomainState::Running, DomainState::Blocked, DomainState::Paused,
    DomainState::ShuttingDown, DomainState::ShutOff, DomainState::Crashed, DomainState::Suspended,
};

/// The calling thread's last libvirt error.
Error libvirt_error(const std::string& attempt) {
    const int code = ::virGetLastErrorCode();
    const bool gone = code == VIR_ERR_NO_DOMAIN || code == VIR_ERR_OPERATION_INVALID;
    return {gone ? ErrorCode::NotFound : ErrorCode::Unavailable, attempt + ": " + ::virGetLastErrorMessage()};
}

const LibvirtSignals& signals_of(void* opaque) {
    return **static_cast<SharedSignals*>(opaque);
}

extern "C" int on_lifecycle(virConnectPtr, virDomainPtr, int, int, void* opaque) {
    signals_of(opaque).domains_changed();
    return 0;
}

extern "C" void on_tunable(virConnectPtr, virDomainPtr, virTypedParameterPtr, int, void* opaque) {
    signals_of(opaque).domains_changed();
}

/// Drivers without a connection to lose (test:///) accept the close callback, and forget it without releasing
/// what belongs to it: `released` tells.
struct CloseListener {
    SharedSignals signals;
    std::shared_ptr<std::atomic<bool>> released;
};

extern "C" void on_close(virConnectPtr, int, void* opaque) {
    static_cast<CloseListener*>(opaque)->signals->connection_lost();
}

extern "C" void release_close_listener(void* opaque) {
    auto* const listener = static_cast<CloseListener*>(opaque);
    *listener->released = true;
    delete listener; // NOLINT: owned by libvirt's callback
}

extern "C" void release_signals(void* opaque) {
    delete static_cast<SharedSignals*>(opaque); // NOLINT: owned by libvirt's callback
}

DomainState state_from(int state) {
    const auto index = static_cast<std::size_t>(state);
    return state >= 0 && index < kStates.size() ? kStates[index] : DomainState::NoState;
}

/// One domain; NotFound when it has ended.
Result<DomainRecord> describe(virDomainPtr domain, const LibvirtSession::KnownXml& known) {
    std::array<char, VIR_UUID_STRING_BUFLEN> uuid_text{};
    const char* const name = ::virDomainGetName(domain);
    int state = 0;
    int reason = 0;
    if (name == nullptr || ::virDomainGetUUIDString(domain, uuid_text.data()) < 0 ||
        ::virDomainGetState(domain, &state, &reason, 0) < 0) {
        return fail(libvirt_error("ask libvirt for a domain"));
    }
    DomainRecord record;
    NOVA_RT_TRY_ASSIGN(uuid, DomainUuid::parse(uuid_text.data()));
    record.uuid = uuid;
    record.name = name;
    record.state = state_from(state);
    record.starting = state == VIR_DOMAIN_PAUSED && reason == VIR_DOMAIN_PAUSED_STARTING_UP;
    record.xml = known(record.uuid);
    if (record.xml.empty()) {
        const TextHandle xml(::virDomainGetXMLDesc(domain, 0));
        if (!xml) {
            return fail(libvirt_error("ask libvirt for the XML of domain " + record.uuid.to_string()));
        }
        record.xml = xml.get();
    }
    return record;
}

} // namespace

class LibvirtSession::Impl {
public:
    explicit Impl(ConnectionHandle connection) : connection_(std::move(connection)) {}

    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    Status listen(LibvirtSignals signals) {
        constexpr int kKeepAliveSeconds = 5;
        constexpr unsigned kKeepAliveMisses = 3;
        const auto shared = std::make_shared<LibvirtSignals>(std::move(signals));
        if (!watch(VIR_DOMAIN_EVENT_ID_LIFECYCLE, VIR_DOMAIN_EVENT_CALLBACK(&on_lifecycle), shared)) {
            return fail(libvirt_error("register for domain events"));
        }
        // Drivers without these do without: they are polled.
        static_cast<void>(watch(VIR_DOMAIN_EVENT_ID_TUNABLE, VIR_DOMAIN_EVENT_CALLBACK(&on_tunable), shared));
        listen_for_close(shared);
        ::virConnectSetKeepAlive(connection_.get(), kKeepAliveSeconds, kKeepAliveMisses);
        return {};
    }

    ~Impl() {
        for (const int callback : callbacks_) {
            ::virConnectDomainEventDeregisterAny(connection_.get(), callback);
        }
        const int unregistered = ::virConnectUnregisterCloseCallback(connection_.get(), &on_close);
        if (unregistered == 0 && close_listener_ != nullptr && !*close_released_) {
            delete close_listener_;
        }
    }

    [[nodiscard]] virConnectPtr connection() const { return connection_.get(); }

private:
    bool watch(int event, virConnectDomainEventGenericCallback callback, const SharedSignals& signals) {
        auto* const opaque = new SharedSignals(signals);
        const int id = ::virConnectDomainEventRegisterAny(connection_.get(), nullptr, event, callback, opaque,
                                                          &release_signals);
        if (id < 0) {
            delete opaque;
            return false;
        }
        callbacks_.push_back(id);
        return true;
    }

    void listen_for_close(const SharedSignals& signals) {
        auto* const listener = new CloseListener{signals, close_released_};
        if (::virConnectRegisterCloseCallback(connection_.get(), &on_close, listener,
                                              &release_close_listener) < 0) {
            delete listener;
            return;
        }
        close_listener_ = listener;
    }

    ConnectionHandle connection_;
    std::vector<int> callbacks_;
    CloseListener* close_listener_ = nullptr; ///< libvirt's, unless its driver forgets it
    std::shared_ptr<std::atomic<bool>> close_released_ = std::make_shared<std::atomic<bool>>(false);
};

LibvirtSession::LibvirtSession(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

LibvirtSession::~LibvirtSession() = default;

Result<std::unique_ptr<LibvirtSession>> LibvirtSession::open(const std::string& uri, LibvirtSignals signals) {
    ConnectionHandle connection(::virConnectOpenReadOnly(uri.c_str()));
    if (!connection) {
        return fail(libvirt_error("connect to libvirt at " + uri));
    }
    auto impl = std::make_unique<Impl>(std::move(connection));
    NOVA_RT_TRY(impl->listen(std::move(signals)));
    return std::unique_ptr<LibvirtSession>(new LibvirtSession(std::move(impl)));
}

Result<std::vector<DomainRecord>> LibvirtSession::active_domains(const KnownXml& known) const {
    virDomainPtr* raw = nullptr;
    const int count = ::virConnectListAllDomains(impl_->connection(), &raw, VIR_CONNECT_LIST_DOMAINS_ACTIVE);
    if (count < 0) {
        return fail(libvirt_error("list domains"));
    }
    std::vector<DomainHandle> domains;
    for (int i = 0; i < count; ++i) {
        domains.emplace_back(raw[i]); // NOLINT(cppcoreguidelines-pro-bounds-pointer-arithmetic)
    }
    ::free(raw); // NOLINT: libvirt's contract
    std::vector<DomainRecord> records;
    for (const auto& domain : domains) {
        auto record = describe(domain.get(), known);
        if (!record && record.error().code() == ErrorCode::NotFound) {
            continue;
        }
        if (!record) {
            return fail(record.error());
        }
        records.push_back(*std::move(record));
    }
    std::ranges::sort(records, {}, &DomainRecord::uuid);
    return records;
}

std::string LibvirtSession::daemon_version() const {
    constexpr unsigned long kMajor = 1'000'000;
    constexpr unsigned long kMinor = 1'000;
    unsigned long version = 0;
    if (::virConnectGetLibVersion(impl_->connection(), &version) < 0) {
        return {};
    }
    return std::to_string(version / kMajor) + "." + std::to_string(version % kMajor / kMinor) + "." +
           std::to_string(version % kMinor);
}

} // namespace nova_rt
