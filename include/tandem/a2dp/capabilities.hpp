// SPDX-License-Identifier: GPL-3.0-or-later
// What two SBC end points can do together: pure functions from octets to a configuration.
// Thread: any. Input comes from the air: anything may be in it, nothing is asserted about it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "tandem/a2dp/profile.hpp"
#include "tandem/a2dp/sbc_config.hpp"

namespace tandem {

// What Tandem registers with BlueZ for a stream of `rate`: that rate alone, every channel mode,
// blocks, subbands and allocation, bitpool 2..250.
[[nodiscard]] SbcOctets local_capabilities(SampleRate rate) noexcept;

struct Refusal {
    std::string sentence;  // why no configuration is possible, and what to do
};

// Picks the configuration for a sink whose capabilities are `remote` (as delivered by
// SelectConfiguration, any length). `bitpool` overrides the profile's wish ("auto" = nullopt);
// the sink's range always wins.
[[nodiscard]] std::variant<SbcConfig, Refusal> choose_configuration(
    std::span<const std::uint8_t> remote, SampleRate rate, Profile profile,
    std::optional<int> bitpool);

// The same and what comes next to it, the best first, for sinks that refuse what they offer: the
// other channel modes, then middle quality (A2DP 1.3, 4.3.2.6), then the other allocation. Never
// empty.
[[nodiscard]] std::variant<std::vector<SbcConfig>, Refusal> rank_configurations(
    std::span<const std::uint8_t> remote, SampleRate rate, Profile profile,
    std::optional<int> bitpool);

// Reads a configuration back from its octets (exactly one bit a field), as SetConfiguration
// brings it; the bitpool used is the maximum, at most the profile's wish. nullopt if malformed.
[[nodiscard]] std::optional<SbcConfig> parse_configuration(std::span<const std::uint8_t> octets,
                                                           Profile profile,
                                                           std::optional<int> bitpool);

}  // namespace tandem
