// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/file_attributes.hpp"

#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>

namespace tandem {
namespace {

constexpr mode_t kPermissions = 0777;  // a text file needs no set-user-ID bit

// Those that anybody may set on a file of his own: none that would give a right to it.
bool is_taken_along(std::string_view name) {
    return name.starts_with("user.") || name == "system.posix_acl_access";
}

// A file system may know none of them.
void copy_attributes(int file, int old) {
    std::array<char, 4096> names{};
    const auto length = ::flistxattr(old, names.data(), names.size());
    std::string_view left{names.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
    while (!left.empty()) {
        const char* name = left.data();
        const std::string_view seen{name};
        left.remove_prefix(seen.size() + 1);
        if (!is_taken_along(seen)) continue;
        std::array<char, 4096> value{};
        const auto size = ::fgetxattr(old, name, value.data(), value.size());
        if (size >= 0)
            (void)::fsetxattr(file, name, value.data(), static_cast<std::size_t>(size), 0);
    }
}

}  // namespace

void take_after(int file, int old) {
    struct stat seen {};
    if (::fstat(old, &seen) != 0) throw std::system_error(errno, std::generic_category());
    if (::fchown(file, seen.st_uid, seen.st_gid) != 0)
        (void)!::fchown(file, uid_t(-1), seen.st_gid);
    if (::fchmod(file, seen.st_mode & kPermissions) != 0)
        throw std::system_error(errno, std::generic_category());
    copy_attributes(file, old);
}

}  // namespace tandem
