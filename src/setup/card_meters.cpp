// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/setup/card_meters.hpp"

#include <array>
#include <utility>

namespace tandem {
namespace {

constexpr Duration kList = std::chrono::seconds{1};  // between lists, since listing opens each card
constexpr Duration kShow = std::chrono::milliseconds{250};  // how long a peak is held

}  // namespace

bool is_in_use(const std::optional<CardInUse>& used, const std::string& device) {
    if (!used) return false;
    // For "auto", the description begins with the PCM that was found.
    const auto& description = used->description;
    const auto pcm = used->settings.device == "auto" ? description.substr(0, description.find(' '))
                                                     : used->settings.device;
    return are_one_device(pcm, device);
}

OpenedCard open_card(const std::string& device, const std::optional<CardInUse>& used,
                     const OpenCapture& open) {
    if (is_in_use(used, device)) {
        CaptureSettings settings = used->settings;
        settings.device = device;
        return {settings, nullptr};
    }
    std::optional<CaptureError> refusal;
    for (const int rate : {48000, 44100}) {
        CaptureSettings settings;
        settings.device = device;
        settings.rate.hz = rate;
        try {
            return {settings, open(settings).capture};
        } catch (const CaptureError& error) {
            if (error.reason() != CaptureReason::card_refused) throw;
            if (!refusal) refusal = error;  // the one for the usual rate is the most helpful
        }
    }
    throw CaptureError(*refusal);
}

std::vector<HeardCard> CardMeters::look(Time now) {
    if (!listed_ || now - *listed_ >= kList) look_for_cards(now);
    const bool show = now - shown_ >= kShow;
    if (show) shown_ = now;
    std::vector<HeardCard> heard;
    for (auto& [pcm, card] : cards_) {
        read(card, now);
        if (show && card.opened.capture) {
            card.shown = card.meter.levels();
            card.meter.reset();
        }
        heard.push_back({card.device, card.opened.settings, card.shown, card.trouble});
    }
    return heard;
}

// Keeps open cards open, and retries the others: they may have become free.
void CardMeters::look_for_cards(Time now) {
    listed_ = now;
    used_ = sources_.in_use();
    auto before = std::exchange(cards_, {});
    for (const RecordingDevice& device : sources_.list()) {
        auto& card = cards_[device.pcm()];
        const auto known = before.find(device.pcm());
        if (known != before.end()) card = std::move(known->second);
        card.device = device;
        if (!card.opened.capture) open(card);
        if (is_in_use(used_, device.pcm())) card.shown = used_->levels;
    }
}

void CardMeters::open(Card& card) {
    card.trouble.clear();
    try {
        card.opened = open_card(card.device.pcm(), used_, sources_.open);
    } catch (const CaptureError& error) {
        card.trouble = error.what();
    }
}

void CardMeters::read(Card& card, Time now) {
    std::array<StereoFrame, 1024> block;
    while (card.opened.capture) {
        const CaptureRead read = card.opened.capture->read(block, now);
        if (read.status == CaptureStatus::lost) card.opened.capture.reset();
        card.meter.add(std::span(block).first(read.frames));
        if (read.frames == 0) return;
    }
}

}  // namespace tandem
