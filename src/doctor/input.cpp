// SPDX-License-Identifier: GPL-3.0-or-later
// The sound card and the sound that comes in.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "doctor/judges.hpp"

namespace tandem {
namespace {

constexpr double kOffset = 0.01;   // of full scale
constexpr double kMostPpm = 200;   // cheap quartzes are within 100
constexpr double kLowDbfs = -30;   // even quiet music peaks above this
constexpr double kSoundIsNow = 3;  // seconds
constexpr double kLongSilence = 24 * 3600;

bool listens(const DoctorFacts& facts) {
    return facts.status && facts.status->capture.state == "running";
}

Judgement not_heard() {
    return {Outcome::unknown, "Nothing is being captured, so this cannot be checked."};
}

bool can(const CardFacts& card, int rate) {
    if (card.any_between && card.rates.size() == 2)
        return rate >= card.rates[0] && rate <= card.rates[1];
    return std::ranges::find(card.rates, rate) != card.rates.end();
}

}  // namespace

Judgement judge_card(const DoctorFacts& facts) {
    if (!facts.status) return not_running();
    const auto& capture = facts.status->capture;
    if (capture.state != "running")
        return {Outcome::fail, fmt::format("{}: {}", capture.reason, capture.detail),
                "\"arecord -l\" lists the cards that record."};
    if (!capture.reason.empty())
        return {Outcome::warn, fmt::format("{}: {}", capture.reason, capture.detail),
                "Try another USB port, a powered hub, or a larger period_frames."};
    return {Outcome::ok, input_of(capture) + '.'};
}

Judgement judge_card_rate(const DoctorFacts& facts) {
    if (!facts.config) return no_config();
    if (!facts.card)
        return {Outcome::unknown,
                "The configured input is not a USB card that lists its sample rates."};
    const int rate = facts.config->capture.rate.hz;
    if (can(*facts.card, rate))
        return {Outcome::ok, fmt::format("{} supports {} Hz.", facts.card->name, rate)};
    const int other = rate == 48000 ? 44100 : 48000;
    return {Outcome::fail, fmt::format("{} does not support {} Hz.", facts.card->name, rate),
            can(*facts.card, other)
                ? fmt::format("Set rate = {} in [capture].", other)
                : "Set device = \"plughw:...\" in [capture], which converts, or use another card."};
}

Judgement judge_card_mono(const DoctorFacts& facts) {
    if (!facts.card || facts.card->channels == 0)
        return {Outcome::unknown,
                "The configured input is not a USB card that lists its channels."};
    if (facts.card->channels >= 2)
        return {Outcome::ok, fmt::format("{} captures stereo.", facts.card->name)};
    return {Outcome::warn,
            fmt::format("{} is mono: its input is meant for a microphone.", facts.card->name),
            "For stereo, use a card with a line input."};
}

Judgement judge_card_clock(const DoctorFacts& facts) {
    if (!listens(facts) || !facts.status->timeline.locked) return not_heard();
    const double ppm = facts.status->timeline.rate_ppm;
    const auto reason = fmt::format("The card's clock is {:+.0f} ppm off its nominal rate.", ppm);
    if (std::abs(ppm) <= kMostPpm) return {Outcome::ok, reason};
    return {Outcome::warn,
            reason + (ppm < 0 ? " No quartz is: the card loses sound." : " No quartz is."),
            "Try another USB port without a hub, or another card; sound that is lost is heard as "
            "clicks."};
}

Judgement judge_offset(const DoctorFacts& facts) {
    if (!listens(facts)) return not_heard();
    const auto& capture = facts.status->capture;
    const double offset = std::max(std::abs(capture.offset_left), std::abs(capture.offset_right));
    const auto reason = fmt::format("The input has a DC offset of {:.1f} %.", offset * 100);
    if (offset < kOffset) return {Outcome::ok, reason};
    return {
        Outcome::warn, reason,
        "Microphone inputs supply power to the microphone, which causes this: use a line input, or "
        "a cable with coupling capacitors. It makes sound start and stop with a click."};
}

Judgement judge_hum(const DoctorFacts& facts) {
    if (!listens(facts)) return not_heard();
    const auto& capture = facts.status->capture;
    if (capture.hum_hz == 0) return {Outcome::ok, "No mains hum."};
    return {
        Outcome::warn,
        fmt::format("The input hums at {} Hz, {:.0f} dBFS.", capture.hum_hz, capture.hum_dbfs),
        "Put a ground loop isolator into the aux cable, or power the player and this machine from "
        "the same supply."};
}

Judgement judge_clipping(const DoctorFacts& facts) {
    if (!listens(facts)) return not_heard();
    const auto& capture = facts.status->capture;
    if (capture.clippings_last_minute == 0)
        return {Outcome::ok, "Nothing clipped in the last minute."};
    return {Outcome::warn,
            fmt::format("The input clipped {} times in the last minute.",
                        capture.clippings_last_minute),
            "Turn down the player's volume or the card's capture gain (\"alsamixer\", F4)."};
}

Judgement judge_level(const DoctorFacts& facts) {
    if (!listens(facts)) return not_heard();
    if (facts.status->capture.silent_s > kSoundIsNow)
        return {Outcome::unknown, "Nothing is playing, so the level cannot be checked.",
                "Run this again while music plays."};
    const auto reason = fmt::format("The highest peak was {:.1f} dBFS.", facts.loudest_dbfs);
    if (facts.loudest_dbfs >= kLowDbfs) return {Outcome::ok, reason};
    return {Outcome::warn, reason + " That is low.",
            "Turn up the player (an Echo to at least 7 of 10), and the speakers down to match; or "
            "raise "
            "the card's capture gain (\"alsamixer\", F4)."};
}

Judgement judge_last_sound(const DoctorFacts& facts) {
    if (!listens(facts)) return not_heard();
    const double silent = facts.status->capture.silent_s;
    if (silent <= kSoundIsNow) return {Outcome::ok, "There is sound now."};
    const auto reason = fmt::format("The last sound was {} ago.", span_of(silent));
    if (silent < kLongSilence) return {Outcome::ok, reason};
    return {
        Outcome::warn, reason,
        "If the player has played since, check the cable, \"alsamixer\" (F4: is capture on?), and "
        "that device = names the right card."};
}

}  // namespace tandem
