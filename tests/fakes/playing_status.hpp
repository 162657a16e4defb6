// SPDX-License-Identifier: GPL-3.0-or-later
// The status of a bridge that plays.
#pragma once

#include <string>

#include "tandem/status/status.hpp"

namespace tandem::test {

inline SinkStatus streaming_sink(const std::string& name) {
    SinkStatus sink;
    sink.name = name;
    sink.address = "AA:BB:CC:DD:EE:FF";
    sink.state = "streaming";
    sink.since_s = 11400;
    sink.codec = "SBC 48 kHz joint stereo";
    sink.bitpool = 51;
    sink.frames_per_packet = 6;
    sink.write_mtu = 895;
    sink.latency_ms = 120.25;
    sink.latency_origin = "reported";
    sink.latency_age_s = 240.5;
    sink.delay_ms = 90.5;
    sink.trim_ms = -3;
    sink.gain_db = -6;
    sink.volume_percent = 40;
    sink.source_latency_ms = 24;
    sink.packets_sent = 5'000'000'000;
    sink.packets_dropped = 7;
    sink.queued = 2;
    sink.frames_shared = 12;
    sink.rssi_db = -3;
    sink.link_quality = 1;
    return sink;
}

// Two sinks that play, all well.
inline BridgeStatus playing() {
    BridgeStatus status;
    status.version = "0.1.0";
    status.summary = "2 of 2 sinks play";
    status.profile = "balanced";
    status.rate_hz = 48000;
    status.realtime = true;
    status.uptime_s = 86400.5;
    status.skew_ms = 0.0625;
    status.capture.device = "auto";
    status.capture.description = "hw:1,0 USB Audio";
    status.capture.state = "running";
    status.capture.level_left_dbfs = -12.5;
    status.capture.level_right_dbfs = -13.5;
    status.capture.xruns = 3;
    status.capture.frames_lost = 512;
    status.timeline = {true, "locked", 12.25, 41.5, 3.5, 4'000'000'000'000, 83'333'000'000'000};
    status.sinks = {streaming_sink("left"), streaming_sink("right")};
    return status;
}

}  // namespace tandem::test
