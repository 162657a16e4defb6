// SPDX-License-Identifier: GPL-3.0-or-later
// SetupWork on the real machine. Thread: the main one.
#pragma once

#include <map>
#include <memory>

#include "interrupts.hpp"
#include "tandem/bus/connection.hpp"
#include "tandem/bus/loop.hpp"
#include "tandem/remote/bridge_client.hpp"
#include "tandem/setup/card_meters.hpp"
#include "tandem/setup/setup.hpp"

namespace tandem {

class SetupMachine final : public SetupWork {
  public:
    SetupMachine(Interrupts& interrupts, std::string adapter);

    std::vector<HeardCard> listen() override;
    void stop_listening() override { meters_.reset(); }
    CaptureSettings settings_for(const std::string& device) override;
    std::vector<FoundSpeaker> search() override;
    void stop_searching() override;
    PairOutcome pair(const std::string& address) override;
    void unpair(const std::string& address) override;
    std::optional<std::string> read_config() override;
    void write_config(const std::optional<std::string>& text) override;
    [[nodiscard]] std::string config_file() const override { return config_file_; }
    void start_service() override;
    BridgeStatus status() override;
    void identify(const std::string& sink) override { client_.commands().identify(sink); }
    void click(int count) override {
        (void)client_.commands().click(static_cast<std::uint32_t>(count));
    }
    TrimChange adjust_trim(const std::string& sink, Duration by) override;
    void save_trim(const std::string& sink, Duration trim) override;
    void pause(Duration length) override { run_for(length); }
    [[nodiscard]] Time now() const override;
    void ignore_interrupts() override;

  private:
    // Runs the loop until it is stopped or `limit` has passed. Throws SetupInterrupted.
    void run_for(Duration limit);
    [[nodiscard]] bool service_answers() const;
    void start_unit();
    // What the service captures from now; nullopt if nothing, or if it is not running.
    [[nodiscard]] std::optional<CardInUse> card_in_use() const;

    Interrupts& interrupts_;
    std::string adapter_;
    Loop loop_;
    BusConnection bus_{loop_, {}};
    BridgeClient client_;
    std::string config_file_;
    std::optional<std::string> known_;  // its content, when it was read or written here last
    Loop::Handle interrupted_;
    std::unique_ptr<CardMeters> meters_;
    std::unique_ptr<Scan> scan_;
    std::vector<FoundSpeaker> found_;
    std::string scan_failure_;
};

}  // namespace tandem
