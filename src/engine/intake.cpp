// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/engine/intake.hpp"

#include <algorithm>
#include <utility>

namespace tandem {
namespace {

// A device that is this far behind has stalled. While one runs, silence follows the clock at such a
// distance that a late block does not fall into what was filled; without one it follows at once, so
// that packets keep their beat.
constexpr Duration kStall = std::chrono::milliseconds{120};
constexpr Duration kBehindWhileFilling = std::chrono::milliseconds{20};
// A step is bounded whatever the device says: so many reads, so many recoveries of it, and so much
// sound, which grows again as time passes (and by a little more, since crystals are off).
constexpr int kMostReads = 43;  // a second at 44.1 kHz
constexpr int kMostRestarts = 2;
constexpr Duration kMostOwed = std::chrono::seconds{10};
constexpr int kSlackParts = 100;

}  // namespace

void Intake::set_capture(Capture* capture) noexcept {
    capture_ = capture;
    placed_ = false;
    taken_ = stamped_ = least_move_ = Frames{0};
    if (capture) timeline_.expect_new_rate();
    counters_.state = capture ? IntakeState::running : IntakeState::idle;
}

void Intake::place(const CaptureStamp& stamp) noexcept {
    if (timeline_.started()) {
        origin_ = timeline_.position_at(stamp.time) - stamp.captured;
        timeline_.count_anew();
    } else {
        origin_ = history_.end() - taken_;
    }
    placed_ = true;
}

// What follows a frame that was just missed waits for the device's next move.
void Intake::note_lateness(const CaptureStamp& stamp) noexcept {
    const Frames move = stamp.captured - std::exchange(stamped_, stamp.captured);
    if (move < stamp.captured && move.count > 0)
        least_move_ = least_move_.count > 0 ? std::min(least_move_, move) : move;
    const Duration late = stamp.time - timeline_.time_of(origin_ + stamp.captured);
    newest_late_ = late + duration_of(std::max(capture_->period(), least_move_), timeline_.rate());
}

// A device that lost frames without saying so counts on as if it had not. Its next stamp places it
// anew: the line stays, what is missing becomes silence, what comes twice is skipped.
void Intake::observe(const CaptureStamp& stamp) noexcept {
    note_lateness(stamp);
    if (timeline_.observe(origin_ + stamp.captured, stamp.time) != Observed::parted) return;
    ++counters_.parted;
    place(stamp);
}

void Intake::fill_until(Position position) noexcept {
    const Frames missing = position - history_.end();
    if (missing.count <= 0) return;
    append_silence_until(position);
    if (heard_) counters_.frames_filled += static_cast<std::uint64_t>(missing.count);
}

void Intake::append_silence_until(Position position) noexcept {
    std::array<StereoFrame, 128> piece;
    // What the history would not keep anyway need not be mixed: a gap may be hours long.
    const Position kept = position - history_.length();
    if (history_.end() < kept) history_.append_silence(kept - history_.end());
    const Position mixed = infrasound_.on() ? position : std::min(position, clicks_.end());
    while (history_.end() < mixed) {
        const auto left = static_cast<std::size_t>((position - history_.end()).count);
        const auto part = std::span(piece).first(std::min(left, piece.size()));
        std::fill(part.begin(), part.end(), StereoFrame{});
        clicks_.mix(history_.end(), part);
        infrasound_.mix(history_.end(), part);
        history_.append(part);
    }
    if (history_.end() < position) history_.append_silence(position - history_.end());
}

void Intake::meter(std::span<const StereoFrame> block) noexcept {
    meter_.add(block);
    flaw_meter_.add(block);
    if (meter_.count() < static_cast<std::uint64_t>(timeline_.rate().hz)) return;
    counters_.levels = meter_.levels();
    const Hum before = counters_.flaws.hum;
    counters_.flaws = flaw_meter_.flaws();
    counters_.clippings += counters_.flaws.clippings;
    if (counters_.flaws.hum.hz == 0 && meter_.peak() > kSound) counters_.flaws.hum = before;
    meter_.reset();
    flaw_meter_.reset();
}

void Intake::note_sound(std::span<const StereoFrame> block, Position first) noexcept {
    const bool loud = std::any_of(block.begin(), block.end(), [](const StereoFrame& frame) {
        return frame.left > kSound || frame.left < -kSound || frame.right > kSound ||
               frame.right < -kSound;
    });
    if (loud) counters_.newest_sound = first + Frames{static_cast<std::int64_t>(block.size())};
}

void Intake::take(std::span<StereoFrame> block, const CaptureRead& read, Time now) noexcept {
    const Frames length{static_cast<std::int64_t>(block.size())};
    if (!placed_ && (read.stamped || !block.empty()))
        place(read.stamped ? read.stamp : CaptureStamp{taken_ + length, now});
    if (read.stamped) observe(read.stamp);
    const Position first = origin_ + taken_;
    taken_ = taken_ + length;
    counters_.frames_captured += block.size();
    if (block.empty()) return;
    if (history_.depth() == Depth::samples) {
        meter(block);
        note_sound(block, first);
    }
    fill_until(first);
    const auto late = static_cast<std::size_t>((history_.end() - first).count);
    const std::size_t skipped = std::min(late, block.size());
    counters_.frames_skipped += skipped;
    block = block.subspan(skipped);
    if (history_.end() < clicks_.end()) clicks_.mix(history_.end(), block);
    infrasound_.mix(history_.end(), block);
    history_.append(block);
    heard_ = true;
}

void Intake::fill_what_is_missing(Time now) noexcept {
    if (!timeline_.started()) {
        // No card, or one from which nothing comes: the stream begins now all the same, so that
        // the sinks stay connected.
        if (!waiting_since_) waiting_since_ = now;
        if (!capture_ || now - *waiting_since_ > kStall) timeline_.observe(history_.end(), now);
        return;
    }
    const bool running = counters_.state == IntakeState::running;
    const Duration behind = running ? kBehindWhileFilling : Duration::zero();
    const bool live = running && placed_;
    if (timeline_.position_at(now - (live ? kStall : behind)) <= history_.end()) return;
    if (live) {
        ++counters_.stalls;
        placed_ = false;
    }
    fill_until(timeline_.position_at(now - behind));
}

// Both ways it shows: a stamp tells how late the device was, and each look at the history how far
// it is behind at that moment.
void Intake::measure_lateness(Time now) noexcept {
    const Duration stamped = std::exchange(newest_late_, Duration::zero());
    const bool live = placed_ && counters_.state == IntakeState::running;
    if (!live || timeline_.state() != TimelineState::locked) return;
    lateness_.add(std::max(stamped, now - timeline_.time_of(history_.end())));
}

void Intake::allow_for_time_passed(Time now) noexcept {
    const Duration passed = now - std::exchange(stepped_, now);
    allowed_ = std::min(kMostOwed, allowed_ + passed + passed / kSlackParts);
}

// Returns whether there may be more.
bool Intake::take_block(Time now) noexcept {
    const CaptureRead read = capture_->read(buffer_, now);
    switch (read.status) {
        case CaptureStatus::lost:
            counters_.state = IntakeState::lost;
            placed_ = false;
            return false;
        case CaptureStatus::restarted:
            ++counters_.restarts;
            placed_ = false;
            taken_ = stamped_ = Frames{0};
            return true;
        case CaptureStatus::ok:
            break;
    }
    take(std::span(buffer_).first(read.frames), read, now);
    allowed_ -= duration_of(Frames{static_cast<std::int64_t>(read.frames)}, timeline_.rate());
    return read.frames == buffer_.size() && allowed_ > Duration::zero();
}

void Intake::step(Time now) noexcept {
    allow_for_time_passed(now);
    const std::uint64_t restarts = counters_.restarts + kMostRestarts;
    const bool live = capture_ && counters_.state == IntakeState::running;
    bool more = live && allowed_ > Duration::zero();
    for (int reads = 0; more && reads < kMostReads; ++reads)
        more = take_block(now) && counters_.restarts != restarts;
    measure_lateness(now);
    fill_what_is_missing(now);
}

}  // namespace tandem
