// SPDX-License-Identifier: GPL-3.0-or-later
// The flow: capture -> timeline -> history -> one chain per sink. Passive: it is clocked by whoever
// calls step(), with the time it is told; so a test runs months of it in seconds.
// Thread: engine, but for the constructor; each function says more.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "tandem/audio/capture.hpp"
#include "tandem/audio/pcm_history.hpp"
#include "tandem/engine/chain.hpp"
#include "tandem/engine/intake.hpp"
#include "tandem/timing/timeline.hpp"

namespace tandem {

inline constexpr std::size_t kMostSinks = 4;
inline constexpr std::size_t kMostPollDescriptors = 8;

struct EngineSnapshot {
    TimelineState timeline = TimelineState::idle;
    double rate_ppm = 0;
    double jitter_rms_ns = 0;
    std::optional<Duration> lateness;  // of captured frames: Intake::lateness()
    Position position{0};              // one past the newest frame of the history,
    Time position_time{};              // and when the timeline says that it is captured
    IntakeCounters intake;
    std::array<ChainCounters, kMostSinks> chains{};
    std::array<bool, kMostSinks> attached{};
};

class Engine {
  public:
    // Any thread; allocates the history, so not real-time safe.
    explicit Engine(SampleRate rate, Depth depth = Depth::samples);

    // Does all that is due at `now`; returns when to call again at the latest (sooner if one of
    // poll_descriptors() is ready). Takes at most a second of input, whatever the capture says.
    // Engine; real-time safe as far as the capture's driver is.
    [[nodiscard]] Time step(Time now) noexcept;
    // None after a step that got no frames: a descriptor that is ready all the same would be so
    // again at once. Engine; real-time safe.
    [[nodiscard]] std::size_t poll_descriptors(std::span<pollfd> into) noexcept;

    // Put a new one in (or null) and hand back the old one; the engine owns neither. `sink` is
    // below kMostSinks. Engine; real-time safe: whoever gets the old one frees it elsewhere.
    [[nodiscard]] Chain* exchange_chain(std::size_t sink, Chain* chain) noexcept;
    [[nodiscard]] Capture* exchange_capture(Capture* capture) noexcept;
    // What is to be changed in the chain of `sink`; null: it has none. Engine; real-time safe.
    [[nodiscard]] Chain* chain(std::size_t sink) noexcept { return chains_[sink]; }
    // On all sinks, a second apart. Engine; real-time safe.
    void play_clicks(int count) noexcept { intake_.play_clicks(count); }

    // A tone that keeps speakers awake, mixed into the input. Engine; real-time safe.
    void set_infrasound(bool on) noexcept { intake_.set_infrasound(on); }

    // All of one moment. Engine; real-time safe.
    [[nodiscard]] EngineSnapshot snapshot() const noexcept;
    // Chains are made with these, on control, and use them on the engine thread; they live as long
    // as the engine. Any thread; real-time safe.
    [[nodiscard]] const PcmHistory& history() const noexcept { return history_; }
    [[nodiscard]] FrameCache& frame_cache() noexcept { return frame_cache_; }
    // Engine; real-time safe.
    [[nodiscard]] const Timeline& timeline() const noexcept { return timeline_; }

  private:
    // The sink whose packet is due first goes first: what the others encode ahead is not to hold
    // it up.
    [[nodiscard]] std::array<std::size_t, kMostSinks> by_due_time() const noexcept;

    Timeline timeline_;
    PcmHistory history_;
    Intake intake_;
    FrameCache frame_cache_;
    std::array<Chain*, kMostSinks> chains_{};
    std::array<Time, kMostSinks> due_{};  // when each chain wants to be served next
    bool paced_ = false;                  // the capture has nothing to poll for
    bool got_frames_ = false;             // from the capture, in the last step
};

}  // namespace tandem
