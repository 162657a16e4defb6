// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/audio/alsa_pcm.hpp"

#include <alsa/asoundlib.h>
#include <fmt/format.h>

#include <array>
#include <cerrno>

#include "tandem/audio/alsa_cards.hpp"
#include "tandem/base/clock.hpp"

namespace tandem {
namespace {

struct PcmCloser {
    void operator()(snd_pcm_t* pcm) const noexcept { snd_pcm_close(pcm); }
};
using Pcm = std::unique_ptr<snd_pcm_t, PcmCloser>;

struct FormatChoice {
    snd_pcm_format_t alsa;
    SampleFormat format;
};
// In order of preference.
constexpr std::array<FormatChoice, 4> kFormats{{
    {SND_PCM_FORMAT_S16_LE, SampleFormat::s16le},
    {SND_PCM_FORMAT_S32_LE, SampleFormat::s32le},
    {SND_PCM_FORMAT_S24_3LE, SampleFormat::s24_3le},
    {SND_PCM_FORMAT_S24_LE, SampleFormat::s24le},
}};

class AlsaPcm final : public PcmDevice {
  public:
    AlsaPcm(Pcm pcm, bool stamps_are_monotonic) noexcept
        : pcm_(std::move(pcm)), stamps_are_monotonic_(stamps_are_monotonic) {}

    int observe(PcmObservation& into) noexcept override {
        snd_pcm_uframes_t available = 0;
        snd_htimestamp_t stamp{};
        if (const int error = snd_pcm_htimestamp(pcm_.get(), &available, &stamp); error < 0) {
            return error;
        }
        into.available = Frames{static_cast<std::int64_t>(available)};
        into.time = stamps_are_monotonic_ ? from_timespec(stamp) : Time{};
        return 0;
    }
    // A mapped buffer would be read without a system call, but shows only what the card's last
    // interrupt told, and packets would wait for the next one. Here the driver looks where the card
    // is, in the one call that reads.
    long read(std::uint8_t* into, std::size_t frames) noexcept override {
        return snd_pcm_readi(pcm_.get(), into, frames);
    }
    int restart() noexcept override {
        // Dropping first makes every state, suspended included, one that prepares.
        (void)snd_pcm_drop(pcm_.get());
        if (const int error = snd_pcm_prepare(pcm_.get()); error < 0) return error;
        return snd_pcm_start(pcm_.get());
    }
    std::size_t poll_descriptors(std::span<pollfd> into) noexcept override {
        const int count =
            snd_pcm_poll_descriptors(pcm_.get(), into.data(), static_cast<unsigned>(into.size()));
        return count > 0 ? static_cast<std::size_t>(count) : 0;
    }

  private:
    Pcm pcm_;
    bool stamps_are_monotonic_;
};

[[noreturn]] void refuse(const std::string& name, const std::string& why) {
    throw CaptureError(CaptureReason::card_refused,
                       fmt::format("the capture device {} {}", name, why));
}

[[noreturn]] void explain_open_error(const std::string& name, int error) {
    switch (error) {
        case -ENOENT:
        case -ENODEV:
        case -ENXIO:
            throw CaptureError(
                CaptureReason::card_missing,
                fmt::format("there is no capture device {}; plug it in or correct device in "
                            "[capture] (cards that record: {})",
                            name, describe_devices(list_recording_devices())));
        case -EBUSY:
            throw CaptureError(
                CaptureReason::card_busy,
                fmt::format("the capture device {} is in use by another program; end that "
                            "program (fuser -v /dev/snd/* names it)",
                            name));
        case -EACCES:
        case -EPERM:
            refuse(name, "may not be opened by this user; add the user to group audio");
        default:
            refuse(name, fmt::format("cannot be opened: {}; correct device in [capture]",
                                     snd_strerror(error)));
    }
}

// The reason goes into our own sentence; alsa-lib would print a second one to stderr.
void stay_silent(const char*, int, const char*, int, const char*, ...) {}

Pcm open_pcm(const std::string& name) {
    snd_lib_error_set_handler(stay_silent);
    snd_pcm_t* pcm = nullptr;
    const int error = snd_pcm_open(&pcm, name.c_str(), SND_PCM_STREAM_CAPTURE, SND_PCM_NONBLOCK);
    if (error < 0) explain_open_error(name, error);
    return Pcm(pcm);
}

class HardwareSetup {
  public:
    HardwareSetup(const std::string& name, snd_pcm_t* pcm) : name_(name), pcm_(pcm) {
        snd_pcm_hw_params_malloc(&params_);
        if (snd_pcm_hw_params_any(pcm_, params_) < 0) refuse(name_, "offers no configuration");
        if (snd_pcm_hw_params_set_access(pcm_, params_, SND_PCM_ACCESS_RW_INTERLEAVED) < 0) {
            refuse(name_, "does not offer interleaved access; use it through plughw:");
        }
    }
    ~HardwareSetup() { snd_pcm_hw_params_free(params_); }
    HardwareSetup(const HardwareSetup&) = delete;
    HardwareSetup& operator=(const HardwareSetup&) = delete;

