// SPDX-License-Identifier: GPL-3.0-or-later
#include "doctor/run_program.hpp"

#include <unistd.h>

#include <array>
#include <cstddef>
#include <system_error>
#include <utility>

#include "tandem/host/child_process.hpp"

namespace tandem {
namespace {

constexpr std::size_t kMost = 1 << 20;

}  // namespace

std::string output_of(std::vector<std::string> command) {
    std::string text;
    try {
        ChildProcess program{std::move(command), ChildProcess::Errors::hidden};
        std::array<char, 4096> chunk{};
        for (ssize_t size = 0; (size = read(program.output(), chunk.data(), chunk.size())) > 0;)
            if (text.size() < kMost) text.append(chunk.data(), static_cast<std::size_t>(size));
        program.wait();
    } catch (const std::system_error&) {
        return {};
    }
    return text;
}

}  // namespace tandem
