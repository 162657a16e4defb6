// SPDX-License-Identifier: GPL-3.0-or-later
// The folder of a file, held open: whoever renames folders or puts links in their place meanwhile
// changes nothing of where the file is read and written. Private to the room. Thread: any.
#pragma once

#include <string>

#include "tandem/base/owned_fd.hpp"

namespace tandem {

struct HeldFolder {
    OwnedFd folder;    // O_PATH: for the calls that end in "at"
    std::string name;  // of the file in it: no link when it was looked at, maybe not there
};

// Follows `path`, one name after the other. A link is followed where its owner is root or the
// caller and it has no other name: others might have put it there, and only the text of their own
// would be written where they may not. Throws std::system_error, ELOOP for such a link.
[[nodiscard]] HeldFolder hold_folder_of(const std::string& path);

}  // namespace tandem
