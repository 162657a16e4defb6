// SPDX-License-Identifier: GPL-3.0-or-later
// The engine, a card and recording links in virtual time: nothing sleeps, nothing is random twice.
#pragma once

#include <array>
#include <memory>

#include "fakes/recording_link.hpp"
#include "fakes/sim_card.hpp"
#include "tandem/a2dp/capabilities.hpp"
#include "tandem/engine/engine.hpp"

namespace tandem::test {

class SimWorld {
  public:
    explicit SimWorld(const SimCard::Settings& card = {})
        : now(card.start), card(card), engine(card.rate), rate_(card.rate) {
        (void)engine.exchange_capture(&this->card);
        for (Recording& recording : recordings)
            recording.now = &now;
    }

    static SbcConfig sbc(SampleRate rate) {
        return std::get<SbcConfig>(choose_configuration(SbcOctets{0xFF, 0xFF, 2, 53}, rate,
                                                        Profile::balanced, std::nullopt));
    }

    ChainSettings settings(std::size_t sink, Frames delay = {}) const {
        ChainSettings settings;
        settings.sbc = sbc(rate_);
        settings.frames_per_packet = 7;
        settings.guard = std::chrono::milliseconds{6};
        settings.phase = Frames{448} * static_cast<std::int64_t>(sink);
        settings.delay = delay;
        return settings;
    }

    void attach(std::size_t sink, const ChainSettings& settings) {
        chains[sink] = std::make_unique<Chain>(settings, engine.history(), engine.frame_cache(),
                                               std::make_unique<RecordingLink>(recordings[sink]));
        (void)engine.exchange_chain(sink, chains[sink].get());
    }

    // Steps the engine whenever it asks for it, `wake_late` after that.
    void run(Duration length, Duration wake_late = Duration{30'000}) {
        const Time end = now + length;
        while (now < end) {
            const Time next = engine.step(now);
            now = std::max(next, now + Duration{1}) + wake_late;
        }
    }

    // By how many frames what stands at `at` was heard later; 99: it was not heard near there.
    int shift_at(Position at) const {
        std::array<StereoFrame, 1> heard;
        engine.history().read(at, heard);
        int found = 99;
        for (int shift = -4; shift <= 4; ++shift)
            if (heard[0] == noise_at(at.frames + shift)) found = shift;
        return found;
    }

    Time now;
    SimCard card;
    Engine engine;
    std::array<Recording, kMostSinks> recordings;
    std::array<std::unique_ptr<Chain>, kMostSinks> chains;

  private:
    SampleRate rate_;
};

}  // namespace tandem::test
