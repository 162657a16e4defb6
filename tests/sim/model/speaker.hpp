// SPDX-License-Identifier: GPL-3.0-or-later
// A speaker as far as its timing goes: it is told which place of the stream each packet holds and
// when it came, and tells when the sound of chosen places left its DAC. Thread: one.
//
// Of a kind that begins by time, the first sample of the first packet sounds `latency` after the
// packet's arrival; from then on the speaker's own crystal drives it, bent by its regulation, which
// keeps the buffer at that level on average over the arrivals. A placing one that ran dry throws
// away what comes in a burst, which is old, and begins anew with the first packet that comes in its
// beat. Of the others SpeakerRules tell.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>

#include "sim/model/crystal.hpp"
#include "sim/model/regulation.hpp"
#include "tandem/model/speaker_kind.hpp"

namespace tandem::sim {

// Places of the stream in 1/65536 of a frame.
using FinePlace = std::int64_t;
inline constexpr FinePlace kFine = 65536;

// "The sample at `mark` times kMarkDistance sounded at `time`."
struct Mark {
    std::int64_t index = 0;
    Time time{};
};
// 0.25 s at 48 kHz.
inline constexpr FinePlace kMarkDistance = 12'000 * kFine;

struct SpeakerSettings {
    SampleRate rate{48000};
    Duration latency = std::chrono::milliseconds{150};
    Crystal crystal{};
    Regulation regulation{};
    SpeakerRules rules{};
};

struct SpeakerCounters {
    std::uint64_t packets = 0;
    std::uint64_t underruns = 0;  // the buffer ran dry and filled up anew
};

class Speaker {
  public:
    Speaker(const SpeakerSettings& settings, std::function<void(Mark)> sounded);

    // One packet: the places of its SBC frames' first samples, each of `length` frames. Arrivals
    // never go back.
    void receive(std::span<const FinePlace> places, Frames length, Time arrival);
    // Packets of so much sound are missing before the next one: silence takes their place.
    void conceal(Frames missing) noexcept;
    // Switched off; with the next packet it begins anew, with what it learned about the clocks.
    void switch_off() noexcept { state_ = State::waiting; }
    // It keeps more or less in its buffer from now on: a gap or a cut in its sound.
    void set_latency(Duration latency) noexcept;

    [[nodiscard]] const SpeakerCounters& counters() const noexcept { return counters_; }
    // By how much the buffer was too full when the last packet came.
    [[nodiscard]] double excess_ms() const noexcept { return excess_s_ * 1e3; }

  private:
    enum class State { waiting, filling, playing, dry };
    // A chosen place that is in the buffer.
    struct Pending {
        std::int64_t index = 0;
        double at = 0;  // frames received before it
    };

    void begin(Time arrival) noexcept;
    void forget() noexcept;
    void run_dry() noexcept;
    [[nodiscard]] bool takes(Time arrival, Frames packet) noexcept;
    [[nodiscard]] bool has_room(Frames packet, Frames length) const noexcept;
    void count(Time arrival, Frames length) noexcept;
    [[nodiscard]] bool is_in_beat(Time arrival, Frames length) const noexcept;
    void play_until(Time until);
    void regulate(Time arrival, double received) noexcept;
    void find_marks(std::span<const FinePlace> places, Frames length);

    SpeakerSettings settings_;
    std::function<void(Mark)> sounded_;
    CrystalCounter clock_;
    State state_ = State::waiting;
    Time now_{};           // how far it has played; before the first sound: when that will be
    double received_ = 0;  // frames since it began
    double played_ = 0;    // frames since it began
    double correction_ = 0;
    double excess_s_ = 0;
    double last_length_ = 0;
    int filled_ = 0;    // packets since it began to fill
    bool dry_ = false;  // plays on with nothing to play
    Time last_arrival_{};
    std::int64_t next_mark_ = 0;
    std::array<Pending, 16> pending_{};
    std::size_t first_pending_ = 0;
    std::size_t pending_count_ = 0;
    SpeakerCounters counters_;
};

}  // namespace tandem::sim
