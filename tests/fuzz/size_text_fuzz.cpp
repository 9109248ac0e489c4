// Numbers, page sizes and units, as extra specs and image properties carry them.

#include "support/text_promises.hpp"

#include "fuzz/promise.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    nova_rt::test::must_hold(nova_rt::test::broken_by_size_text({reinterpret_cast<const char*>(data), size}));
    return 0;
}
