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

// A speaker has a latency of its own for each codec.
struct LearnedSpeaker {
    std::string address;  // "AA:BB:CC:DD:EE:FF", upper case
    std::string codec;    // "SBC"
    std::optional<LearnedLatency> reported;
    std::optional<LearnedLatency> measured;
    bool operator==(const LearnedSpeaker&) const = default;
};

// What was set on the speaker itself or for it; none was where nobody did.
struct LearnedVolume {
    std::string address;  // as above
    int level = 0;        // 0 to 127, the speaker's own scale
    bool operator==(const LearnedVolume&) const = default;
};

struct LearnedState {
    std::vector<LearnedSpeaker> speakers;
    std::vector<LearnedVolume> volumes;
    bool operator==(const LearnedState&) const = default;
    // nullptr if nothing is known.
    [[nodiscard]] const LearnedSpeaker* find(const std::string& address,
                                             const std::string& codec) const;
    // Made if it is not there.
    [[nodiscard]] LearnedSpeaker& speaker(const std::string& address, const std::string& codec);
    [[nodiscard]] std::optional<int> volume(const std::string& address) const;
    void set_volume(const std::string& address, int level);
};

// what() says where the text is wrong: "line 3: ...".
class LearnedStateError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

[[nodiscard]] std::string to_toml(const LearnedState& state);
// Throws LearnedStateError. Keys it does not know are left out: a newer version's.
[[nodiscard]] LearnedState parse_learned_state(const std::string& text);

}  // namespace tandem
