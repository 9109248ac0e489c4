#include "support/relaxng.hpp"

#include <gtest/gtest.h>
#include <libxml/parser.h>
#include <libxml/relaxng.h>

#include <memory>

namespace nova_rt::test {
namespace {

constexpr const char* kSchema = "/usr/share/libvirt/schemas/domain.rng";

struct FreeSchema {
    void operator()(xmlRelaxNG* schema) const { xmlRelaxNGFree(schema); }
};

void collect(void* errors, xmlErrorPtr error) {
    *static_cast<std::string*>(errors) += "line " + std::to_string(error->line) + ": " + error->message;
}

/// Loaded once: it is made of twenty files.
xmlRelaxNG* schema() {
    static const std::unique_ptr<xmlRelaxNG, FreeSchema> loaded = [] {
        xmlRelaxNGParserCtxt* const parser = xmlRelaxNGNewParserCtxt(kSchema);
        std::unique_ptr<xmlRelaxNG, FreeSchema> parsed(xmlRelaxNGParse(parser));
        xmlRelaxNGFreeParserCtxt(parser);
        return parsed;
    }();
    return loaded.get();
}

} // namespace

std::string domain_schema_errors(const std::string& xml) {
    if (schema() == nullptr) {
        ADD_FAILURE() << "cannot load " << kSchema;
        return "no schema";
    }
    xmlDoc* const document =
        xmlReadMemory(xml.data(), static_cast<int>(xml.size()), nullptr, "UTF-8", XML_PARSE_NONET);
    if (document == nullptr) {
        return "not well-formed";
    }
    std::string errors;
    xmlRelaxNGValidCtxt* const validation = xmlRelaxNGNewValidCtxt(schema());
    xmlRelaxNGSetValidStructuredErrors(validation, collect, &errors);
    const int invalid = xmlRelaxNGValidateDoc(validation, document);
    xmlRelaxNGFreeValidCtxt(validation);
    xmlFreeDoc(document);
    return invalid != 0 && errors.empty() ? "invalid" : errors;
}

} // namespace nova_rt::test
