// SPDX-License-Identifier: GPL-3.0-or-later
// `tandemctl log`: the service's journal, made readable as it comes in.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "commands.hpp"
#include "exit_code.hpp"
#include "signals.hpp"
#include "tandem/host/child_process.hpp"
#include "tandem/status/journal_text.hpp"
#include "terminal.hpp"

namespace tandem {
namespace {

std::string catalogued(const std::string& message_id) {
    sd_id128_t id{};
    char* text = nullptr;
    if (sd_id128_from_string(message_id.c_str(), &id) < 0 ||
        sd_journal_get_catalog_for_message_id(id, &text) < 0)
        return {};
    const std::unique_ptr<char, decltype(&std::free)> owned{text, std::free};
    return text;
}

// Prints each entry once its line is complete.
class Printer {
  public:
    void take(std::string_view chunk) {
        waiting_ += chunk;
        for (auto end = waiting_.find('\n'); end != std::string::npos; end = waiting_.find('\n')) {
            const std::string lines = text_.lines_of(waiting_.substr(0, end));
            waiting_.erase(0, end + 1);
            fmt::print("{}", lines);
            printed_ = printed_ || !lines.empty();
        }
        std::fflush(stdout);
    }
    [[nodiscard]] bool printed() const { return printed_; }

  private:
    JournalText text_{catalogued, colours_of(stdout)};
    std::string waiting_;
    bool printed_ = false;
};

// Runs until the program ends, or until a signal; returns true for a signal.
bool print_all(const ChildProcess& program, Printer& printer) {
    Loop loop;
    bool asked_to_end = false;
    const EndSignals signals{loop, [&] {
                                 asked_to_end = true;
                                 loop.stop();
                             }};
    const auto output = loop.watch(program.output(), EPOLLIN, [&](std::uint32_t) {
        std::array<char, 65536> chunk{};
        const ssize_t size = ::read(program.output(), chunk.data(), chunk.size());
        if (size <= 0) return loop.stop();
        printer.take({chunk.data(), static_cast<std::size_t>(size)});
    });
    loop.run();
    return asked_to_end;
}

}  // namespace

int run_log(int lines, bool follow) {
    std::vector<std::string> command{"journalctl", "-q", "--no-pager",         "-o", "json", "-u",
                                     "tandem",     "-n", std::to_string(lines)};
    if (follow) command.emplace_back("-f");
    try {
        ChildProcess journal{std::move(command), ChildProcess::Errors::shown};
        Printer printer;
        if (print_all(journal, printer)) return exit_ok;
        if (const int status = journal.wait(); status != 0)
            return complain(fmt::format("journalctl failed with exit status {}.", status),
                            exit_failed);
        if (printer.printed()) return exit_ok;
        return complain(
            "The journal has no lines of tandem.service: either it never ran, or you may not read "
            "the "
            "journal. Run this with sudo, or as a member of the group systemd-journal.",
            exit_failed);
    } catch (const std::system_error& error) {
        return complain(fmt::format("The journal cannot be read: {}; is systemd on this machine?",
                                    error.what()),
                        exit_failed);
    }
}

}  // namespace tandem
