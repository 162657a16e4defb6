// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/config/text_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "tandem/base/owned_fd.hpp"

namespace tandem {
namespace {

constexpr std::size_t kMostBytes = 1 << 20;

[[noreturn]] void fail(int error, const std::string& path) {
    throw std::system_error(error, std::generic_category(), path);
}

void write_all(int file, std::string_view text, const std::string& path) {
    while (!text.empty()) {
        const auto count = ::write(file, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail(errno, path);
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

// Mode and owner as `old` has them. Only root may give a file away; the rest is as good.
void take_after(int file, const struct stat& old, const std::string& path) {
    if (::fchown(file, old.st_uid, old.st_gid) != 0) (void)!::fchown(file, uid_t(-1), old.st_gid);
    if (::fchmod(file, old.st_mode & 07777) != 0) fail(errno, path);
}

// A rename is on the disk only once its folder is.
void sync_folder(const std::filesystem::path& folder) {
    const OwnedFd file{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (file) (void)::fsync(file.get());
}

void write_new(const std::string& path, const std::string& text, mode_t mode,
               const struct stat* old) {
    // What a crash left behind goes first; O_EXCL so that nobody's link is followed.
    (void)::unlink(path.c_str());
    const OwnedFd file{
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)};
    if (!file) fail(errno, path);
    write_all(file.get(), text, path);
    if (old != nullptr) take_after(file.get(), *old, path);
    if (::fsync(file.get()) != 0) fail(errno, path);
}

}  // namespace

std::string read_text_file(const std::string& path) {
    const OwnedFd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file) fail(errno, path);
    std::string text;
    std::array<char, 16384> chunk{};
    while (true) {
        const auto count = ::read(file.get(), chunk.data(), chunk.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail(errno, path);
        if (count == 0) return text;
        text.append(chunk.data(), static_cast<std::size_t>(count));
        if (text.size() > kMostBytes) fail(EFBIG, path);
    }
}

void replace_text_file(const std::string& path, const std::string& text, mode_t mode) {
    const auto real = std::filesystem::weakly_canonical(path);
    struct stat old {};
    const bool existed = ::stat(real.c_str(), &old) == 0;
    // Hidden, and of a name that nobody gives to a copy of his own.
    const std::string beside =
        real.parent_path() / ("." + real.filename().string() + ".tandem-new");
    try {
        write_new(beside, text, mode, existed ? &old : nullptr);
        if (::rename(beside.c_str(), real.c_str()) != 0) fail(errno, real.string());
    } catch (const std::system_error&) {
        (void)::unlink(beside.c_str());
        throw;
    }
    sync_folder(real.parent_path());
}

}  // namespace tandem
