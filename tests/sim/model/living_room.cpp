// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/model/living_room.hpp"

#include <algorithm>
#include <utility>

#include "sim/model/speaker_link.hpp"
#include "tandem/a2dp/capabilities.hpp"
#include "tandem/timing/cadence.hpp"
#include "tandem/timing/delay_plan.hpp"

namespace tandem::sim {
namespace {

using namespace std::chrono_literals;

// The limits of the delay line: what is slewed, and how long a fade takes.
constexpr Duration kMostSlewed = 20ms;
constexpr Duration kFade = 10ms;
// How much of the sound is compared at a time: short enough for a lost SBC frame to show.
constexpr Duration kStretch = 100ms;
constexpr Duration kSlack = 50ms;  // a late engine, and what the delay line rounds

SbcConfig negotiated(SampleRate rate, Profile profile) {
    return std::get<SbcConfig>(
        choose_configuration(SbcOctets{0xFF, 0xFF, 2, 53}, rate, profile, std::nullopt));
}

}  // namespace

LivingRoom::LivingRoom(const RoomSettings& settings)
    : settings_(settings),
      now_(settings.card.start),
      dice_(settings.seed),
      card_(settings.card),
      engine_(settings.card.rate, settings.depth),
      air_(settings.air_loss, settings.seed + 1),
      schedule_(settings.happenings, now_, dice_),
      meter_([this](Duration skew, Time at) { measured(skew, at); }),
      record_(now_),
      settled_at_(now_ + 2 * kSettlingTime) {
    (void)engine_.exchange_capture(&card_);
    for (std::size_t i = 0; i < sinks_.size(); ++i)
        sinks_[i] = std::make_unique<RoomSink>(
            settings.sinks[i], negotiated(settings.card.rate, settings.profile),
            settings_of(settings.profile), [this, i](const Mark& mark) { sounded(i, mark); });
    plan();
    for (std::size_t i = 0; i < sinks_.size(); ++i)
        attach(i);
    changed_at_ = now_;
    if (settings.depth == Depth::samples) next_compare_ = now_ + kStretch;
    next_event_ = std::min(schedule_.next(), next_compare_);
}

LivingRoom::~LivingRoom() {
    for (std::size_t i = 0; i < sinks_.size(); ++i)
        detach(i);
}

void LivingRoom::run(Duration length) {
    const Time end = now_ + length;
    while (now_ < end) {
        if (now_ >= next_event_) look_around();
        const Time next = engine_.step(now_);
        map_.follow(card_, engine_.history().end());
        for (std::size_t i = 0; i < sinks_.size(); ++i)
            if (sinks_[i]->chain && sinks_[i]->chain->counters().begin_anew) begin_anew(i);
        now_ = std::max(next, now_ + 1ns) + dice_.between(20us, 120us);
    }
    for (std::size_t i = 0; i < sinks_.size(); ++i) {
        record_.sinks[i].underruns = sinks_[i]->speaker.counters().underruns;
        if (sinks_[i]->chain) count_left_out(i);
    }
}

void LivingRoom::look_around() {
    while (now_ >= schedule_.next())
        happen(schedule_.take());
    if (now_ >= card_back_at_) plug_in();
    for (std::size_t i = 0; i < sinks_.size(); ++i) {
        if (now_ >= sinks_[i]->back_at) come_back(i);
        follow_report(i);
    }
    if (now_ >= next_compare_) {
        for (const auto& sink : sinks_)
            sink->listener.compare(card_, map_);
        next_compare_ += kStretch;
    }
    next_event_ = next_event();
}

Time LivingRoom::next_event() const noexcept {
    Time next = std::min({schedule_.next(), next_compare_, card_back_at_});
    for (const auto& sink : sinks_)
        next = std::min(
            {next, sink->back_at, sink->true_report_at, sink->report.due().value_or(Time::max())});
    return next;
}

void LivingRoom::happen(Happening happening) {
    const std::size_t sink = dice_.bits() % 2;
    switch (happening) {
        case Happening::xrun:
            now_ += dice_.between(5ms, 60ms);
            if (card_.plugged()) card_.xrun(now_);
            break;
        case Happening::card_stall:
            card_.stall(now_, dice_.between(5ms, 30ms));
            break;
        case Happening::engine_stall:
            now_ += dice_.between(5ms, 30ms);
            break;
        case Happening::unplug:
            unplug();
            break;
        case Happening::standstill:
            stand_still(dice_.between(30ms, 3s));
            break;
        case Happening::reload:
            reload();
            break;
        default:
            happen_to(settings_.spared ? 1 - *settings_.spared : sink, happening);
    }
}

void LivingRoom::happen_to(std::size_t sink, Happening happening) {
    switch (happening) {
        case Happening::new_latency:
            // In tenths of a millisecond, as it is reported.
            change_latency(sink, 100us * (dice_.between(80ms, 350ms) / 100us));
            break;
        case Happening::trim:
            trim(sink, dice_.between(-10ms, 10ms));
            break;
        case Happening::leave:
            if (sinks_[0]->chain && sinks_[1]->chain) send_away(sink, dice_.between(10s, 10min));
            break;
        case Happening::radio_blip:
            sinks_[sink]->deaf_until = now_ + dice_.between(10ms, 40ms);
            break;
        case Happening::radio_outage:
            if (sinks_[sink]->chain) fall_deaf(sink, dice_.between(300ms, 10s));
            break;
        case Happening::false_report:
            report_falsely(sink);
            break;
        default:
            break;
    }
}

void LivingRoom::trim(std::size_t sink, Duration trim) {
    sinks_[sink]->trim = trim;
    ++record_.changes;
    plan();
}

void LivingRoom::change_latency(std::size_t sink, Duration latency) {
    sinks_[sink]->latency = latency;
    sinks_[sink]->report.start_stream();
    (void)sinks_[sink]->report.report(latency, now_);
    sinks_[sink]->speaker.set_latency(latency);
    ++record_.changes;
    plan();
}

void LivingRoom::change_latency_unheard(std::size_t sink, Duration latency) {
    sinks_[sink]->speaker.set_latency(latency);
}

void LivingRoom::send_away(std::size_t sink, Duration length) {
    leave(sink);
    sinks_[sink]->back_at = now_ + length;
    next_event_ = std::min(next_event_, sinks_[sink]->back_at);
}

void LivingRoom::plan() {
    std::array<PlannedSink, 2> planned;
    for (std::size_t i = 0; i < planned.size(); ++i)
        planned[i] = {sinks_[i]->source_latency,
                      sinks_[i]->report.value().value_or(sinks_[i]->latency), sinks_[i]->trim};
    const auto delays = plan_delays(planned);
    Time moved_at = now_;
    for (std::size_t i = 0; i < delays.size(); ++i) {
        RoomSink& sink = *sinks_[i];
        const Duration change =
            delays[i] > sink.delay ? delays[i] - sink.delay : sink.delay - delays[i];
        if (change == Duration::zero()) continue;
        const bool slewed = change <= kMostSlewed;
        const Duration motion = slewed ? change * kSlewParts : kFade;
        // The last frame that moves waits for its packet, and then in the slower speaker.
        sink.moves_until = std::max(now_, sink.moves_until) + motion + sink.source_latency + kSlack;
        moved_at = std::max(moved_at, sink.moves_until);
        if (!slewed && sink.chain) ++record_.sinks[i].fades;
        sink.delay = delays[i];
        if (Chain* chain = engine_.chain(i))
            chain->set_delay(frames_in(delays[i], settings_.card.rate));
    }
    changed_at_ =
        std::max(changed_at_, moved_at + std::max(sinks_[0]->latency, sinks_[1]->latency));
}

void LivingRoom::attach(std::size_t index) {
    RoomSink& sink = *sinks_[index];
    const ProfileSettings& profile = settings_of(settings_.profile);
    const Frames step = sink.sbc.frame_length();
    std::vector<Cadence> others;
    if (sinks_[1 - index]->chain) others.push_back(sinks_[1 - index]->cadence);
    sink.cadence.packet = step * sink.frames;
    sink.cadence.guard = profile.guard;
    sink.cadence.phase =
        choose_phase(sink.cadence.packet, sink.cadence.guard, step, others, settings_.card.rate);
    ChainSettings chain;
    chain.sbc = sink.sbc;
    chain.frames_per_packet = sink.frames;
    chain.guard = sink.cadence.guard;
    chain.phase = sink.cadence.phase;
    chain.delay = frames_in(sink.delay, settings_.card.rate);
    chain.sink = knowledge_of(sink);
    chain.not_anew_until = sink.not_anew_until;
    sink.listener.begin();
    sink.sequence.reset();
    sink.expected.reset();
    sink.slack = 0;
    sink.back_at = Time::max();
    sink.report.start_stream();
    (void)sink.report.report(sink.latency, now_);
    sink.chain = std::make_unique<Chain>(
        chain, engine_.history(), engine_.frame_cache(),
        std::make_unique<SpeakerLink>(now_, engine_.history(), air_, sink, record_.sinks[index]));
    (void)engine_.exchange_chain(index, sink.chain.get());
    settled_at_ = std::max(settled_at_, now_ + kSettlingTime);
    ++record_.restarts;
}

void LivingRoom::count_left_out(std::size_t index) {
    RoomSink& sink = *sinks_[index];
    const std::uint64_t left_out = sink.chain->counters().left_out;
    record_.sinks[index].left_out += left_out - std::exchange(sink.left_out, left_out);
}

void LivingRoom::detach(std::size_t index) {
    RoomSink& sink = *sinks_[index];
    if (!sink.chain) return;
    (void)engine_.exchange_chain(index, nullptr);
    count_left_out(index);
    sink.chain.reset();
    sink.left_out = 0;
}

void LivingRoom::leave(std::size_t index) {
    detach(index);
    sinks_[index]->speaker.switch_off();
}

// Its stream may still be there, without hope.
void LivingRoom::come_back(std::size_t index) {
    leave(index);
    attach(index);
}

const Heard& LivingRoom::heard(std::size_t sink) const noexcept {
    return sinks_[sink]->listener.heard();
}

Excuse LivingRoom::excuse_at(Time at) const noexcept {
    if (at < settled_at_) return Excuse::settling;
    return at < changed_at_ ? Excuse::change : Excuse::none;
}

void LivingRoom::sounded(std::size_t index, const Mark& mark) {
    meter_.sounded(index, mark);
    const auto place = static_cast<double>(mark.index) * (kMarkDistance / kFine);
    const auto frame = map_.frame_at(place);
    if (!frame || excuse_at(mark.time) != Excuse::none) return;
    const RoomSink& sink = *sinks_[index];
    const Duration planned = sink.source_latency + sink.delay + sink.latency;
    record_.add_latency(index, to_ms(mark.time - card_.captured_at(*frame) - planned),
                        sink.speaker.excess_ms(), mark.time);
}

void LivingRoom::measured(Duration skew, Time at) {
    newest_skew_ = skew;
    const Duration wanted = sinks_[0]->trim - sinks_[1]->trim;
    record_.add_skew(to_ms(skew - wanted), at, excuse_at(at));
}

}  // namespace tandem::sim
