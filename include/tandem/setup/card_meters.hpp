// SPDX-License-Identifier: GPL-3.0-or-later
// A level meter on each card that records. A card that the service captures from cannot be opened a
// second time: its level is the service's. Thread: the caller's.
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

// Whether that is `device`, an ALSA PCM.
[[nodiscard]] bool is_in_use(const std::optional<CardInUse>& used, const std::string& device);

// Opens `device` at 48000 Hz, or at 44100 Hz where it has only that; what the service uses where
// the device is taken by it. Throws CaptureError.
using OpenCapture = std::function<OpenedCapture(const CaptureSettings&)>;
struct OpenedCard {
    CaptureSettings settings;
    std::unique_ptr<Capture> capture;  // null: it is the service's
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

    // Looks at all cards; often enough that none overruns: ten times a second.
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
