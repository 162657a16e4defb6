// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/config/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <system_error>

#include "config/toml_bounds.hpp"
#include "config/toml_reader.hpp"
#include "tandem/config/text_file.hpp"

namespace tandem {
namespace {

constexpr std::size_t kMostSinks = 4;
constexpr std::size_t kMostNameBytes = 64;

constexpr std::array<std::pair<std::string_view, Role>, 4> kRoles{
    {{"stereo", Role::stereo}, {"left", Role::left}, {"right", Role::right}, {"mono", Role::mono}}};
constexpr std::array<std::pair<std::string_view, Absent>, 2> kAbsents{
    {{"hold", Absent::hold}, {"release", Absent::release}}};

constexpr std::array<std::pair<std::string_view, KeepAlive>, 3> kKeepAlives{
    {{"none", KeepAlive::none},
     {"silence", KeepAlive::silence},
     {"infrasound", KeepAlive::infrasound}}};

constexpr std::array<std::pair<std::string_view, VolumeButtons>, 2> kVolumes{
    {{name_of(VolumeButtons::followed), VolumeButtons::followed},
     {name_of(VolumeButtons::undone), VolumeButtons::undone}}};

bool is_adapter_name(std::string_view text) {
    constexpr std::string_view prefix = "hci";
    if (!text.starts_with(prefix) || text.size() == prefix.size() || text.size() > 7) return false;
    return std::ranges::all_of(text.substr(prefix.size()),
                               [](char letter) { return letter >= '0' && letter <= '9'; });
}

CaptureSettings read_capture(const TomlReader& reader) {
    CaptureSettings capture;
    capture.device = reader.text("device").value_or(capture.device);
    if (capture.device.empty() || capture.device == "file:") {
        reader.refuse("device",
                      "names nothing; write \"auto\", an ALSA PCM such as \"hw:1,0\", "
                      "\"file:PATH\" or \"tone\"");
    }
    const auto rate = reader.integer("rate", 8000, 192000).value_or(capture.rate.hz);
    if (rate != 44100 && rate != 48000) {
        reader.refuse("rate", fmt::format("{} is not supported; write 44100 or 48000", rate));
    }
    capture.rate.hz = static_cast<std::int32_t>(rate);
    capture.channels = static_cast<int>(reader.integer("channels", 1, 2).value_or(2));
    capture.period.count = reader.integer("period_frames", 64, 1024).value_or(capture.period.count);
    return capture;
}

void read_stream(const TomlReader& reader, Config& config) {
    std::array<std::pair<std::string_view, Profile>, 3> profiles;
    std::ranges::transform(std::array{Profile::low_latency, Profile::balanced, Profile::robust},
                           profiles.begin(), [](Profile profile) {
                               return std::pair{settings_of(profile).name, profile};
                           });
    config.profile = reader.choice<Profile>("profile", profiles, config.profile);
    if (const auto bitpool = reader.integer_or_auto("bitpool", 2, 250)) {
        config.bitpool = static_cast<int>(*bitpool);
    }
    if (reader.is_number("volume"))
        reader.refuse(
            "volume",
            "says what the speakers' own buttons may do, \"speaker\" or \"fixed\"; a level "
            "is set by \"tandemctl volume 50\", and kept");
    config.volume_buttons = reader.choice<VolumeButtons>("volume", kVolumes, config.volume_buttons);
}

void read_idle(const TomlReader& reader, Config& config) {
    config.keep_alive = reader.choice<KeepAlive>("keep_alive", kKeepAlives, config.keep_alive);
    if (const auto seconds = reader.integer("suspend_after_s", 1, 86400)) {
        config.suspend_after = std::chrono::seconds{*seconds};
    }
}

std::string read_name(const TomlReader& reader) {
    const auto name = reader.text("name");
    if (!name) reader.refuse("name", "is missing; give each [[sink]] its own name");
    const bool control = std::ranges::any_of(*name, [](char letter) {
        return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f;
    });
    if (name->empty() || name->size() > kMostNameBytes || control) {
        reader.refuse("name",
                      fmt::format("must have 1 to {} printable characters, such as \"left\"",
                                  kMostNameBytes));
    }
    return *name;
}

std::string read_address(const TomlReader& reader) {
    const auto given = reader.text("address");
    if (!given) {
        reader.refuse("address",
                      "is missing; write the speaker's address, such as "
                      "\"AA:BB:CC:DD:EE:FF\"");
    }
    if (*given == "virtual") return *given;
    if (auto address = parse_address(*given)) return *address;
    reader.refuse("address",
                  fmt::format("\"{}\" is not a Bluetooth address; write six pairs of hexadecimal "
                              "digits, such as \"AA:BB:CC:DD:EE:FF\"",
                              *given));
}

std::string read_adapter(const TomlReader& reader) {
    auto adapter = reader.text("adapter").value_or("");
    if (adapter.empty() || is_adapter_name(adapter)) return adapter;
    if (auto address = parse_address(adapter)) return *address;
    reader.refuse("adapter",
                  fmt::format("\"{}\" is not an adapter; write \"\" for any, \"hci0\", or "
                              "the adapter's address",
                              adapter));
}

VirtualSinkConfig read_virtual(const TomlReader& reader) {
    VirtualSinkConfig sink;
    sink.latency_ms = reader.number("latency_ms", 20, 1000).value_or(sink.latency_ms);
    sink.clock_ppm = reader.number("clock_ppm", -500, 500).value_or(sink.clock_ppm);
    std::array<std::pair<std::string_view, SpeakerKind>, kSpeakerKinds.size()> kinds;
    std::ranges::transform(kSpeakerKinds, kinds.begin(), [](SpeakerKind kind) {
        return std::pair{name_of(kind), kind};
    });
    sink.kind = reader.choice<SpeakerKind>("kind", kinds, sink.kind);
    sink.wav = reader.text("wav").value_or(sink.wav);
    return sink;
}

SinkConfig read_sink(const toml::table& table, const std::string& file) {
    const TomlReader reader{table, "sink", file};
    SinkConfig sink;
    sink.name = read_name(reader);
    sink.address = read_address(reader);
    sink.adapter = read_adapter(reader);
    sink.role = reader.choice<Role>("role", kRoles, sink.role);
    if (const auto latency = reader.number_or_auto("latency_ms", 0, 1000)) {
        sink.latency = from_ms(*latency);
    }
    sink.trim = from_ms(reader.number("trim_ms", -500, 500).value_or(0));
    sink.gain_db = reader.number("gain_db", -60, 12).value_or(sink.gain_db);
    if (const auto* modelled = reader.table("virtual")) {
        if (!sink.is_virtual()) {
            reader.refuse("virtual",
                          "is for virtual sinks; remove the table, or write address = \"virtual\"");
        }
        sink.virtual_sink = read_virtual(TomlReader{*modelled, "sink.virtual", file});
    }
    return sink;
}

// Names must be unique in status and log, addresses on the air.
void refuse_duplicate(const TomlReader& reader, const std::vector<SinkConfig>& earlier,
                      const SinkConfig& sink) {
    for (const auto& other : earlier) {
        if (other.name == sink.name) {
            reader.refuse("name",
                          fmt::format("\"{}\" is already the name of another [[sink]]; give "
                                      "each its own",
                                      sink.name));
        }
        if (!sink.is_virtual() && other.address == sink.address) {
            reader.refuse("address",
                          fmt::format("{} is already the address of sink \"{}\"; give each "
                                      "its own",
                                      sink.address, other.name));
        }
    }
}

void read_sinks(const TomlReader& top, const std::string& file, Config& config) {
    const auto* array = top.tables("sink");
    if (array == nullptr) return;
    for (const auto& node : *array) {
        const auto& table = *node.as_table();
        auto sink = read_sink(table, file);
        const TomlReader reader{table, "sink", file};
        refuse_duplicate(reader, config.sinks, sink);
        if (config.sinks.size() == kMostSinks) {
            reader.refuse(
                "name",
                fmt::format("is one [[sink]] too many; remove it, the limit is {}", kMostSinks));
        }
        config.sinks.push_back(std::move(sink));
    }
}

std::string read_file(const std::string& path) {
    try {
        return read_text_file(path);
    } catch (const std::system_error& error) {
        throw ConfigError{
            fmt::format("{}: file: cannot be read: {}; check the path and its "
                        "permissions",
                        path, error.code().message())};
    }
}

toml::table parse_toml(const std::string& text, const std::string& name) {
    if (const auto excess = excess_of(text))
        throw ConfigError{fmt::format("{}:{}: syntax: {}; correct this line", name, excess->line,
                                      excess->reason)};
    try {
        return toml::parse(text);
    } catch (const toml::parse_error& error) {
        throw ConfigError{fmt::format("{}:{}: syntax: {}; correct this line", name,
                                      error.source().begin.line, printable(error.description()))};
    }
}

}  // namespace

std::optional<std::string> parse_address(std::string text) {
    constexpr std::size_t length = 17;
    if (text.size() != length) return std::nullopt;
    for (std::size_t i = 0; i < length; ++i) {
        char& letter = text[i];
        if (letter >= 'a' && letter <= 'f') letter = static_cast<char>(letter - 'a' + 'A');
        const bool hex = (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'F');
        if (i % 3 == 2 ? letter != ':' : !hex) return std::nullopt;
    }
    return text;
}

Config parse_config(const std::string& text, const std::string& name) {
    const auto document = parse_toml(text, name);
    const TomlReader top{document, "", name};
    Config config;
    if (const auto* table = top.table("capture")) {
        config.capture = read_capture(TomlReader{*table, "capture", name});
    }
    if (const auto* table = top.table("stream")) {
        read_stream(TomlReader{*table, "stream", name}, config);
    }
    if (const auto* table = top.table("sync")) {
        config.absent =
            TomlReader{*table, "sync", name}.choice<Absent>("absent", kAbsents, config.absent);
    }
    if (const auto* table = top.table("idle")) {
        read_idle(TomlReader{*table, "idle", name}, config);
    }
    read_sinks(top, name, config);
    return config;
}

Config load_config(const std::string& path) {
    return parse_config(read_file(path), path);
}

std::vector<std::string> config_keys() {
    std::vector<std::string> keys;
    for (const auto& table : known_tables()) {
        if (table.name.empty()) continue;
        for (const auto key : table.keys) {
            if (key != "virtual") keys.push_back(fmt::format("{}.{}", table.name, key));
        }
    }
    return keys;
}

}  // namespace tandem
