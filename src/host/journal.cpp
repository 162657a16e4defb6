// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/host/journal.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <syslog.h>

#include <cstdlib>

#include "tandem/base/printable_text.hpp"

namespace tandem {
namespace {

int priority_of(Severity severity) noexcept {
    switch (severity) {
        case Severity::debug:
            return LOG_DEBUG;
        case Severity::info:
            return LOG_INFO;
        case Severity::warning:
            return LOG_WARNING;
        case Severity::error:
            return LOG_ERR;
    }
    return LOG_INFO;
}

}  // namespace

std::string_view message_id(EventKind kind) noexcept {
    switch (kind) {
        case EventKind::started:
            return "77fef9d065ee492e974139d8985c9906";
        case EventKind::stopping:
            return "25f7fc055c1e4f15ae1d65882b6a186a";
        case EventKind::config_loaded:
            return "40a13c76db4a4cc2b008926a9e75db27";
        case EventKind::config_rejected:
            return "60ac801b6b6a4590a95e4d76712a17df";
        case EventKind::sink_state:
            return "fc5c861d54d44a60a8b7209aff61ae66";
        case EventKind::latency:
            return "283c421555e9493dab223c4822fa4b2b";
        case EventKind::capture_opened:
            return "9f36c4b49690499091926bcf99570b8c";
        case EventKind::capture_failed:
            return "943c130e5c90477591af78e1836e7059";
        case EventKind::xrun:
            return "2be47e975499499c9fcd1758926c39fe";
        case EventKind::realtime:
            return "5ad876d42c314d7c967281c3e95d360a";
        case EventKind::bluetooth:
            return "3b6b200e9cd64c5d9057f8e7ec1a2c31";
        case EventKind::link_drops:
            return "f67ab94892cd4c878497559cb74d0c92";
        case EventKind::summary:
            return "df9d7f80700a46498b294e8b75448c3c";
        case EventKind::pairing:
            return "aa54118cdf5e44ce8b008e9bcc06c10b";
        case EventKind::learned:
            return "84505d79c7764f20a4dfecd5a83506e8";
        case EventKind::trim:
            return "744bc1a3d1004f61b68d66770263ea72";
        case EventKind::gain:
            return "f84e39e652704061b9a6d61003dd5a2c";
        case EventKind::volume:
            return "926b1aa8758244f3a66abe776951c6b8";
        case EventKind::engine_stuck:
            return "f7bb9e83614f44a9a253ec15f76f3fcf";
        case EventKind::idle:
            return "fdadefd5a4664885bdb2cdf9d423b803";
        case EventKind::note:
            break;
    }
    return "206cca7321564798b941ad708d922620";
}

std::vector<std::string> journal_entry(Severity severity, EventKind kind, std::string_view message,
                                       const Fields& fields) {
    std::vector<std::string> entry{
        fmt::format("MESSAGE={}", message), fmt::format("PRIORITY={}", priority_of(severity)),
        fmt::format("MESSAGE_ID={}", message_id(kind)), "SYSLOG_IDENTIFIER=tandemd"};
    for (const auto& [name, value] : fields) {
        if (!value.empty()) entry.push_back(fmt::format("{}={}", name, printable_text(value)));
    }
    return entry;
}

bool is_journal(const char* journal_stream, int fd) noexcept {
    if (journal_stream == nullptr) return false;
    char* end = nullptr;
    const auto device = std::strtoull(journal_stream, &end, 10);
    if (end == journal_stream || *end != ':') return false;
    const char* second = end + 1;
    const auto inode = std::strtoull(second, &end, 10);
    if (end == second || *end != '\0') return false;
    struct stat found {};
    return fstat(fd, &found) == 0 && found.st_dev == device && found.st_ino == inode;
}

}  // namespace tandem
