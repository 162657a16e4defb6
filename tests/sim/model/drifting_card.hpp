// SPDX-License-Identifier: GPL-3.0-or-later
// A sound card for long runs: its crystal drifts, its position is seen at ticks and in coarse steps
// only, its interrupts are late, at times very, it loses frames in xruns and can be unplugged.
// Thread: one.
#pragma once

#include <vector>

#include "sim/model/crystal.hpp"
#include "sim/model/dice.hpp"
#include "tandem/audio/capture.hpp"

namespace tandem::sim {

class DriftingCard final : public Capture {
  public:
    struct Settings {
        SampleRate rate{48000};
        Crystal crystal{};
        Duration tick = std::chrono::milliseconds{4};    // positions are seen on this grid,
        Frames grain{128};                               // and in steps of so many
        Duration late = std::chrono::microseconds{300};  // an interrupt is late by up to this
        Frames period{128};
        Time start{std::chrono::seconds{100}};
        // What it captures, over and over: a power of two of frames. Empty: nobody looks at them.
        std::vector<StereoFrame> sound{};
    };

    explicit DriftingCard(Settings settings);

    // No interrupt gets through in [from, from + length): the first one after it has the position
    // from before, with a time stamp that is late by all of it.
    void stall(Time from, Duration length) noexcept;
    // An xrun at `now`: what was captured from the last read on is lost.
    void xrun(Time now) noexcept;
    // Gone, until it is plugged in: then it counts anew. All between is lost.
    void unplug() noexcept;
    void plug_in(Time now) noexcept;
    [[nodiscard]] bool plugged() const noexcept { return plugged_; }

    // When the device's frame `frame`, counted from the start of the world, was at the aux jack.
    [[nodiscard]] Time captured_at(double frame) const noexcept { return clock_.time_of(frame); }
    // The sample that was at the aux jack then.
    [[nodiscard]] StereoFrame sound_at(std::int64_t frame) const noexcept;
    // One past the frame that was read last, from the start of the world.
    [[nodiscard]] std::int64_t taken() const noexcept { return taken_; }
    // The first frame after the last restart.
    [[nodiscard]] std::int64_t taken_at_restart() const noexcept { return origin_; }
    [[nodiscard]] std::uint64_t xruns() const noexcept { return xruns_; }
    // Xruns, and each time it was unplugged or plugged in.
    [[nodiscard]] std::uint64_t interruptions() const noexcept { return interruptions_; }
    [[nodiscard]] std::uint64_t frames_lost() const noexcept { return frames_lost_; }

    CaptureRead read(std::span<StereoFrame> into, Time now) noexcept override;
    std::size_t poll_descriptors(std::span<pollfd>) noexcept override { return 1; }
    Frames period() const noexcept override { return settings_.period; }

  private:
    [[nodiscard]] Duration lateness_of(std::int64_t tick) const noexcept;
    void look(Time now) noexcept;
    void count_anew(Time now) noexcept;
    void interrupt(Time edge, Time at) noexcept;

    Settings settings_;
    CrystalCounter clock_;
    std::int64_t ticks_ = 0;  // done
    Time stall_from_ = Time::max();
    Time stall_until_ = Time::max();
    std::int64_t taken_ = 0;    // these four in frames since the start of the world
    std::int64_t origin_ = 0;   // the device's frame 0
    std::int64_t visible_ = 0;  // as the driver last saw it
    std::int64_t told_ = 0;     // stamped
    Time interrupt_{};          // when the driver saw visible_
    bool restarting_ = false;
    bool plugged_ = true;
    std::uint64_t xruns_ = 0;
    std::uint64_t interruptions_ = 0;
    std::uint64_t frames_lost_ = 0;
};

}  // namespace tandem::sim
