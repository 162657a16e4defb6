// SPDX-License-Identifier: GPL-3.0-or-later
// The engine, its card, one controller's air and two speakers in virtual time, and what happens in
// a living room in a month. The engine's code is the product's; around it the room does what the
// bridge does on the control thread: it plans, attaches and detaches. Thread: one.
#pragma once

#include <array>
#include <memory>
#include <optional>

#include "sim/model/air.hpp"
#include "sim/model/drifting_card.hpp"
#include "sim/model/happenings.hpp"
#include "sim/model/listener.hpp"
#include "sim/model/record.hpp"
#include "sim/model/room_sink.hpp"
#include "sim/model/skew_meter.hpp"
#include "sim/model/speaker.hpp"
#include "sim/model/stream_map.hpp"
#include "tandem/a2dp/profile.hpp"
#include "tandem/engine/engine.hpp"

namespace tandem::sim {

// A speaker's regulation has found the sender's clock and pulled in the error of its first packet.
inline constexpr Duration kSettlingTime = std::chrono::seconds{60};

struct RoomSettings {
    Depth depth = Depth::positions;
    Profile profile = Profile::balanced;
    DriftingCard::Settings card{};
    std::array<SinkSettings, 2> sinks{};
    double air_loss = 0.02;  // share of transmissions that are repeated
    HappeningMeans happenings = kCalm;
    std::optional<std::size_t> spared;  // the sink to which nothing happens that is its own
    std::uint64_t seed = 1;
};

class LivingRoom {
  public:
    explicit LivingRoom(const RoomSettings& settings);
    ~LivingRoom();
    LivingRoom(const LivingRoom&) = delete;
    LivingRoom& operator=(const LivingRoom&) = delete;

    void run(Duration length);

    // Up to date after run().
    [[nodiscard]] Record& record() noexcept { return record_; }
    [[nodiscard]] EngineSnapshot snapshot() const noexcept { return engine_.snapshot(); }
    [[nodiscard]] const DriftingCard& card() const noexcept { return card_; }
    [[nodiscard]] const StreamMap& map() const noexcept { return map_; }
    // What a sink played, in Depth::samples.
    [[nodiscard]] const Heard& heard(std::size_t sink) const noexcept;
    void trim(std::size_t sink, Duration trim);
    // The speaker keeps this much in its buffer from now on, and reports it.
    void change_latency(std::size_t sink, Duration latency);
    // It does so and reports nothing: what nobody can correct.
    void change_latency_unheard(std::size_t sink, Duration latency);
    // All the time in which the machine stood still.
    [[nodiscard]] Duration stood_still() const noexcept { return stood_still_; }
    // Its link takes nothing for so long, and nobody knows.
    void shut_air(std::size_t sink, Duration length) { sinks_[sink]->deaf_until = now_ + length; }
    // What is known of the sink from now on.
    void set_certain(std::size_t sink, bool certain, bool plays_on);
    // By how much speaker 0 was later than speaker 1 when both were heard last.
    [[nodiscard]] Duration newest_skew() const noexcept { return newest_skew_; }
    [[nodiscard]] Duration latency_of(std::size_t sink) const noexcept {
        return sinks_[sink]->latency;
    }
    // Detaches the sink; it comes back by itself after `length`.
    void send_away(std::size_t sink, Duration length);

  private:
    void happen(Happening happening);
    void happen_to(std::size_t sink, Happening happening);
    void unplug();
    void plug_in();
    void stand_still(Duration length);
    void fall_deaf(std::size_t sink, Duration length);
    void report_falsely(std::size_t sink);
    void follow_report(std::size_t sink);
    void reload();
    void begin_anew(std::size_t sink);
    [[nodiscard]] SinkKnowledge knowledge_of(const RoomSink& sink) const;
    void settle_again() noexcept;
    [[nodiscard]] Time next_event() const noexcept;
    void look_around();
    void plan();
    void attach(std::size_t index);
    void detach(std::size_t index);
    void come_back(std::size_t index);
    void leave(std::size_t index);  // detached, and the speaker forgets what it played
    void count_left_out(std::size_t index);
    void sounded(std::size_t index, const Mark& mark);
    void measured(Duration skew, Time at);
    [[nodiscard]] Excuse excuse_at(Time at) const noexcept;

    RoomSettings settings_;
    Time now_;
    Dice dice_;
    DriftingCard card_;
    Engine engine_;
    Air air_;
    Schedule schedule_;
    StreamMap map_;
    SkewMeter meter_;
    Record record_;
    std::array<std::unique_ptr<RoomSink>, 2> sinks_;
    Time next_event_{};
    Time card_back_at_ = Time::max();
    Duration stood_still_{};
    Duration newest_skew_{};
    Time next_compare_ = Time::max();  // of what was heard
    Time settled_at_{};
    Time changed_at_{};  // when the last change is complete
};

}  // namespace tandem::sim
