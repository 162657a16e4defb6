// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/model/speaker_link.hpp"

#include <cstdlib>
#include <cstring>

namespace tandem::sim {

LinkStatus SpeakerLink::send(std::span<const std::uint8_t> packet) noexcept {
    if (!ready(packet.size())) return LinkStatus::full;
    deliver(packet);
    return LinkStatus::sent;
}

void SpeakerLink::deliver(std::span<const std::uint8_t> packet) {
    ++counters_.sent;
    ++record_.packets;
    const auto frames = static_cast<std::size_t>(packet[12] & 0x0fU);
    const auto places = std::span(places_).first(frames);
    pass_over(follow_sequence(static_cast<std::uint16_t>(packet[2] << 8 | packet[3])), frames);
    if (history_.depth() == Depth::positions) {
        const std::uint8_t* octets = packet.data() + kMediaHeaderBytes;
        for (std::size_t i = 0; i < frames; ++i)
            std::memcpy(&places[i], octets + i * sizeof(FinePlace), sizeof(FinePlace));
    } else {
        listen(packet, places);
    }
    follow_content(places);
    const Time arrival = air_.send(kMediaHeaderBytes + frames * sink_.octets, now_);
    sink_.speaker.receive(places, sink_.sbc.frame_length(), arrival);
}

std::int64_t SpeakerLink::follow_sequence(std::uint16_t sequence) noexcept {
    std::int64_t missing = 0;
    if (sink_.sequence) missing = static_cast<std::uint16_t>(sequence - *sink_.sequence - 1);
    record_.missing += static_cast<std::uint64_t>(missing);
    sink_.sequence = sequence;
    return missing;
}

// Missing packets leave a hole in the sound; behind it the content is where it would have been.
void SpeakerLink::pass_over(std::int64_t packets, std::size_t frames) noexcept {
    const Frames hole = sink_.sbc.frame_length() * (packets * static_cast<std::int64_t>(frames));
    sink_.speaker.conceal(hole);
    if (!sink_.expected) return;
    *sink_.expected += hole.count * kFine;
    sink_.slack += hole.count * kFine / kSlewParts;
}

// Packets with samples carry no places: they follow from the RTP timestamp and the planned delay,
// and the listener tells whether that is what is heard.
void SpeakerLink::listen(std::span<const std::uint8_t> packet, std::span<FinePlace> places) {
    std::uint32_t timestamp = 0;
    for (std::size_t i = 4; i < 8; ++i)
        timestamp = timestamp << 8 | packet[i];
    const std::int64_t end = history_.end().frames;
    const auto ago = static_cast<std::int32_t>(static_cast<std::uint32_t>(end) - timestamp);
    const Position first = Position{end - ago} - frames_in(sink_.delay, sink_.sbc.rate);
    const FinePlace length = sink_.sbc.frame_length().count * kFine;
    for (std::size_t i = 0; i < places.size(); ++i)
        places[i] = first.frames * kFine + length * static_cast<FinePlace>(i);
    const bool moves = now_ < sink_.moves_until;
    sink_.listener.hear(packet.subspan(kMediaHeaderBytes),
                        moves ? std::nullopt : std::optional(first));
}

void SpeakerLink::follow_content(std::span<const FinePlace> places) noexcept {
    const FinePlace length = sink_.sbc.frame_length().count * kFine;
    for (const FinePlace place : places) {
        const FinePlace slack = sink_.slack + length / kSlewParts + 2;
        if (sink_.expected && std::abs(place - *sink_.expected) > slack) ++record_.jumps;
        sink_.expected = place + length;
        sink_.slack = 0;
    }
}

}  // namespace tandem::sim
