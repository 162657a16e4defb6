// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bridge/roster.hpp"

#include <algorithm>

namespace tandem {
namespace {

// Whether a stream that plays can be kept although the sink's settings changed.
bool same_transport(const SinkConfig& a, const SinkConfig& b) {
    return a.address == b.address && a.adapter == b.adapter && a.virtual_sink == b.virtual_sink;
}

}  // namespace

void Roster::configure(const std::vector<SinkConfig>& wanted, VolumeButtons buttons,
                       const std::function<void(Sink&)>& leaves) {
    const auto is_wanted = [&](const Sink& sink) {
        return std::any_of(wanted.begin(), wanted.end(), [&](const SinkConfig& config) {
            return config.name == sink.config.name && same_transport(config, sink.config);
        });
    };
    for (Sink& sink : sinks_)
        if (!is_wanted(sink)) leaves(sink);
    std::erase_if(sinks_, [&](const Sink& sink) { return !is_wanted(sink); });
    for (const SinkConfig& config : wanted)
        configure_one(config);
    for (Sink& sink : sinks_)
        sink.volume.set_buttons(buttons);
}

// Puts it at the end: in the end all have been there, in the order of the configuration.
void Roster::configure_one(const SinkConfig& config) {
    const auto found = std::find_if(sinks_.begin(), sinks_.end(), [&](const Sink& sink) {
        return sink.config.name == config.name;
    });
    if (found == sinks_.end()) {
        sinks_.emplace_back(config, free_slot(), around_);
        return;
    }
    found->config = config;
    found->trim.configure(config.trim);
    found->gain.configure(config.gain_db);
    sinks_.splice(sinks_.end(), sinks_, found);
}

Sink* Roster::find(const std::string& name) {
    for (Sink& sink : sinks_)
        if (sink.config.name == name) return &sink;
    return nullptr;
}

std::size_t Roster::free_slot() const {
    for (std::size_t slot = 0;; ++slot)
        if (std::none_of(sinks_.begin(), sinks_.end(),
                         [&](const Sink& sink) { return sink.slot == slot; }))
            return slot;
}

}  // namespace tandem
