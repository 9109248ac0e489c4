#include "integration/vhost_user_node.hpp"

#include "base/text.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

namespace nova_rt::test {

namespace {

using nlohmann::json;

constexpr const char* kTemplates = NOVA_RT_BINARY_DIR "/stage/share/nova-rt/xml-templates/";

std::string file_text(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void replace_once(std::string& text, std::string_view what, const std::string& with) {
    const auto at = text.find(what);
    ASSERT_NE(at, std::string::npos) << what;
    text.replace(at, what.size(), with);
}

} // namespace

void VhostUserNode::SetUp() {
    RealtimeNode::SetUp();
    // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread
    const char* const directory = std::getenv("PRIVATE_OVS_DIR");
    ASSERT_NE(directory, nullptr) << "run by private-ovs-dpdk run";
    directory_ = directory;
    free_before_ = hugepages("free_hugepages");
    ASSERT_EQ(vsctl({"--may-exist", "add-port", "br0", kServerPort, "--", "set", "Interface", kServerPort,
                     "type=dpdkvhostuserclient", "options:vhost-server-path=" + socket_of(kServerPort)})
                  .status,
              0);
    ASSERT_EQ(vsctl({"--may-exist", "add-port", "br0", kClientPort, "--", "set", "Interface", kClientPort,
                     "type=dpdkvhostuser"})
                  .status,
              0);
}

void VhostUserNode::TearDown() {
    RealtimeNode::TearDown();
    EXPECT_TRUE(eventually([this] { return hugepages("free_hugepages") == free_before_; }))
        << hugepages("free_hugepages") << " hugepages are free, " << free_before_ << " before the guest";
    EXPECT_EQ(hugepages("surplus_hugepages"), 0);
}

std::string VhostUserNode::guest_with_ports(const GuestWish& wish) const {
    json guest = json::parse(document(wish));
    guest["flavor"]["extra_specs"]["hw:mem_page_size"] = "2048";
    guest["flavor"]["extra_specs"]["hw:vif_multiqueue_enabled"] = "true";
    guest["vifs"] = {
        {{"type", "vhostuser"}, {"mode", "server"}, {"path", socket_of(kServerPort)}},
        {{"type", "vhostuser"}, {"mode", "client"}, {"path", socket_of(kClientPort)}},
    };
    return guest.dump();
}

std::string VhostUserNode::template_file(PortPattern pattern) const {
    const std::string rom = R"(<rom file=")" NOVA_RT_BINARY_DIR R"(/virtio_net.rom"/>)";
    const bool nova = pattern == PortPattern::Nova;
    std::string text =
        file_text(std::string(kTemplates) + (nova ? "realtime-guest.xml" : "realtime-guest-ovs-dpdk.xml"));
    if (nova) {
        replace_once(text, "<devices>", R"(<devices><interface type="vhostuser">)" + rom + "</interface>");
    } else {
        replace_once(text, R"(<interface type="vhostuser">)", R"(<interface type="vhostuser">)" + rom);
    }
    const std::string path = "/run/template.xml";
    std::ofstream(path) << text;
    return path;
}

Finished VhostUserNode::start_with_ports(const GuestWish& wish, PortPattern pattern) const {
    return nova_rt({"define", "--start", "--template", template_file(pattern)}, guest_with_ports(wish));
}

Finished VhostUserNode::vsctl(std::vector<std::string> arguments) const {
    const std::vector<std::string> prefix = {"ovs-vsctl", "--timeout=20",
                                             "--db=unix:" + directory_ + "/db.sock"};
    arguments.insert(arguments.begin(), prefix.begin(), prefix.end());
    return run(arguments);
}

std::string VhostUserNode::port_status(const std::string& port, const std::string& key) const {
    std::string value(trimmed(vsctl({"--if-exists", "get", "Interface", port, "status:" + key}).out));
    std::erase(value, '"');
    return value;
}

bool VhostUserNode::is_ready(const std::string& port) const {
    return port_status(port, "status") == "connected" && !port_status(port, "num_of_vrings").empty() &&
           switch_log().find("(" + socket_of(port) + ") virtio is now ready for processing") !=
               std::string::npos;
}

std::string VhostUserNode::number_of(const std::string& port) const {
    return std::string(trimmed(vsctl({"get", "Interface", port, "ofport"}).out));
}

bool VhostUserNode::has_sent(const std::string& port) const {
    std::istringstream table(run({"ovs-appctl", "-t", directory_ + "/vswitchd.ctl", "fdb/show", "br0"}).out);
    const std::string number = number_of(port);
    for (std::string line; std::getline(table, line);) {
        std::istringstream row(line);
        std::string learned_at;
        if (row >> learned_at && learned_at == number) {
            return true;
        }
    }
    return false;
}

std::string VhostUserNode::frames() const {
    return run({"ovs-ofctl", "dump-ports", "unix:" + directory_ + "/br0.mgmt", kServerPort}).out;
}

void VhostUserNode::send_frame(const std::string& port) const {
    // To everyone, from a local address, of the type kept for experiments, filled up to 60 bytes.
    const std::string frame = "ffffffffffff02000000000188b5" + std::string(92, '0');
    const auto sent = run({"ovs-ofctl", "packet-out", "unix:" + directory_ + "/br0.mgmt",
                           "in_port=controller packet=" + frame + " actions=output:" + number_of(port)});
    ASSERT_EQ(sent.status, 0) << sent.err;
}

std::string VhostUserNode::switch_log() const {
    return file_text(directory_ + "/vswitchd.log");
}

int VhostUserNode::switch_pid() const {
    const std::string process = file_text(directory_ + "/vswitchd.process");
    return parse_number<int>(std::string_view(process).substr(0, process.find(' '))).value_or(-1);
}

int VhostUserNode::hugepages(const std::string& counter) {
    const std::string text = file_text("/sys/kernel/mm/hugepages/hugepages-2048kB/" + counter);
    return parse_number<int>(trimmed(text)).value_or(-1);
}

} // namespace nova_rt::test
