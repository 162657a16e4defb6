// SPDX-License-Identifier: GPL-3.0-or-later
// The command line of measure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "bounds.hpp"
#include "skew.hpp"

namespace lab {

struct Options {
    std::string recording;
    std::string aux_log;
    std::string noise;
    std::string json;
    std::vector<std::pair<std::string, std::string>> names;  // name, address
    std::vector<std::pair<std::string, Span>> parts;         // name, when
    std::string readings;                                    // of the timeline; empty: none
    std::string undelayed;                                   // the speaker they are held against
    std::vector<Bound> bounds;
};

// Throws std::runtime_error with a sentence.
[[nodiscard]] Options parse_options(int argc, char** argv);

}  // namespace lab
