// SPDX-License-Identifier: GPL-3.0-or-later
// What the control thread has the engine do, as a value: a callable that carries what it needs.
// It is kept in place, so that handing it over allocates and frees nothing.
// Thread: made on control, called on the engine thread. Real-time safe if what it calls is.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <new>
#include <type_traits>

#include "tandem/engine/engine.hpp"

namespace tandem {

class EngineCommand {
  public:
    static constexpr std::size_t kMostBytes = 32;

    EngineCommand() = default;
    // A lambda that captures numbers, enums or bare pointers by value and is noexcept. Any thread;
    // real-time safe: it is copied in place.
    //   [=](Engine& engine) noexcept { engine.play_clicks(count); }
    template <typename F>
    requires(!std::same_as<F, EngineCommand> && std::is_nothrow_invocable_v<const F&, Engine&>)
        EngineCommand(const F& work)
    noexcept
        : call_([](const std::byte* bytes, Engine& engine) noexcept {
              (*std::launder(reinterpret_cast<const F*>(bytes)))(engine);
          }) {
        static_assert(std::is_trivially_copyable_v<F>, "nothing is freed on the engine thread");
        static_assert(sizeof(F) <= kMostBytes);
        static_assert(alignof(F) <= alignof(std::max_align_t));
        new (bytes_.data()) F(work);
    }

    // Engine; real-time safe if what it calls is.
    void operator()(Engine& engine) const noexcept {
        if (call_ != nullptr) call_(bytes_.data(), engine);
    }

  private:
    alignas(std::max_align_t) std::array<std::byte, kMostBytes> bytes_{};
    void (*call_)(const std::byte*, Engine&) noexcept = nullptr;
};
static_assert(std::is_trivially_copyable_v<EngineCommand>);

// One for the chain of `sink`, if it has one by then: `work` gets a Chain&. Any thread; real-time
// safe.
template <typename F>
requires(std::is_nothrow_invocable_v<const F&, Chain&>) [[nodiscard]] EngineCommand
    to_chain(std::size_t sink, const F& work) noexcept {
    return [sink, work](Engine& engine) noexcept {
        if (Chain* chain = engine.chain(sink)) work(*chain);
    };
}

}  // namespace tandem
