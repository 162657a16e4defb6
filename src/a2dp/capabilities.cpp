// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/a2dp/capabilities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>

namespace tandem {
namespace {

// Field masks of the octets (A2DP 1.3, section 4.3.2).
constexpr unsigned kFrequencies = 0xF0;
constexpr unsigned kModes = 0x0F;
constexpr unsigned kBlocks = 0xF0;
constexpr unsigned kSubbands = 0x0C;
constexpr unsigned kAllocations = 0x03;
constexpr int kLowestBitpool = 2;
constexpr int kHighestBitpool = 250;
constexpr int kMiddleBitpool = 33;  // of joint stereo at 48 kHz

// The best channel mode offered: joint stereo 0x01, stereo 0x02, dual channel 0x04, mono 0x08.
ChannelMode best_mode(unsigned offered) {
    if (offered & 0x01) return ChannelMode::joint_stereo;
    if (offered & 0x02) return ChannelMode::stereo;
    if (offered & 0x04) return ChannelMode::dual_channel;
    return ChannelMode::mono;
}

// 16 blocks 0x10, 12 0x20, 8 0x40, 4 0x80: the most, for the least overhead.
int most_blocks(unsigned offered) {
    return 16 - 4 * (std::countr_zero(offered & kBlocks) - 4);
}

// The encoder's own limit: 16 bits a subband and channel (SBC specification, bitpool).
int ceiling_of(const SbcConfig& config) {
    const bool per_channel =
        config.mode == ChannelMode::mono || config.mode == ChannelMode::dual_channel;
    return std::min((per_channel ? 16 : 32) * config.subbands, kHighestBitpool);
}

// What the profile asks for, carried over to modes and subbands that spend a bitpool otherwise: it
// counts per channel in mono and dual channel, and per 4 instead of 8 subbands it costs double.
int wished_bitpool(const SbcConfig& config, Profile profile, std::optional<int> bitpool) {
    if (bitpool) return *bitpool;
    const auto& settings = settings_of(profile);
    int wish =
        config.rate.hz > 44100 ? settings.preferred_bitpool_48k : settings.preferred_bitpool_44k;
    if (config.mode == ChannelMode::mono || config.mode == ChannelMode::dual_channel)
        wish =
            (wish + 7) / 2;  // 51 -> 29, 53 -> 30: the high quality mono row of A2DP 1.3, 4.3.2.6
    if (config.subbands == 4) wish = (wish + 1) / 2;
    return wish;
}

Refusal refuse(std::string sentence) {
    return Refusal{std::move(sentence)};
}

std::optional<Refusal> why_not(std::span<const std::uint8_t> remote, SampleRate rate) {
    if (remote.size() < 4)
        return refuse(fmt::format(
            "the speaker's SBC capabilities are {} octets instead of 4: update its firmware",
            remote.size()));
    if (!(remote[0] & frequency_bit(rate)))
        return refuse(fmt::format("the speaker does not take {:g} kHz: set [capture] rate = {}",
                                  rate.hz / 1000.0, rate.hz == 48000 ? 44100 : 48000));
    if (!(remote[0] & kModes) || !(remote[1] & kBlocks) || !(remote[1] & kSubbands) ||
        !(remote[1] & kAllocations))
        return refuse(
            fmt::format("the speaker's SBC capabilities ({:02x} {:02x}) leave a field "
                        "empty: update its firmware",
                        remote[0], remote[1]));
    if (remote[2] > remote[3] || remote[3] < kLowestBitpool)
        return refuse(
            fmt::format("the speaker's bitpool range {}..{} is empty: update its firmware",
                        remote[2], remote[3]));
    return std::nullopt;
}

}  // namespace

SbcOctets local_capabilities(SampleRate rate) noexcept {
    return {static_cast<std::uint8_t>(frequency_bit(rate) | kModes), 0xFF, kLowestBitpool,
            kHighestBitpool};
}

std::variant<SbcConfig, Refusal> choose_configuration(std::span<const std::uint8_t> remote,
                                                      SampleRate rate, Profile profile,
                                                      std::optional<int> bitpool) {
    if (auto refusal = why_not(remote, rate)) return *refusal;
    SbcConfig config;
    config.rate = rate;
    config.mode = best_mode(remote[0]);
    config.blocks = most_blocks(remote[1]);
    config.subbands = remote[1] & 0x04 ? 8 : 4;
    config.allocation = remote[1] & 0x01 ? Allocation::loudness : Allocation::snr;
    const int ceiling = ceiling_of(config);
    config.min_bitpool = std::max<int>(remote[2], kLowestBitpool);
    const int highest = std::min<int>(remote[3], ceiling);
    if (config.min_bitpool > highest)
        return refuse(
            fmt::format("the speaker asks for a bitpool of at least {}, more than SBC "
                        "allows here ({}): update its firmware",
                        config.min_bitpool, ceiling));
    config.bitpool =
        std::clamp(wished_bitpool(config, profile, bitpool), config.min_bitpool, highest);
    config.max_bitpool = config.bitpool;
    return config;
}

std::variant<std::vector<SbcConfig>, Refusal> rank_configurations(
    std::span<const std::uint8_t> remote, SampleRate rate, Profile profile,
    std::optional<int> bitpool) {
    const auto best = choose_configuration(remote, rate, profile, bitpool);
    if (const auto* refusal = std::get_if<Refusal>(&best)) return *refusal;
    std::vector<SbcConfig> ranked{std::get<SbcConfig>(best)};
    const auto add = [&](unsigned mode_bits, unsigned allocation_bits, std::optional<int> wish) {
        const std::array octets{
            static_cast<std::uint8_t>((remote[0] & ~kModes) | (remote[0] & mode_bits)),
            static_cast<std::uint8_t>((remote[1] & ~kAllocations) | (remote[1] & allocation_bits)),
            remote[2], remote[3]};
        const auto chosen = choose_configuration(octets, rate, profile, wish);
        const auto* config = std::get_if<SbcConfig>(&chosen);
        const auto is_same = [&](const SbcConfig& other) {
            return to_octets(other) == to_octets(*config);
        };
        if (config != nullptr && std::ranges::none_of(ranked, is_same)) ranked.push_back(*config);
    };
    for (const unsigned mode : {0x01U, 0x02U, 0x04U, 0x08U})
        add(mode, kAllocations, bitpool);
    add(kModes, kAllocations, std::min(ranked.front().bitpool, kMiddleBitpool));
    add(kModes, 0x02, bitpool);
    return ranked;
}

std::optional<SbcConfig> parse_configuration(std::span<const std::uint8_t> octets, Profile profile,
                                             std::optional<int> bitpool) {
    if (octets.size() != 4) return std::nullopt;
    const auto one_bit = [](unsigned field) { return std::has_single_bit(field); };
    if (!one_bit(octets[0] & kFrequencies) || !one_bit(octets[0] & kModes) ||
        !one_bit(octets[1] & kBlocks) || !one_bit(octets[1] & kSubbands) ||
        !one_bit(octets[1] & kAllocations))
        return std::nullopt;
    for (const std::int32_t hz : {16000, 32000, 44100, 48000}) {
        if (!(octets[0] & frequency_bit(SampleRate{hz}))) continue;
        auto chosen = choose_configuration(octets, SampleRate{hz}, profile, bitpool);
        if (auto* config = std::get_if<SbcConfig>(&chosen)) {
            config->max_bitpool = std::min<int>(octets[3], ceiling_of(*config));
            return *config;
        }
    }
    return std::nullopt;
}

}  // namespace tandem
