// SPDX-License-Identifier: GPL-3.0-or-later
// What the shells' completions ask: so they never get out of step with the commands.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace tandem {

// Prints what may stand for the last of `words` (which may be empty), with a tabulator and what it
// means, a line each; nothing where a file's name or nothing is expected.
int run_complete(const CLI::App& app, const std::vector<std::string>& words);

}  // namespace tandem
