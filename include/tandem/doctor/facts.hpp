// SPDX-License-Identifier: GPL-3.0-or-later
// What the doctor looks at, as values: gathering (gather.hpp) fills them in, judging (checks.hpp)
// reads them. A fact that could not be had is empty. Thread: any.
#pragma once

#include <optional>
#include <string>
#include <vector>

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
    std::vector<std::string> groups;  // of its process; empty: it has none
};

// The packets that a controller sends: 1 Mbit/s in one slot all can.
struct PacketTypes {
    bool edr2 = false;  // 2 Mbit/s
    bool edr3 = false;  // 3 Mbit/s
    bool edr_5_slots = false;
};

struct AdapterFacts {
    std::string name;  // "hci0"
    bool up = false;
    std::optional<PacketTypes> packets;  // none: it has not told yet, as before it is first up
    bool uart = false;                   // else USB, SDIO ...
    std::optional<int> baud;             // of the UART
    std::string address;
    bool searching = false;  // somebody looks for devices over it
};
// Those that the sinks may play over: what they name; where they leave it open, what is switched
// on, else all.
[[nodiscard]] std::vector<AdapterFacts> adapters_for(const Config& config,
                                                     const std::vector<AdapterFacts>& adapters);

struct WifiFacts {
    std::string name;           // "wlan0"
    bool shares_chip = false;   // with a Bluetooth adapter
    std::optional<double> mhz;  // where it is connected
};

// The configured card, where it is a USB one.
struct CardFacts {
    std::string name;
    std::vector<int> rates;  // Hz; two of them: from, to, if `any_between`
    bool any_between = false;
    int channels = 0;
};

struct DoctorFacts {
    std::optional<BluezVersion> bluez;
    std::vector<std::string> competitors;  // programs that take speakers too
    bool may_change = false;               // the one who asks
    UnitFacts unit;
    std::vector<AdapterFacts> adapters;
    std::vector<WifiFacts> wifi;
    std::optional<CardFacts> card;
    std::string config_file;
    std::optional<Config> config;
    std::string config_trouble;
    std::optional<BridgeStatus> status;
    std::string status_trouble;
    double loudest_dbfs = -120;                      // while it was looked at, some seconds
    std::optional<std::vector<std::string>> paired;  // addresses; empty: BlueZ could not be asked
};

// "5.82", "bluetoothd: 5.82\n"; none where there is no version in it.
[[nodiscard]] std::optional<BluezVersion> parse_bluez_version(const std::string& text);
// `systemctl show` with the properties LoadState, ActiveState, ExecMainStatus, NRestarts and
// WatchdogUSec.
[[nodiscard]] UnitFacts parse_unit(const std::string& properties);
// What a USB card captures: /proc/asound/CARD/stream0; none where it does not.
[[nodiscard]] std::optional<CardFacts> parse_usb_stream(const std::string& text);

}  // namespace tandem
