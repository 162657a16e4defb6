// SPDX-License-Identifier: GPL-3.0-or-later
// Pages between controllers: one is answered half a scan interval after its target listens, or
// times out; whoever comes within reach while it runs is found by it. Pure; time is injected.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "air.hpp"

namespace lab {

struct Page {
    int controller{};                   // who pages
    int target{};                       // whom
    std::vector<std::uint8_t> command;  // Create Connection, as the host sent it
    Time began{};
    std::optional<Time> heard_at;  // the target listens: then it answers
};

class Paging {
  public:
    void begin(Page page, bool heard, Time now);
    // Ends the page of `target` by `controller`, if there is one.
    [[nodiscard]] std::optional<Page> cancel(int controller, int target, Time now);
    // Whether `target` can hear `controller`, from now on.
    void hears(int controller, int target, bool heard, Time now);

    [[nodiscard]] std::optional<Time> next_event() const;
    // Pages that have ended by `now`, answered (heard_at is set) or timed out.
    [[nodiscard]] std::vector<Page> take_ended(Time now);
    // How long `controller` has paged in all.
    [[nodiscard]] Time spent(int controller, Time now) const;

  private:
    [[nodiscard]] static Time end_of(const Page& page);
    void count(const Page& page, Time end);

    std::vector<Page> pages_;
    std::vector<Time> spent_;
};

}  // namespace lab
