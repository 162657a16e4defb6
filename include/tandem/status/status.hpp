// SPDX-License-Identifier: GPL-3.0-or-later
// The state of the bridge as a value, and its JSON form: the property Status of io.tandem.Bridge1,
// printed by `tandemctl status --json`. Thread: any.
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
    // If it is released for a time: what is left of that.
    std::optional<double> released_s;
    std::string codec;  // "SBC 48 kHz joint stereo"; empty unless configured
    int bitpool = 0;
    int frames_per_packet = 0;
    std::size_t write_mtu = 0;
    double latency_ms = 0;
    std::string latency_origin;  // name_of(LatencyOrigin)
    // Since it was reported or measured; null if it was neither.
    std::optional<double> latency_age_s;
    // For so long it has not been certain when the speaker is heard, and why; null: it is certain
    // as far as the latency is right.
    std::optional<double> doubtful_s;
    std::string doubt;       // "0.4 s without air"
    double delay_ms = 0;     // what Tandem adds
    double trim_ms = 0;      // in force
    bool trim_saved = true;  // the configuration has the same value
    double gain_db = 0;      // as set, even while muted
    bool gain_saved = true;
    bool muted = false;
    // As the speaker reports it; null if it is away or has no absolute volume.
    std::optional<double> volume_percent;
    double guard_ms = 0;           // from the last frame of a packet to its departure
    double source_latency_ms = 0;  // packet length, guard and air time
    std::uint64_t packets_sent = 0;
    std::uint64_t packets_dropped = 0;
    std::uint64_t dropped_last_minute = 0;
    int queued = 0;
    std::uint64_t frames_shared = 0;  // SBC frames taken from another sink's encoder
    // As the controller receives the speaker; null if it does not report that.
    std::optional<double> rssi_db;       // 0 is ideal, negative is weaker
    std::optional<double> link_quality;  // 0 to 1
};

struct CaptureStatusReport {
    std::string device;       // as configured
    std::string description;  // what was opened; may be empty
    std::string state;        // "running" | "failed"
    std::string reason;
    std::string detail;
    double level_left_dbfs = -120;  // peak over the last second
    double level_right_dbfs = -120;
    double rms_left_dbfs = -120;
    double rms_right_dbfs = -120;
    double silent_s = 0;          // since the last sound above -54 dBFS
    std::uint64_t clippings = 0;  // runs of samples at full scale
    std::uint64_t clippings_last_minute = 0;
    double offset_left = 0;  // the mean of the last second, as a fraction of full scale
    double offset_right = 0;
    int hum_hz = 0;  // 50 or 60; 0 if there is no hum
    double hum_dbfs = -120;
    std::uint64_t xruns = 0;
    std::uint64_t frames_lost = 0;  // filled with silence
};

struct TimelineStatus {
    bool locked = false;
    std::string state;  // "idle" | "locking" | "locked"
    double rate_ppm = 0;
    double jitter_us = 0;       // RMS error of the device's time stamps
    double lateness_ms = 0;     // of captured frames, 99.9th percentile; 0 until measured
    std::int64_t position = 0;  // in frames since the start: this one
    std::int64_t time_ns = 0;   // was captured then (CLOCK_MONOTONIC)
};

struct BridgeStatus {
    std::string version;
    std::string summary;    // one line, the STATUS= of systemd
    std::string bluetooth;  // word_of the reason of trouble that belongs to no sink; empty = none
    std::string bluetooth_detail;
    std::string profile;
    std::string volume;  // "speaker" | "fixed", as configured
    int rate_hz = 0;
    bool realtime = false;  // the engine thread has SCHED_FIFO
    double uptime_s = 0;
    // How far apart the playing speakers are, if their latencies are right; null for fewer than
    // two.
    std::optional<double> skew_ms;
    CaptureStatusReport capture;
    TimelineStatus timeline;
    std::vector<SinkStatus> sinks;
};

[[nodiscard]] std::string to_json(const BridgeStatus& status);
// Throws std::runtime_error if `json` is not a status.
[[nodiscard]] BridgeStatus status_from_json(const std::string& json);

}  // namespace tandem
