// SPDX-License-Identifier: GPL-3.0-or-later
// One sink's half of the flow: delay line -> channel strip -> SBC encoder -> packetizer -> link.
//
// Packet k holds the frames [phase + k N, phase + (k + 1) N) of the chain's cadence and leaves at
// time_of(its last frame) + guard, whatever the delay: the delay only chooses which captured
// frames stand in it. A packet that is late leaves as soon as the link takes it; nothing ever
// shifts. What a link does not take waits in the history, not encoded yet: nothing that can still
// sound in time is left out. What cannot is for recover() to decide (timing/recovery.hpp).
//
// Thread: made on control, used on the engine thread; each function says which.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "tandem/a2dp/packetizer.hpp"
#include "tandem/a2dp/sbc_config.hpp"
#include "tandem/a2dp/sbc_encoder.hpp"
#include "tandem/audio/channel_strip.hpp"
#include "tandem/audio/click_track.hpp"
#include "tandem/audio/pcm_history.hpp"
#include "tandem/engine/frame_cache.hpp"
#include "tandem/link/link.hpp"
#include "tandem/timing/calm.hpp"
#include "tandem/timing/delay_line.hpp"
#include "tandem/timing/recovery.hpp"
#include "tandem/timing/timeline.hpp"

namespace tandem {

struct ChainSettings {
    SbcConfig sbc;
    int frames_per_packet = 1;  // SBC frames, from frames_that_fit(): 1..15
    Duration guard{};
    Frames phase{0};  // where the cadence starts
    Role role = Role::stereo;
    double gain_db = 0;
    FineFrames delay{};
    SinkKnowledge sink{};
    // Until then the stream is not begun anew a second time.
    Time not_anew_until{};
    // The connection was just made: the first packet waits until it is calm (timing/calm.hpp).
    bool new_connection = false;
    std::uint32_t ssrc = 1;
};

struct ChainCounters {
    LinkCounters link;
    std::uint64_t waited = 0;    // packets that could not leave at once
    std::uint64_t left_out = 0;  // packets, or parts of one, that could not sound in time
    Duration stall{};            // the longest after which something was left out
    int waiting = 0;             // packets that are due and have not left
    // The speaker's state is not known any more: the stream is to be begun anew, and until then
    // nothing leaves.
    bool begin_anew = false;
    int link_error = 0;        // errno, 0 while the link works
    std::uint64_t shared = 0;  // SBC frames taken from another chain instead of encoded again
    Duration blocked{};        // for so long nothing has left although packets wait
    FineFrames to_go{};        // of a delay that moves: what is still missing
    Duration late{};           // of packets behind their time, on average over some seconds
};

class Chain {
  public:
    // `history` and `cache` must outlive the chain. Control; allocates, so not real-time safe.
    // Throws std::bad_alloc.
    Chain(const ChainSettings& settings, const PcmHistory& history, FrameCache& cache,
          std::unique_ptr<Link> link);

    // Sends everything that is due at `now` and that the link takes; returns when to look again:
    // when the next packet is due, or shortly if one is due already. Engine; real-time safe: it
    // allocates nothing, and the link never waits.
    [[nodiscard]] Time service(const Timeline& timeline, Time now) noexcept;

    // 0 up to the history's length, reached without a click (DelayLine). Engine; real-time safe.
    void set_delay(FineFrames delay) noexcept { delay_line_.set_delay(delay); }
    // dB, reached by a ramp (ChannelStrip). Engine; real-time safe.
    void set_gain_db(double gain_db) noexcept {
        settings_.gain_db = gain_db;
        strip_.set_gain_db(gain_db);
    }
    // Which channels the sink plays, reached by a ramp. Engine; real-time safe.
    void set_role(Role role) noexcept {
        settings_.role = role;
        strip_.set_role(role);
        encoder_at_ = Position{-1};  // it is to remember what came before in the new role
    }

