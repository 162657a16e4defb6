// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps what was learned about speakers in a file, /var/lib/tandem/state.toml as a rule. No trouble
// with it stops anything: it is told once, and the rest goes on. Thread: control.
#pragma once

#include <functional>
#include <string>

#include "tandem/bus/loop.hpp"
#include "tandem/service/learned_state.hpp"
#include "tandem/service/log.hpp"

namespace tandem {

class StateFile {
  public:
    using Tell = std::function<void(Severity, const std::string& sentence)>;
    // A file is written this long after the first change it has not, so no more often either, and
    // tried again every minute where it can't be.
    static constexpr Duration kRest = std::chrono::seconds{5};

    // Reads `path`; none there is nothing learned yet. A damaged one is renamed to PATH.damaged.
    // `tell` gets each trouble once, and its end.
    StateFile(Loop& loop, std::string path, Tell tell, Duration rest = kRest);
    ~StateFile();  // writes what is not written yet
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

  private:
    void read();
    void set_aside(const std::string& why);
    void learn(std::optional<LearnedLatency>& known, const LearnedLatency& latency);
    void write_soon();
    void write();

    Loop& loop_;
    std::string path_;
    Tell tell_;
    Duration rest_;
    LearnedState state_;
    Loop::Handle pending_;  // set while something is not written yet
    bool trouble_told_ = false;
};

}  // namespace tandem
