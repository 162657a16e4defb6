// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON form has the members' names as keys, in their order.
#include <fmt/format.h>

#include <concepts>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <type_traits>

#include "tandem/base/printable_text.hpp"
#include "tandem/bluez/reasons.hpp"
#include "tandem/status/status.hpp"

namespace tandem {
namespace {

using Json = nlohmann::ordered_json;

template <typename Given, typename Wanted>
concept MaybeConst = std::same_as<std::remove_const_t<Given>, Wanted>;

// One list of members serves both ways: `visit` gets each name with its member.
void members(MaybeConst<SinkStatus> auto& sink, auto&& visit) {
    visit("name", sink.name);
    visit("address", sink.address);
    visit("state", sink.state);
    visit("reason", sink.reason);
    visit("detail", sink.detail);
    visit("since_s", sink.since_s);
    visit("released_s", sink.released_s);
    visit("codec", sink.codec);
    visit("bitpool", sink.bitpool);
    visit("frames_per_packet", sink.frames_per_packet);
    visit("write_mtu", sink.write_mtu);
    visit("latency_ms", sink.latency_ms);
    visit("latency_origin", sink.latency_origin);
    visit("latency_age_s", sink.latency_age_s);
    visit("doubtful_s", sink.doubtful_s);
    visit("doubt", sink.doubt);
    visit("delay_ms", sink.delay_ms);
    visit("trim_ms", sink.trim_ms);
    visit("trim_saved", sink.trim_saved);
    visit("gain_db", sink.gain_db);
    visit("gain_saved", sink.gain_saved);
    visit("muted", sink.muted);
    visit("volume_percent", sink.volume_percent);
    visit("guard_ms", sink.guard_ms);
    visit("source_latency_ms", sink.source_latency_ms);
    visit("packets_sent", sink.packets_sent);
    visit("packets_dropped", sink.packets_dropped);
    visit("dropped_last_minute", sink.dropped_last_minute);
    visit("queued", sink.queued);
    visit("frames_shared", sink.frames_shared);
    visit("rssi_db", sink.rssi_db);
    visit("link_quality", sink.link_quality);
}

void members(MaybeConst<CaptureStatusReport> auto& capture, auto&& visit) {
    visit("device", capture.device);
    visit("description", capture.description);
    visit("state", capture.state);
    visit("reason", capture.reason);
    visit("detail", capture.detail);
    visit("level_left_dbfs", capture.level_left_dbfs);
    visit("level_right_dbfs", capture.level_right_dbfs);
    visit("rms_left_dbfs", capture.rms_left_dbfs);
    visit("rms_right_dbfs", capture.rms_right_dbfs);
    visit("silent_s", capture.silent_s);
    visit("clippings", capture.clippings);
    visit("clippings_last_minute", capture.clippings_last_minute);
    visit("offset_left", capture.offset_left);
    visit("offset_right", capture.offset_right);
    visit("hum_hz", capture.hum_hz);
    visit("hum_dbfs", capture.hum_dbfs);
    visit("xruns", capture.xruns);
    visit("frames_lost", capture.frames_lost);
}

void members(MaybeConst<TimelineStatus> auto& timeline, auto&& visit) {
    visit("locked", timeline.locked);
    visit("state", timeline.state);
    visit("rate_ppm", timeline.rate_ppm);
    visit("jitter_us", timeline.jitter_us);
    visit("lateness_ms", timeline.lateness_ms);
    visit("position", timeline.position);
    visit("time_ns", timeline.time_ns);
}

void members(MaybeConst<BridgeStatus> auto& status, auto&& visit) {
    visit("version", status.version);
    visit("summary", status.summary);
    visit("bluetooth", status.bluetooth);
    visit("bluetooth_detail", status.bluetooth_detail);
    visit("profile", status.profile);
    visit("volume", status.volume);
    visit("rate_hz", status.rate_hz);
    visit("realtime", status.realtime);
    visit("uptime_s", status.uptime_s);
    visit("skew_ms", status.skew_ms);
    visit("capture", status.capture);
    visit("timeline", status.timeline);
    visit("sinks", status.sinks);
}

template <typename Value>
Json written(const Value& value) {
    if constexpr (std::is_arithmetic_v<Value> || std::same_as<Value, std::string>) {
        return value;
    } else if constexpr (std::same_as<Value, ReasonCode>) {
        return word_of(value);
    } else if constexpr (std::same_as<Value, std::optional<double>>) {
        return value ? Json(*value) : Json();
    } else if constexpr (std::same_as<Value, std::vector<SinkStatus>>) {
        Json list = Json::array();
        for (const auto& element : value)
            list.push_back(written(element));
        return list;
    } else {
        Json object = Json::object();
        members(value, [&object](const char* name, const auto& member) {
            object[name] = written(member);
        });
        return object;
    }
}

// A member that is missing or null (a number that was not finite) keeps its default, so that
// neighbouring versions of tandemd and tandemctl understand each other.
template <typename Value>
void read_into(Value& value, const Json& json) {
    if constexpr (std::is_arithmetic_v<Value> || std::same_as<Value, std::string>) {
        json.get_to(value);
    } else if constexpr (std::same_as<Value, ReasonCode>) {
        value = reason_of(json.get<std::string>());
    } else if constexpr (std::same_as<Value, std::optional<double>>) {
        json.get_to(value.emplace());
    } else if constexpr (std::same_as<Value, std::vector<SinkStatus>>) {
        if (!json.is_array()) throw std::runtime_error{"status: \"sinks\" is not a list"};
        for (const auto& element : json)
            read_into(value.emplace_back(), element);
    } else {
        if (!json.is_object()) throw std::runtime_error{"status: a part of it is no JSON object"};
        members(value, [&json](const char* name, auto& member) {
            const auto found = json.find(name);
            if (found != json.end() && !found->is_null()) read_into(member, *found);
        });
    }
}

// What comes from cards and drivers. The names of sinks were looked at as the configuration was
// read.
void make_printable(BridgeStatus& status) {
    for (std::string* text :
         {&status.capture.device, &status.capture.description, &status.capture.detail})
        *text = printable_text(*text);
    for (SinkStatus& sink : status.sinks)
        sink.detail = printable_text(sink.detail);
}

}  // namespace

std::string to_json(const BridgeStatus& status) {
    constexpr int indent = 2;
    // Names come from cards and files: what is no UTF-8 is replaced, never fatal.
    return written(status).dump(indent, ' ', false, Json::error_handler_t::replace);
}

BridgeStatus status_from_json(const std::string& json) {
    try {
        const auto parsed = Json::parse(json);
        if (!parsed.is_object() || !parsed.contains("version") || !parsed.contains("sinks")) {
            throw std::runtime_error{
                "status: this JSON has no \"version\" and \"sinks\"; is it from another program?"};
        }
        BridgeStatus status;
        read_into(status, parsed);
        make_printable(status);
        return status;
    } catch (const Json::exception& error) {
        throw std::runtime_error{
            fmt::format("status: not a status of tandemd: {}; have tandemd and tandemctl the same "
                        "version?",
                        error.what())};
    }
}

}  // namespace tandem
