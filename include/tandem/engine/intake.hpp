// SPDX-License-Identifier: GPL-3.0-or-later
// From the capture into timeline and history. Position and time stay one line whatever the device
// does: time that was lost to an xrun, a suspend, a stall or an unplugged card is filled with
// silence. Thread: engine, but for the constructor; each function says more.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "tandem/audio/capture.hpp"
#include "tandem/audio/click_track.hpp"
#include "tandem/audio/infrasound.hpp"
#include "tandem/audio/input_flaws.hpp"
#include "tandem/audio/levels.hpp"
#include "tandem/audio/pcm_history.hpp"
#include "tandem/timing/lateness.hpp"
#include "tandem/timing/timeline.hpp"

namespace tandem {

// -54 dBFS: above the noise of most cards, and below all that one listens to.
inline constexpr int kSound = 65;

enum class IntakeState { idle, running, lost };  // idle: no capture was given

struct IntakeCounters {
    IntakeState state = IntakeState::idle;
    std::uint64_t frames_captured = 0;  // what the devices delivered, in all
    std::uint64_t restarts = 0;         // xruns and suspends the capture recovered from
    std::uint64_t stalls = 0;           // times the device fell silent without an error
    std::uint64_t parted = 0;           // times its count and the clock parted without an error
    std::uint64_t frames_filled = 0;    // silence put in for what was lost
    std::uint64_t frames_skipped = 0;   // frames that came for a time already filled
    Position newest_sound{0};           // one past the newest frame louder than kSound
    Levels levels;                      // of the newest second
    InputFlaws flaws;                   // the same; but for the hum, which music covers: that is of
                                        // the newest second in which it could be heard
    std::uint64_t clippings = 0;        // in all
};

class Intake {
  public:
    // Both must outlive the intake. Any thread; allocates, so not real-time safe.
    Intake(Timeline& timeline, PcmHistory& history)
        : timeline_(timeline),
          history_(history),
          flaw_meter_(timeline.rate()),
          clicks_(timeline.rate()),
          infrasound_(timeline.rate()) {}

    // Takes what the capture has, but no more than a second of it at once, no more in the long run
    // than time passes, and in at most 43 reads; the rest is for the next step. `capture` may be
    // null; the intake does not own it. Engine; real-time safe as far as its driver is.
    void step(Time now) noexcept;
    // Null: none. Engine; real-time safe.
    void set_capture(Capture* capture) noexcept;
    // Mixes `count` clicks, a second apart, into what comes next, be it sound or silence. Engine;
    // real-time safe.
    void play_clicks(int count) noexcept { clicks_.start(history_.end(), count); }
    // Into everything that comes next, be it sound or silence. Engine; real-time safe.
    void set_infrasound(bool on) noexcept { infrasound_.set_on(on); }
    // Engine; real-time safe.
    [[nodiscard]] Capture* capture() const noexcept { return capture_; }
    [[nodiscard]] IntakeCounters counters() const noexcept { return counters_; }
    // How late frames come into the history, measured against the timeline once that is locked.
    // Engine; real-time safe.
    [[nodiscard]] std::optional<Duration> lateness() const noexcept {
        return lateness_.usual_worst();
    }

  private:
    void place(const CaptureStamp& stamp) noexcept;
    void observe(const CaptureStamp& stamp) noexcept;
    void note_lateness(const CaptureStamp& stamp) noexcept;
    void allow_for_time_passed(Time now) noexcept;
    [[nodiscard]] bool take_block(Time now) noexcept;
    void take(std::span<StereoFrame> block, const CaptureRead& read, Time now) noexcept;
    void fill_until(Position position) noexcept;
    void append_silence_until(Position position) noexcept;
    void fill_what_is_missing(Time now) noexcept;
    void measure_lateness(Time now) noexcept;
    void meter(std::span<const StereoFrame> block) noexcept;
    void note_sound(std::span<const StereoFrame> block, Position first) noexcept;

    Timeline& timeline_;
    PcmHistory& history_;
    Capture* capture_ = nullptr;
    std::optional<Time> waiting_since_;  // for the very first frames
    bool heard_ = false;    // anything yet: what was before the first block is not lost
    bool placed_ = false;   // whether origin_ is known since the device's last start
    Position origin_{0};    // stream position of the device's frame 0
    Frames taken_{0};       // read from the device since its last start
    Frames stamped_{0};     // the device's count at the newest stamp; 0: none since its last start
    Frames least_move_{0};  // between two stamps of this device; 0: not known yet
    Time stepped_{};
    Duration allowed_{};      // how much sound may be taken now
    Duration newest_late_{};  // what the newest stamp of this step tells
    LatenessMeter lateness_;
    IntakeCounters counters_;
    LevelMeter meter_;
    FlawMeter flaw_meter_;
    ClickTrack clicks_;
    Infrasound infrasound_;
    std::array<StereoFrame, 1024> buffer_{};
};

}  // namespace tandem
