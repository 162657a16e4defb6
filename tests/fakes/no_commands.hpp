// SPDX-License-Identifier: GPL-3.0-or-later
// Commands that do nothing: a test overrides those that it is about. Thread: one.
#pragma once

#include "tandem/remote/commands.hpp"

namespace tandem::test {

struct NoCommands : Commands {
    void reload() override {}
    TrimChange set_trim(const std::string&, Duration) override { return {}; }
    TrimChange adjust_trim(const std::string&, Duration) override { return {}; }
    void confirm_trim(const std::string&) override {}
    GainChange set_gain(const std::string&, double) override { return {}; }
    GainChange adjust_gain(const std::string&, double) override { return {}; }
    void confirm_gain(const std::string&) override {}
    void set_mute(const std::string&, bool) override {}
    std::vector<VolumeChange> set_volume(const std::string&, int) override { return {}; }
    std::vector<VolumeChange> adjust_volume(const std::string&, int) override { return {}; }
    void release(const std::string&, std::uint32_t) override {}
    void take(const std::string&) override {}
    std::vector<std::string> click(std::uint32_t) override { return {}; }
    void identify(const std::string&) override {}
};

}  // namespace tandem::test
