#include "adapters/rest/small_thread.hpp"

#include <utility>

namespace nova_rt {

namespace {

extern "C" void* run_body(void* argument) {
    const std::unique_ptr<std::function<void()>> body(static_cast<std::function<void()>*>(argument));
    (*body)();
    return nullptr;
}

} // namespace

Result<SmallThread> SmallThread::start(const std::string& name, std::function<void()> body) {
    auto owned = std::make_unique<std::function<void()>>(std::move(body));
    pthread_attr_t attributes;
    ::pthread_attr_init(&attributes);
    ::pthread_attr_setstacksize(&attributes, kStackBytes);
    pthread_t thread{};
    const int error = ::pthread_create(&thread, &attributes, &run_body, owned.get());
    ::pthread_attr_destroy(&attributes);
    if (error != 0) {
        return fail(system_error(error, "start thread " + name));
    }
    static_cast<void>(owned.release()); // the thread owns it now
    ::pthread_setname_np(thread, name.substr(0, 15).c_str());
    return SmallThread(thread);
}

SmallThread::SmallThread(SmallThread&& other) noexcept
    : thread_(other.thread_), joinable_(std::exchange(other.joinable_, false)) {}

SmallThread& SmallThread::operator=(SmallThread&& other) noexcept {
    if (this != &other) {
        join();
        thread_ = other.thread_;
        joinable_ = std::exchange(other.joinable_, false);
    }
    return *this;
}

SmallThread::~SmallThread() {
    join();
}

void SmallThread::join() {
    if (std::exchange(joinable_, false)) {
        ::pthread_join(thread_, nullptr);
    }
}

void SmallThread::abandon() {
    if (std::exchange(joinable_, false)) {
        ::pthread_detach(thread_);
    }
}

} // namespace nova_rt
