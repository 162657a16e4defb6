// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bridge/virtual_sinks.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "tandem/a2dp/capabilities.hpp"
#include "tandem/a2dp/packetizer.hpp"

namespace tandem {

void VirtualSinks::configure(const std::vector<SinkConfig>& sinks, const StreamTarget& stream) {
    const bool other_stream = std::exchange(stream_, stream) != stream;
    const auto goes = [&](const auto& entry) {
        const bool stays =
            !other_stream && std::any_of(sinks.begin(), sinks.end(), [&](const SinkConfig& sink) {
                return sink.name == entry.first && sink.virtual_sink == entry.second.config;
            });
        if (!stays) events_.stream_stopped(entry.first);
        return !stays;
    };
    std::erase_if(running_, goes);
    for (const SinkConfig& sink : sinks)
        if (!running_.contains(sink.name)) start(sink);
}

void VirtualSinks::start(const SinkConfig& sink) {
    const auto chosen = choose_configuration(SbcOctets{0xFF, 0xFF, 2, 53}, stream_.rate,
                                             stream_.profile, stream_.bitpool);
    const VirtualSink::Settings settings{
        .config = std::get<SbcConfig>(chosen),
        .latency = from_ms(sink.virtual_sink.latency_ms),
        .clock_ppm = sink.virtual_sink.clock_ppm,
        .rules = {.kind = sink.virtual_sink.kind},
        .wav = sink.virtual_sink.wav,
        .epoch = epoch_,
    };
    Running& running =
        running_[sink.name] = {sink.virtual_sink, std::make_unique<VirtualSink>(settings)};
    const std::size_t write_mtu = running.sink->write_mtu();
    events_.stream_started(
        sink.name,
        {.socket = running.sink->take_socket(), .write_mtu = write_mtu, .config = settings.config});
    const int frames = frames_that_fit(write_mtu, settings.config.frame_bytes(),
                                       settings_of(stream_.profile).frames_per_packet);
    const Duration sbc_frame = duration_of(settings.config.frame_length(), settings.config.rate);
    events_.delay_reported(sink.name, settings.rules.latency(settings.latency, frames, sbc_frame));
    events_.state_changed(sink.name, SinkState::streaming, {});
}

}  // namespace tandem
