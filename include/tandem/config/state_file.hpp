// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps what was learned about speakers in a file, usually /var/lib/tandem/state.toml. Problems
// with the file are reported once and stop nothing. Thread: control. A short-lived thread writes
// the file, since fsync() can take seconds on a memory card, and longer than the watchdog waits on
// a failing one.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <system_error>
#include <thread>

#include "tandem/bus/loop.hpp"
#include "tandem/config/learned_state.hpp"
#include "tandem/host/log.hpp"

namespace tandem {

class StateFile {
  public:
    using Tell = std::function<void(Severity, const std::string& sentence)>;
    // Throws std::system_error.
    using Write = std::function<void(const std::string& path, const std::string& text)>;
    // The file is written this long after the first unsaved change, and so at most that often. If
    // that fails, it is tried again every minute.
    static constexpr Duration kRest = std::chrono::seconds{5};

    // Reads `path`, if there is such a file. Renames a damaged one to PATH.damaged. Calls `tell`
    // once for each problem, and when it is over.
    StateFile(Loop& loop, std::string path, Tell tell, Duration rest = kRest,
              Write write = write_to_disk);
    ~StateFile();  // writes unsaved changes, and waits for that
    StateFile(const StateFile&) = delete;
    StateFile& operator=(const StateFile&) = delete;

    [[nodiscard]] const LearnedState& state() const { return state_; }
    // An unchanged value is written once a day, for its date.
    void learn_reported(const LatencyKey& key, const LearnedLatency& latency);
    void learn_measured(const LatencyKey& key, const LearnedLatency& latency);
    // From 0 to 127; nullopt if nobody has set it.
    [[nodiscard]] std::optional<int> volume(const std::string& address) const {
        return state_.volume(address);
    }
    void learn_volume(const std::string& address, int level);

    // Waits for a write in progress, if there is one.
    void finish();

  private:
    struct Writing {  // shared with the thread that writes
        std::string text;
        std::error_code error;
    };

    static void write_to_disk(const std::string& path, const std::string& text);
    void read();
    void set_aside(const std::string& why);
    void learn(std::optional<LearnedLatency>& known, const LearnedLatency& latency);
    void write_soon();
    void write();
    void written(std::error_code error);

    Loop& loop_;
    std::string path_;
    Tell tell_;
    Duration rest_;
    LearnedState state_;
    Write write_;
    Loop::Handle pending_;  // set while there are unsaved changes
    std::shared_ptr<Writing> writing_;
    std::thread writer_;  // of writing_
    bool trouble_told_ = false;
};

}  // namespace tandem
