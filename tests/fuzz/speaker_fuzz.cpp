// SPDX-License-Identifier: GPL-3.0-or-later
// Media packets for the modelled speaker. Input: the four octets of its configuration, its latency
// (4 ms each), then packets: the wait before it in ms, its length in two bytes, its bytes.
#include <vector>

#include "fuzz/expect.hpp"
#include "fuzz/input.hpp"
#include "tandem/a2dp/capabilities.hpp"
#include "tandem/model/virtual_speaker.hpp"

namespace tandem::fuzz {
namespace {

using std::chrono::milliseconds;

// The longest stretch that a single packet holds: 15 frames of 128 samples at 16 kHz.
constexpr Duration kLongestPacket = milliseconds{120};

VirtualSpeakerSettings take_settings(Input& input) {
    VirtualSpeakerSettings settings;
    settings.config =
        parse_configuration(input.bytes(4), Profile::robust, {}).value_or(SbcConfig{});
    settings.latency = milliseconds{20 + 4 * input.byte()};
    return settings;
}

void play(Input& input) {
    const VirtualSpeakerSettings settings = take_settings(input);
    const Time start{};
    VirtualSpeaker speaker(settings, start);
    Time now = start;
    std::uint64_t sent = 0;
    std::vector<StereoFrame> heard;
    while (!input.empty()) {
        now += milliseconds{input.byte()};
        const std::size_t low = input.byte();
        const std::size_t length = low + 256U * input.byte();
        speaker.receive(input.bytes(length), now);
        ++sent;
        expect(speaker.buffered(now) <= 2 * settings.latency + milliseconds{100} + kLongestPacket,
               "no sender makes the buffer longer than it is");
    }
    now += milliseconds{100};
    speaker.render(now, heard);
    const VirtualSpeakerCounters& counters = speaker.counters();
    expect(counters.packets == sent, "every packet is counted");
    expect(counters.malformed + counters.repeated + counters.overruns <= sent,
           "a packet is thrown away once");
    const auto expected = frames_in(now - start, settings.config.rate).count;
    const auto difference = static_cast<std::int64_t>(heard.size()) - expected;
    expect(difference >= -1 && difference <= 1, "the sound is as long as the time that passed");
}

}  // namespace
}  // namespace tandem::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    tandem::fuzz::Input input(data, size);
    tandem::fuzz::play(input);
    return 0;
}
