// SPDX-License-Identifier: GPL-3.0-or-later
#include "standstills.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace lab {

void Standstills::add(Time from, Time to) {
    std::erase_if(stretches_, [&](const auto& other) {
        if (other.second < from || other.first > to) return false;
        from = std::min(from, other.first);
        to = std::max(to, other.second);
        return true;
    });
    stretches_.emplace_back(from, to);
}

void Standstills::read(const std::string& path) {
    std::ifstream file{path};
    if (!file) throw std::runtime_error(path + " cannot be read: has relay written it?");
    for (std::string line; std::getline(file, line);) {
        std::istringstream words{line};
        std::string word;
        std::int64_t from = 0;
        std::int64_t to = 0;
        if (words >> word >> from >> to && word == "stood-still") add(Time{from}, Time{to});
    }
}

Time Standstills::longest() const {
    Time longest{};
    for (const auto& [from, to] : stretches_)
        longest = std::max(longest, to - from);
    return longest;
}

Time Standstills::between(Time from, Time to) const {
    Time sum{};
    for (const auto& [begin, end] : stretches_)
        sum += std::max(std::min(to, end) - std::max(from, begin), Time{});
    return sum;
}

}  // namespace lab
