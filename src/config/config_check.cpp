// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/config/config_check.hpp"

#include <fmt/format.h>

#include "tandem/config/config.hpp"

namespace tandem {

std::string check_config(const std::string& path) {
    const Config config = load_config(path);
    std::string names;
    for (const auto& sink : config.sinks)
        names += (names.empty() ? ": " : ", ") + sink.name;
    return fmt::format("{}: valid, {} {}{}", path, config.sinks.size(),
                       config.sinks.size() == 1 ? "sink" : "sinks", names);
}

}  // namespace tandem
