// SPDX-License-Identifier: GPL-3.0-or-later
// A virtual sink that runs: a socket like a transport's, a thread behind it that feeds the modelled
// speaker, and a WAV file of what sounds. Thread: control; its own thread may allocate and wait for
// the disk.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "tandem/base/clock.hpp"
#include "tandem/base/owned_fd.hpp"
#include "tandem/model/virtual_speaker.hpp"

namespace tandem {

class VirtualSink {
  public:
    struct Settings {
        SbcConfig config{};  // what was negotiated
        Duration latency = std::chrono::milliseconds{150};
        double clock_ppm = 0;
        SpeakerRules rules{};
        std::size_t write_mtu = 1005;  // 672..1005, as of real speakers
        std::string wav{};             // where to write what sounds; empty: nowhere
        // Where the WAV's time axis begins; the same for all that are to be compared.
        Time epoch = now_monotonic();
    };

    // Opens the WAV file, which keeps what it holds until the socket is taken: a sink that was made
    // and is not used after all leaves no trace. Throws std::system_error or WavError.
    explicit VirtualSink(const Settings& settings);
    ~VirtualSink();  // as stop()
    VirtualSink(const VirtualSink&) = delete;
    VirtualSink& operator=(const VirtualSink&) = delete;

    // The sender's end: SEQPACKET, non-blocking, with a send buffer as small as a radio's. Once:
    // from then on it plays.
    [[nodiscard]] OwnedFd take_socket() noexcept;
    [[nodiscard]] std::size_t write_mtu() const noexcept;
    // As AVDTP's delay report has it: in tenths of a millisecond.
    [[nodiscard]] std::uint16_t delay_report() const noexcept;
    [[nodiscard]] VirtualSpeakerCounters counters() const;

    // Plays what has sounded up to now, completes the WAV file and ends the thread. Throws WavError
    // when the file could not be written.
    void stop();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace tandem
