// SPDX-License-Identifier: GPL-3.0-or-later
// What a speaker says it can play. Input: rate and profile, the wished bitpool (0: auto), and the
// octets of its capabilities, as many as there are.
#include <array>
#include <vector>

#include "fuzz/expect.hpp"
#include "fuzz/input.hpp"
#include "tandem/a2dp/capabilities.hpp"
#include "tandem/a2dp/packetizer.hpp"
#include "tandem/a2dp/sbc_encoder.hpp"

namespace tandem::fuzz {
namespace {

constexpr std::array kRates{SampleRate{44100}, SampleRate{48000}};
constexpr std::array kProfiles{Profile::low_latency, Profile::balanced, Profile::robust};

struct Wish {
    SampleRate rate;
    Profile profile;
    std::optional<int> bitpool;
};

Wish take_wish(Input& input) {
    const std::uint8_t choice = input.byte();
    const std::uint8_t bitpool = input.byte();
    return {kRates[choice % 2], kProfiles[choice / 2 % 3],
            bitpool < 2 || bitpool > 250 ? std::nullopt : std::optional<int>(bitpool)};
}

// The engine trusts the frame's length: what is encoded has to have it.
void expect_playable(const SbcConfig& config) {
    SbcEncoder encoder(config);
    const auto frames = static_cast<std::size_t>(config.frame_length().count);
    const std::vector<StereoFrame> silence(frames);
    std::vector<std::uint8_t> into(1024);
    expect(encoder.encode(silence, into) == config.frame_bytes(),
           "an encoded frame has the length that its configuration says", config.describe());
}

void expect_within(const SbcConfig& config, std::span<const std::uint8_t> remote) {
    const SbcOctets octets = to_octets(config);
    expect((octets[0] & ~remote[0]) == 0 && (octets[1] & ~remote[1]) == 0,
           "nothing is chosen that the speaker did not offer");
    expect(config.bitpool >= remote[2] && config.bitpool <= remote[3],
           "the speaker's bitpools always win");
    expect(config.min_bitpool <= config.bitpool && config.bitpool <= config.max_bitpool,
           "the bitpool is in the range that is asked for");
}

}  // namespace
}  // namespace tandem::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tandem;
    fuzz::Input input(data, size);
    const auto [rate, profile, bitpool] = fuzz::take_wish(input);
    const auto remote = input.rest();
    const auto chosen = choose_configuration(remote, rate, profile, bitpool);
    if (const auto* refusal = std::get_if<Refusal>(&chosen)) {
        fuzz::expect(!refusal->sentence.empty(), "a refusal says why");
    } else {
        const auto& config = std::get<SbcConfig>(chosen);
        fuzz::expect_within(config, remote);
        fuzz::expect_playable(config);
        const auto again = parse_configuration(to_octets(config), profile, bitpool);
        fuzz::expect(again == config, "BlueZ's echo of a configuration is understood");
    }
    if (const auto config = parse_configuration(remote, profile, bitpool))
        fuzz::expect_playable(*config);
    return 0;
}
