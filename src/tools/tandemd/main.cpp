// SPDX-License-Identifier: GPL-3.0-or-later
// tandemd: the service. Exit status: 0 stopped, 1 failed, 2 usage, 78 (EX_CONFIG) invalid
// configuration.
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include "daemon.hpp"
#include "tandem/config/config.hpp"
#include "tandem/config/config_check.hpp"
#include "tandem/host/log.hpp"
#include "tandem/host/memory_lock.hpp"

namespace {

// systemd names the unit's StateDirectory= here.
std::string default_state_file() {
    const char* folder = std::getenv("STATE_DIRECTORY");
    return std::string(folder != nullptr ? folder : "/var/lib/tandem") + "/state.toml";
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Plays one aux input on two Bluetooth speakers, in step."};
    std::string config = "/etc/tandem/tandem.toml";
    std::string state = default_state_file();
    std::string level = "info";
    bool check = false;
    app.add_option("--config", config, "configuration file")->capture_default_str();
    app.add_option("--state", state, "where to keep what it learns about the speakers")
        ->capture_default_str();
    app.add_option("--log-level", level, "debug, info, warning or error")
        ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
        ->capture_default_str();
    app.add_flag("--check", check, "check the configuration and exit");
    app.set_version_flag("--version", std::string("tandemd ") + TANDEM_VERSION);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    try {
        tandem::set_up_log(level);
        if (check) {
            std::puts(tandem::check_config(config).c_str());
            return 0;
        }
        std::signal(SIGPIPE, SIG_IGN);  // who reads stderr may go first
        if (const auto trouble = tandem::lock_memory())
            tandem::log_event(tandem::Severity::info, tandem::EventKind::realtime, *trouble);
        tandem::Daemon(config, state).run();
        return 0;
    } catch (const tandem::ConfigError& error) {
        tandem::log_event(tandem::Severity::error, tandem::EventKind::config_rejected, error.what(),
                          {{"CONFIG", config}});
        return EX_CONFIG;
    } catch (const std::exception& error) {
        tandem::log_event(tandem::Severity::error, tandem::EventKind::note,
                          std::string("tandemd cannot continue: ") + error.what());
        return 1;
    }
}
