// A program that runs beside the test and is stopped with it, by pid.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace nova_rt::test {

class BackgroundProcess {
public:
    explicit BackgroundProcess(const std::vector<std::string>& argv);
    BackgroundProcess(const BackgroundProcess&) = delete;
    BackgroundProcess& operator=(const BackgroundProcess&) = delete;
    /// SIGTERM, then SIGKILL after five seconds.
    ~BackgroundProcess();

    void signal(int number) const;
    /// The exit status, 128 + signal when killed. Waits for the end.
    int wait();

private:
    pid_t pid_ = -1;
};

} // namespace nova_rt::test
