// SPDX-License-Identifier: GPL-3.0-or-later
// A level meter for each card that records. The card that the service captures from cannot be
// opened twice, so its level comes from the service. Thread: the caller's.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tandem/setup/setup.hpp"

namespace tandem {

// What the service captures from.
struct CardInUse {
    CaptureSettings settings;
    std::string description;  // CaptureStatusReport::description
    Levels levels;
};

// Whether `used` is the ALSA PCM `device`.
[[nodiscard]] bool is_in_use(const std::optional<CardInUse>& used, const std::string& device);

// Opens `device` at 48000 Hz, or at 44100 Hz if that is all it supports. Returns the service's
// settings if the service has it open. Throws CaptureError.
using OpenCapture = std::function<OpenedCapture(const CaptureSettings&)>;
struct OpenedCard {
    CaptureSettings settings;
    std::unique_ptr<Capture> capture;  // null if the service has it
};
[[nodiscard]] OpenedCard open_card(const std::string& device, const std::optional<CardInUse>& used,
                                   const OpenCapture& open);

class CardMeters {
  public:
    struct Sources {
        std::function<std::vector<RecordingDevice>()> list = list_recording_devices;
        OpenCapture open = open_capture;
        std::function<std::optional<CardInUse>()> in_use;
    };
    explicit CardMeters(Sources sources) : sources_(std::move(sources)) {}

    // Reads all cards. Call it at least ten times a second, or a card overruns.
    [[nodiscard]] std::vector<HeardCard> look(Time now);

  private:
    struct Card {
        RecordingDevice device;
        OpenedCard opened;
        std::string trouble;
        LevelMeter meter;
        Levels shown;
    };
    void look_for_cards(Time now);
    void open(Card& card);
    void read(Card& card, Time now);

    Sources sources_;
    std::map<std::string, Card> cards_;  // by PCM
    std::optional<CardInUse> used_;
    std::optional<Time> listed_;
    Time shown_{};
};

}  // namespace tandem
