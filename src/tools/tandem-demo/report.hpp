// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace tandem::demo {

struct ReportFiles {
    std::string left;
    std::string right;
    std::string input;   // may be empty
    std::string status;  // may be empty
    std::string out = ".";
};

// Compares the recordings, writes report.txt and picture.svg into files.out, and returns the
// report. Throws std::runtime_error.
[[nodiscard]] std::string write_report(const ReportFiles& files);

}  // namespace tandem::demo
