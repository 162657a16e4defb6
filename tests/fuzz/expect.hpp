// SPDX-License-Identifier: GPL-3.0-or-later
// What must hold for every input. libFuzzer keeps the one for which it doesn't.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

namespace tandem::fuzz {

inline void expect(bool holds, const char* sentence, const std::string& seen = {}) {
    if (holds) return;
    std::fprintf(stderr, "This does not hold: %s\n%s\n", sentence, seen.c_str());
    std::abort();
}

}  // namespace tandem::fuzz
