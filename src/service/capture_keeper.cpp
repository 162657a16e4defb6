// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/service/capture_keeper.hpp"

#include <fmt/format.h>

#include "tandem/service/log.hpp"

namespace tandem {
namespace {

constexpr Duration kRetry = std::chrono::seconds{1};

}  // namespace

void CaptureKeeper::open(const CaptureSettings& settings) {
    settings_ = settings;
    description_.clear();
    reason_.clear();
    detail_.clear();
    retry_.reset();
    install_(nullptr);  // a device that is to be opened anew must be closed first
    try_to_open();
}

void CaptureKeeper::try_to_open() {
    try {
        OpenedCapture opened = open_capture(settings_);
        description_ = opened.description;
        reason_.clear();
        detail_.clear();
        install_(std::move(opened.capture));
        log_event(Severity::info, EventKind::capture_opened,
                  fmt::format("capturing from {}: {}", settings_.device, description_),
                  {{"DEVICE", settings_.device}});
    } catch (const CaptureError& error) {
        fail(error.reason(), error.what());
    }
}

void CaptureKeeper::fail(const std::string& reason, const std::string& detail) {
    if (reason != reason_ || detail != detail_)
        log_event(Severity::warning, EventKind::capture_failed, detail,
                  {{"DEVICE", settings_.device}, {"REASON", reason}});
    description_.clear();
    reason_ = reason;
    detail_ = detail;
    retry_ = loop_.after(kRetry, [this] { try_to_open(); });
}

void CaptureKeeper::lost() {
    if (!running()) return;
    install_(nullptr);
    fail("card-lost",
         fmt::format("the sound card {} went away while capturing: plug it in again (both speakers "
                     "stay connected and play silence meanwhile)",
                     settings_.device));
}

}  // namespace tandem
