// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the history a number of frames behind: delay is content, not pacing. At rest on a whole
// frame it is the history bit for bit. A new delay is reached without a click:
//
// - up to 20 ms by a slew: the place that is read moves by 1 +- 0.002 frames a frame (a pitch of
//   3.5 cents), in between the samples by windowed sinc;
// - further, or while both places are quiet, by one cross-fade of 10 ms.
//
// A delay that is no whole number of frames is read between the samples for as long as it lasts.
// The place is a fixed-point number, so a slew ends exactly on the delay that was set.
// Thread: engine, but for the constructor; each function says more.
#pragma once

#include <span>

#include "tandem/audio/frame.hpp"
#include "tandem/audio/pcm_history.hpp"
#include "tandem/audio/sinc_interpolator.hpp"
#include "tandem/base/units.hpp"

namespace tandem {

class DelayLine {
  public:
    static constexpr std::size_t kLongestRead = 128;  // frames

    enum class Motion { at_rest, slewing, fading };

    // `history` must outlive this. `delay` >= 0; what the history no longer keeps is silence. Any
    // thread; the first one of a process computes the interpolator's table, so not real-time safe.
    DelayLine(const PcmHistory& history, SampleRate rate, FineFrames delay) noexcept;

    // Takes effect with the next read. During a slew it goes on from where that is; a cross-fade
    // is finished first. Engine; real-time safe.
    void set_delay(FineFrames delay) noexcept;
    // What was set last. Engine; real-time safe.
    [[nodiscard]] FineFrames delay() const noexcept { return target_; }
    // What the next frame is read with; during a cross-fade, what it comes from. Engine; real-time
    // safe.
    [[nodiscard]] FineFrames present() const noexcept { return present_; }
    // Engine; real-time safe.
    [[nodiscard]] Motion motion() const noexcept { return motion_; }

    // One past the newest frame of the history that a read up to `end` looks at. Engine; real-time
    // safe.
    [[nodiscard]] Position needed(Position end) const noexcept;

    // What stands the delay before `at`, for as many frames as `into` has (at most kLongestRead).
    // A motion goes on by as many frames, whichever they are. Engine; real-time safe.
    void read(Position at, std::span<StereoFrame> into) noexcept;
    // The same with the present delay and without any motion. Engine; real-time safe.
    void recall(Position at, std::span<StereoFrame> into) const noexcept;

  private:
    void start_motion(Position at, Frames length) noexcept;
    [[nodiscard]] bool is_quiet(Position at, Frames length) const noexcept;
    void read_steady(Position at, FineFrames delay, std::span<StereoFrame> into) const noexcept;
    void read_moving(Position at, FineFrames delay, FineFrames step,
                     std::span<StereoFrame> into) const noexcept;
    void slew(Position at, std::span<StereoFrame> into) noexcept;
    void fade(Position at, std::span<StereoFrame> into) noexcept;

    const PcmHistory& history_;
    SincInterpolator interpolator_;
    Frames longest_slew_;
    Frames fade_length_;
    Motion motion_ = Motion::at_rest;
    FineFrames present_;
    FineFrames target_;
    FineFrames fade_to_;  // while fading
    Frames faded_{0};     // while fading: how much of it is done
};

}  // namespace tandem