    // From the next packet on: some decoders take the first frame's length for all of a packet's.
    // Within the range that the sink agreed to. Shorter packets leave that much later, so that they
    // arrive when those of the agreed bitpool would. Engine; real-time safe.
    void set_bitpool(int bitpool) noexcept;

    // Another report, or a measurement; from the next stall on. Engine; real-time safe.
    void set_knowledge(const SinkKnowledge& sink) noexcept { settings_.sink = sink; }

    // Three tones in this sink alone, from what it encodes next. Engine; real-time safe.
    void identify() noexcept;

    // Engine, or control once the chain is detached; real-time safe.
    [[nodiscard]] ChainCounters counters() const noexcept;
    // Any thread: it never changes. Real-time safe.
    [[nodiscard]] Frames packet_length() const noexcept { return packet_length_; }

  private:
    [[nodiscard]] bool may_start(Time now) noexcept;
    void start_at(Position captured) noexcept;
    enum class Progress { sent, blocked, not_captured, ended };
    [[nodiscard]] Time due(const Timeline& timeline) const noexcept;
    [[nodiscard]] Progress send_due_packet(Duration late, Time now) noexcept;
    void note_missing(Duration late, Time now) noexcept;
    [[nodiscard]] bool catch_up(Duration late, Time now) noexcept;
    void leave_out(Duration excess) noexcept;
    void encode_captured() noexcept;
    [[nodiscard]] int bitpool_now() const noexcept;
    [[nodiscard]] Duration air_time_with(int bitpool) const noexcept;
    [[nodiscard]] Frames present_length() const noexcept {
        return settings_.sbc.frame_length() * frames_now_;
    }
    void begin_packet() noexcept;
    [[nodiscard]] bool may_share(Position at) const noexcept;
    [[nodiscard]] bool copy_frame(Position at) noexcept;
    void encode_frame(Position at) noexcept;
    void write_place(Position at) noexcept;
    [[nodiscard]] FrameKey key_of(Position at) const noexcept;
    [[nodiscard]] int frames_to_beat() const noexcept;
    void packet_went() noexcept;
    [[nodiscard]] Progress block(Time now) noexcept;
    void note_late(Duration late) noexcept;

    const PcmHistory& history_;
    FrameCache& cache_;
    DelayLine delay_line_;
    ClickTrack tones_;
    ChannelStrip strip_;
    SbcEncoder encoder_;
    Packetizer packetizer_;
    std::unique_ptr<Link> link_;
    ChainSettings settings_;
    Frames packet_length_;
    Duration air_time_;  // of a packet, as agreed
    int wanted_bitpool_;
    Duration air_saved_{};
    Position next_{-1};  // first frame of the next packet; -1: not started
    int frames_now_;     // SBC frames of the next packet: all, or what fills up the cadence
    int encoded_ = 0;    // of them that are in it already
    std::span<const std::uint8_t> ready_;  // the next packet once it is complete; else empty
    Position encoder_at_{-1};              // one past what the encoder took last
    Calm calm_;
    bool begin_anew_ = false;
    bool held_up_ = false;            // the next packet has been refused by the link
    bool air_is_short_ = false;       // the link has refused one since the chain was in time
    Duration latest_{};               // how late the oldest packet was in this stall
    std::array<Time, 16> went_at_{};  // the newest packets, more than a controller holds of a link
    std::uint64_t went_ = 0;
    Duration late_{};             // how late the next packet is
    std::uint64_t waited_ = 0;    // packets
    std::uint64_t shared_ = 0;    // SBC frames that another chain had encoded
    std::uint64_t left_out_ = 0;  // packets
    Duration stall_{};            // the longest after which something was left out
    Time moved_at_{};             // when one left, or none waited
    Duration blocked_{};
    Time shut_until_{};  // the link has taken nothing for long, and is not asked before
    double late_ns_ = 0;
};

}  // namespace tandem
