// SPDX-License-Identifier: GPL-3.0-or-later
// What a file has besides its content. Private to the room. Thread: any.
#pragma once

namespace tandem {

// Gives `file` the permissions of `old`, its extended attributes (access lists among them) and its
// owner: as far as the caller may, since only root may give a file away. Throws std::system_error.
void take_after(int file, int old);

}  // namespace tandem
