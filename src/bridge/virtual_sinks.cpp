// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bridge/virtual_sinks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <variant>

#include "tandem/a2dp/capabilities.hpp"
#include "tandem/a2dp/packetizer.hpp"
#include "tandem/audio/wav.hpp"

namespace tandem {
namespace {

std::unique_ptr<VirtualSink> make(const std::string& name, const VirtualSink::Settings& settings) {
    try {
        return std::make_unique<VirtualSink>(settings);
    } catch (const WavError& error) {
        throw std::runtime_error(fmt::format(
            "sink \"{}\": wav: {}; name a WAV file in a folder that tandemd may write to", name,
            error.what()));
    } catch (const std::system_error& error) {
        throw std::runtime_error(fmt::format(
            "sink \"{}\": the virtual sink cannot start ({}): free memory, or allow more tasks and "
            "open files (TasksMax= and LimitNOFILE= in the unit)",
            name, error.what()));
    }
}

}  // namespace

bool VirtualSinks::plays_on(const SinkConfig& sink, const StreamTarget& stream) const {
    const auto found = running_.find(sink.name);
    return stream == stream_ && found != running_.end() &&
           found->second.config == sink.virtual_sink;
}

VirtualSink::Settings VirtualSinks::settings_for(const SinkConfig& sink,
                                                 const StreamTarget& stream) const {
    const auto chosen = choose_configuration(SbcOctets{0xFF, 0xFF, 2, 53}, stream.rate,
                                             stream.profile, stream.bitpool);
    return {.config = std::get<SbcConfig>(chosen),
            .latency = from_ms(sink.virtual_sink.latency_ms),
            .clock_ppm = sink.virtual_sink.clock_ppm,
            .rules = {.kind = sink.virtual_sink.kind},
            .wav = sink.virtual_sink.wav,
            .epoch = epoch_};
}

VirtualSinks::Prepared VirtualSinks::prepare(std::vector<SinkConfig> sinks,
                                             const StreamTarget& stream) const {
    Prepared prepared{std::move(sinks), stream, {}};
    for (const SinkConfig& sink : prepared.sinks)
        if (!plays_on(sink, stream))
            prepared.made[sink.name] = make(sink.name, settings_for(sink, stream));
    return prepared;
}

void VirtualSinks::configure(Prepared prepared) {
    // First, since one that goes may write to the file that another one begins.
    for (auto running = running_.begin(); running != running_.end();) {
        const bool stays =
            std::any_of(prepared.sinks.begin(), prepared.sinks.end(), [&](const SinkConfig& sink) {
                return sink.name == running->first && !prepared.made.contains(sink.name);
            });
        if (!stays) events_.stream_stopped(running->first);
        running = stays ? std::next(running) : running_.erase(running);
    }
    stream_ = prepared.stream;
    for (const SinkConfig& sink : prepared.sinks)
        if (const auto made = prepared.made.find(sink.name); made != prepared.made.end())
            start(sink, std::move(made->second));
}

void VirtualSinks::start(const SinkConfig& sink, std::unique_ptr<VirtualSink> made) {
    VirtualSink& started = *made;
    running_[sink.name] = {sink.virtual_sink, std::move(made)};
    const VirtualSink::Settings settings = settings_for(sink, stream_);
    const SbcConfig& sbc = settings.config;
    events_.stream_started(
        sink.name,
        {.socket = started.take_socket(), .write_mtu = started.write_mtu(), .config = sbc});
    const int frames = frames_that_fit(started.write_mtu(), sbc.frame_bytes(),
                                       settings_of(stream_.profile).frames_per_packet);
    const Duration sbc_frame = duration_of(sbc.frame_length(), sbc.rate);
    events_.delay_reported(sink.name, settings.rules.latency(settings.latency, frames, sbc_frame));
    events_.state_changed(sink.name, SinkState::streaming, {});
}

}  // namespace tandem
