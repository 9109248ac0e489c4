// The JSON Schema of a flavor document.
#pragma once

#include "base/result.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nova_rt {

/// A compiled draft-07 schema. Loaded once, then used from any thread.
class FlavorSchema {
public:
    /// One way in which a document breaks the schema.
    struct Problem {
        std::string where; ///< "extra_specs/hw:cpu_policy", "" for the document itself
        std::string text;
    };

    /// InvalidArgument when the text is no JSON or no schema.
    [[nodiscard]] static Result<FlavorSchema> load(std::string_view schema_text);

    FlavorSchema(FlavorSchema&& other) noexcept;
    FlavorSchema& operator=(FlavorSchema&& other) noexcept;
    FlavorSchema(const FlavorSchema&) = delete;
    FlavorSchema& operator=(const FlavorSchema&) = delete;
    ~FlavorSchema();

    /// The problems of a flavor document, none when it is valid; at most 100. InvalidArgument for text that
    /// is no JSON, nested deeper than 32, or holds a key or text longer than 4096 bytes: no regular
    /// expression sees more.
    [[nodiscard]] Result<std::vector<Problem>> check(std::string_view flavor_document) const;

private:
    struct Compiled;

    explicit FlavorSchema(std::unique_ptr<Compiled> compiled);

    std::unique_ptr<Compiled> compiled_;
};

} // namespace nova_rt
