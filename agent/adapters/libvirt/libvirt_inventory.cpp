#include "adapters/libvirt/libvirt_inventory.hpp"

#include "adapters/libvirt/libvirt_session.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>

namespace nova_rt {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

namespace {

bool same_answer(const DomainSnapshot& a, const DomainSnapshot& b) {
    return a.connected == b.connected && a.error == b.error &&
           std::ranges::equal(a.domains, b.domains, [](const DomainRecord& x, const DomainRecord& y) {
               return x.uuid == y.uuid && x.name == y.name && x.state == y.state &&
                      x.starting == y.starting && x.xml == y.xml;
           });
}

} // namespace

std::shared_ptr<const DomainSnapshot> view_at(std::shared_ptr<const DomainSnapshot> snapshot,
                                              std::optional<SteadyClock::time_point> call_since,
                                              SteadyClock::time_point now, milliseconds deadline) {
    if (!call_since || now - *call_since <= deadline) {
        return snapshot;
    }
    auto overdue = std::make_shared<DomainSnapshot>(*snapshot);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - *call_since).count();
    const auto rounded = seconds / 5 * 5; // so that waiting alone is no news every second
    overdue->error = "libvirt has not answered for more than " + std::to_string(rounded) + " s";
    return overdue;
}

/// Shared by the inventory and its thread, so that a thread stuck in libvirt can be left behind.
class LibvirtInventory::Worker : public std::enable_shared_from_this<Worker> {
public:
    Worker(LibvirtOptions options, std::function<void()> on_change)
        : options_(std::move(options)), on_change_(std::move(on_change)), backoff_(options_.first_backoff) {}

    void run() {
        while (!stop_requested()) {
            begin_call();
            const Status status = refresh();
            end_call();
            if (!status) {
                session_.reset();
                publish_failure(status.error().message());
            }
            wait_for_reason(status ? options_.poll_period : next_backoff());
        }
        session_.reset();
        const std::lock_guard lock(mutex_);
        finished_ = true;
        changed_.notify_all();
    }

    /// False when the thread is still inside libvirt at the deadline.
    bool stop() {
        std::unique_lock lock(mutex_);
        stopping_ = true;
        on_change_ = nullptr;
        changed_.notify_all();
        return changed_.wait_for(lock, options_.call_deadline, [this] { return finished_; });
    }

    [[nodiscard]] std::shared_ptr<const DomainSnapshot> view() const {
        const std::lock_guard lock(mutex_);
        return view_at(snapshot_, call_since_, SteadyClock::now(), options_.call_deadline);
    }

private:
    bool stop_requested() const {
        const std::lock_guard lock(mutex_);
        return stopping_;
    }

    void begin_call() {
        const std::lock_guard lock(mutex_);
        call_since_ = SteadyClock::now();
        wanted_ = false;
    }

    void end_call() {
        const std::lock_guard lock(mutex_);
        call_since_.reset();
    }

    /// Until an event, the time limit or the end.
    void wait_for_reason(milliseconds limit) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, limit, [this] { return wanted_ || stopping_; });
    }

    milliseconds next_backoff() {
        const milliseconds now = backoff_;
        backoff_ = std::min(backoff_ * 2, options_.last_backoff);
        return now;
    }

    Status refresh() {
        if (session_ == nullptr || lost_.exchange(false)) {
            session_.reset();
            NOVA_RT_TRY_ASSIGN(session, LibvirtSession::open(options_.uri, signals()));
            session_ = std::move(session);
            version_ = session_->daemon_version();
            events_seen_ = 0;
            xml_as_of_.reset();
        }
        const std::uint64_t events = events_;
        const auto now = SteadyClock::now();
        const bool wants_xml =
            events != events_seen_ || !xml_as_of_ || now - *xml_as_of_ > options_.xml_period;
        NOVA_RT_TRY_ASSIGN(domains, session_->active_domains([&](const DomainUuid& uuid) {
            return wants_xml ? std::string() : known_xml(uuid);
        }));
        if (wants_xml) {
            events_seen_ = events;
            xml_as_of_ = now;
        }
        backoff_ = options_.first_backoff;
        publish(std::move(domains));
        return {};
    }

    /// Called on the event loop's thread; holds the worker only while it exists.
    LibvirtSignals signals() {
        const std::weak_ptr<Worker> weak = weak_from_this();
        const auto wake = [weak](bool lost) {
            if (const auto worker = weak.lock()) {
                worker->events_ += 1;
                if (lost) {
                    worker->lost_ = true;
                }
                const std::lock_guard lock(worker->mutex_);
                worker->wanted_ = true;
                worker->changed_.notify_all();
            }
        };
        return {[wake] { wake(false); }, [wake] { wake(true); }};
    }

    std::string known_xml(const DomainUuid& uuid) const {
        const std::lock_guard lock(mutex_);
        for (const auto& domain : snapshot_->domains) {
            if (domain.uuid == uuid) {
                return domain.xml;
            }
        }
        return {};
    }

    void publish(std::vector<DomainRecord> domains) {
        auto next = std::make_shared<DomainSnapshot>();
        next->domains = std::move(domains);
        next->connected = true;
        next->version = version_;
        next->as_of = std::chrono::system_clock::now();
        replace(std::move(next));
    }

    /// The domains stay what they were when libvirt answered last.
    void publish_failure(const std::string& reason) {
        auto next = std::make_shared<DomainSnapshot>();
        {
            const std::lock_guard lock(mutex_);
            *next = *snapshot_;
        }
        next->connected = false;
        next->error = reason;
        replace(std::move(next));
    }

    void replace(std::shared_ptr<DomainSnapshot> next) {
        std::function<void()> notify;
        {
            const std::lock_guard lock(mutex_);
            next->sequence = snapshot_->sequence + (same_answer(*snapshot_, *next) ? 0 : 1);
            if (next->sequence != snapshot_->sequence) {
                notify = on_change_;
            }
            snapshot_ = std::move(next);
        }
        if (notify) {
            notify();
        }
    }

    LibvirtOptions options_;

    mutable std::mutex mutex_; ///< guards everything until the next comment
    std::condition_variable changed_;
    std::function<void()> on_change_;
    std::shared_ptr<const DomainSnapshot> snapshot_ = std::make_shared<DomainSnapshot>();
    std::optional<SteadyClock::time_point> call_since_;
    bool wanted_ = false;
    bool stopping_ = false;
    bool finished_ = false;

    std::atomic<std::uint64_t> events_{1}; ///< set on the event loop's thread
    std::atomic<bool> lost_{false};

    std::unique_ptr<LibvirtSession> session_; ///< this and the following belong to the worker's thread
    std::string version_;
    std::uint64_t events_seen_ = 0;
    std::optional<SteadyClock::time_point> xml_as_of_;
    milliseconds backoff_;
};

LibvirtInventory::LibvirtInventory(const LibvirtEventLoop& /*loop*/, LibvirtOptions options,
                                   std::function<void()> on_change)
    : worker_(std::make_shared<Worker>(std::move(options), std::move(on_change))) {
    thread_ = std::thread([worker = worker_] { worker->run(); });
}

LibvirtInventory::~LibvirtInventory() {
    if (worker_->stop()) {
        thread_.join();
    } else {
        thread_.detach(); // stuck inside libvirt; it ends with the process
    }
}

std::shared_ptr<const DomainSnapshot> LibvirtInventory::snapshot() const {
    return worker_->view();
}

} // namespace nova_rt
