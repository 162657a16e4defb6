// SPDX-License-Identifier: GPL-3.0-or-later
// The configuration file as a value. Thread: control.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tandem/a2dp/profile.hpp"
#include "tandem/audio/capture.hpp"
#include "tandem/audio/role.hpp"
#include "tandem/base/units.hpp"
#include "tandem/bluez/speaker_volume.hpp"
#include "tandem/model/speaker_kind.hpp"

namespace tandem {

enum class Absent { hold, release };

// What is sent to the speakers while the input is silent.
enum class KeepAlive {
    none,        // nothing: their streams are suspended after a while
    silence,     // silence
    infrasound,  // an inaudibly low tone, mixed into everything
};

// Only for sinks whose address is "virtual": the simulated speaker.
struct VirtualSinkConfig {
    SpeakerKind kind = SpeakerKind::placing;
    double latency_ms = 150.0;  // 20..1000; of kinds that begin by time
    double clock_ppm = 0.0;     // -500..500, error of its DAC clock
    std::string wav;            // where to write what it plays; empty: nowhere
    bool operator==(const VirtualSinkConfig&) const = default;
};

struct SinkConfig {
    std::string name;
    std::string address;  // "AA:BB:CC:DD:EE:FF" (upper case) or "virtual"
    std::string adapter;  // "", "hciN" or an address
    Role role = Role::stereo;
    std::optional<Duration> latency;  // nullopt = "auto"
    Duration trim{0};                 // -500..500 ms; larger plays later
    double gain_db = 0.0;             // -60..12
    VirtualSinkConfig virtual_sink;   // table [sink.virtual]
    bool operator==(const SinkConfig&) const = default;
    [[nodiscard]] bool is_virtual() const { return address == "virtual"; }
};

struct Config {
    CaptureSettings capture;
    Profile profile = Profile::balanced;
    std::optional<int> bitpool;  // nullopt = "auto"
    VolumeButtons volume_buttons = VolumeButtons::followed;
    Absent absent = Absent::hold;
    KeepAlive keep_alive = KeepAlive::silence;
    Duration suspend_after = std::chrono::minutes{10};  // of silence, with KeepAlive::none
    std::vector<SinkConfig> sinks;                      // 0..4
    bool operator==(const Config&) const = default;
};

// what() is one sentence, "FILE:LINE: KEY: what is wrong; what to do".
class ConfigError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// Both throw ConfigError. `name` stands for the file in its sentence.
[[nodiscard]] Config parse_config(const std::string& text, const std::string& name);
[[nodiscard]] Config load_config(const std::string& path);

// Returns a Bluetooth address in upper case, "AA:BB:CC:DD:EE:FF"; nullopt if `text` is not one.
[[nodiscard]] std::optional<std::string> parse_address(std::string text);

// Every key of a configuration, as "sink.trim_ms": docs/configuration.md describes them all.
[[nodiscard]] std::vector<std::string> config_keys();

}  // namespace tandem
