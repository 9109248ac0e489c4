#include "adapters/systemd/systemd_units.hpp"

#include <systemd/sd-bus.h>

#include <algorithm>
#include <memory>

namespace nova_rt {

namespace {

constexpr const char* kService = "org.freedesktop.systemd1";
constexpr const char* kPath = "/org/freedesktop/systemd1";
constexpr const char* kManager = "org.freedesktop.systemd1.Manager";
constexpr unsigned kBitsPerByte = 8;

struct CloseBus {
    void operator()(sd_bus* bus) const { sd_bus_flush_close_unref(bus); }
};

struct FreeMessage {
    void operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }
};

using Bus = std::unique_ptr<sd_bus, CloseBus>;
using Message = std::unique_ptr<sd_bus_message, FreeMessage>;

Status checked(int status, const std::string& attempt) {
    return status < 0 ? Status(fail(system_error(-status, attempt))) : Status{};
}

Result<Bus> open_bus() {
    sd_bus* bus = nullptr;
    NOVA_RT_TRY(checked(sd_bus_open_system(&bus), "connect to the system bus"));
    return Bus(bus);
}

Status call(sd_bus* bus, sd_bus_message* message, const std::string& attempt) {
    sd_bus_error error = SD_BUS_ERROR_NULL;
    const int status = sd_bus_call(bus, message, 0, &error, nullptr);
    const std::string text = attempt + (error.message != nullptr ? std::string(": ") + error.message : "");
    sd_bus_error_free(&error);
    return checked(status, text);
}

Result<Message> new_call(sd_bus* bus, const char* method) {
    sd_bus_message* message = nullptr;
    NOVA_RT_TRY(checked(sd_bus_message_new_method_call(bus, &message, kService, kPath, kManager, method),
                        std::string("ask systemd for ") + method));
    return Message(message);
}

Status append_allowed_cpus(sd_bus_message* message, const std::string& unit, const CpuSet& cpus) {
    const std::string bits = to_allowed_cpus(cpus);
    const std::string attempt = "encode AllowedCPUs of " + unit;
    NOVA_RT_TRY(checked(sd_bus_message_append(message, "sb", unit.c_str(), 1), attempt));
    NOVA_RT_TRY(checked(sd_bus_message_open_container(message, 'a', "(sv)"), attempt));
    NOVA_RT_TRY(checked(sd_bus_message_open_container(message, 'r', "sv"), attempt));
    NOVA_RT_TRY(checked(sd_bus_message_append(message, "s", "AllowedCPUs"), attempt));
    NOVA_RT_TRY(checked(sd_bus_message_open_container(message, 'v', "ay"), attempt));
    NOVA_RT_TRY(checked(sd_bus_message_append_array(message, 'y', bits.data(), bits.size()), attempt));
    for (int container = 0; container < 3; ++container) { // variant, structure, array
        NOVA_RT_TRY(checked(sd_bus_message_close_container(message), attempt));
    }
    return {};
}

} // namespace

std::string to_allowed_cpus(const CpuSet& cpus) {
    std::string bits;
    for (const unsigned cpu : cpus) {
        const std::size_t byte = cpu / kBitsPerByte;
        bits.resize(std::max(bits.size(), byte + 1), '\0');
        bits[byte] = static_cast<char>(static_cast<unsigned char>(bits[byte]) | (1U << (cpu % kBitsPerByte)));
    }
    return bits;
}

Status SystemdUnits::allow_cpus(const std::string& unit, const CpuSet& cpus) {
    NOVA_RT_TRY_ASSIGN(bus, open_bus());
    NOVA_RT_TRY_ASSIGN(start, new_call(bus.get(), "StartUnit"));
    NOVA_RT_TRY(checked(sd_bus_message_append(start.get(), "ss", unit.c_str(), "fail"), "encode " + unit));
    NOVA_RT_TRY(call(bus.get(), start.get(), "start " + unit));
    NOVA_RT_TRY_ASSIGN(set, new_call(bus.get(), "SetUnitProperties"));
    NOVA_RT_TRY(append_allowed_cpus(set.get(), unit, cpus));
    return call(bus.get(), set.get(), "set AllowedCPUs of " + unit + " to " + cpus.to_cpulist());
}

} // namespace nova_rt
