#include "support/allocation_counter.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace nova_rt::test {

namespace {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): operator new has no other place for it
thread_local Allocations counted;

} // namespace

void reset_allocations() {
    counted = {};
}

Allocations allocations() {
    return counted;
}

namespace {

void* take_or_null(std::size_t size) noexcept {
    counted.bytes += size;
    counted.largest = std::max(counted.largest, size);
    // NOLINTNEXTLINE(cppcoreguidelines-no-malloc,cppcoreguidelines-owning-memory): this is operator new
    return std::malloc(size == 0 ? 1 : size);
}

void* take(std::size_t size) {
    void* const memory = take_or_null(size);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}

void give_back(void* memory) {
    // NOLINTNEXTLINE(cppcoreguidelines-no-malloc,cppcoreguidelines-owning-memory): this is operator delete
    std::free(memory);
}

} // namespace

} // namespace nova_rt::test

void* operator new(std::size_t size) {
    return nova_rt::test::take(size);
}

void* operator new[](std::size_t size) {
    return nova_rt::test::take(size);
}

// Sanitizers bring these two of their own, which do not go with our operator delete.
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
    return nova_rt::test::take_or_null(size);
}

void* operator new[](std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
    return nova_rt::test::take_or_null(size);
}

void operator delete(void* memory) noexcept {
    nova_rt::test::give_back(memory);
}

void operator delete[](void* memory) noexcept {
    nova_rt::test::give_back(memory);
}

void operator delete(void* memory, std::size_t /*size*/) noexcept {
    nova_rt::test::give_back(memory);
}

void operator delete[](void* memory, std::size_t /*size*/) noexcept {
    nova_rt::test::give_back(memory);
}
