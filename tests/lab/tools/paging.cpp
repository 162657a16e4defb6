// SPDX-License-Identifier: GPL-3.0-or-later
#include "paging.hpp"

#include <algorithm>
#include <utility>

namespace lab {

namespace {
using namespace std::chrono_literals;

constexpr Time kPageTimeout = 5120ms;  // what Linux leaves it at
constexpr Time kHalfScan = 640ms;      // of the interval of 1.28 s between two page scans
}  // namespace

Time Paging::end_of(const Page& page) {
    const Time timeout = page.began + kPageTimeout;
    return page.heard_at ? std::min(*page.heard_at, timeout) : timeout;
}

void Paging::begin(Page page, bool heard, Time now) {
    page.began = now;
    if (heard) page.heard_at = now + kHalfScan;
    pages_.push_back(std::move(page));
}

void Paging::count(const Page& page, Time end) {
    const auto index = static_cast<std::size_t>(page.controller);
    if (spent_.size() <= index) spent_.resize(index + 1);
    spent_[index] += end - page.began;
}

std::optional<Page> Paging::cancel(int controller, int target, Time now) {
    const auto found = std::ranges::find_if(pages_, [&](const Page& page) {
        return page.controller == controller && page.target == target;
    });
    if (found == pages_.end()) return std::nullopt;
    Page page = std::move(*found);
    pages_.erase(found);
    count(page, now);
    return page;
}

void Paging::hears(int controller, int target, bool heard, Time now) {
    for (Page& page : pages_) {
        if (page.controller != controller || page.target != target) continue;
        if (!heard) page.heard_at.reset();
        if (heard && !page.heard_at) page.heard_at = now + kHalfScan;
    }
}

std::optional<Time> Paging::next_event() const {
    std::optional<Time> next;
    for (const Page& page : pages_)
        next = next ? std::min(*next, end_of(page)) : end_of(page);
    return next;
}

std::vector<Page> Paging::take_ended(Time now) {
    std::vector<Page> ended;
    std::vector<Page> still;
    for (Page& page : pages_) {
        if (end_of(page) > now) {
            still.push_back(std::move(page));
            continue;
        }
        count(page, end_of(page));
        if (page.heard_at && *page.heard_at > now) page.heard_at.reset();
        ended.push_back(std::move(page));
    }
    pages_ = std::move(still);
    return ended;
}

Time Paging::spent(int controller, Time now) const {
    const auto index = static_cast<std::size_t>(controller);
    Time sum = index < spent_.size() ? spent_[index] : Time{};
    for (const Page& page : pages_) {
        if (page.controller == controller) sum += now - page.began;
    }
    return sum;
}

}  // namespace lab
