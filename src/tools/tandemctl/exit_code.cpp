// SPDX-License-Identifier: GPL-3.0-or-later
#include "exit_code.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace tandem {

int complain(const std::string& sentence, ExitCode code) {
    fmt::print(stderr, "tandemctl: {}\n", sentence);
    return code;
}

}  // namespace tandem
