// SPDX-License-Identifier: GPL-3.0-or-later
// One table of the configuration file, read strictly: unknown keys, wrong types and values out of
// range end in a ConfigError that names file, line and key. Thread: control.
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace tandem {

// The keys one table may have. `name` is "" for the file's top level, "sink.virtual" for a table
// within a table.
struct TableKeys {
    std::string_view name;
    std::span<const std::string_view> keys;
};

// Every table of the file, in the order of docs/configuration.md.
[[nodiscard]] std::span<const TableKeys> known_tables() noexcept;

// `text` as printable_text() makes it, but ASCII's control characters as TOML escapes them, so that
// they can be found in the file.
[[nodiscard]] std::string printable(std::string_view text);

class TomlReader {
  public:
    // `table` must outlive the reader. Throws if it holds a key that known_tables() doesn't list
    // for `name`.
    TomlReader(const toml::table& table, std::string_view name, const std::string& file);

    // Return nullopt if the key is absent; throw ConfigError if its value has the wrong type or
    // range.
    [[nodiscard]] std::optional<std::string> text(std::string_view key) const;
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key, std::int64_t least,
                                                      std::int64_t most) const;
    [[nodiscard]] std::optional<double> number(std::string_view key, double least,
                                               double most) const;
    // The same, but "auto" is nullopt too.
    [[nodiscard]] std::optional<std::int64_t> integer_or_auto(std::string_view key,
                                                              std::int64_t least,
                                                              std::int64_t most) const;
    [[nodiscard]] std::optional<double> number_or_auto(std::string_view key, double least,
                                                       double most) const;
    // Return nullptr if the key is absent.
    [[nodiscard]] const toml::table* table(std::string_view key) const;
    [[nodiscard]] const toml::array* tables(std::string_view key) const;

    template <typename Value>
    using Choices = std::span<const std::pair<std::string_view, Value>>;
    // The value whose text is given, or `fallback` if the key is absent.
    template <typename Value>
    [[nodiscard]] Value choice(std::string_view key, Choices<Value> choices, Value fallback) const {
        const auto given = text(key);
        if (!given) return fallback;
        std::string known;
        for (const auto& [spelling, value] : choices) {
            if (*given == spelling) return value;
            known += (known.empty() ? "\"" : ", \"") + std::string{spelling} + "\"";
        }
        refuse(key, "\"" + *given + "\" is not one of the choices; write one of " + known);
    }

    [[nodiscard]] bool is_number(std::string_view key) const;

    // Throws "FILE:LINE: TABLE.KEY: REASON", LINE being the key's, or the table's without the key.
    [[noreturn]] void refuse(std::string_view key, const std::string& reason) const;

  private:
    void refuse_unknown_keys() const;
    [[nodiscard]] std::string path_of(std::string_view key) const;
    [[nodiscard]] bool is_auto(std::string_view key) const;
    void require_range(std::string_view key, double value, double least, double most,
                       bool or_auto) const;
    [[nodiscard]] std::optional<std::int64_t> any_integer(std::string_view key, bool or_auto) const;
    [[nodiscard]] std::optional<double> any_number(std::string_view key, bool or_auto) const;

    const toml::table& table_;
    std::string name_;
    const std::string& file_;
};

}  // namespace tandem
