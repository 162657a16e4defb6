// SPDX-License-Identifier: GPL-3.0-or-later
// Small text files, read whole and replaced whole. Thread: control.
#pragma once

#include <sys/types.h>

#include <string>

namespace tandem {

// Throws std::system_error; EFBIG for more than 1 MiB.
[[nodiscard]] std::string read_text_file(const std::string& path);

// Makes `text` the file's content, so that whatever happens the file has either the old or the new
// content whole: written beside it under a hidden name, synced, renamed. A link is followed. A file
// that was there keeps its mode, and its owner where the caller may give files away; a new one gets
// `mode`. Throws std::system_error; the file is untouched then.
void replace_text_file(const std::string& path, const std::string& text, mode_t mode);

}  // namespace tandem
