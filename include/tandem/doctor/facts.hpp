// SPDX-License-Identifier: GPL-3.0-or-later
// What the doctor looks at, as values: filled in by gather.hpp, judged by checks.hpp. A fact that
// could not be determined is empty. Thread: any.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tandem/audio/alsa_mixer.hpp"
#include "tandem/config/config.hpp"
#include "tandem/status/status.hpp"

namespace tandem {

struct BluezVersion {
    int major = 0;
    int minor = 0;
    auto operator<=>(const BluezVersion&) const = default;
};

// tandem.service, as systemd sees it.
struct UnitFacts {
    bool installed = false;
    std::string active;  // "active", "failed", "inactive", "activating" ...
    int exit_status = 0;
    int restarts = 0;
    bool watchdog = false;
    std::vector<std::string> groups;  // of its process; empty if it is not running
};

// The packets that a controller can send, beyond 1 Mbit/s in one slot.
struct PacketTypes {
    bool edr2 = false;  // 2 Mbit/s
    bool edr3 = false;  // 3 Mbit/s
    bool edr_5_slots = false;
};

struct AdapterFacts {
    std::string name;  // "hci0"
    bool up = false;
    std::optional<PacketTypes> packets;  // empty until it is first switched on
    bool uart = false;                   // otherwise USB, SDIO ...
    std::optional<int> baud;             // of the UART
    std::string address;
    bool searching = false;  // a program searches for devices on it
};
// The adapters that the sinks may use: those they name; for sinks that name none, those that are
// on, or all if none is.
[[nodiscard]] std::vector<AdapterFacts> adapters_for(const Config& config,
                                                     const std::vector<AdapterFacts>& adapters);

struct WifiFacts {
    std::string name;           // "wlan0"
    bool shares_chip = false;   // with a Bluetooth adapter
    std::optional<double> mhz;  // empty if it is not connected
};

// The configured card, if it is a USB card.
struct CardFacts {
    std::string name;
    std::vector<int> rates;  // Hz; with `any_between`, the lowest and the highest
    bool any_between = false;
    int channels = 0;
};

struct DoctorFacts {
    std::optional<BluezVersion> bluez;
    std::vector<std::string> competitors;  // programs that take Bluetooth speakers too
    bool may_change = false;               // whether the caller may change Tandem
    UnitFacts unit;
    std::vector<AdapterFacts> adapters;
    std::vector<WifiFacts> wifi;
    std::optional<CardFacts> card;
    std::string mixer_card;                          // "hw:1"
    std::optional<std::vector<MixerControl>> mixer;  // of the card in use
    std::string config_file;
    std::optional<Config> config;
    std::string config_trouble;
    std::optional<BridgeStatus> status;
    std::string status_trouble;
    double loudest_dbfs = -120;                      // peak over a few seconds
    std::optional<std::vector<std::string>> paired;  // addresses; empty if BlueZ does not answer
};

// Finds the version in text such as "5.82" or "bluetoothd: 5.82\n".
[[nodiscard]] std::optional<BluezVersion> parse_bluez_version(const std::string& text);
// Parses the output of `systemctl show` with LoadState, ActiveState, ExecMainStatus, NRestarts and
// WatchdogUSec.
[[nodiscard]] UnitFacts parse_unit(const std::string& properties);
// Parses /proc/asound/CARD/stream0; nullopt if the card does not capture.
[[nodiscard]] std::optional<CardFacts> parse_usb_stream(const std::string& text);

}  // namespace tandem
