// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bridge/sink_volume.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "tandem/base/clock.hpp"
#include "tandem/host/log.hpp"

namespace tandem {
namespace {

// Who turns a volume presses many times: one line once it stands still.
constexpr Duration kStill = std::chrono::seconds{2};

}  // namespace

SinkVolume::SinkVolume(Loop& loop, StateFile& state, const SinkConfig& sink, Ask ask)
    : loop_(loop), state_(state), sink_(sink), ask_(std::move(ask)) {
    if (const auto level = state_.volume(sink_.address)) volume_.remember(*level);
}

void SinkVolume::set_buttons(VolumeButtons buttons) {
    volume_.set_buttons(buttons);
    look();
}

void SinkVolume::reported(std::optional<int> level) {
    volume_.report(level, now_monotonic());
    if (level != told_) tell_ = loop_.after(kStill, [this] { tell(); });
    look();
}

void SinkVolume::set(int level) {
    volume_.set(level);
    look();
}

std::optional<int> SinkVolume::level() const {
    return volume_.level(now_monotonic());
}

void SinkVolume::look() {
    const Time now = now_monotonic();
    if (const auto request = volume_.take_request(now)) ask_(*request);
    if (const auto wanted = volume_.wanted()) state_.learn_volume(sink_.address, *wanted);
    due_.reset();
    if (const auto due = volume_.due())
        due_ = loop_.after(std::max(*due - now, Duration::zero()), [this] { look(); });
}

void SinkVolume::tell() {
    tell_.reset();
    const auto level = volume_.reported();
    if (!level || level == told_) return;
    const int percent = percent_of_volume(*level);
    const std::string before =
        told_ ? fmt::format(" (was {} %)", percent_of_volume(*told_)) : std::string();
    told_ = level;
    log_event(Severity::info, EventKind::volume,
              fmt::format("{}: volume {} %{}", sink_.name, percent, before),
              {{"SINK", sink_.name},
               {"ADDRESS", sink_.address},
               {"VOLUME_PERCENT", std::to_string(percent)}});
}

}  // namespace tandem
