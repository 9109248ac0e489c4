// A flavor and an image, so that a test states only what matters.
#pragma once

#include "flavor/rule_input.hpp"

#include <gtest/gtest.h>

#include <string>

namespace nova_rt::test {

class GuestQuestion {
public:
    GuestQuestion() {
        flavor_.name = "rt.small";
        flavor_.vcpus = 4;
        flavor_.memory = {4096};
        flavor_.root_gb = 10;
    }

    GuestQuestion& vcpus(std::uint64_t count) {
        flavor_.vcpus = count;
        return *this;
    }

    GuestQuestion& memory(std::uint64_t mib) {
        flavor_.memory = {mib};
        return *this;
    }

    GuestQuestion& spec(const std::string& key, const std::string& value) {
        flavor_.extra_specs[key] = value;
        return *this;
    }

    GuestQuestion& image(const std::string& key, const std::string& value) {
        image_.properties[key] = value;
        auto meta = coerce_image(image_);
        EXPECT_TRUE(meta) << (meta ? "" : meta.error().message);
        meta_ = meta.value_or(ImageMeta{});
        return *this;
    }

    [[nodiscard]] const Flavor& flavor() const { return flavor_; }

    [[nodiscard]] RuleInput input() const { return {.flavor = flavor_, .image = meta_}; }

private:
    Flavor flavor_;
    Image image_;
    ImageMeta meta_;
};

/// The exception a judgement names, "" when there is none.
template <typename Value> std::string refusal_of(const Judged<Value>& judged) {
    return judged ? "" : judged.error().type;
}

/// The value of a judgement; a test failure when it is a refusal.
template <typename Value> Value accepted(const Judged<Value>& judged) {
    EXPECT_TRUE(judged) << (judged ? "" : judged.error().type + ": " + judged.error().message);
    return judged ? *judged : Value{};
}

} // namespace nova_rt::test