    PcmShape apply(const CaptureSettings& settings) {
        PcmShape shape;
        shape.channels = choose_channels(settings.channels);
        set_rate(settings.rate);
        shape.format = choose_format();
        choose_sizes(settings, shape);
        if (const int error = snd_pcm_hw_params(pcm_, params_); error < 0) {
            if (error == -EBUSY) explain_open_error(name_, error);
            refuse(name_, fmt::format("refused its configuration: {}; try another "
                                      "period_frames in [capture]",
                                      snd_strerror(error)));
        }
        return shape;
    }

  private:
    ChannelLayout choose_channels(int wanted) {
        const auto try_channels = [&](unsigned count) {
            return snd_pcm_hw_params_set_channels(pcm_, params_, count) == 0;
        };
        if (wanted == 2 && try_channels(2)) return ChannelLayout::stereo;
        if (try_channels(1)) return ChannelLayout::mono;
        if (wanted == 1 && try_channels(2)) return ChannelLayout::left_of_two;
        refuse(name_, "offers neither one nor two channels; use it through plughw:");
    }

    void set_rate(SampleRate rate) {
        if (snd_pcm_hw_params_set_rate(pcm_, params_, static_cast<unsigned>(rate.hz), 0) == 0) {
            return;
        }
        std::string offered;
        for (const unsigned other : {8000U, 16000U, 32000U, 44100U, 48000U, 88200U, 96000U}) {
            if (snd_pcm_hw_params_test_rate(pcm_, params_, other, 0) != 0) continue;
            offered += (offered.empty() ? "" : ", ") + std::to_string(other);
        }
        refuse(name_, fmt::format("does not run at {} Hz; it offers {}; set rate in [capture] to "
                                  "one of 44100 and 48000 that it offers, or use plughw:",
                                  rate.hz, offered.empty() ? "no usual rate" : offered));
    }

    SampleFormat choose_format() {
        for (const FormatChoice& choice : kFormats) {
            if (snd_pcm_hw_params_set_format(pcm_, params_, choice.alsa) == 0) return choice.format;
        }
        refuse(name_, "offers no 16, 24 or 32 bit little-endian format; use it through plughw:");
    }

    // Half a second: what a hold-up of this process, or of a virtual machine, may last without a
    // loss. It costs no latency, since everything is taken as soon as it is there.
    void choose_sizes(const CaptureSettings& settings, PcmShape& shape) {
        auto period = static_cast<snd_pcm_uframes_t>(settings.period.count);
        if (snd_pcm_hw_params_set_period_size_near(pcm_, params_, &period, nullptr) < 0) {
            refuse(name_, fmt::format("has no period near {} frames; change period_frames in "
                                      "[capture]",
                                      settings.period.count));
        }
        snd_pcm_uframes_t buffer =
            std::max(8 * period, static_cast<snd_pcm_uframes_t>(settings.rate.hz / 2));
        if (snd_pcm_hw_params_set_buffer_size_near(pcm_, params_, &buffer) < 0) {
            refuse(name_,
                   "has no buffer size that fits its period; change period_frames in "
                   "[capture]");
        }
        shape.period = Frames{static_cast<std::int64_t>(period)};
        shape.buffer = Frames{static_cast<std::int64_t>(buffer)};
    }

