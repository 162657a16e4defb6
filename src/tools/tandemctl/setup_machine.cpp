// SPDX-License-Identifier: GPL-3.0-or-later
#include "setup_machine.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "tandem/base/clock.hpp"
#include "tandem/config/config.hpp"
#include "tandem/config/config_edit.hpp"
#include "tandem/config/text_file.hpp"
#include "tandem/pairing/pairing.hpp"
#include "tandem/pairing/unpairing.hpp"

namespace tandem {
namespace {

constexpr const char* kUsualConfig = "/etc/tandem/tandem.toml";
constexpr Duration kSearchStep = std::chrono::milliseconds{50};
constexpr Duration kMostPairing = std::chrono::seconds{75};  // longer than Pairing's own limit
constexpr Duration kMostUnpairing = std::chrono::seconds{30};
constexpr Duration kServiceStart = std::chrono::seconds{20};
constexpr Duration kServiceLook = std::chrono::milliseconds{250};

[[noreturn]] void fail_to(const char* what, const std::string& file,
                          const std::system_error& error) {
    throw BridgeClientError(
        BridgeTrouble::denied,
        fmt::format("{} cannot be {} ({}): {}.", file, what, error.code().message(),
                    advice_for_write_error(error.code().value())));
}

}  // namespace

SetupMachine::SetupMachine(Interrupts& interrupts, std::string adapter)
    : interrupts_(interrupts),
      adapter_(std::move(adapter)),
      config_file_(service_answers() ? client_.get_config_file() : kUsualConfig),
      interrupted_(loop_.watch(interrupts.fd(), EPOLLIN, [this](auto) { loop_.stop(); })) {}

bool SetupMachine::service_answers() const {
    try {
        return !client_.get_version().empty();
    } catch (const BridgeClientError& error) {
        if (error.trouble() == BridgeTrouble::not_running) return false;
        throw;
    }
}

void SetupMachine::run_for(Duration limit) {
    if (interrupts_.came()) throw SetupInterrupted();
    const auto end = loop_.after(limit, [this] { loop_.stop(); });
    loop_.run();
    if (interrupts_.came()) throw SetupInterrupted();
}

void SetupMachine::ignore_interrupts() {
    interrupts_.ignore();
    interrupted_.reset();
}

Time SetupMachine::now() const {
    return now_monotonic();
}

std::optional<CardInUse> SetupMachine::card_in_use() const {
    try {
        const auto capture = status_from_json(client_.get_status()).capture;
        if (capture.state != "running") return std::nullopt;
        Levels levels;
        levels.left.peak_dbfs = capture.level_left_dbfs;
        levels.right.peak_dbfs = capture.level_right_dbfs;
        return CardInUse{load_config(config_file_).capture, capture.description, levels};
    } catch (const BridgeClientError&) {  // not running, so it uses none
        return std::nullopt;
    }
}

std::vector<HeardCard> SetupMachine::listen() {
    if (!meters_) {
        CardMeters::Sources sources;
        sources.in_use = [this] { return card_in_use(); };
        meters_ = std::make_unique<CardMeters>(std::move(sources));
    }
    return meters_->look(now());
}

CaptureSettings SetupMachine::settings_for(const std::string& device) {
    return open_card(device, card_in_use(), open_capture).settings;
}

std::vector<FoundSpeaker> SetupMachine::search() {
    if (!scan_) {
        found_.clear();
        scan_failure_.clear();
        scan_ = std::make_unique<Scan>(
            loop_, bus_, adapter_, [this](const auto& all) { found_ = all; },
            [this](const std::string& sentence) { scan_failure_ = sentence; });
    }
    run_for(kSearchStep);
    if (!scan_failure_.empty()) throw SetupError(scan_failure_);
    return found_;
}

void SetupMachine::stop_searching() {
    scan_.reset();
}

SetupWork::PairOutcome SetupMachine::pair(const std::string& address) {
    PairOutcome outcome{
        "Pairing did not finish: restart BlueZ with \"sudo systemctl restart "
        "bluetooth\"."};
    PairingSettings settings;
    settings.address = address;
    settings.adapter = adapter_;
    const Pairing pairing{loop_, bus_, settings, [](const std::string&) {},
                          [&](const std::optional<std::string>& failure) {
                              outcome.failure = failure.value_or("");
                              loop_.stop();
                          }};
    run_for(kMostPairing);
    outcome.was_paired = pairing.was_paired();
    outcome.renewed = pairing.is_renewed();
    return outcome;
}

void SetupMachine::unpair(const std::string& address) {
    std::optional<std::string> failure = fmt::format(
        "{0} may still be paired, since BlueZ did not answer: run \"bluetoothctl remove {0}\".",
        address);
    const Unpairing unpairing{loop_, bus_, address, [&](const auto& why_not) {
                                  failure = why_not;
                                  loop_.stop();
                              }};
    run_for(kMostUnpairing);
    if (failure) throw SetupError(*failure);
}

std::optional<std::string> SetupMachine::read_config() {
    const std::string folder = std::filesystem::path(config_file_).parent_path();
    if (::access(folder.c_str(), W_OK) != 0)
        fail_to("changed", folder, std::system_error(errno, std::generic_category()));
    try {
        return known_ = read_text_file_if_any(config_file_);
    } catch (const std::system_error& error) {
        fail_to("read", config_file_, error);
    }
}

void SetupMachine::write_config(const std::optional<std::string>& text) {
    try {
        replace_text_file_if(config_file_, known_, text, 0644);
        known_ = text;
    } catch (const std::system_error& error) {
        fail_to("written", config_file_, error);
    } catch (const FileChanged&) {
        throw SetupError(fmt::format(
            "{} was changed by somebody else meanwhile and is left as it is: run this again.",
            config_file_));
    }
}

void SetupMachine::start_service() {
    if (service_answers()) return client_.commands().reload();
    start_unit();
    const Time end = now() + kServiceStart;
    while (!service_answers()) {
        if (now() > end)
            throw SetupError(
                "tandem.service does not start: run \"journalctl -u tandem\" to see why.");
        run_for(kServiceLook);
    }
}

void SetupMachine::start_unit() {
    std::optional<BusError> refusal;
    const auto call = bus_.call({"org.freedesktop.systemd1",
                                 "/org/freedesktop/systemd1",
                                 "org.freedesktop.systemd1.Manager",
                                 "StartUnit",
                                 {"tandem.service", "replace"}},
                                [&](const BusReply& reply) {
                                    refusal = reply.error;
                                    loop_.stop();
                                });
    run_for(kServiceStart);
    if (refusal)
        throw SetupError(fmt::format(
            "tandem.service cannot be started ({}): run this with sudo, or start it yourself with "
            "\"sudo systemctl start tandem\".",
            refusal->said()));
}

BridgeStatus SetupMachine::status() {
    return status_from_json(client_.get_status());
}

TrimChange SetupMachine::adjust_trim(const std::string& sink, Duration by) {
    return client_.commands().adjust_trim(sink, by);
}

void SetupMachine::save_trim(const std::string& sink, Duration trim) {
    tandem::save_trim(config_file_, sink, trim);
    known_ = read_text_file_if_any(config_file_);
    client_.commands().confirm_trim(sink);
}

}  // namespace tandem
