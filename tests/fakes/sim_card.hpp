// SPDX-License-Identifier: GPL-3.0-or-later
// A sound card in virtual time: its clock is off, its interrupts are late, and it can fall over.
// What it captured at device frame n since the world began is noise_at(n): any piece of it can be
// found again in what comes out.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "tandem/audio/capture.hpp"

namespace tandem::test {

// Well mixed bits of `x` (the finaliser of MurmurHash3).
inline std::uint64_t mixed(std::uint64_t x) {
    x ^= x >> 33;
    x *= 0xff51afd7ed558ccdULL;
    x ^= x >> 33;
    x *= 0xc4ceb9fe1a85ec53ULL;
    return x ^ x >> 33;
}

// Reproducible noise, band-limited enough for SBC to keep its shape.
inline StereoFrame noise_at(std::int64_t frame) {
    const auto hash = [](std::uint64_t x) {
        return static_cast<int>(static_cast<std::int16_t>(mixed(x) >> 48)) / 8;
    };
    int left = 0;
    int right = 0;
    for (std::int64_t i = 0; i < 4; ++i) {
        left += hash(static_cast<std::uint64_t>(frame - i) * 2);
        right += hash(static_cast<std::uint64_t>(frame - i) * 2 + 1);
    }
    return {static_cast<std::int16_t>(left), static_cast<std::int16_t>(right)};
}

class SimCard final : public Capture {
  public:
    struct Settings {
        SampleRate rate{48000};
        double ppm = 0;
        Duration tick{0};  // positions are seen on this grid only (snd-aloop: 4 ms)
        Duration late{0};  // an interrupt is late by up to this
        Frames period{128};
        Time start{std::chrono::seconds{100}};
    };

    explicit SimCard(const Settings& settings) : settings_(settings), taken_(0) {}

    // What the card has heard at `time`, in frames since its start; a real number in truth.
    [[nodiscard]] std::int64_t heard(Time time) const {
        const auto ns = static_cast<long double>((time - settings_.start).count());
        return static_cast<std::int64_t>(ns * settings_.rate.hz * (1 + settings_.ppm / 1e6L) /
                                         1e9L);
    }
    // When frame `frame` was in the air at the aux jack.
    [[nodiscard]] Time heard_at(std::int64_t frame) const {
        const long double seconds =
            static_cast<long double>(frame) / (settings_.rate.hz * (1 + settings_.ppm / 1e6L));
        return settings_.start + Duration{std::llround(seconds * 1e9L)};
    }

    // The frames of [from, now) are lost and the device restarts now, as after an xrun.
    void xrun_at(Time now) { restart_at_ = heard(now); }
    void unplug() { lost_ = true; }
    // The next frames are lost and the device counts on as if nothing had been.
    void lose(Frames frames) {
        taken_ += frames.count;
        origin_ += frames.count;
    }
    // Delivers nothing (without any error) while `frozen`.
    void freeze(bool frozen) { frozen_ = frozen; }

    CaptureRead read(std::span<StereoFrame> into, Time now) noexcept override {
        if (lost_) return {.status = CaptureStatus::lost};
        if (restart_at_ > 0) {
            origin_ = taken_ = restart_at_;
            restart_at_ = 0;
            return {.status = CaptureStatus::restarted};
        }
        const std::int64_t visible = frozen_ ? taken_ : visible_at(now);
        CaptureRead result;
        while (result.frames < into.size() && taken_ < visible)
            into[result.frames++] = noise_at(taken_++);
        if (visible > seen_) {
            result.stamped = true;
            result.stamp = {Frames{visible - origin_}, interrupt_};
            seen_ = visible;
        }
        return result;
    }
    std::size_t poll_descriptors(std::span<pollfd>) noexcept override { return 0; }
    Frames period() const noexcept override { return settings_.period; }

  private:
    // The pointer moves at interrupts only: at ticks, or at the ends of periods; by whole periods,
    // and late.
    [[nodiscard]] std::int64_t visible_at(Time now) {
        const bool ticks = settings_.tick > Duration{0};
        std::int64_t edge =
            ticks ? (now - settings_.start) / settings_.tick : heard(now) / settings_.period.count;
        for (; edge > edge_; --edge) {
            const Time at = ticks ? settings_.start + settings_.tick * edge
                                  : heard_at(edge * settings_.period.count);
            const Time due = at + lateness_of(edge);
            if (now < due) continue;
            edge_ = edge;
            const std::int64_t periods = ticks ? heard(at) / settings_.period.count : edge;
            if (periods > interrupts_) interrupt_ = due;
            interrupts_ = std::max(interrupts_, periods);
        }
        return interrupts_ * settings_.period.count;
    }
    [[nodiscard]] Duration lateness_of(std::int64_t edge) const {
        const auto most = static_cast<std::uint64_t>(settings_.late.count());
        return Duration{
            static_cast<std::int64_t>(mixed(static_cast<std::uint64_t>(edge)) % (most + 1))};
    }

    Settings settings_;
    std::int64_t taken_;       // frames since the world began
    std::int64_t origin_ = 0;  // the device's frame 0
    std::int64_t seen_ = 0;
    std::int64_t restart_at_ = 0;
    std::int64_t edge_ = 0;        // the newest tick or period whose interrupt came
    std::int64_t interrupts_ = 0;  // periods seen
    Time interrupt_{};
    bool lost_ = false;
    bool frozen_ = false;
};

}  // namespace tandem::test
