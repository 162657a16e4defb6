// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/model/virtual_sink.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "fakes/temporary_folder.hpp"
#include "tandem/a2dp/packetizer.hpp"
#include "tandem/a2dp/sbc_encoder.hpp"
#include "tandem/audio/wav.hpp"
#include "tandem/base/clock.hpp"

namespace tandem {
namespace {

std::span<const std::uint8_t> click(Packetizer& packetizer, SbcEncoder& encoder) {
    packetizer.begin(Position{0});
    std::array<StereoFrame, 128> block{};
    for (std::size_t i = 32; i < 96; ++i)
        block[i] = {20000, -20000};
    for (int frame = 0; frame < 4; ++frame)
        packetizer.commit(encoder.encode(block, packetizer.room()));
    return packetizer.finish();
}

// Without waiting for the sound itself: what sounds when is VirtualSpeaker's test.
TEST(VirtualSink, HearsItsSocketAndKeepsItsTimeAxis) {
    const std::string path = testing::TempDir() + "virtual_sink.wav";
    const SbcConfig config;
    Packetizer packetizer(1);
    SbcEncoder encoder(config);
    const Time epoch = now_monotonic() - std::chrono::milliseconds{2500};
    VirtualSink sink({.config = config, .wav = path, .epoch = epoch});
    const OwnedFd socket = sink.take_socket();
    const auto packet = click(packetizer, encoder);
    ASSERT_EQ(::send(socket.get(), packet.data(), packet.size(), MSG_DONTWAIT),
              static_cast<ssize_t>(packet.size()));
    const Time before = now_monotonic();
    sink.stop();
    const Time after = now_monotonic();
    EXPECT_EQ(sink.counters().packets, 1U);
    EXPECT_EQ(sink.counters().malformed, 0U);
    EXPECT_EQ(sink.counters().decode_errors, 0U);
    const auto frames = static_cast<std::int64_t>(load_wav(path).frames.size());
    EXPECT_GE(frames, frames_in(before - epoch, config.rate).count - 1);
    EXPECT_LE(frames, frames_in(after - epoch, config.rate).count + 1);
}

TEST(VirtualSink, ItsSocketNeverBlocksItsSender) {
    const SbcConfig config;
    VirtualSink sink({.config = config});
    sink.stop();  // nobody reads any more
    const OwnedFd socket = sink.take_socket();
    const std::array<std::uint8_t, 900> packet{};
    int taken = 0;
    while (::send(socket.get(), packet.data(), packet.size(), 0) > 0 && taken < 1000)
        ++taken;
    EXPECT_EQ(errno, EAGAIN);
    EXPECT_LT(taken, 10) << "a radio's buffer holds few packets";
    EXPECT_GT(taken, 0);
}

TEST(VirtualSink, OutlivesItsSender) {
    VirtualSink sink({.config = SbcConfig{}});
    sink.take_socket().reset();
    sink.stop();
    EXPECT_EQ(sink.counters().packets, 0U);
}

TEST(VirtualSink, ThatIsMadeAndNotUsedLeavesItsFileAsItWas) {
    test::TemporaryFolder folder;
    const std::string path = folder.file("sound.wav");
    WavWriter writer(path, SampleRate{48000});
    writer.write(std::vector<StereoFrame>(480));
    writer.close();
    { VirtualSink unused({.config = SbcConfig{}, .wav = path}); }
    EXPECT_EQ(load_wav(path).frames.size(), 480U);
    const Time epoch = now_monotonic() - std::chrono::seconds{1};
    VirtualSink({.config = SbcConfig{}, .wav = path, .epoch = epoch}).take_socket().reset();
    EXPECT_GT(load_wav(path).frames.size(), 40'000U) << "one that is used begins it anew";
}

TEST(VirtualSink, SaysWhichFileItCannotWrite) {
    EXPECT_THROW(VirtualSink({.config = SbcConfig{}, .wav = "/nowhere/at/all.wav"}), WavError);
}

}  // namespace
}  // namespace tandem
