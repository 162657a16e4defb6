// SPDX-License-Identifier: GPL-3.0-or-later
#include "hci.hpp"

#include <gtest/gtest.h>

namespace lab::test {
namespace {

std::vector<Bytes> packets_in_pieces_of(const Bytes& stream, std::size_t size) {
    std::vector<Bytes> taken;
    Bytes rest;
    for (std::size_t at = 0; at < stream.size(); at += size) {
        const auto piece = std::span{stream}.subspan(at, std::min(size, stream.size() - at));
        take_packets(rest, piece,
                     [&](auto packet) { taken.emplace_back(packet.begin(), packet.end()); });
    }
    EXPECT_TRUE(rest.empty()) << "in pieces of " << size;
    return taken;
}

TEST(H4Stream, IsTheSamePacketsWhateverItsPieces) {
    const Bytes command{kCommand, 0x05, 0x10, 0};
    const Bytes event{kEvent, kCompletedPackets, 5, 1, 0x10, 0, 1, 0};
    Bytes data{kAcl, 0x10, 0x20, 0xfd, 0x03};
    data.resize(5 + 1021, kEvent);
    Bytes stream;
    for (const Bytes& packet : {command, data, event, data})
        stream.insert(stream.end(), packet.begin(), packet.end());
    for (std::size_t size = 1; size <= stream.size(); ++size)
        ASSERT_EQ(packets_in_pieces_of(stream, size), (std::vector{command, data, event, data}))
            << "in pieces of " << size;
}

TEST(H4Stream, RefusesWhatIsNoPacket) {
    Bytes rest;
    const Bytes noise{0xff, 0x00};
    EXPECT_THROW(take_packets(rest, noise, [](auto) { FAIL() << "there was no packet"; }),
                 std::runtime_error);
}

}  // namespace
}  // namespace lab::test
