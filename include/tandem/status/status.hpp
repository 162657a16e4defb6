// SPDX-License-Identifier: GPL-3.0-or-later
// What the bridge knows of itself, as a value, and its JSON form: the property Status of
// io.tandem.Bridge1 and what `tandemctl status --json` prints. Thread: control.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tandem/bluez/sink_state.hpp"

namespace tandem {

struct SinkStatus {
    std::string name;
    std::string address;
    std::string state;  // name_of(SinkState)
    ReasonCode reason = ReasonCode::none;
    std::string detail;  // the reason as a sentence
    double since_s = 0;  // seconds in this state
    std::string codec;   // "SBC 48 kHz joint stereo"; empty unless configured
    int bitpool = 0;
    int frames_per_packet = 0;
    std::size_t write_mtu = 0;
    double latency_ms = 0;
    std::string latency_origin;  // name_of(LatencyOrigin)
    // Since it was reported or measured; null for a number nobody learned.
    std::optional<double> latency_age_s;
    double delay_ms = 0;     // what Tandem adds
    double trim_ms = 0;      // in force
    bool trim_saved = true;  // the configuration has the same
    double gain_db = 0;      // as set; what a muted sink gets is nothing
    bool gain_saved = true;
    bool muted = false;
    // As the speaker tells it; null where it tells none (away, or no absolute volume).
    std::optional<double> volume_percent;
    double guard_ms = 0;           // from a packet's last frame to its departure
    double source_latency_ms = 0;  // packet length, guard and air time
    std::uint64_t packets_sent = 0;
    std::uint64_t packets_dropped = 0;
    std::uint64_t dropped_last_minute = 0;
    int queued = 0;
    std::uint64_t frames_shared = 0;  // SBC frames taken from another sink's encoder
    // As the controller hears the speaker; null where it does not tell.
    std::optional<double> rssi_db;       // 0 = as strong as it likes, negative = weaker
    std::optional<double> link_quality;  // 0 to 1
};

struct CaptureStatusReport {
    std::string device;       // as configured
    std::string description;  // what was opened; empty when nothing is
    std::string state;        // "running" | "failed"
    std::string reason;
    std::string detail;
    double level_left_dbfs = -120;  // peak over the last second
    double level_right_dbfs = -120;
    double rms_left_dbfs = -120;
    double rms_right_dbfs = -120;
    double silent_s = 0;          // since the newest sound above -54 dBFS
    std::uint64_t clippings = 0;  // stretches at full scale
    std::uint64_t clippings_last_minute = 0;
    double offset_left = 0;  // the mean of the newest second, in parts of full scale
    double offset_right = 0;
    int hum_hz = 0;  // 50 or 60, 0: no hum in the newest second that could tell
    double hum_dbfs = -120;
    std::uint64_t xruns = 0;
    std::uint64_t frames_lost = 0;  // filled with silence
};

struct TimelineStatus {
    bool locked = false;
    std::string state;  // "idle" | "locking" | "locked"
    double rate_ppm = 0;
    double jitter_us = 0;       // root mean square of what the device's stamps are off
    double lateness_ms = 0;     // of captured frames, 99.9 %; 0 while it is not measured
    std::int64_t position = 0;  // frames since the start: this one
    std::int64_t time_ns = 0;   // is captured then, CLOCK_MONOTONIC
};

struct BridgeStatus {
    std::string version;
    std::string summary;    // one line, the STATUS= of systemd
    std::string bluetooth;  // word_of the reason of trouble that belongs to no sink; empty = none
    std::string bluetooth_detail;
    std::string profile;
    std::string volume;  // "speaker" | "fixed": what becomes of a press of a speaker's button
    int rate_hz = 0;
    bool realtime = false;  // engine thread runs SCHED_FIFO
    double uptime_s = 0;
    // By how much the speakers that play are apart as far as this end can know; null for fewer
    // than two. A latency that a speaker reports wrongly comes on top.
    std::optional<double> skew_ms;
    CaptureStatusReport capture;
    TimelineStatus timeline;
    std::vector<SinkStatus> sinks;
};

[[nodiscard]] std::string to_json(const BridgeStatus& status);
// Throws std::runtime_error if `json` is not a status.
[[nodiscard]] BridgeStatus status_from_json(const std::string& json);

}  // namespace tandem
