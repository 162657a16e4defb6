// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"

#include <fmt/format.h>

#include "exit_code.hpp"
#include "tandem/config/config_check.hpp"
#include "tandem/doctor/checks.hpp"
#include "tandem/doctor/gather.hpp"
#include "tandem/remote/bridge_client.hpp"
#include "tandem/status/status.hpp"
#include "tandem/status/status_text.hpp"
#include "terminal.hpp"

namespace tandem {

int run_status(bool json) {
    const auto text = BridgeClient{}.get_status();
    const auto status = status_from_json(text);
    fmt::print("{}", json ? to_json(status) + '\n' : to_text(status, colours_of(stdout)));
    return exit_ok;
}

int run_doctor(const std::string& config_file, bool json) {
    if (!json) fmt::print(stderr, "Checking this machine and listening for a few seconds ...\n");
    const auto findings = examine(gather_facts(config_file));
    fmt::print("{}", json ? to_json(findings) + '\n' : to_text(findings, colours_of(stdout)));
    return worst_of(findings) == Outcome::fail ? exit_failed : exit_ok;
}

int run_reload() {
    BridgeClient{}.commands().reload();
    fmt::print("Configuration reloaded.\n");
    return exit_ok;
}

int run_check(const std::string& file) {
    fmt::print("{}\n", check_config(file));
    return exit_ok;
}

}  // namespace tandem
