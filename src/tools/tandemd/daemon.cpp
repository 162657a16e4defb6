// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>

#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "tandem/base/clock.hpp"
#include "tandem/config/config.hpp"
#include "tandem/host/log.hpp"
#include "tandem/host/signals.hpp"
#include "tandem/host/systemd.hpp"

namespace tandem {
namespace {

constexpr Duration kStatusPeriod = std::chrono::seconds{2};
// The engine steps many times a second. More than one look, since after a suspend or a freeze of
// the machine this thread may be the first one to run again.
constexpr Duration kEngineLook = std::chrono::seconds{1};
constexpr int kStuckLooks = 3;

}  // namespace

Daemon::Daemon(const std::string& config_path, const std::string& state_path)
    : config_path_(std::filesystem::absolute(config_path)),
      signals_(take_signals({SIGTERM, SIGINT, SIGHUP})),
      bus_(loop_, {}),
      state_(loop_, state_path,
             [](Severity severity, const std::string& sentence) {
                 log_event(severity, EventKind::learned, sentence);
             }),
      bridge_(loop_, bus_, state_, load_config(config_path)),
      commands_(make_commands(
          bridge_.roster(), bridge_.streams(),
          {[this] { reload(); }, [this](const std::string& sink) { return configured(sink); }})),
      object_(bus_, *commands_, served()) {
    bus_.on_fault([this](const std::string& sentence) {
        if (const auto line = faults_.line_for(sentence, now_monotonic()))
            log_event(Severity::warning, EventKind::note, *line);
    });
    signal_watch_ = loop_.watch(signals_.get(), EPOLLIN, [this](std::uint32_t) { on_signal(); });
    status_timer_ = loop_.every(kStatusPeriod, [this] { tell_systemd(); });
    engine_timer_ = loop_.every(kEngineLook, [this] { watch_engine(); });
    if (const auto interval = watchdog_interval())
        watchdog_timer_ = loop_.every(*interval, [this] {
            if (looks_without_a_step_ < kStuckLooks) notify_watchdog();
        });
    log_event(Severity::info, EventKind::started,
              fmt::format("Tandem {} started with {}", TANDEM_VERSION, config_path_),
              {{"CONFIG", config_path_}});
}

ServedBridge Daemon::served() {
    return {.version = TANDEM_VERSION,
            .config_file = config_path_,
            .status = [this] { return bridge_.status(); },
            .name_trouble =
                [](const std::string& sentence) {
                    if (!sentence.empty()) log_event(Severity::warning, EventKind::note, sentence);
                }};
}

void Daemon::run() {
    notify_ready(bridge_.status().summary);
    loop_.run();
}

void Daemon::on_signal() {
    signalfd_siginfo info{};
    while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
        if (info.ssi_signo != SIGHUP) {
            notify_stopping();
            log_event(Severity::info, EventKind::stopping, "stopping: releasing the speakers");
            bridge_.close([this] { loop_.stop(); });
            continue;
        }
        try {
            reload();
        } catch (const ConfigRefusal&) {
            continue;  // the journal has it
        }
    }
}

void Daemon::reload() {
    notify_reloading();
    std::string refusal;
    try {
        bridge_.apply(load_config(config_path_));
        log_event(Severity::info, EventKind::config_loaded,
                  fmt::format("configuration {} loaded", config_path_), {{"CONFIG", config_path_}});
    } catch (const std::runtime_error& error) {  // of the file, or of what it asks for
        refusal = error.what();
        log_event(Severity::error, EventKind::config_rejected,
                  fmt::format("configuration not changed: {}", refusal),
                  {{"CONFIG", config_path_}});
    }
    notify_ready(object_.status_changed().summary);
    if (!refusal.empty()) throw ConfigRefusal(refusal);
}

SinkConfig Daemon::configured(const std::string& sink) const {
    try {
        for (const SinkConfig& configured : load_config(config_path_).sinks)
            if (configured.name == sink) return configured;
    } catch (const ConfigError& error) {
        throw BridgeRefusal(error.what());
    }
    throw BridgeRefusal(fmt::format("{} has no sink \"{}\".", config_path_, sink));
}

// A thread that hangs can't be helped from within: the watchdog ends the process and starts it
// anew.
void Daemon::watch_engine() {
    if (bridge_.streams().made_a_step()) {
        looks_without_a_step_ = 0;
        return;
    }
    if (++looks_without_a_step_ != kStuckLooks) return;
    log_event(Severity::error, EventKind::engine_stuck,
              "the sound engine is stuck, in the sound card's driver as a rule: systemd starts the "
              "service anew (without systemd, start tandemd again)",
              {{"REASON", "engine-stuck"}});
    trigger_watchdog();
}

void Daemon::tell_systemd() {
    const std::string& summary = object_.look().summary;
    if (summary == status_told_) return;
    notify_status(summary);
    status_told_ = summary;
}

}  // namespace tandem
