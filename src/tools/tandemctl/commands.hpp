// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of tandemctl. Each prints its result and returns the exit status. Errors are thrown
// (BridgeClientError, ConfigError, std::exception) and printed by main().
#pragma once

#include <string>
#include <vector>

namespace tandem {

int run_status(bool json);
// Until q, SIGINT or SIGTERM. A live view on a terminal, a line a second elsewhere.
int run_watch();
// `config_file` is checked if no service is running; otherwise the file that the service uses.
int run_doctor(const std::string& config_file, bool json);
int run_pair(const std::string& address, const std::string& adapter);
// Searches for speakers in pairing mode.
int run_scan(const std::string& adapter, int seconds, bool json);
// `sinks`: NAME=ADDRESS each, as check_sink() takes them.
int run_setup(const std::string& card, const std::vector<std::string>& sinks, bool yes,
              const std::string& adapter);
int run_unpair(const std::string& address);
int run_identify(const std::string& sink);
int run_reload();
int run_check(const std::string& file);
// `amount` as in check_amount(); if it is empty, the current value is shown or saved.
int run_trim(const std::string& sink, const std::string& amount, bool save);
int run_gain(const std::string& sink, const std::string& amount, bool save);
// `arguments`: [SINK] [AMOUNT]. Without a sink: all; without an amount: shows them.
int run_volume(const std::vector<std::string>& arguments);
int run_mute(const std::string& sink, bool on);
// `span`: how long, as in check_span(); empty: until somebody takes it back.
int run_release(const std::string& sink, const std::string& span);
int run_take(const std::string& sink);
int run_click(int count);
// Prints the latest `lines` of the service's journal and, with `follow`, new ones until a signal.
int run_log(int lines, bool follow);

// For CLI11: returns what is wrong with a NAME=ADDRESS, or nothing.
std::string check_sink(const std::string& text);
// For CLI11: returns what is wrong with a span of time, or nothing.
std::string check_span(const std::string& text);
// For CLI11: returns what is wrong with the text of a trim or gain, or nothing.
std::string check_amount(const std::string& text);

}  // namespace tandem
