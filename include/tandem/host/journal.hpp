// SPDX-License-Identifier: GPL-3.0-or-later
// How an event looks to journald, and whether there is one. Thread: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tandem/host/log.hpp"

namespace tandem {

// The MESSAGE_ID of `kind`: 128 fixed random bits in 32 lower-case hexadecimal digits.
[[nodiscard]] std::string_view message_id(EventKind kind) noexcept;

// The event as journald takes it: "MESSAGE=...", "PRIORITY=6", "MESSAGE_ID=...",
// "SYSLOG_IDENTIFIER=tandemd", then the event's own fields, which are made printable.
[[nodiscard]] std::vector<std::string> journal_entry(Severity severity, EventKind kind,
                                                     std::string_view message,
                                                     const Fields& fields);

// Whether `fd` is the stream to the journal that `journal_stream` names ("DEVICE:INODE", the value
// of $JOURNAL_STREAM; null when it is not set).
[[nodiscard]] bool is_journal(const char* journal_stream, int fd) noexcept;

}  // namespace tandem
