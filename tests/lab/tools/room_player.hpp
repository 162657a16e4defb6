// SPDX-License-Identifier: GPL-3.0-or-later
// A speaker's inside: takes the packets of its stream, decodes them, buffers as its kind does, and
// plays into the room. A thread of its own, which goes before all but the radio and the aux.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "playout.hpp"

namespace lab {

class RoomPlayer {
  public:
    // `device`: its substream of the room's card. Throws std::runtime_error.
    RoomPlayer(const std::string& device, const PlayoutOptions& options);
    ~RoomPlayer();
    RoomPlayer(const RoomPlayer&) = delete;
    RoomPlayer& operator=(const RoomPlayer&) = delete;

    void play(int fd);                                // a stream's socket, which it then owns
    void stop();                                      // the stream is suspended or gone
    void set_options(const PlayoutOptions& options);  // from the next stream on
    [[nodiscard]] std::uint64_t packets() const { return packets_; }

  private:
    struct Inside;
    void run();
    // Under the lock: the changes that were asked for.
    void take_changes();
    bool receive_packet();

    std::unique_ptr<Inside> inside_;
    std::mutex mutex_;  // of these:
    int next_fd_{-1};
    bool stop_{};
    PlayoutOptions options_;

    std::atomic<std::uint64_t> packets_{};
    std::atomic<bool> ends_{};
    std::thread thread_;
};

}  // namespace lab
