// SPDX-License-Identifier: GPL-3.0-or-later
// Tandem's A2DP source end points: registered with BlueZ on every adapter, and what BlueZ
// configures on them. One end point serves one stream in BlueZ up to 5.82, and it needs a free one
// beside the busy ones to answer a new speaker: so there are as many as sinks, and one more.
// Thread: control.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "tandem/a2dp/sbc_config.hpp"
#include "tandem/bluez/model.hpp"
#include "tandem/bluez/sink_events.hpp"

namespace tandem {

// A transport BlueZ has set up on one of our end points.
struct ConfiguredTransport {
    std::string endpoint;  // our object path
    std::string device;    // BlueZ's object path
    SbcConfig config;
};

class Endpoints {
  public:
    // `accepts(device path)`: whether that speaker is one of ours. `changed`: after each change.
    Endpoints(Loop& loop, BusConnection& bus, BluezModel& model, BackoffPolicy retry,
              std::function<bool(const std::string& device)> accepts,
              std::function<void()> changed);
    ~Endpoints();  // unregisters all (best effort)

    // Registers what is missing and withdraws what is too much or of another stream.
    void reconcile(std::size_t per_adapter, const StreamTarget& stream);

    [[nodiscard]] const std::map<std::string, ConfiguredTransport>& transports() const {
        return transports_;
    }
    // Whether an adapter has an end point to offer; the error otherwise, if BlueZ gave one.
    [[nodiscard]] bool is_registered(const std::string& adapter) const;
    [[nodiscard]] std::optional<BusError> refusal(const std::string& adapter) const;
    // Why SelectConfiguration was last refused on this adapter; empty: it was not.
    [[nodiscard]] std::string no_codec(const std::string& adapter) const;
    // Whether SelectConfiguration came on this adapter: a speaker has a free end point.
    [[nodiscard]] bool was_asked(const std::string& adapter) const;
    // And whether the speaker has refused, with this one, everything that can be chosen.
    [[nodiscard]] bool gave_last_choice(const std::string& adapter) const;
    // A new attempt begins there, with a speaker that has refused so often in a row what was
    // chosen.
    void begin_attempt(const std::string& adapter, std::size_t refusals);

  private:
    enum class Registration { wanted, asked, done, failed };
    struct Endpoint {
        std::string adapter;
        Registration state = Registration::wanted;
        std::optional<BusError> error;
        int failures = 0;
        Loop::Handle object;
        Loop::Handle call;
        Loop::Handle retry;
    };

    void add(const std::string& adapter, std::size_t index);
    void register_endpoint(const std::string& path);
    void on_registered(const std::string& path, const BusReply& reply);
    void withdraw(const std::string& path);
    [[nodiscard]] BusObject object_at(const std::string& path);
    std::vector<Value> select_configuration(const IncomingCall& call);
    std::vector<Value> set_configuration(const IncomingCall& call);
    std::vector<Value> clear_configuration(const IncomingCall& call);
    std::vector<Value> release(const IncomingCall& call);

    Loop& loop_;
    BusConnection& bus_;
    BluezModel& model_;
    BackoffPolicy retry_;
    std::function<bool(const std::string&)> accepts_;
    std::function<void()> changed_;
    std::string owner_;  // the bluetoothd that knows the end points
    StreamTarget stream_;
    std::map<std::string, Endpoint> endpoints_;  // by our path
    std::map<std::string, ConfiguredTransport> transports_;
    // The attempt that runs on an adapter: one at a time does.
    struct Attempt {
        std::size_t refusals = 0;
        std::size_t choices = 0;  // there were when SelectConfiguration came; 0: it did not
        std::string no_codec{};   // why there was none
    };
    std::map<std::string, Attempt> attempts_;  // by adapter
};

}  // namespace tandem
