// A flavor document up to the judged request.

#include "support/document_promises.hpp"

#include "fuzz/promise.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    nova_rt::test::must_hold(
        nova_rt::test::broken_by_flavor_document({reinterpret_cast<const char*>(data), size}));
    return 0;
}
