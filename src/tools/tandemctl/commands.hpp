// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of tandemctl. Each prints its result and returns the exit status; what goes wrong is
// thrown (BridgeClientError, ConfigError, std::exception) and made into a sentence by main.
#pragma once

#include <string>
#include <vector>

namespace tandem {

int run_status(bool json);
// Until q, SIGINT or SIGTERM. A live view on a terminal, a line a second elsewhere.
int run_watch();
// `config_file`: what to judge where no service runs that names its own.
int run_doctor(const std::string& config_file, bool json);
int run_pair(const std::string& address, const std::string& adapter);
// The speakers in pairing mode that `seconds` of searching find.
int run_scan(const std::string& adapter, int seconds, bool json);
// `sinks`: NAME=ADDRESS each, as check_sink() takes them.
int run_setup(const std::string& card, const std::vector<std::string>& sinks, bool yes,
              const std::string& adapter);
int run_unpair(const std::string& address);
int run_identify(const std::string& sink);
int run_reload();
int run_check(const std::string& file);
// `amount` as check_amount() takes it, or empty: what is in force, to be shown or saved.
int run_trim(const std::string& sink, const std::string& amount, bool save);
int run_gain(const std::string& sink, const std::string& amount, bool save);
// `arguments`: [SINK] [AMOUNT]; without a sink all of them, without an amount they are shown.
int run_volume(const std::vector<std::string>& arguments);
int run_mute(const std::string& sink, bool on);
int run_click(int count);
// The newest `lines` of the service's journal, then what comes if `follow`, until a signal.
int run_log(int lines, bool follow);

// For CLI11: says why `text` is no NAME=ADDRESS, or nothing.
std::string check_sink(const std::string& text);
// For CLI11: says why `text` is no trim and no gain, or nothing.
std::string check_amount(const std::string& text);

}  // namespace tandem
