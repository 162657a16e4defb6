// SPDX-License-Identifier: GPL-3.0-or-later
// Small text files, read whole and replaced whole. Thread: control.
//
// Root writes such files in folders that others may write to. So a path is followed once, its
// folder is held open from then on, and a link is followed only where root or the caller put it;
// what is read and what is written is a regular file in that folder.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>

namespace tandem {

// Throws std::system_error; EFBIG for more than 1 MiB, EINVAL for what is no regular file (a FIFO
// would be waited for without end).
[[nodiscard]] std::string read_text_file(const std::string& path);

// The same, but nullopt where there is no such file.
[[nodiscard]] std::optional<std::string> read_text_file_if_any(const std::string& path);

// Makes `text` the file's content, so that whatever happens the file has either the old or the new
// content whole: written beside it under a hidden name of its own, synced, renamed. A file that was
// there keeps its mode, its extended attributes, and its owner where the caller may give files
// away; a new one gets `mode`. Another name of the same file (a hard link) keeps the old content.
// Throws std::system_error; the file is untouched then.
void replace_text_file(const std::string& path, const std::string& text, mode_t mode);

// Somebody else has changed the file meanwhile. what() is a sentence.
class FileChanged : public std::runtime_error {
  public:
    explicit FileChanged(const std::string& path)
        : std::runtime_error(path + " was changed by somebody else meanwhile.") {}
};

// The same, if the content is still `expected` (nullopt: no such file); `text` of nullopt removes
// the file. Throws FileChanged besides.
void replace_text_file_if(const std::string& path, const std::optional<std::string>& expected,
                          const std::optional<std::string>& text, mode_t mode);

// The same with `change(content)`; nobody else who uses these functions comes in between. Throws
// what `change` throws besides.
void edit_text_file(const std::string& path,
                    const std::function<std::string(const std::string&)>& change);

// What to do when a file could not be written for this `error` number: "make room on its disk".
[[nodiscard]] std::string advice_for_write_error(int error);

}  // namespace tandem
