// SPDX-License-Identifier: GPL-3.0-or-later
// Events in the form that journald takes, and whether there is a journald. Thread: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tandem/host/log.hpp"

namespace tandem {

// The MESSAGE_ID of `kind`: 128 fixed random bits in 32 lower-case hexadecimal digits.
[[nodiscard]] std::string_view message_id(EventKind kind) noexcept;

// The event for sd_journal_sendv(): "MESSAGE=...", "PRIORITY=6", "MESSAGE_ID=...",
// "SYSLOG_IDENTIFIER=tandemd", then the event's own fields, made printable.
[[nodiscard]] std::vector<std::string> journal_entry(Severity severity, EventKind kind,
                                                     std::string_view message,
                                                     const Fields& fields);

// Whether `fd` is the stream to the journal given by `journal_stream`: the value of
// $JOURNAL_STREAM, "DEVICE:INODE", or null if it is not set.
[[nodiscard]] bool is_journal(const char* journal_stream, int fd) noexcept;

}  // namespace tandem
