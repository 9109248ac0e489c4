#include "services/translation_json.hpp"
#include "services/what_if.hpp"

#include <algorithm>

namespace nova_rt {

namespace {

std::vector<Reason> warnings_of(const Translation& guest) {
    std::vector<Reason> warnings;
    std::ranges::copy_if(guest.reasons, std::back_inserter(warnings),
                         [](const Reason& reason) { return reason.severity == Reason::Severity::Warning; });
    return warnings;
}

void write_guest(JsonWriter& out, const Translation& guest) {
    out.begin_object();
    write_members(out, *guest.plan);
    out.key("warnings");
    write(out, warnings_of(guest));
    out.end_object();
}

void write_group(JsonWriter& out, const WhatIfGroupAnswer& group) {
    out.begin_object();
    out.member("flavor", group.asked.flavor.name);
    out.key("asked");
    group.asked.count ? out.value(*group.asked.count) : out.value("max");
    out.member("placed", group.guests.size());
    out.key("refusal");
    group.refusal ? write(out, *group.refusal) : out.null();
    out.key("note");
    group.note ? out.value(*group.note) : out.null();
    out.key("guests");
    out.begin_list();
    for (const Translation& guest : group.guests) {
        write_guest(out, guest);
    }
    out.end_list();
    out.end_object();
}

void write_pages(JsonWriter& out, const std::vector<PagePool>& pools) {
    out.begin_list();
    for (const PagePool& pool : pools) {
        out.begin_object();
        out.member("size_kb", pool.size.value);
        out.member("total", pool.total);
        out.member("free", pool.free());
        out.end_object();
    }
    out.end_list();
}

/// An object of two members.
template <typename First, typename Second>
void write_pair(JsonWriter& out, const char* first_name, const First& first, const char* second_name,
                const Second& second) {
    out.begin_object();
    out.member(first_name, first);
    out.member(second_name, second);
    out.end_object();
}

void write_cell(JsonWriter& out, const CellRemainder& cell) {
    out.begin_object();
    out.member("cell", cell.id.value);
    out.key("dedicated_pcpus");
    write_pair(out, "total", cell.dedicated.size(), "free", cell.free_pcpus);
    out.member("free_cores", cell.free_cores);
    out.key("shared");
    write_pair(out, "pcpus", cell.shared, "floating_vcpus", cell.floating_vcpus);
    out.key("memory_mb");
    write_pair(out, "total", cell.memory.value, "free", cell.free_memory);
    out.key("pages");
    write_pages(out, cell.page_pools);
    out.end_object();
}

} // namespace

std::string to_document(const WhatIfAnswer& answer) {
    JsonWriter out;
    out.begin_object();
    out.member("ok", answer.ok());
    out.key("error");
    answer.error ? write(out, *answer.error) : out.null();
    out.key("groups");
    out.begin_list();
    for (const WhatIfGroupAnswer& group : answer.groups) {
        write_group(out, group);
    }
    out.end_list();
    out.key("left");
    out.begin_list();
    for (const CellRemainder& cell : answer.left) {
        write_cell(out, cell);
    }
    out.end_list();
    out.key("reasons");
    write(out, answer.reasons);
    out.end_object();
    return std::move(out).take();
}

} // namespace nova_rt
