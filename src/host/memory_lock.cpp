// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/host/memory_lock.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstring>

namespace tandem {
namespace {

constexpr rlim_t kNeeded = rlim_t{128} << 20;
constexpr std::size_t kStack = std::size_t{1} << 20;  // the usual 8 MiB would all be resident

// Every thread's arena would reserve 64 MiB; the engine allocates nothing, so one serves all.
void reserve_little() {
    mallopt(M_ARENA_MAX, 1);
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) return;
    if (pthread_attr_setstacksize(&attributes, kStack) == 0)
        (void)pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);
}

std::string not_locked(const std::string& why) {
    return fmt::format(
        "the memory is not kept resident ({}): allow {} MiB of locked memory (LimitMEMLOCK= in the "
        "unit, or \"ulimit -l\"), else a machine that swaps causes dropouts",
        why, kNeeded >> 20);
}

}  // namespace

std::optional<std::string> lock_memory() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_MEMLOCK, &limit) != 0) return not_locked(std::strerror(errno));
    if (limit.rlim_cur < kNeeded)
        return not_locked(fmt::format("the limit is {} KiB", limit.rlim_cur >> 10));
    reserve_little();
    if (::mlockall(MCL_CURRENT | MCL_FUTURE) != 0) return not_locked(std::strerror(errno));
    return std::nullopt;
}

}  // namespace tandem
