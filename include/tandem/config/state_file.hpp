// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps what was learned about speakers in a file, /var/lib/tandem/state.toml as a rule. No trouble
// with it stops anything: it is told once, and the rest goes on. Thread: control; a file is written
// by a short-lived thread of its own, since a memory card can take seconds for an fsync(), and one
// that is about to fail longer than the watchdog waits.
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
    // A file is written this long after the first change it has not, so no more often either, and
    // tried again every minute where it can't be.
    static constexpr Duration kRest = std::chrono::seconds{5};

    // Reads `path`; none there is nothing learned yet. A damaged one is renamed to PATH.damaged.
    // `tell` gets each trouble once, and its end.
    StateFile(Loop& loop, std::string path, Tell tell, Duration rest = kRest,
              Write write = write_to_disk);
    ~StateFile();  // writes what is not written yet, and waits for it
    StateFile(const StateFile&) = delete;
    StateFile& operator=(const StateFile&) = delete;

    // nullptr if nothing is known.
    [[nodiscard]] const LearnedSpeaker* find(const std::string& address,
                                             const std::string& codec) const {
        return state_.find(address, codec);
    }
    // Learned at `at`. The same value again is written once a day, for its date.
    void learn_reported(const std::string& address, const std::string& codec,
                        const LearnedLatency& latency);
    void learn_measured(const std::string& address, const std::string& codec,
                        const LearnedLatency& latency);
    // Of 0 to 127; nullopt if nobody has set it.
    [[nodiscard]] std::optional<int> volume(const std::string& address) const {
        return state_.volume(address);
    }
    void learn_volume(const std::string& address, int level);

    // Waits for the write that is under way, if one is.
    void finish();

  private:
    struct Writing {  // what the thread was given, and what came of it
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
    Loop::Handle pending_;  // set while something is not written yet
    std::shared_ptr<Writing> writing_;
    std::thread writer_;  // of writing_
    bool trouble_told_ = false;
};

}  // namespace tandem
