// A program of its own: the attack leaves cpprestsdk with a connection it never finishes.
#include "adapters/rest/rest_server.hpp"
#include "support/raw_http.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace nova_rt {
namespace {

using namespace std::chrono_literals;

TEST(Containment, AnAttackOnTheListenerBehindTheFrontCostsOneConnectionOnly) {
    auto runtime = CpprestRuntime::start().value();
    auto server = RestServer::open(*runtime, {}, [](const HttpRequest&) {
                      return make_response(200, "text/plain", "alive");
                  }).value();
    for (int attack = 0; attack < 3; ++attack) {
        test::RawHttpClient attacker(server->backend_port());
        attacker.send("PUT / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\n");
        static_cast<void>(attacker.read_all(200ms));
    }
    EXPECT_GE(runtime->contained_exceptions(), 1U) << "the attack must really have reached cpprestsdk";
    EXPECT_EQ(test::body_of(test::http_exchange(server->port(), "GET", "/")), "alive");
    const auto start = std::chrono::steady_clock::now();
    static_cast<void>(server->close(300ms)); // cpprestsdk may never finish; we do
    EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
    ::fflush(nullptr);
    ::_exit(HasFailure() ? 1 : 0); // as the program does: cpprestsdk's threads would never let go
}

} // namespace
} // namespace nova_rt
