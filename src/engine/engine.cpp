// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/engine/engine.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace tandem {
namespace {

// Delays reach 1 s of latency and 1 s of trims; the rest is slack for late reads.
constexpr Duration kHistory = std::chrono::milliseconds{2500};
// With nothing due: often enough to notice a stalled card.
constexpr Duration kIdleStep = std::chrono::milliseconds{40};

}  // namespace

Engine::Engine(SampleRate rate, Depth depth)
    : timeline_(rate), history_(frames_in(kHistory, rate), depth), intake_(timeline_, history_) {}

Time Engine::step(Time now) noexcept {
    const std::uint64_t captured = intake_.counters().frames_captured;
    intake_.step(now);
    got_frames_ = intake_.counters().frames_captured != captured;
    Time next = now + kIdleStep;
    for (const std::size_t sink : by_due_time()) {
        if (!chains_[sink]) continue;
        due_[sink] = chains_[sink]->service(timeline_, now);
        next = std::min(next, due_[sink]);
    }
    if (paced_)
        next = std::min(next, now + duration_of(intake_.capture()->period(), timeline_.rate()));
    return next;
}

std::array<std::size_t, kMostSinks> Engine::by_due_time() const noexcept {
    std::array<std::size_t, kMostSinks> sinks{};
    std::iota(sinks.begin(), sinks.end(), std::size_t{0});
    std::sort(sinks.begin(), sinks.end(), [this](std::size_t a, std::size_t b) {
        return due_[a] != due_[b] ? due_[a] < due_[b] : a < b;
    });
    return sinks;
}

std::size_t Engine::poll_descriptors(std::span<pollfd> into) noexcept {
    Capture* capture = intake_.capture();
    if (!capture || !got_frames_) return 0;
    // Packets come often enough to take what was captured; the card need not wake us besides.
    if (std::any_of(chains_.begin(), chains_.end(), [](const Chain* chain) { return chain; }))
        return 0;
    return std::min(capture->poll_descriptors(into), into.size());
}

Chain* Engine::exchange_chain(std::size_t sink, Chain* chain) noexcept {
    return std::exchange(chains_[sink], chain);
}

Capture* Engine::exchange_capture(Capture* capture) noexcept {
    Capture* old = intake_.capture();
    intake_.set_capture(capture);
    std::array<pollfd, kMostPollDescriptors> descriptors;
    paced_ = capture && capture->poll_descriptors(descriptors) == 0;
    return old;
}

EngineSnapshot Engine::snapshot() const noexcept {
    EngineSnapshot snapshot;
    snapshot.timeline = timeline_.state();
    snapshot.rate_ppm = timeline_.rate_ppm();
    snapshot.jitter_rms_ns = timeline_.jitter_rms_ns();
    snapshot.lateness = intake_.lateness();
    snapshot.position = history_.end();
    snapshot.position_time = timeline_.time_of(history_.end());
    snapshot.intake = intake_.counters();
    for (std::size_t i = 0; i < kMostSinks; ++i) {
        snapshot.attached[i] = chains_[i] != nullptr;
        if (chains_[i]) snapshot.chains[i] = chains_[i]->counters();
    }
    return snapshot;
}

}  // namespace tandem
