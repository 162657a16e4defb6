// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/held_folder.hpp"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <optional>
#include <string_view>
#include <system_error>

namespace tandem {
namespace {

constexpr int kMostLinks = 40;  // as the kernel

class Walk {
  public:
    explicit Walk(const std::string& path) : path_(path) { enter(path); }

    HeldFolder to_the_folder() {
        while (true) {
            if (names_.empty()) fail(EISDIR);
            const std::string name = std::move(names_.front());
            names_.pop_front();
            if (name != ".." && step(name)) return {std::move(folder_), name};
            if (name == "..") go_to(::openat(folder_.get(), "..", kOpen | O_DIRECTORY));
        }
    }

  private:
    static constexpr int kOpen = O_PATH | O_NOFOLLOW | O_CLOEXEC;

    [[noreturn]] void fail(int error) const {
        throw std::system_error(error, std::generic_category(), path_);
    }

    void go_to(int fd) {
        if (fd < 0) fail(errno);
        folder_.reset(fd);
    }

    // Puts the names of `path` before those that are left.
    void enter(std::string_view path) {
        if (path.empty()) fail(ENOENT);
        if (path.front() == '/' || !folder_)
            go_to(::open(path.front() == '/' ? "/" : ".", kOpen | O_DIRECTORY));
        std::deque<std::string> names;
        while (!path.empty()) {
            const std::string_view name = path.substr(0, path.find('/'));
            if (!name.empty() && name != ".") names.emplace_back(name);
            path.remove_prefix(std::min(path.size(), name.size() + 1));
        }
        names_.insert(names_.begin(), names.begin(), names.end());
    }

    // Whether `name` is that of the file.
    bool step(const std::string& name) {
        OwnedFd found{::openat(folder_.get(), name.c_str(), kOpen)};
        if (!found) {
            if (errno == ENOENT && names_.empty()) return true;
            fail(errno);
        }
        struct stat seen {};
        if (::fstat(found.get(), &seen) != 0) fail(errno);
        if (S_ISLNK(seen.st_mode)) {
            follow(found.get(), seen);
            return false;
        }
        if (names_.empty()) return true;
        if (!S_ISDIR(seen.st_mode)) fail(ENOTDIR);
        folder_ = std::move(found);
        return false;
    }

    void follow(int link, const struct stat& seen) {
        const bool trusted = (seen.st_uid == 0 || seen.st_uid == ::geteuid()) && seen.st_nlink == 1;
        if (!trusted || ++links_ > kMostLinks) fail(ELOOP);
        std::array<char, PATH_MAX> target{};
        const auto length = ::readlinkat(link, "", target.data(), target.size());
        if (length < 0) fail(errno);
        enter({target.data(), static_cast<std::size_t>(length)});
    }

    const std::string& path_;
    OwnedFd folder_;
    std::deque<std::string> names_;
    int links_ = 0;
};

}  // namespace

HeldFolder hold_folder_of(const std::string& path) {
    return Walk(path).to_the_folder();
}

}  // namespace tandem
