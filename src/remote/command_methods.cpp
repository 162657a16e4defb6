// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/remote/command_methods.hpp"

#include <cmath>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace tandem {
namespace {

// How a type is written on the bus, and read from there. Callers have had the types checked.
template <typename T>
struct Codec {  // bool, double, std::int32_t, std::uint32_t, std::string
    static std::string type() { return Value(T{}).signature(); }
    static Value write(const T& content) { return content; }
    static T read(const Value& value) { return *value.as<T>(); }
};

// In milliseconds.
template <>
struct Codec<Duration> {
    // Far beyond what any trim may be; so that the conversion is safe whatever a caller sends.
    static constexpr double kMostMs = 1e6;
    static std::string type() { return "d"; }
    static Value write(Duration duration) { return to_ms(duration); }
    static Duration read(const Value& value) {
        const double ms = *value.as<double>();
        if (!(std::abs(ms) <= kMostMs))
            throw BridgeRefusal("The trim is no number of milliseconds.");
        return from_ms(ms);
    }
};

template <typename T>
struct Codec<std::vector<T>> {
    static std::string type() { return "a" + Codec<T>::type(); }
    static Value write(const std::vector<T>& contents) {
        Value::Items items;
        for (const T& content : contents)
            items.push_back(Codec<T>::write(content));
        return Value::array(Codec<T>::type(), std::move(items));
    }
    static std::vector<T> read(const Value& value) {
        std::vector<T> contents;
        for (const Value& item : value.items())
            contents.push_back(Codec<T>::read(item));
        return contents;
    }
};

template <>
struct Codec<VolumeChange> {
    static std::string type() { return "(sii)"; }
    static Value write(const VolumeChange& change) {
        return Value::Struct{{change.sink, change.before, change.now}};
    }
    static VolumeChange read(const Value& value) {
        const auto& parts = value.items();
        return {parts[0].text(), *parts[1].as<std::int32_t>(), *parts[2].as<std::int32_t>()};
    }
};

// What a method answers: one value as a rule, the two of a change, or none.
template <typename Result>
struct Answer {
    static std::string type() { return Codec<Result>::type(); }
    static std::vector<Value> write(const Result& result) { return {Codec<Result>::write(result)}; }
    static Result read(const std::vector<Value>& values) { return Codec<Result>::read(values[0]); }
};
template <>
struct Answer<TrimChange> {
    static std::string type() { return "dd"; }
    static std::vector<Value> write(const TrimChange& made) {
        return {to_ms(made.before), to_ms(made.now)};
    }
    static TrimChange read(const std::vector<Value>& values) {
        return {Codec<Duration>::read(values[0]), Codec<Duration>::read(values[1])};
    }
};
template <>
struct Answer<GainChange> {
    static std::string type() { return "dd"; }
    static std::vector<Value> write(const GainChange& made) {
        return {made.before_db, made.now_db};
    }
    static GainChange read(const std::vector<Value>& values) {
        return {*values[0].as<double>(), *values[1].as<double>()};
    }
};
template <>
struct Answer<void> {
    static std::string type() { return {}; }
};

template <typename Result, typename... Arguments, std::size_t... At>
std::vector<Value> obey(Commands& commands, Result (Commands::*verb)(Arguments...),
                        [[maybe_unused]] const std::vector<Value>& arguments,
                        std::index_sequence<At...>) {
    const auto run = [&] {
        return (commands.*verb)(Codec<std::decay_t<Arguments>>::read(arguments[At])...);
    };
    if constexpr (std::is_void_v<Result>) {
        run();
        return {};
    } else {
        return Answer<Result>::write(run());
    }
}

template <typename Result, typename... Arguments>
BusMethod served(
    const char* name, Commands& commands, Result (Commands::*verb)(Arguments...),
    const std::function<void()>& changed = [] {}) {
    const auto handle = [&commands, verb, changed](const IncomingCall& call) {
        try {
            auto answer =
                obey(commands, verb, call.arguments, std::index_sequence_for<Arguments...>());
            changed();
            return answer;
        } catch (const ConfigRefusal& refusal) {
            throw BusFailure(kConfigError, refusal.what());
        } catch (const BridgeRefusal& refusal) {
            throw BusFailure("io.tandem.Error.Refused", refusal.what());
        }
    };
    return {kBridgeInterface, name, (std::string() + ... + Codec<std::decay_t<Arguments>>::type()),
            Answer<Result>::type(), handle};
}

class RemoteCommands final : public Commands {
  public:
    explicit RemoteCommands(CallMethod call) : call_(std::move(call)) {}

