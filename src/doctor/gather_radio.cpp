// SPDX-License-Identifier: GPL-3.0-or-later
// Adapters, Wi-Fi, BlueZ and the programs beside Tandem that use it.
#include <bluetooth/bluetooth.h>
#include <bluetooth/hci.h>
#include <bluetooth/hci_lib.h>
#include <linux/wireless.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

#include "doctor/run_program.hpp"
#include "tandem/base/owned_fd.hpp"
#include "tandem/bluez/model.hpp"
#include "tandem/bus/connection.hpp"
#include "tandem/doctor/gather.hpp"

namespace tandem {
namespace {

namespace fs = std::filesystem;

// As the kernel has them: cut off after 15 characters.
constexpr std::array<const char*, 5> kCompetitors{"wireplumber", "pulseaudio", "pipewire-media-",
                                                  "bluealsa", "bluealsad"};
constexpr Duration kBluezAnswers = std::chrono::seconds{3};

std::optional<BluezVersion> installed_bluez() {
    // It has no other way to tell than to be started with --version.
    for (const auto* file :
         {"/usr/libexec/bluetooth/bluetoothd", "/usr/lib/bluetooth/bluetoothd", "bluetoothd"})
        if (const auto version = parse_bluez_version(output_of({file, "--version"})))
            return version;
    return std::nullopt;
}

std::vector<std::string> running_competitors() {
    std::set<std::string> found;
    std::error_code error;
    for (const auto& process : fs::directory_iterator("/proc", error)) {
        std::string name;
        std::ifstream file(process.path() / "comm");
        if (!std::getline(file, name)) continue;
        if (std::ranges::find(kCompetitors, name) != kCompetitors.end()) found.insert(name);
    }
    return {found.begin(), found.end()};
}

// In the device tree: a number of 32 bits, the most significant octet first.
std::optional<int> uart_speed(const std::string& adapter) {
    std::ifstream file("/sys/class/bluetooth/" + adapter + "/device/of_node/max-speed",
                       std::ios::binary);
    std::array<char, 4> octets{};
    if (!file.read(octets.data(), octets.size())) return std::nullopt;
    std::uint32_t speed = 0;
    for (const char octet : octets)
        speed = speed << 8 | static_cast<unsigned char>(octet);
    return static_cast<int>(speed);
}

std::string address_text(const bdaddr_t& address) {
    std::array<char, 18> text{};
    ba2str(&address, text.data());
    return text.data();
}

AdapterFacts facts_of(hci_dev_info info) {
    AdapterFacts adapter;
    adapter.name = info.name;
    adapter.up = hci_test_bit(HCI_UP, &info.flags) != 0;
    adapter.address = address_text(info.bdaddr);
    // The kernel asks the controller when it is first switched on; until then all is zero.
    if (std::ranges::any_of(info.features, [](std::uint8_t octet) { return octet != 0; }))
        adapter.packets = {(info.features[3] & LMP_EDR_ACL_2M) != 0,
                           (info.features[3] & LMP_EDR_ACL_3M) != 0,
                           (info.features[5] & LMP_EDR_5SLOT) != 0};
    adapter.uart = (info.type & 0x0F) == HCI_UART;
    if (adapter.uart) adapter.baud = uart_speed(adapter.name);
    return adapter;
}

std::vector<AdapterFacts> adapters_here() {
    std::vector<AdapterFacts> adapters;
    for (int device = 0; device < HCI_MAX_DEV; ++device) {
        hci_dev_info info{};
        if (hci_devinfo(device, &info) == 0) adapters.push_back(facts_of(info));
    }
    return adapters;
}

// Through the wireless extensions, which cfg80211 still serves and which need no privilege.
std::optional<double> frequency_of(const std::string& interface) {
    const OwnedFd inet(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    iwreq request{};
    std::strncpy(request.ifr_name, interface.c_str(), IFNAMSIZ - 1);
    if (ioctl(inet.get(), SIOCGIWFREQ, &request) != 0) return std::nullopt;
    const double hz = request.u.freq.m * std::pow(10.0, request.u.freq.e);
    return hz > 1e6 ? std::optional(hz / 1e6) : std::nullopt;  // small numbers are channels
}

// The combined chips of the Raspberry Pi: Wi-Fi over SDIO by brcmfmac, Bluetooth over a UART.
bool is_combined_chip(const std::string& interface, const std::vector<AdapterFacts>& adapters) {
    std::error_code error;
    const fs::path driver =
        fs::read_symlink("/sys/class/net/" + interface + "/device/driver", error);
    return driver.filename() == "brcmfmac" &&
           std::ranges::any_of(adapters, [](const AdapterFacts& each) { return each.uart; });
}

std::vector<WifiFacts> wifi_here(const std::vector<AdapterFacts>& adapters) {
    std::vector<WifiFacts> found;
    std::error_code error;
    for (const auto& interface : fs::directory_iterator("/sys/class/net", error)) {
        if (!fs::exists(interface.path() / "phy80211", error)) continue;
        const std::string name = interface.path().filename();
        found.push_back({name, is_combined_chip(name, adapters), frequency_of(name)});
    }
    return found;
}

}  // namespace

void gather_radio(DoctorFacts& facts) {
    facts.bluez = installed_bluez();
    facts.competitors = running_competitors();
    facts.adapters = adapters_here();
    facts.wifi = wifi_here(facts.adapters);
}

void gather_bluez(DoctorFacts& facts) {
    Loop loop;
    BusConnection bus(loop, {});
    BluezModel* known = nullptr;
    BluezModel model(loop, bus, [&] {
        if (known != nullptr && (known->is_ready() || known->is_missing() ||
                                 known->state() == BluezModel::State::refused))
            loop.stop();
    });
    known = &model;
    const auto end = loop.after(kBluezAnswers, [&] { loop.stop(); });
    loop.run();
    if (!model.is_ready()) return;
    facts.paired.emplace();
    for (const auto& [path, device] : model.devices())
        if (device.paired) facts.paired->push_back(device.address);
    for (const auto& [path, adapter] : model.adapters())
        for (auto& here : facts.adapters)
            if (path.ends_with('/' + here.name)) here.searching = adapter.discovering;
}

}  // namespace tandem
