// SPDX-License-Identifier: GPL-3.0-or-later
// A model of an A2DP speaker: media packets in, what sounds in the air out. It keeps no time of its
// own: it is clocked by the times its user tells it. Thread: one (not the engine's).
#pragma once

#include <sbc/sbc.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "tandem/a2dp/sbc_config.hpp"
#include "tandem/audio/frame.hpp"
#include "tandem/audio/sinc_interpolator.hpp"
#include "tandem/base/units.hpp"
#include "tandem/model/media_packet.hpp"
#include "tandem/model/playout_servo.hpp"
#include "tandem/model/speaker_kind.hpp"

namespace tandem {

struct VirtualSpeakerSettings {
    SbcConfig config{};  // what was negotiated
    // Arrival of a packet to its first sample, of a kind that begins by time. What a counting one
    // reports, whatever it is in truth.
    Duration latency = std::chrono::milliseconds{150};
    double clock_ppm = 0;  // error of its DAC clock; positive: fast
    SpeakerRules rules{};
};

struct VirtualSpeakerCounters {
    std::uint64_t packets = 0;        // all that came
    std::uint64_t malformed = 0;      // no media packet at all
    std::uint64_t decode_errors = 0;  // packets with a frame that is none; silence in its place
    std::uint64_t gaps = 0;           // jumps of the sequence number
    std::uint64_t lost_packets = 0;   // packets missing in them
    std::uint64_t repeated = 0;       // late or repeated packets, thrown away
    std::uint64_t underruns = 0;      // the buffer ran dry
    std::uint64_t overruns = 0;       // packets thrown away because the buffer was full
};

// Of a kind that begins by time, the first sample of the first packet sounds `latency` after the
// packet's arrival; from then on the buffer is kept at that level, on average over the arrivals, by
// PlayoutServo. Of the others SpeakerRules tell. What the decoder gives out is what sounds: the
// codec's own delay of 73 samples is in it, as in every SBC speaker.
class VirtualSpeaker {
  public:
    // Sample n of the output sounds at `epoch` + n / rate, on an ideal clock.
    VirtualSpeaker(const VirtualSpeakerSettings& settings, Time epoch);
    ~VirtualSpeaker();
    VirtualSpeaker(const VirtualSpeaker&) = delete;
    VirtualSpeaker& operator=(const VirtualSpeaker&) = delete;

    // Times never go back, here and in render(). Any bytes may come.
    void receive(std::span<const std::uint8_t> packet, Time arrival);
    // Appends to `out` what sounds before `until` and was not rendered yet.
    void render(Time until, std::vector<StereoFrame>& out);

    [[nodiscard]] const VirtualSpeakerCounters& counters() const noexcept { return counters_; }
    // As AVDTP's delay report has it: in tenths of a millisecond.
    [[nodiscard]] std::uint16_t delay_report() const noexcept;
    // After how long a packet that came at `at` would sound; how far its playout is off nominal.
    [[nodiscard]] Duration buffered(Time at) const noexcept;
    [[nodiscard]] double playout_rate_ppm() const noexcept;

  private:
    enum class State { waiting, filling, playing };

    void advance(Time until);
    [[nodiscard]] StereoFrame next_sample() noexcept;
    void begin_playing(Time at) noexcept;
    [[nodiscard]] bool follow_sequence(const MediaPacket& packet, Time arrival);
    void fill(Time arrival) noexcept;
    void regulate(Time arrival) noexcept;
    void follow_count(Time arrival) noexcept;
    [[nodiscard]] double queued_sbc_frames() const noexcept;
    void decode(const MediaPacket& packet);
    [[nodiscard]] bool decode_frame(std::span<const std::uint8_t>& payload, StereoFrame* into);
    void push_silence(std::size_t frames) { buffer_.resize(buffer_.size() + frames); }
    void forget_played();
    [[nodiscard]] double rate_of_playout() const noexcept;
    [[nodiscard]] std::int64_t written() const noexcept;
    [[nodiscard]] double queued_seconds(Time at) const noexcept;
    // Samples that the buffer has room for: it is twice as long as the latency, and a little more.
    [[nodiscard]] std::size_t room(Time at) const noexcept;
    [[nodiscard]] Time time_of_output(std::int64_t sample) const noexcept;

    VirtualSpeakerSettings settings_;
    Time epoch_;
    std::uint8_t frame_header_;  // second octet of every SBC frame of this configuration
    sbc_t sbc_{};
    SincInterpolator interpolator_;
    PlayoutServo servo_;
    double correction_ = 0;  // of the DAC's rate
    VirtualSpeakerCounters counters_;

    State state_ = State::waiting;
    Time begin_{};                     // filling: when the sound begins
    int packets_filled_ = 0;           // while filling: packets in the buffer
    bool dry_ = false;                 // playing on without anything to play
    std::optional<MediaPacket> last_;  // without its payload
    std::vector<StereoFrame> buffer_;  // decoded; buffer_[0] has the place base_
    std::int64_t base_ = 0;
    std::int64_t regulated_ = 0;  // what was written when the playout was last regulated
    std::int64_t read_ = 0;       // the place that sounds next is read_ + fraction_
    double fraction_ = 0;
    std::int64_t rendered_ = 0;  // output samples so far
    std::vector<StereoFrame> output_;
};

}  // namespace tandem
