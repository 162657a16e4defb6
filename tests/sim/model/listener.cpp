// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/model/listener.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <new>

namespace tandem::sim {
namespace {

constexpr Frames kCodecDelay{73};  // of SBC's encoder and decoder together, with 8 subbands
constexpr int kWarmUp = 2;         // packets until both filters are filled

double squared(StereoFrame frame) noexcept {
    return double(frame.left) * frame.left + double(frame.right) * frame.right;
}

double squared_difference(StereoFrame a, StereoFrame b) noexcept {
    const double left = a.left - b.left;
    const double right = a.right - b.right;
    return left * left + right * right;
}

double decibels(double signal, double error) noexcept {
    return 10 * std::log10((signal + 1) / (error + 1));
}

}  // namespace

Listener::Listener() {
    if (sbc_init(&sbc_, 0) != 0) throw std::bad_alloc();
    sbc_.endian = SBC_LE;
}

Listener::~Listener() {
    sbc_finish(&sbc_);
}

void Listener::begin() {
    sbc_reinit(&sbc_, 0);
    sbc_.endian = SBC_LE;
    begun_ = 0;
}

void Listener::hear(std::span<const std::uint8_t> sbc_frames, std::optional<Position> place) {
    const std::size_t first = pcm_.size();
    while (!sbc_frames.empty()) {
        std::array<StereoFrame, 128> frame{};
        std::size_t written = 0;
        const ssize_t used = sbc_decode(&sbc_, sbc_frames.data(), sbc_frames.size(), frame.data(),
                                        sizeof(frame), &written);
        if (used <= 0) {
            ++heard_.decode_errors;
            break;
        }
        sbc_frames = sbc_frames.subspan(static_cast<std::size_t>(used));
        pcm_.insert(pcm_.end(), frame.begin(),
                    frame.begin() + static_cast<std::ptrdiff_t>(written / sizeof(StereoFrame)));
    }
    const bool before_the_stream = place && *place < Position{0} + kCodecDelay + Frames{1};
    if (++begun_ <= kWarmUp || !place || before_the_stream) return pcm_.resize(first);
    runs_.push_back({*place - kCodecDelay, first, pcm_.size() - first});
}

void Listener::compare_run(const Run& run, const DriftingCard& card, const StreamMap& map,
                           Energies& energies) {
    const auto sound = [&](Position place) {
        const auto frame = map.frame_at(static_cast<double>(place.frames));
        return frame ? card.sound_at(static_cast<std::int64_t>(*frame)) : StereoFrame{};
    };
    StereoFrame before = sound(run.place - Frames{1});
    StereoFrame now = sound(run.place);
    for (std::size_t i = 0; i < run.count; ++i) {
        const Position place = run.place + Frames{static_cast<std::int64_t>(i)};
        const StereoFrame after = sound(place + Frames{1});
        const StereoFrame heard = pcm_[run.first + i];
        energies.signal += squared(now);
        energies.error += squared_difference(heard, now);
        energies.early += squared_difference(heard, after);
        energies.late += squared_difference(heard, before);
        if (!map.frame_at(static_cast<double>(place.frames))) ++heard_.frames_lost;
        before = now;
        now = after;
    }
    heard_.frames += run.count;
}

void Listener::compare(const DriftingCard& card, const StreamMap& map) {
    if (runs_.empty()) return pcm_.clear();
    Energies energies;
    for (const Run& run : runs_)
        compare_run(run, card, map, energies);
    runs_.clear();
    pcm_.clear();
    ++heard_.stretches;
    heard_.worst_snr_db = std::min(heard_.worst_snr_db, decibels(energies.signal, energies.error));
    heard_.best_shifted_db =
        std::max({heard_.best_shifted_db, decibels(energies.signal, energies.early),
                  decibels(energies.signal, energies.late)});
}

}  // namespace tandem::sim