    const std::string& name_;
    snd_pcm_t* pcm_;
    snd_pcm_hw_params_t* params_ = nullptr;
};

// While sinks play, packets wake the engine and it takes what is there; the card is to wake it only
// when nothing else does. (The interrupts, and with them the time stamps, come each period anyway.)
Frames wake_up_threshold(const PcmShape& shape) {
    return std::max(shape.period, Frames{std::min(8 * shape.period.count, shape.buffer.count / 2)});
}

// Returns whether time stamps will be of CLOCK_MONOTONIC.
bool set_software_parameters(const std::string& name, snd_pcm_t* pcm, const PcmShape& shape) {
    snd_pcm_sw_params_t* params = nullptr;
    snd_pcm_sw_params_alloca(&params);
    const auto wake_at = static_cast<snd_pcm_uframes_t>(wake_up_threshold(shape).count);
    int error = snd_pcm_sw_params_current(pcm, params);
    if (error == 0) error = snd_pcm_sw_params_set_avail_min(pcm, params, wake_at);
    if (error == 0) error = snd_pcm_sw_params_set_tstamp_mode(pcm, params, SND_PCM_TSTAMP_ENABLE);
    if (error < 0) refuse(name, fmt::format("cannot be set up: {}", snd_strerror(error)));
    // Not every plug-in can choose its clock; then its stamps are of no use and not an error.
    (void)snd_pcm_sw_params_set_tstamp_type(pcm, params, SND_PCM_TSTAMP_TYPE_MONOTONIC);
    error = snd_pcm_sw_params(pcm, params);
    if (error < 0) refuse(name, fmt::format("cannot be set up: {}", snd_strerror(error)));
    snd_pcm_tstamp_type_t type = SND_PCM_TSTAMP_TYPE_GETTIMEOFDAY;
    return snd_pcm_sw_params_current(pcm, params) == 0 &&
           snd_pcm_sw_params_get_tstamp_type(params, &type) == 0 &&
           type == SND_PCM_TSTAMP_TYPE_MONOTONIC;
}

std::string describe(const std::string& name, snd_pcm_t* pcm, const CaptureSettings& settings,
                     const PcmShape& shape) {
    snd_pcm_info_t* info = nullptr;
    snd_pcm_info_alloca(&info);
    const char* device = snd_pcm_info(pcm, info) == 0 ? snd_pcm_info_get_name(info) : "";
    std::string_view format;
    for (const FormatChoice& choice : kFormats) {
        if (choice.format == shape.format) format = snd_pcm_format_name(choice.alsa);
    }
    std::string_view channels = "2 channels";
    if (shape.channels == ChannelLayout::left_of_two) channels = "left of 2 channels, on both";
    if (shape.channels == ChannelLayout::mono) {
        channels =
            settings.channels == 2 ? "1 channel (the card is mono), on both" : "1 channel, on both";
    }
    return fmt::format("{}{}{}, {} Hz, {}, {}, period {}", name, *device != '\0' ? " " : "", device,
                       settings.rate.hz, format, channels, shape.period.count);
}

}  // namespace

OpenedPcm open_alsa_pcm(const std::string& name, const CaptureSettings& settings) {
    Pcm pcm = open_pcm(name);
    HardwareSetup setup(name, pcm.get());
    const PcmShape shape = setup.apply(settings);
    const bool monotonic = set_software_parameters(name, pcm.get(), shape);
    std::string description = describe(name, pcm.get(), settings, shape);
    auto device = std::make_unique<AlsaPcm>(std::move(pcm), monotonic);
    if (const int error = device->restart(); error < 0) {
        refuse(name, fmt::format("does not start: {}; plug it in again", snd_strerror(error)));
    }
    return {std::move(device), shape, std::move(description)};
}

}  // namespace tandem
