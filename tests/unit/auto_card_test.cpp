// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/audio/auto_card.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "fakes/temporary_folder.hpp"
#include "tandem/audio/capture.hpp"

namespace tandem {
namespace {

const RecordingDevice kFirst{"First", "First", "USB-Audio", 0};
const RecordingDevice kSecond{"Second", "Second", "USB-Audio", 0};
const RecordingDevice kBuiltIn{"PCH", "HDA Intel", "HDA-Intel", 0};

struct AutoCard : testing::Test {
    std::map<std::string, ChannelLayout> usable;  // by PCM
    std::string camera;

    std::string taken(const std::vector<RecordingDevice>& devices) {
        const auto open = [this](const std::string& pcm) {
            const auto found = usable.find(pcm);
            if (found == usable.end())
                throw CaptureError(CaptureReason::card_refused, pcm + " refuses");
            PcmShape shape;
            shape.channels = found->second;
            return OpenedPcm{nullptr, shape, pcm};
        };
        const auto is_camera = [this](const auto& device) { return device.card_id == camera; };
        try {
            return open_auto(devices, {open, is_camera}).description;
        } catch (const CaptureError& error) {
            return std::string{word_of(error.reason())};
        }
    }
};

TEST_F(AutoCard, IsTheFirstUsbCardThatCanBeUsed) {
    usable = {{kFirst.pcm(), ChannelLayout::stereo}, {kSecond.pcm(), ChannelLayout::stereo}};
    EXPECT_EQ(taken({kBuiltIn, kFirst, kSecond}), kFirst.pcm());
    usable.erase(kFirst.pcm());
    EXPECT_EQ(taken({kBuiltIn, kFirst, kSecond}), kSecond.pcm()) << "the first has another rate";
    usable.clear();
    EXPECT_EQ(taken({kFirst, kSecond}), "card-refused");
    EXPECT_EQ(taken({kBuiltIn}), "card-missing");
}

TEST_F(AutoCard, IsNoCameraWhileThereIsAnother) {
    usable = {{kFirst.pcm(), ChannelLayout::stereo}, {kSecond.pcm(), ChannelLayout::stereo}};
    camera = "First";
    EXPECT_EQ(taken({kFirst, kSecond}), kSecond.pcm());
    EXPECT_EQ(taken({kFirst}), kFirst.pcm());
}

TEST_F(AutoCard, IsStereoWhereOneIs) {
    usable = {{kFirst.pcm(), ChannelLayout::mono}, {kSecond.pcm(), ChannelLayout::stereo}};
    EXPECT_EQ(taken({kFirst, kSecond}), kSecond.pcm());
    usable.erase(kSecond.pcm());
    EXPECT_EQ(taken({kFirst, kSecond}), kFirst.pcm());
}

TEST(Camera, IsACardOnAUsbDeviceWithVideo) {
    namespace fs = std::filesystem;
    const test::TemporaryFolder folder;
    for (const char* path :
         {"1-1/1-1:1.0/video4linux", "1-1/1-1:1.2", "1-2/1-2:1.0", "card0", "card1"})
        fs::create_directories(folder.file(path));
    fs::create_directory_symlink("../1-1/1-1:1.2", folder.file("card0/device"));
    fs::create_directory_symlink("../1-2/1-2:1.0", folder.file("card1/device"));
    EXPECT_TRUE(is_camera(folder.file(""), 0));
    EXPECT_FALSE(is_camera(folder.file(""), 1));
    EXPECT_FALSE(is_camera(folder.file(""), 7));
}

}  // namespace
}  // namespace tandem
