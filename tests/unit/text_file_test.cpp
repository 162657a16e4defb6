// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/config/text_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <fcntl.h>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <thread>
#include <vector>

#include "fakes/temporary_folder.hpp"
#include "tandem/base/owned_fd.hpp"

namespace tandem {
namespace {

namespace fs = std::filesystem;

struct TextFileTest : testing::Test {
    test::TemporaryFolder folder;
    const std::string file = folder.file("t.toml");

    [[nodiscard]] struct stat stat_of(const std::string& path) const {
        struct stat seen {};
        EXPECT_EQ(::lstat(path.c_str(), &seen), 0) << path;
        return seen;
    }
    // 0: it was done.
    [[nodiscard]] static int error_of(const std::function<void()>& work) {
        try {
            work();
            return 0;
        } catch (const std::system_error& error) {
            return error.code().value();
        }
    }
};

TEST_F(TextFileTest, AFileIsReadAndReplacedWhole) {
    EXPECT_EQ(error_of([&] { (void)read_text_file(file); }), ENOENT);
    EXPECT_EQ(read_text_file_if_any(file), std::nullopt);
    replace_text_file(file, "one", 0640);
    EXPECT_EQ(read_text_file(file), "one");
    EXPECT_EQ(stat_of(file).st_mode & 07777, 0640U);
    replace_text_file(file, "two", 0600);
    EXPECT_EQ(read_text_file(file), "two");
    EXPECT_EQ(stat_of(file).st_mode & 07777, 0640U) << "the old one's";
    EXPECT_EQ(folder.files(), 1U);
}

TEST_F(TextFileTest, ItIsAnotherFileEachTimeSoThatNoReaderSeesHalfOfOne) {
    replace_text_file(file, "one", 0644);
    const auto before = stat_of(file).st_ino;
    const OwnedFd reader{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    replace_text_file(file, "two", 0644);
    EXPECT_NE(stat_of(file).st_ino, before);
    char seen[4] = {};
    EXPECT_EQ(::read(reader.get(), seen, sizeof seen), 3);
    EXPECT_STREQ(seen, "one");
}

TEST_F(TextFileTest, LinksOfTheCallersOwnAreFollowedOverAllFolders) {
    fs::create_directory(folder.file("real"));
    fs::create_directory_symlink("real", folder.file("link"));
    fs::create_symlink("../t.toml", folder.file("real/to-it"));
    replace_text_file(folder.file("link/./../link/to-it"), "text", 0644);
    EXPECT_EQ(read_text_file(file), "text");
    EXPECT_TRUE(fs::is_symlink(folder.file("real/to-it")));
}

TEST_F(TextFileTest, ALinkThatAnybodyElseMayHavePutThereIsNotFollowed) {
    folder.write("secret", "root's alone");
    fs::create_symlink("secret", file);
    // Another name of a link: it may be one that root put somewhere else.
    ASSERT_EQ(::link(file.c_str(), folder.file("other-name").c_str()), 0);
    EXPECT_EQ(error_of([&] { (void)read_text_file(file); }), ELOOP);
    EXPECT_EQ(error_of([&] { replace_text_file(file, "mine", 0644); }), ELOOP);
    fs::remove(folder.file("other-name"));
    EXPECT_EQ(read_text_file(file), "root's alone");
    if (::geteuid() != 0) GTEST_SKIP() << "only root can make a link another user's";
    ASSERT_EQ(::lchown(file.c_str(), 65534, 65534), 0);
    EXPECT_EQ(error_of([&] { (void)read_text_file(file); }), ELOOP);
    EXPECT_EQ(error_of([&] { replace_text_file(file, "mine", 0644); }), ELOOP);
    EXPECT_EQ(folder.read("secret"), "root's alone");
}

TEST_F(TextFileTest, LinksInACircleEnd) {
    fs::create_symlink("t.toml", file);
    EXPECT_EQ(error_of([&] { (void)read_text_file(file); }), ELOOP);
}

// A member of the group swaps the file between one of his own and a link, as fast as he can.
TEST_F(TextFileTest, NothingOutsideTheFolderIsWrittenWhileTheNameIsSwapped) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can make a link another user's";
    folder.write("secret", "root's alone");
    folder.write("own", "mine");
    fs::create_symlink(folder.file("secret"), folder.file("link"));
    ASSERT_EQ(::lchown(folder.file("link").c_str(), 65534, 65534), 0);
    fs::copy(folder.file("own"), file);
    std::atomic<bool> stop = false;
    std::thread swapper([&] {
        while (!stop) {
            fs::copy_symlink(folder.file("link"), folder.file("next"));
            (void)!::lchown(folder.file("next").c_str(), 65534, 65534);
            fs::rename(folder.file("next"), file);
            fs::copy(folder.file("own"), folder.file("next"));
            fs::rename(folder.file("next"), file);
        }
    });
    for (int i = 0; i < 100; ++i)
        (void)error_of(
            [&] { edit_text_file(file, [](const std::string& text) { return text + "\n"; }); });
    stop = true;
    swapper.join();
    EXPECT_EQ(folder.read("secret"), "root's alone");
}

TEST_F(TextFileTest, WhatIsNoFileIsNotWaitedFor) {
    ASSERT_EQ(::mkfifo(file.c_str(), 0644), 0);
    EXPECT_EQ(error_of([&] { (void)read_text_file(file); }), EINVAL);
    EXPECT_EQ(error_of([&] { replace_text_file(file, "text", 0644); }), EINVAL);
    EXPECT_EQ(error_of([&] { (void)read_text_file(folder.file("")); }), EISDIR);
}

TEST_F(TextFileTest, MoreThanAMegabyteIsNotRead) {
    folder.write("t.toml", std::string((1 << 20) + 1, '#'));
    EXPECT_EQ(error_of([&] { (void)read_text_file(file); }), EFBIG);
}

TEST_F(TextFileTest, NoReaderEverSeesAnEmptyFileAndNoWriterFails) {
    replace_text_file(file, "text 0", 0644);
    std::atomic<bool> stop = false;
    std::atomic<int> failed = 0;
    std::vector<std::thread> writers;
    for (int writer = 0; writer < 2; ++writer)
        writers.emplace_back([&] {
            for (int i = 0; i < 100; ++i)
                failed += error_of([&] { replace_text_file(file, "text 1", 0644); }) == 0 ? 0 : 1;
            stop = true;
        });
    while (!stop)
        ASSERT_TRUE(read_text_file(file).starts_with("text "));
    for (auto& writer : writers)
        writer.join();
    EXPECT_EQ(failed, 0);
    EXPECT_EQ(folder.files(), 1U);
}

TEST_F(TextFileTest, EditsOfTwoAtOnceAreBothKept) {
    replace_text_file(file, "", 0644);
    std::vector<std::thread> editors;
    for (const char letter : {'a', 'b'})
        editors.emplace_back([&, letter] {
            for (int i = 0; i < 50; ++i)
                edit_text_file(file, [&](const std::string& text) { return text + letter; });
        });
    for (auto& editor : editors)
        editor.join();
    EXPECT_EQ(read_text_file(file).size(), 100U);
}

TEST_F(TextFileTest, AnEditOfSomebodyWhoKnowsNoLockIsSeen) {
    folder.write("t.toml", "before");
    EXPECT_THROW(edit_text_file(file,
                                [&](const std::string&) {
                                    folder.write("t.toml", "an editor's");
                                    return std::string("ours");
                                }),
                 FileChanged);
    EXPECT_THROW(replace_text_file_if(file, "before", "ours", 0644), FileChanged);
    EXPECT_THROW(replace_text_file_if(file, std::nullopt, "ours", 0644), FileChanged);
    EXPECT_EQ(folder.read("t.toml"), "an editor's");
    replace_text_file_if(file, "an editor's", "ours", 0644);
    EXPECT_EQ(folder.read("t.toml"), "ours");
    replace_text_file_if(file, "ours", std::nullopt, 0644);
    EXPECT_FALSE(folder.has("t.toml"));
    replace_text_file_if(file, std::nullopt, "new", 0644);
    EXPECT_EQ(folder.read("t.toml"), "new");
}

TEST_F(TextFileTest, WhoHoldsTheLockForEverHoldsNothingUp) {
    const OwnedFd rude{::open(folder.file("").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    ASSERT_EQ(::flock(rude.get(), LOCK_SH), 0);
    replace_text_file(file, "text", 0644);
    EXPECT_EQ(folder.read("t.toml"), "text");
}

TEST_F(TextFileTest, WhatADeadWriterLeftIsClearedAway) {
    folder.write(".t.toml.tandem-0123456789abcdef", "half of");
    folder.write(".other.toml.tandem-0123456789abcdef", "another file's");
    replace_text_file(file, "text", 0644);
    EXPECT_FALSE(folder.has(".t.toml.tandem-0123456789abcdef"));
    EXPECT_TRUE(folder.has(".other.toml.tandem-0123456789abcdef"));
}

TEST_F(TextFileTest, ExtendedAttributesAreKeptAndNoSetUserIdBit) {
    replace_text_file(file, "one", 0644);
    ASSERT_EQ(::chmod(file.c_str(), 04755), 0);
    const bool has_attributes = ::setxattr(file.c_str(), "user.note", "mine", 4, 0) == 0;
    replace_text_file(file, "two", 0644);
    EXPECT_EQ(stat_of(file).st_mode & 07777, 0755U);
    if (!has_attributes) GTEST_SKIP() << "this file system has no extended attributes";
    char value[8] = {};
    EXPECT_EQ(::getxattr(file.c_str(), "user.note", value, sizeof value), 4);
    EXPECT_STREQ(value, "mine");
}

TEST(AdviceForWriteError, FitsTheError) {
    EXPECT_THAT(advice_for_write_error(EACCES), testing::HasSubstr("sudo"));
    EXPECT_THAT(advice_for_write_error(EROFS), testing::HasSubstr("remount"));
    for (const int error : {ENOSPC, EDQUOT, ENOENT, ELOOP, EIO})
        EXPECT_THAT(advice_for_write_error(error), testing::Not(testing::HasSubstr("sudo")));
    EXPECT_THAT(advice_for_write_error(ENOSPC), testing::HasSubstr("make room"));
}

}  // namespace
}  // namespace tandem
