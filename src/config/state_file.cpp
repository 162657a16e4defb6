// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/config/state_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>

#include "tandem/config/text_file.hpp"

namespace tandem {
namespace {

// Of the rest between two writes, after one that failed: once a minute.
constexpr int kRestsInTrouble = 12;

std::string advice_on(int error) {
    const bool denied = error == EACCES || error == EPERM;
    return denied ? "give its folder to the user of tandemd" : advice_for_write_error(error);
}

}  // namespace

StateFile::StateFile(Loop& loop, std::string path, Tell tell, Duration rest, Write write)
    : loop_(loop),
      path_(std::move(path)),
      tell_(std::move(tell)),
      rest_(rest),
      write_(std::move(write)) {
    read();
}

StateFile::~StateFile() {
    finish();
    if (pending_) write();
    finish();
}

void StateFile::write_to_disk(const std::string& path, const std::string& text) {
    replace_text_file(path, text, 0644);
}

void StateFile::read() {
    try {
        state_ = parse_learned_state(read_text_file(path_));
    } catch (const std::system_error& error) {
        if (error.code() != std::errc::no_such_file_or_directory) set_aside(error.code().message());
    } catch (const std::exception& error) {  // whatever it is: no trouble here stops anything
        set_aside(error.what());
    }
}

void StateFile::set_aside(const std::string& why) {
    const std::string aside = path_ + ".damaged";
    const bool moved = std::rename(path_.c_str(), aside.c_str()) == 0;
    const std::string outcome = moved ? fmt::format("it was renamed to {}", aside)
                                      : fmt::format("it could not be renamed to {} either ({})",
                                                    aside, std::strerror(errno));
    tell_(Severity::warning,
          fmt::format("{} is damaged ({}): {}, and what was learned about speakers is learned anew",
                      path_, why, outcome));
}

void StateFile::learn_reported(const LatencyKey& key, const LearnedLatency& latency) {
    learn(state_.speaker(key).reported, latency);
}

void StateFile::learn_measured(const LatencyKey& key, const LearnedLatency& latency) {
    learn(state_.speaker(key).measured, latency);
}

void StateFile::learn(std::optional<LearnedLatency>& known, const LearnedLatency& latency) {
    constexpr std::chrono::seconds day = std::chrono::hours{24};
    const auto later = known ? latency.at - known->at : std::chrono::seconds{};
    const bool recent = later >= std::chrono::seconds::zero() && later < day;
    if (known && known->value == latency.value && recent) return;
    known = latency;
    write_soon();
}

void StateFile::learn_volume(const std::string& address, int level) {
    if (state_.volume(address) == level) return;
    state_.set_volume(address, level);
    write_soon();
}

void StateFile::write_soon() {
    if (!pending_) pending_ = loop_.after(rest_, [this] { write(); });
}

void StateFile::write() {
    if (writing_) {  // still: the disk is slow
        pending_ = loop_.after(rest_, [this] { write(); });
        return;
    }
    pending_.reset();
    writing_ = std::make_shared<Writing>(Writing{to_toml(state_), {}});
    try {
        writer_ =
            std::thread([&loop = loop_, writing = writing_, path = path_, write = write_, this] {
                try {
                    write(path, writing->text);
                } catch (const std::system_error& error) {
                    writing->error = error.code();
                }
                loop.post(writing, [this] { finish(); });  // unless that came before
            });
    } catch (const std::system_error& error) {  // no thread can be had
        writing_.reset();
        written(error.code());
    }
}

void StateFile::finish() {
    if (!writing_) return;
    writer_.join();
    written(std::exchange(writing_, nullptr)->error);
}

void StateFile::written(std::error_code error) {
    if (!error) {
        if (std::exchange(trouble_told_, false))
            tell_(Severity::info, fmt::format("{} can be written again", path_));
        return;
    }
    pending_ = loop_.after(rest_ * kRestsInTrouble, [this] { write(); });
    if (std::exchange(trouble_told_, true)) return;
    tell_(Severity::warning,
          fmt::format("what is learned about the speakers is lost at the next start: {} cannot "
                      "be written ({}); {}",
                      path_, error.message(), advice_on(error.value())));
}

}  // namespace tandem
