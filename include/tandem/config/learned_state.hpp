// SPDX-License-Identifier: GPL-3.0-or-later
// What was learned about speakers, as a value, and its form as TOML. Thread: control.
#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tandem/base/units.hpp"

namespace tandem {

struct LearnedLatency {
    Duration value{};
    std::chrono::sys_seconds at{};  // when it was learned, or last confirmed
    bool operator==(const LearnedLatency&) const = default;
};

// Whose latency it is: it differs between codecs, and between lengths of packets, since many
// speakers start at a number of packets.
struct LatencyKey {
    std::string address;        // "AA:BB:CC:DD:EE:FF", upper case
    std::string codec;          // "SBC"
    int frames_per_packet = 0;  // 1 to 15; 0: not known, as in what 0.1.0 wrote
    bool operator==(const LatencyKey&) const = default;
};

struct LearnedSpeaker {
    LatencyKey key;
    std::optional<LearnedLatency> reported;
    std::optional<LearnedLatency> measured;
    bool operator==(const LearnedSpeaker&) const = default;
};

// The volume that somebody set on the speaker or for it.
struct LearnedVolume {
    std::string address;  // as above
    int level = 0;        // 0 to 127, the speaker's own scale
    bool operator==(const LearnedVolume&) const = default;
};

struct LearnedState {
    std::vector<LearnedSpeaker> speakers;
    std::vector<LearnedVolume> volumes;
    bool operator==(const LearnedState&) const = default;
    // Returns nullptr if nothing is known.
    [[nodiscard]] const LearnedSpeaker* find(const LatencyKey& key) const;
    // What the speaker reported last with packets like these; else with any.
    [[nodiscard]] std::optional<LearnedLatency> reported(const LatencyKey& key) const;
    // Returns the entry, adding it if there is none.
    [[nodiscard]] LearnedSpeaker& speaker(const LatencyKey& key);
    [[nodiscard]] std::optional<int> volume(const std::string& address) const;
    void set_volume(const std::string& address, int level);
};

// what() says what is wrong in which line: "line 3: ...".
class LearnedStateError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

[[nodiscard]] std::string to_toml(const LearnedState& state);
// Throws LearnedStateError. Ignores unknown keys: a newer version may have written them.
[[nodiscard]] LearnedState parse_learned_state(const std::string& text);

}  // namespace tandem
