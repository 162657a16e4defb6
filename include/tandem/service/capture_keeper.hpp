// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps a capture open: opens it, and when it cannot be opened or is lost, tries again every second
// and says why once. Thread: control.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "tandem/audio/capture.hpp"
#include "tandem/bus/loop.hpp"

namespace tandem {

class CaptureKeeper {
  public:
    // `install` gets each capture that was opened, and null when there is none any more.
    using Install = std::function<void(std::unique_ptr<Capture>)>;
    CaptureKeeper(Loop& loop, Install install) : loop_(loop), install_(std::move(install)) {}

    // Opens what `settings` names, closing the one before.
    void open(const CaptureSettings& settings);
    // The engine found the device gone.
    void lost();

    [[nodiscard]] bool running() const { return reason_.empty() && !description_.empty(); }
    [[nodiscard]] const std::string& description() const { return description_; }
    [[nodiscard]] const std::string& reason() const { return reason_; }  // empty while running
    [[nodiscard]] const std::string& detail() const { return detail_; }

  private:
    void try_to_open();
    void fail(const std::string& reason, const std::string& detail);

    Loop& loop_;
    Install install_;
    CaptureSettings settings_;
    std::string description_;
    std::string reason_;
    std::string detail_;
    Loop::Handle retry_;
};

}  // namespace tandem
