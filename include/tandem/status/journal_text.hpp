// SPDX-License-Identifier: GPL-3.0-or-later
// The service's lines in the journal as a person reads them. Pure but for the time zone. Thread:
// any.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <utility>

#include "tandem/status/status_text.hpp"

namespace tandem {

class JournalText {
  public:
    // The catalogue's entry for a MESSAGE_ID as it is kept, with fields as @FIELD@; empty: none.
    using Catalogue = std::function<std::string(const std::string& message_id)>;

    JournalText(Catalogue catalogue, Colours colours)
        : catalogue_(std::move(catalogue)), colours_(colours) {}

    // What to print for an entry as `journalctl -o json` has it: when and what, and below a warning
    // or an error what to do, once for each kind and reason. Empty for what is no entry.
    [[nodiscard]] std::string lines_of(const std::string& json);

  private:
    Catalogue catalogue_;
    Colours colours_;
    std::set<std::string> explained_;
};

}  // namespace tandem
