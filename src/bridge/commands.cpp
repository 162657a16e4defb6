// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bridge/commands.hpp"

#include <utility>

#include "tandem/bridge/bridge.hpp"

namespace tandem {
namespace {

class BridgeCommands final : public Commands {
  public:
    BridgeCommands(Bridge& bridge, ConfigSource source)
        : bridge_(bridge), source_(std::move(source)) {}

    void reload() override { source_.reload(); }
    TrimChange set_trim(const std::string& sink, Duration trim) override {
        return bridge_.set_trim(sink, trim);
    }
    TrimChange adjust_trim(const std::string& sink, Duration by) override {
        return bridge_.adjust_trim(sink, by);
    }
    void confirm_trim(const std::string& sink) override {
        bridge_.trim_saved(sink, source_.configured(sink).trim);
    }
    GainChange set_gain(const std::string& sink, double gain_db) override {
        return bridge_.set_gain(sink, gain_db);
    }
    GainChange adjust_gain(const std::string& sink, double by_db) override {
        return bridge_.adjust_gain(sink, by_db);
    }
    void confirm_gain(const std::string& sink) override {
        bridge_.gain_saved(sink, source_.configured(sink).gain_db);
    }
    void set_mute(const std::string& sink, bool on) override { bridge_.set_mute(sink, on); }
    std::vector<VolumeChange> set_volume(const std::string& sink, int percent) override {
        return bridge_.set_volume(sink, percent);
    }
    std::vector<VolumeChange> adjust_volume(const std::string& sink, int by) override {
        return bridge_.adjust_volume(sink, by);
    }
    std::vector<std::string> click(std::uint32_t count) override { return bridge_.click(count); }
    void identify(const std::string& sink) override { bridge_.identify(sink); }

  private:
    Bridge& bridge_;
    ConfigSource source_;
};

}  // namespace

std::unique_ptr<Commands> commands_of(Bridge& bridge, ConfigSource source) {
    return std::make_unique<BridgeCommands>(bridge, std::move(source));
}

}  // namespace tandem
