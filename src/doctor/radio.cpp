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
// In these AVRCP's volume was broken, in different ways.
constexpr std::array<BluezVersion, 3> kVolumeBroken{{{5, 79}, {5, 83}, {5, 87}}};

// Repeated packets need air as well; beyond, nothing is left for them.
constexpr double kMuchAir = 0.6;
constexpr double kTooMuchAir = 0.9;
constexpr double kMuchWire = 0.75;
constexpr double kTooMuchWire = 0.95;
constexpr double kBitsPerOctet = 10;     // on a UART: start, 8 data, stop
constexpr std::size_t kWireHeaders = 9;  // H4, ACL and L2CAP, of one packet
constexpr double kHighestOf2400Mhz = 2500;

// What a stream of the profile is made of.
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

// How many streams an adapter carries; one that the configuration leaves open gets all.
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

// None: an adapter does not tell, or there is none.
std::optional<AirRate> slowest(const std::vector<AdapterFacts>& adapters) {
    std::optional<AirRate> slowest;
    for (const auto& adapter : adapters) {
        if (!adapter.packets) return std::nullopt;
        slowest = std::min(slowest.value_or(AirRate::edr3), rate_of(*adapter.packets));
    }
    return slowest;
}

// Without a configuration any may be meant.
std::vector<AdapterFacts> adapters_meant(const DoctorFacts& facts) {
    const bool any = !facts.config || facts.config->sinks.empty();
    return any ? facts.adapters : adapters_for(*facts.config, facts.adapters);
}

// One that works, by what it sends.
Judgement judge_packets(const std::vector<AdapterFacts>& adapters) {
    for (const auto& adapter : adapters) {
        if (!adapter.packets)
            return {Outcome::unknown,
                    fmt::format("{} does not tell which packets it sends.", adapter.name),
                    "\"bluetoothctl power off\" and \"power on\" have it asked again."};
        const PacketTypes& packets = *adapter.packets;
        if (!packets.edr3 || !packets.edr_5_slots)
            return {Outcome::warn,
                    fmt::format("The adapter {} cannot send {}, so each stream takes more of the "
                                "air.",
                                adapter.name, packets.edr3 ? "packets of five slots" : "3 Mbit/s"),
                    "Use a newer adapter, or profile = \"robust\"."};
    }
    return {Outcome::ok,
            fmt::format("{} sends 3 Mbit/s in packets of five slots.", adapters.front().name)};
}

}  // namespace

Judgement judge_bluez(const DoctorFacts& facts) {
    if (!facts.bluez)
        return {Outcome::fail, "bluetoothd is not installed, or does not tell its version.",
                "\"sudo apt install bluez\"."};
    const auto version = fmt::format("BlueZ {}.{}", facts.bluez->major, facts.bluez->minor);
    if (*facts.bluez < kOldestTried)
        return {Outcome::warn, version + " is older than what Tandem was tried with (5.66).",
                "Upgrade to Debian 12 or newer."};
    if (std::ranges::find(kVolumeBroken, *facts.bluez) != kVolumeBroken.end())
        return {Outcome::warn,
                version + " has faults in the speakers' own volume: buttons may do nothing.",
                "Set loudness by \"tandemctl gain\", or take another release of BlueZ."};
    return {Outcome::ok, version + " has no fault that Tandem does not work around."};
}

Judgement judge_competitors(const DoctorFacts& facts) {
    if (facts.competitors.empty())
        return {Outcome::ok, "No other program on this machine takes Bluetooth speakers."};
    return {Outcome::warn,
            fmt::format("Running here too, and may take the speakers: {}.",
                        fmt::join(facts.competitors, ", ")),
            "End them, or switch off their Bluetooth audio: \"systemctl --user disable --now "
            "wireplumber pulseaudio\", \"sudo systemctl disable --now bluealsa\"."};
}

Judgement judge_adapter(const DoctorFacts& facts) {
    if (facts.config && most_streams(*facts.config) == 0 && !facts.config->sinks.empty())
        return {Outcome::ok, "Modelled speakers need no adapter."};
    if (facts.adapters.empty())
        return {Outcome::fail, "This machine has no Bluetooth adapter.",
                "Plug one in; on a Raspberry Pi remove dtoverlay=disable-bt from config.txt."};
    const auto adapters = adapters_meant(facts);
    if (adapters.empty())
        return {Outcome::fail, "This machine has none of the adapters that the sinks name.",
                fmt::format("Correct adapter = in {}; \"bluetoothctl list\" names those there are.",
                            facts.config_file)};
    for (const auto& adapter : adapters) {
        if (!adapter.up)
            return {Outcome::fail, fmt::format("The adapter {} is switched off.", adapter.name),
                    "\"bluetoothctl power on\"; if that does not help, \"sudo rfkill unblock "
                    "bluetooth\"."};
        if (adapter.searching)
            return {Outcome::warn,
                    fmt::format("Somebody searches for devices over {}, which interrupts what "
                                "plays.",
                                adapter.name),
                    "End it: a window with Bluetooth settings, or \"scan on\" in a bluetoothctl."};
    }
    return judge_packets(adapters);
}

