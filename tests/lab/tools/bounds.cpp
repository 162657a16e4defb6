// SPDX-License-Identifier: GPL-3.0-or-later
#include "bounds.hpp"

#include <charconv>
#include <cstdio>
#include <stdexcept>

namespace lab {

Bound parse_bound(const std::string& text) {
    for (const char* relation : {"<=", ">=", "=="}) {
        const std::size_t at = text.find(relation);
        if (at == std::string::npos || at == 0) continue;
        Bound bound{text, text.substr(0, at), relation, 0};
        const char* end = text.data() + text.size();
        const auto [stopped, error] = std::from_chars(text.data() + at + 2, end, bound.value);
        if (error == std::errc{} && stopped == end) return bound;
    }
    throw std::runtime_error(
        "--require wants FIGURE<=VALUE, FIGURE>=VALUE or FIGURE==VALUE, not \"" + text + "\"");
}

bool all_hold(const std::vector<Bound>& bounds, const Figures& figures) {
    bool hold = true;
    for (const Bound& bound : bounds) {
        const auto measured = figure(figures, bound.name);
        if (measured && bound.holds(*measured)) continue;
        hold = false;
        if (measured) {
            std::printf("FAILED: %s was asked for, and it is %.6g\n", bound.text.c_str(),
                        *measured);
        } else {
            std::printf("FAILED: %s was asked for, and %s was not measured\n", bound.text.c_str(),
                        bound.name.c_str());
        }
    }
    if (hold && !bounds.empty()) std::printf("all %zu bounds held\n", bounds.size());
    return hold;
}

}  // namespace lab
