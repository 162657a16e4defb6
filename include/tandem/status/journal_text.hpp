// SPDX-License-Identifier: GPL-3.0-or-later
// The service's journal for people to read. Pure, except for the time zone. Thread: any.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <utility>

#include "tandem/status/status_text.hpp"

namespace tandem {

class JournalText {
  public:
    // Returns the catalogue entry of a MESSAGE_ID, with fields as @FIELD@; empty if there is none.
    using Catalogue = std::function<std::string(const std::string& message_id)>;

    JournalText(Catalogue catalogue, Colours colours)
        : catalogue_(std::move(catalogue)), colours_(colours) {}

    // Returns what to print for one line of `journalctl -o json`: time and message, and below the
    // first warning or error of each kind and reason, what to do. Empty if it is not an entry.
    [[nodiscard]] std::string lines_of(const std::string& json);

  private:
    Catalogue catalogue_;
    Colours colours_;
    std::set<std::string> explained_;
};

}  // namespace tandem
