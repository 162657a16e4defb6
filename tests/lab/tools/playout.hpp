// SPDX-License-Identifier: GPL-3.0-or-later
// What a speaker's buffer does with the sound that arrives, by the kinds that are in the field:
// most of them count what came, and do not look at its RTP time.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace lab {

using Time = std::chrono::nanoseconds;

struct StereoSample {
    std::int16_t left{};
    std::int16_t right{};
    bool operator==(const StereoSample&) const = default;
};

enum class Kind {
    placing,   // plays each sample at its RTP time; silence where none came
    counting,  // as btstack's sample: begins at 60 SBC frames; rate by the level; an underrun
               // shifts
    counting_refill,  // the same, but begins anew at 60 frames after an underrun
    packets,          // as Bluedroid: begins at a count of packets; no regulation
    regulated,        // begins at its latency, and returns to that level over minutes
};

struct PlayoutOptions {
    Kind kind{Kind::counting};
    int start_packets{5};                          // packets: begins with so many
    Time latency{std::chrono::milliseconds{150}};  // placing, regulated
    double clock_ppm{};                            // of the DAC's clock; positive: fast
};

// "counting", "packets:15", ...; throws std::runtime_error for one that is not known.
void set_kind(PlayoutOptions& options, const std::string& name);

// A buffer that keeps no time of its own: it is clocked by the times it is told, which never go
// back. Sample n of what it gives sounds at `epoch` + n / rate.
class Playout {
  public:
    Playout(const PlayoutOptions& options, int rate, Time epoch);

    // A packet's sound: `timestamp` is its first sample's, in frames of the sender's stream.
    void receive(std::uint32_t timestamp, std::span<const StereoSample> sound, Time arrival);
    // The stream was suspended: the buffer is emptied, and the next packet begins anew.
    void stop();
    void set_options(const PlayoutOptions& options) { options_ = options; }
    // Appends what sounds before `until` and was not given yet.
    void advance(Time until, std::vector<StereoSample>& out);

    [[nodiscard]] int underruns() const { return underruns_; }
    [[nodiscard]] std::int64_t level() const { return written_ - read(); }  // samples

  private:
    enum class State { waiting, due, playing };

    [[nodiscard]] std::int64_t read() const { return place_ >> 32; }
    [[nodiscard]] bool counts() const { return options_.kind != Kind::placing; }
    [[nodiscard]] bool refills() const;
    [[nodiscard]] std::int64_t samples(Time time) const;
    void advance_to(Time until);
    [[nodiscard]] StereoSample next();
    [[nodiscard]] StereoSample at(std::int64_t sample) const;
    void append(std::span<const StereoSample> sound);
    void put(std::uint32_t timestamp, std::span<const StereoSample> sound, Time arrival);
    void count(std::span<const StereoSample> sound);
    void regulate(Time arrival, std::int64_t first);
    void follow(double error_s, double elapsed_s);
    void set_rate(double correction);
    void forget();

    PlayoutOptions options_;
    int rate_;
    Time epoch_;
    State state_{State::waiting};
    Time begin_{};                      // due: when the sound begins
    std::uint32_t origin_{};            // placing: the timestamp that has place 0
    int packets_{};                     // since it waits
    std::vector<StereoSample> buffer_;  // buffer_[0] has place base_
    std::int64_t base_{};
    std::int64_t written_{};  // places
    std::int64_t place_{};    // that sounds next, with 32 bits of fraction
    std::int64_t step_{std::int64_t{1} << 32};
    std::int64_t rendered_{};
    std::int64_t target_{};  // regulated: the level at which it began
    double drift_{};         // of the level control, see regulate()
    double error_{};
    double age_s_{};
    int underruns_{};
    std::vector<StereoSample> ready_;
};

}  // namespace lab
