// SPDX-License-Identifier: GPL-3.0-or-later
// BlueZ, the radio and the speakers.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "doctor/judges.hpp"
#include "tandem/a2dp/airtime.hpp"
#include "tandem/a2dp/packetizer.hpp"
#include "tandem/a2dp/sbc_config.hpp"

namespace tandem {
namespace {

constexpr BluezVersion kOldestTried{5, 66};
// Releases in which AVRCP volume is broken, in different ways.
constexpr std::array<BluezVersion, 3> kVolumeBroken{{{5, 79}, {5, 83}, {5, 87}}};

// Retransmissions need air too; above this there is none left for them.
constexpr double kMuchAir = 0.6;
constexpr double kTooMuchAir = 0.9;
constexpr double kMuchWire = 0.75;
constexpr double kTooMuchWire = 0.95;
constexpr double kBitsPerOctet = 10;     // on a UART: start, 8 data, stop
constexpr std::size_t kWireHeaders = 9;  // H4, ACL and L2CAP, of one packet
constexpr double kHighestOf2400Mhz = 2500;

// The packets of one stream.
struct StreamShape {
    std::size_t packet = 0;  // octets
    double per_second = 0;   // packets
};

StreamShape shape_of(const Config& config) {
    const ProfileSettings& profile = settings_of(config.profile);
    SbcConfig sbc;
    sbc.rate = config.capture.rate;
    sbc.bitpool = config.bitpool.value_or(sbc.rate.hz == 48000 ? profile.preferred_bitpool_48k
                                                               : profile.preferred_bitpool_44k);
    const auto frames = static_cast<std::size_t>(profile.frames_per_packet);
    const Frames length = sbc.frame_length() * profile.frames_per_packet;
    return {kMediaHeaderBytes + frames * sbc.frame_bytes(),
            static_cast<double>(sbc.rate.hz) / static_cast<double>(length.count)};
}

// The most streams on one adapter. Sinks without an adapter may all end up on the same one.
int most_streams(const Config& config) {
    std::map<std::string, int> streams;
    int most = 0;
    for (const auto& sink : config.sinks)
        if (!sink.is_virtual()) most = std::max(most, ++streams[sink.adapter]);
    return most;
}

AirRate rate_of(const PacketTypes& packets) {
    return packets.edr3 ? AirRate::edr3 : packets.edr2 ? AirRate::edr2 : AirRate::basic;
}

// nullopt if there is no adapter, or one whose packet types are unknown.
std::optional<AirRate> slowest(const std::vector<AdapterFacts>& adapters) {
    std::optional<AirRate> slowest;
    for (const auto& adapter : adapters) {
        if (!adapter.packets) return std::nullopt;
        slowest = std::min(slowest.value_or(AirRate::edr3), rate_of(*adapter.packets));
    }
    return slowest;
}

// Without a configuration, all of them.
std::vector<AdapterFacts> adapters_meant(const DoctorFacts& facts) {
    const bool any = !facts.config || facts.config->sinks.empty();
    return any ? facts.adapters : adapters_for(*facts.config, facts.adapters);
}

// Judges adapters that are on by the packets they send.
Judgement judge_packets(const std::vector<AdapterFacts>& adapters) {
    for (const auto& adapter : adapters) {
        if (!adapter.packets)
            return {Outcome::unknown,
                    fmt::format("{} does not report which packets it sends.", adapter.name),
                    "Switch it off and on: \"bluetoothctl power off\", \"bluetoothctl power on\"."};
        const PacketTypes& packets = *adapter.packets;
        if (!packets.edr3 || !packets.edr_5_slots)
            return {
                Outcome::warn,
                fmt::format("The adapter {} cannot send {}, so each stream takes more air time.",
                            adapter.name, packets.edr3 ? "five-slot packets" : "3 Mbit/s"),
                "Use a newer adapter, or profile = \"robust\"."};
    }
    return {Outcome::ok,
            fmt::format("{} sends 3 Mbit/s in five-slot packets.", adapters.front().name)};
}

}  // namespace

Judgement judge_bluez(const DoctorFacts& facts) {
    if (!facts.bluez)
        return {Outcome::fail, "bluetoothd is not installed, or does not report its version.",
                "\"sudo apt install bluez\"."};
    const auto version = fmt::format("BlueZ {}.{}", facts.bluez->major, facts.bluez->minor);
    if (*facts.bluez < kOldestTried)
        return {Outcome::warn,
                version + " is older than the oldest release tested with Tandem (5.66).",
                "Upgrade to Debian 12 or newer."};
    if (std::ranges::find(kVolumeBroken, *facts.bluez) != kVolumeBroken.end())
        return {
            Outcome::warn,
            version + " has bugs in speaker volume control: the speakers' buttons may do nothing.",
            "Use \"tandemctl gain\" instead, or install another release of BlueZ."};
    return {Outcome::ok, version + " has no known bugs that affect Tandem."};
}

Judgement judge_competitors(const DoctorFacts& facts) {
    if (facts.competitors.empty())
        return {Outcome::ok, "No other program on this machine uses Bluetooth speakers."};
    return {Outcome::warn,
            fmt::format("These programs may take the speakers away: {}.",
                        fmt::join(facts.competitors, ", ")),
            "Stop them, or disable their Bluetooth audio: \"systemctl --user disable --now "
            "wireplumber pulseaudio\", \"sudo systemctl disable --now bluealsa\"."};
}

Judgement judge_adapter(const DoctorFacts& facts) {
    if (facts.config && most_streams(*facts.config) == 0 && !facts.config->sinks.empty())
        return {Outcome::ok, "Virtual speakers need no adapter."};
    if (facts.adapters.empty())
        return {Outcome::fail, "This machine has no Bluetooth adapter.",
                "Plug one in; on a Raspberry Pi, remove dtoverlay=disable-bt from config.txt."};
    const auto adapters = adapters_meant(facts);
    if (adapters.empty())
        return {Outcome::fail, "None of the adapters in the configuration is present.",
                fmt::format("Correct adapter = in {}; \"bluetoothctl list\" lists the adapters.",
                            facts.config_file)};
    for (const auto& adapter : adapters) {
        if (!adapter.up)
            return {
                Outcome::fail, fmt::format("The adapter {} is switched off.", adapter.name),
                "Run \"bluetoothctl power on\"; if that fails, \"sudo rfkill unblock bluetooth\"."};
        if (adapter.searching)
            return {Outcome::warn,
                    fmt::format("A program is searching for devices on {}, which interrupts the "
                                "sound.",
                                adapter.name),
                    "Close Bluetooth settings windows, and end \"scan on\" in bluetoothctl."};
    }
    return judge_packets(adapters);
}

Judgement judge_uart(const DoctorFacts& facts) {
    const auto adapters = adapters_meant(facts);
    const auto adapter = std::ranges::find_if(adapters, &AdapterFacts::uart);
    if (adapter == adapters.end()) return {Outcome::ok, "No adapter is connected by a UART."};
    if (!adapter->baud)
        return {Outcome::unknown,
                fmt::format("{} is connected by a UART of unknown speed.", adapter->name)};
    if (!facts.config) return no_config();
    const StreamShape stream = shape_of(*facts.config);
    const double load = most_streams(*facts.config) * stream.per_second *
                        static_cast<double>(stream.packet + kWireHeaders) * kBitsPerOctet /
                        *adapter->baud;
    const auto reason =
        fmt::format("{} is connected by a UART of {} baud; the streams use {:.0f} % of it.",
                    adapter->name, *adapter->baud, load * 100);
    if (load < kMuchWire) return {Outcome::ok, reason};
    return {load < kTooMuchWire ? Outcome::warn : Outcome::fail, reason,
            "Use a USB adapter, or set profile = \"robust\"; on a Raspberry Pi, try "
            "dtparam=krnbt_baudrate=3000000 in config.txt."};
}

Judgement judge_airtime(const DoctorFacts& facts) {
    if (!facts.config) return no_config();
    const int streams = most_streams(*facts.config);
    if (streams == 0) return {Outcome::ok, "Virtual speakers need no air time."};
    const auto rate = slowest(adapters_meant(facts));
    if (!rate)
        return {Outcome::unknown,
                "No adapter reports which packets it sends, so the air time is unknown.",
                "See \"adapter\" above, and run this again once the adapter is on."};
    const StreamShape stream = shape_of(*facts.config);
    const Duration packet = air_time(stream.packet, *rate);
    const double load = streams * stream.per_second * to_ms(packet) / 1000;
    const auto reason = fmt::format("{} {} on one adapter use {:.0f} % of the air time.", streams,
                                    streams == 1 ? "stream" : "streams", load * 100);
    if (load < kMuchAir) return {Outcome::ok, reason};
    return {load < kTooMuchAir ? Outcome::warn : Outcome::fail, reason,
            "Set profile = \"robust\" or a lower bitpool, or give each speaker its own adapter."};
}

Judgement judge_wifi(const DoctorFacts& facts) {
    for (const auto& wifi : facts.wifi) {
        if (!wifi.mhz || *wifi.mhz > kHighestOf2400Mhz) continue;
        return {Outcome::warn,
                fmt::format("{} is connected at 2.4 GHz ({:.0f} MHz){}.", wifi.name, *wifi.mhz,
                            wifi.shares_chip ? ", on the same chip and antenna as Bluetooth"
                                             : ", the same band as Bluetooth"),
                "Use 5 GHz or a cable, or switch Wi-Fi off: \"sudo rfkill block wifi\"."};
    }
    const auto blind = std::ranges::find_if(
        facts.wifi, [](const WifiFacts& wifi) { return !wifi.mhz && wifi.shares_chip; });
    if (blind != facts.wifi.end())
        return {Outcome::ok,
                fmt::format("{}, on the same chip as Bluetooth, is not connected.", blind->name)};
    return {Outcome::ok, "No Wi-Fi is connected at 2.4 GHz."};
}

Judgement judge_paired(const DoctorFacts& facts) {
    if (!facts.config) return no_config();
    if (most_streams(*facts.config) == 0) return {Outcome::ok, "No speaker needs pairing."};
    if (!facts.paired)
        return {Outcome::unknown, "BlueZ does not say which speakers are paired.",
                "Run this with sudo, and check that bluetooth.service is running."};
    std::vector<std::string> missing;
    for (const auto& sink : facts.config->sinks)
        if (!sink.is_virtual() &&
            std::ranges::find(*facts.paired, sink.address) == facts.paired->end())
            missing.push_back(sink.address);
    if (missing.empty()) return {Outcome::ok, "Every configured speaker is paired."};
    return {Outcome::fail, fmt::format("Configured but not paired: {}.", fmt::join(missing, ", ")),
            fmt::format(
                "Put the speaker in pairing mode and run \"sudo tandemctl pair {}\"; if it is not "
                "your speaker, correct the address in {}.",
                missing.front(), facts.config_file)};
}

Judgement judge_speakers(const DoctorFacts& facts) {
    if (!facts.status) return not_running();
    for (const auto& sink : facts.status->sinks) {
        const Health health = health_of(sink);
        if (health != Health::well)
            return {health == Health::trouble ? Outcome::fail : Outcome::warn,
                    fmt::format("{} is {}{}", sink.name, sink.state,
                                sink.detail.empty() ? "." : ": " + sink.detail),
                    "Run \"tandemctl watch\" while you try things."};
        if (sink.dropped_last_minute > 0)
            return {Outcome::warn,
                    fmt::format("{} lost {} packets in the last minute.", sink.name,
                                sink.dropped_last_minute),
                    "Move it closer, or set profile = \"robust\"."};
    }
    if (facts.status->sinks.empty()) return {Outcome::fail, "No speaker is configured."};
    return {Outcome::ok, facts.status->summary + '.'};
}

}  // namespace tandem
