// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/host/log.hpp"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <sys/uio.h>
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>

#include "tandem/base/printable_text.hpp"
#include "tandem/host/journal.hpp"

namespace tandem {
namespace {

spdlog::level::level_enum level_of(Severity severity) noexcept {
    switch (severity) {
        case Severity::debug:
            return spdlog::level::debug;
        case Severity::info:
            return spdlog::level::info;
        case Severity::warning:
            return spdlog::level::warn;
        case Severity::error:
            return spdlog::level::err;
    }
    return spdlog::level::info;
}

Severity severity_of(spdlog::level::level_enum level) noexcept {
    if (level <= spdlog::level::debug) return Severity::debug;
    if (level == spdlog::level::info) return Severity::info;
    return level == spdlog::level::warn ? Severity::warning : Severity::error;
}

// spdlog carries a level and a text; kind and fields of the event being logged wait here.
struct CurrentEvent {
    EventKind kind = EventKind::note;
    const Fields* fields = nullptr;
};
thread_local CurrentEvent current_event;

class JournalSink final : public spdlog::sinks::base_sink<std::mutex> {
  protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        static const Fields none;
        const auto entry =
            journal_entry(severity_of(message.level), current_event.kind,
                          {message.payload.data(), message.payload.size()},
                          current_event.fields != nullptr ? *current_event.fields : none);
        std::vector<iovec> parts;
        parts.reserve(entry.size());
        for (const auto& field : entry) {
            parts.push_back({const_cast<char*>(field.data()), field.size()});
        }
        // A journal that is down loses lines; the daemon plays on.
        (void)sd_journal_sendv(parts.data(), static_cast<int>(parts.size()));
    }
    void flush_() override {}
};

std::shared_ptr<spdlog::logger> make_logger(spdlog::level::level_enum level) {
    std::shared_ptr<spdlog::sinks::sink> sink;
    if (is_journal(std::getenv("JOURNAL_STREAM"), STDERR_FILENO)) {
        sink = std::make_shared<JournalSink>();
    } else {
        sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
        sink->set_pattern("%Y-%m-%d %H:%M:%S.%e %^%-7l%$ %v");
    }
    auto made = std::make_shared<spdlog::logger>("tandemd", std::move(sink));
    made->set_level(level);
    made->flush_on(spdlog::level::trace);
    return made;
}

std::shared_ptr<spdlog::logger>& logger() {
    static auto instance = make_logger(spdlog::level::info);
    return instance;
}

}  // namespace

void set_up_log(std::string_view level) {
    for (const auto severity :
         {Severity::debug, Severity::info, Severity::warning, Severity::error}) {
        if (name_of(severity) != level) continue;
        logger() = make_logger(level_of(severity));
        return;
    }
    throw std::invalid_argument{
        fmt::format("log level: \"{}\" is unknown; use debug, info, warning or error", level)};
}

void log_event(Severity severity, EventKind kind, std::string_view message, const Fields& fields) {
    current_event = {kind, &fields};
    logger()->log(level_of(severity), "{}", printable_text(message));
    current_event = {};
}

}  // namespace tandem
