// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/config/text_file.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>
#include <system_error>
#include <thread>

#include "config/file_attributes.hpp"
#include "config/held_folder.hpp"
#include "tandem/base/owned_fd.hpp"

namespace tandem {
namespace {

constexpr std::size_t kMostBytes = 1 << 20;
constexpr int kNameTries = 100;
// A writer is done in far less. Anybody who may read the folder could hold the lock for ever: then
// it goes on without, and a file that changes meanwhile is still noticed.
constexpr int kLockTries = 200;
constexpr auto kLockRest = std::chrono::milliseconds{10};

struct CloseFolder {
    void operator()(DIR* folder) const { (void)::closedir(folder); }
};

class File {
  public:
    explicit File(const std::string& path) : path_(path), at_(hold_folder_of(path)) {}

    // Until this object goes: of all who replace files in this folder, only this one does.
    void lock() {
        lock_.reset(::openat(at_.folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!lock_) fail();
        for (int tries = 0; tries < kLockTries; ++tries) {
            if (::flock(lock_.get(), LOCK_EX | LOCK_NB) == 0) return remove_leftovers();
            if (errno != EWOULDBLOCK && errno != EINTR) return;  // a file system without locks
            std::this_thread::sleep_for(kLockRest);
        }
    }

    std::optional<std::string> read() {
        old_.reset(::openat(at_.folder.get(), at_.name.c_str(),
                            O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
        if (!old_ && errno == ENOENT) return std::nullopt;
        if (!old_) fail();
        struct stat seen {};
        if (::fstat(old_.get(), &seen) != 0) fail();
        if (!S_ISREG(seen.st_mode)) fail(S_ISDIR(seen.st_mode) ? EISDIR : EINVAL);
        return content();
    }

    // After read(), which tells what the file was.
    void replace(const std::string& text, mode_t mode) {
        std::string name;
        const OwnedFd file = new_file(name, mode);
        try {
            write_all(file.get(), text);
            if (old_) take_after(file.get(), old_.get());
            if (::fsync(file.get()) != 0) fail();
            if (::renameat(at_.folder.get(), name.c_str(), at_.folder.get(), at_.name.c_str()) != 0)
                fail();
        } catch (const std::system_error&) {
            (void)::unlinkat(at_.folder.get(), name.c_str(), 0);
            throw;
        }
        sync_folder();
    }

    void remove() {
        if (::unlinkat(at_.folder.get(), at_.name.c_str(), 0) != 0 && errno != ENOENT) fail();
        sync_folder();
    }

  private:
    [[noreturn]] void fail(int error = errno) const {
        throw std::system_error(error, std::generic_category(), path_);
    }

    std::string content() const {
        std::string text;
        std::array<char, 16384> chunk{};
        while (true) {
            const auto count = ::read(old_.get(), chunk.data(), chunk.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) fail();
            if (count == 0) return text;
            text.append(chunk.data(), static_cast<std::size_t>(count));
            if (text.size() > kMostBytes) fail(EFBIG);
        }
    }

    [[nodiscard]] std::string new_prefix() const { return fmt::format(".{}.tandem-", at_.name); }

    // With the lock held nobody writes: what is there was left by a writer that died.
    void remove_leftovers() const {
        const std::unique_ptr<DIR, CloseFolder> names{
            ::fdopendir(::openat(lock_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC))};
        while (const dirent* entry = names ? ::readdir(names.get()) : nullptr)
            if (std::string_view(entry->d_name).starts_with(new_prefix()))
                (void)::unlinkat(at_.folder.get(), entry->d_name, 0);
    }

    // Hidden, and under a name that no other writer has.
    OwnedFd new_file(std::string& name, mode_t mode) const {
        for (int tries = 0; tries < kNameTries; ++tries) {
            std::uint64_t dice = 0;
            if (::getrandom(&dice, sizeof dice, 0) != sizeof dice) fail();
            name = fmt::format("{}{:016x}", new_prefix(), dice);
            OwnedFd file{::openat(at_.folder.get(), name.c_str(),
                                  O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)};
            if (file) return file;
            if (errno != EEXIST) fail();
        }
        fail(EEXIST);
    }

    void write_all(int file, std::string_view text) const {
        while (!text.empty()) {
            const auto count = ::write(file, text.data(), text.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) fail();
            text.remove_prefix(static_cast<std::size_t>(count));
        }
    }

    // A rename is on the disk only once its folder is.
    void sync_folder() const {
        const OwnedFd folder{::openat(at_.folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
        if (folder) (void)::fsync(folder.get());
    }

    const std::string& path_;
    HeldFolder at_;
    OwnedFd old_;
    OwnedFd lock_;
};

}  // namespace

std::optional<std::string> read_text_file_if_any(const std::string& path) {
    return File(path).read();
}

std::string read_text_file(const std::string& path) {
    auto text = read_text_file_if_any(path);
    if (!text) throw std::system_error(ENOENT, std::generic_category(), path);
    return *std::move(text);
}

void replace_text_file(const std::string& path, const std::string& text, mode_t mode) {
    File file(path);
    file.lock();
    (void)file.read();
    file.replace(text, mode);
}

void replace_text_file_if(const std::string& path, const std::optional<std::string>& expected,
                          const std::optional<std::string>& text, mode_t mode) {
    File file(path);
    file.lock();
    if (file.read() != expected) throw FileChanged(path);
    text ? file.replace(*text, mode) : file.remove();
}

void edit_text_file(const std::string& path,
                    const std::function<std::string(const std::string&)>& change) {
    File file(path);
    file.lock();
    const auto before = file.read();
    if (!before) throw std::system_error(ENOENT, std::generic_category(), path);
    const std::string after = change(*before);
    // An editor knows nothing of the lock.
    if (file.read() != before) throw FileChanged(path);
    file.replace(after, 0644);
}

std::string advice_for_write_error(int error) {
    switch (error) {
        case EACCES:
        case EPERM:
            return "run this with sudo or as a member of the group tandem";
        case EROFS:
            return "make its file system writable (\"mount -o remount,rw\")";
        case ENOSPC:
        case EDQUOT:
            return "make room on its disk (\"df\" shows how much there is)";
        case ELOOP:
            return "put a file in the place of the link, which belongs to somebody else";
        case ENOENT:
        case ENOTDIR:
            return "see whether the file is still there";
        default:
            return "look at the disk (\"dmesg\")";
    }
}

}  // namespace tandem
