#include "adapters/rest/cpprest_runtime.hpp"

#include "adapters/rest/small_thread.hpp"

#include <pplx/threadpool.h>

#include <atomic>
#include <exception>
#include <vector>

namespace nova_rt {

class CpprestRuntime::Impl {
public:
    Impl() = default;
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    Status start_threads() {
        for (unsigned i = 0; i < kThreads; ++i) {
            auto thread = SmallThread::start("rest-" + std::to_string(i), [this] { run(); });
            if (!thread) {
                return fail(std::move(thread).error());
            }
            threads_.push_back(*std::move(thread));
        }
        return {};
    }

    ~Impl() {
        stopping_ = true;
        crossplat::threadpool::shared_instance().service().stop();
    }

    [[nodiscard]] std::uint64_t contained() const { return contained_; }

private:
    void run() {
        while (!stopping_) {
            try {
                crossplat::threadpool::shared_instance().service().run();
                return;
            } catch (const std::exception&) {
                ++contained_;
            }
        }
    }

    std::atomic<bool> stopping_{false};
    std::atomic<std::uint64_t> contained_{0};
    std::vector<SmallThread> threads_; // last: joined before the rest goes
};

CpprestRuntime::CpprestRuntime(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

CpprestRuntime::~CpprestRuntime() = default;

std::uint64_t CpprestRuntime::contained_exceptions() const {
    return impl_->contained();
}

Result<std::unique_ptr<CpprestRuntime>> CpprestRuntime::start() {
    try {
        crossplat::threadpool::initialize_with_threads(0);
    } catch (const std::exception& error) {
        return fail(ErrorCode::Refused,
                    std::string("start cpprestsdk's threads: they run already: ") + error.what());
    }
    auto impl = std::make_unique<Impl>();
    NOVA_RT_TRY(impl->start_threads());
    return std::unique_ptr<CpprestRuntime>(new CpprestRuntime(std::move(impl)));
}

} // namespace nova_rt