Judgement judge_uart(const DoctorFacts& facts) {
    const auto adapters = adapters_meant(facts);
    const auto adapter = std::ranges::find_if(adapters, &AdapterFacts::uart);
    if (adapter == adapters.end()) return {Outcome::ok, "No adapter hangs on a UART."};
    if (!adapter->baud)
        return {Outcome::unknown,
                fmt::format("{} hangs on a UART that does not tell its speed.", adapter->name)};
    if (!facts.config) return no_config();
    const StreamShape stream = shape_of(*facts.config);
    const double load = most_streams(*facts.config) * stream.per_second *
                        static_cast<double>(stream.packet + kWireHeaders) * kBitsPerOctet /
                        *adapter->baud;
    const auto reason =
        fmt::format("{} hangs on a UART of {} baud, which the streams fill to {:.0f} %.",
                    adapter->name, *adapter->baud, load * 100);
    if (load < kMuchWire) return {Outcome::ok, reason};
    return {load < kTooMuchWire ? Outcome::warn : Outcome::fail, reason,
            "Use a USB adapter, or profile = \"robust\"; on a Raspberry Pi "
            "dtparam=krnbt_baudrate=3000000 in config.txt makes it faster where the board can."};
}

Judgement judge_airtime(const DoctorFacts& facts) {
    if (!facts.config) return no_config();
    const int streams = most_streams(*facts.config);
    if (streams == 0) return {Outcome::ok, "Modelled speakers need no air."};
    const auto rate = slowest(adapters_meant(facts));
    if (!rate)
        return {Outcome::unknown,
                "No adapter tells which packets it sends, so the air they take is unknown.",
                "See what is said of the adapter, and ask again when it is switched on."};
    const StreamShape stream = shape_of(*facts.config);
    const Duration packet = air_time(stream.packet, *rate);
    const double load = streams * stream.per_second * to_ms(packet) / 1000;
    const auto reason = fmt::format("{} {} on one adapter take {:.0f} % of the air.", streams,
                                    streams == 1 ? "stream" : "streams", load * 100);
    if (load < kMuchAir) return {Outcome::ok, reason};
    return {load < kTooMuchAir ? Outcome::warn : Outcome::fail, reason,
            "Set profile = \"robust\", a lower bitpool, or give each speaker an adapter of its "
            "own."};
}

Judgement judge_wifi(const DoctorFacts& facts) {
    for (const auto& wifi : facts.wifi) {
        if (!wifi.mhz || *wifi.mhz > kHighestOf2400Mhz) continue;
        return {Outcome::warn,
                fmt::format("{} is connected at 2.4 GHz ({:.0f} MHz){}.", wifi.name, *wifi.mhz,
                            wifi.shares_chip ? ", on the chip and antenna of Bluetooth"
                                             : ", the band of Bluetooth"),
                "Use 5 GHz or a cable; or \"sudo rfkill block wifi\"."};
    }
    const auto blind = std::ranges::find_if(
        facts.wifi, [](const WifiFacts& wifi) { return !wifi.mhz && wifi.shares_chip; });
    if (blind != facts.wifi.end())
        return {Outcome::ok,
                fmt::format("{}, on the chip of Bluetooth, is not connected.", blind->name)};
    return {Outcome::ok, "No Wi-Fi is connected at 2.4 GHz."};
}

Judgement judge_paired(const DoctorFacts& facts) {
    if (!facts.config) return no_config();
    if (most_streams(*facts.config) == 0) return {Outcome::ok, "No speaker needs pairing."};
    if (!facts.paired)
        return {Outcome::unknown, "BlueZ does not tell which speakers are paired.",
                "Run the doctor with sudo, and see that bluetooth.service runs."};
    std::vector<std::string> missing;
    for (const auto& sink : facts.config->sinks)
        if (!sink.is_virtual() &&
            std::ranges::find(*facts.paired, sink.address) == facts.paired->end())
            missing.push_back(sink.address);
    if (missing.empty()) return {Outcome::ok, "Every configured speaker is paired."};
    return {Outcome::fail, fmt::format("Configured but not paired: {}.", fmt::join(missing, ", ")),
            fmt::format("Put the speaker into its pairing mode and run \"sudo tandemctl pair {}\"; "
                        "if that is no speaker of yours, correct the address in {}.",
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
                    "\"tandemctl watch\" shows it while you switch and move things."};
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