    void reload() override { ask<void>("Reload"); }
    TrimChange set_trim(const std::string& sink, Duration trim) override {
        return ask<TrimChange>("SetTrim", sink, trim);
    }
    TrimChange adjust_trim(const std::string& sink, Duration by) override {
        return ask<TrimChange>("AdjustTrim", sink, by);
    }
    void confirm_trim(const std::string& sink) override { ask<void>("ConfirmTrim", sink); }
    GainChange set_gain(const std::string& sink, double gain_db) override {
        return ask<GainChange>("SetGain", sink, gain_db);
    }
    GainChange adjust_gain(const std::string& sink, double by_db) override {
        return ask<GainChange>("AdjustGain", sink, by_db);
    }
    void confirm_gain(const std::string& sink) override { ask<void>("ConfirmGain", sink); }
    void set_mute(const std::string& sink, bool on) override { ask<void>("SetMute", sink, on); }
    std::vector<VolumeChange> set_volume(const std::string& sink, int percent) override {
        return ask<std::vector<VolumeChange>>("SetVolume", sink, percent);
    }
    std::vector<VolumeChange> adjust_volume(const std::string& sink, int by) override {
        return ask<std::vector<VolumeChange>>("AdjustVolume", sink, by);
    }
    void release(const std::string& sink, std::uint32_t seconds) override {
        ask<void>("Release", sink, seconds);
    }
    void take(const std::string& sink) override { ask<void>("Take", sink); }
    std::vector<std::string> click(std::uint32_t count) override {
        return ask<std::vector<std::string>>("Click", count);
    }
    void identify(const std::string& sink) override { ask<void>("Identify", sink); }

  private:
    template <typename Result, typename... Arguments>
    Result ask(const char* method, const Arguments&... arguments) const {
        const auto values =
            call_(method, {Codec<Arguments>::write(arguments)...}, Answer<Result>::type());
        if constexpr (!std::is_void_v<Result>) return Answer<Result>::read(values);
    }

    CallMethod call_;
};

}  // namespace

std::vector<BusMethod> serve_commands(Commands& commands, const std::function<void()>& changed) {
    return {served("Reload", commands, &Commands::reload),  // tells of all that it changes itself
            served("SetTrim", commands, &Commands::set_trim, changed),
            served("AdjustTrim", commands, &Commands::adjust_trim, changed),
            served("ConfirmTrim", commands, &Commands::confirm_trim, changed),
            served("SetGain", commands, &Commands::set_gain, changed),
            served("AdjustGain", commands, &Commands::adjust_gain, changed),
            served("ConfirmGain", commands, &Commands::confirm_gain, changed),
            served("SetMute", commands, &Commands::set_mute, changed),
            served("SetVolume", commands, &Commands::set_volume, changed),
            served("AdjustVolume", commands, &Commands::adjust_volume, changed),
            served("Release", commands, &Commands::release, changed),
            served("Take", commands, &Commands::take, changed),
            served("Click", commands, &Commands::click),
            served("Identify", commands, &Commands::identify)};
}

std::unique_ptr<Commands> remote_commands(CallMethod call) {
    return std::make_unique<RemoteCommands>(std::move(call));
}

}  // namespace tandem
