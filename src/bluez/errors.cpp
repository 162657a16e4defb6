// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bluez/errors.hpp"

namespace tandem {

bool mentions(const BusError& error, std::string_view what) {
    return error.name.find(what) != std::string::npos ||
           error.message.find(what) != std::string::npos;
}

bool is_denied(const BusError& error) {
    return error.name == "org.freedesktop.DBus.Error.AccessDenied" ||
           error.name == "org.bluez.Error.NotAuthorized";
}

bool is_busy(const BusError& error) {
    return mentions(error, "InProgress") || mentions(error, "br-connection-busy");
}

bool is_canceled(const BusError& error) {
    return mentions(error, "br-connection-canceled");
}

bool is_connected_already(const BusError& error) {
    return mentions(error, "AlreadyConnected") || mentions(error, "already-connected");
}

bool is_key_trouble(const BusError& error) {
    return mentions(error, "key-missing") || mentions(error, "AuthenticationFailed") ||
           mentions(error, "AuthenticationRejected");
}

// BlueZ 5.66 says it in the message, older kernels as the errno's text.
bool is_unreachable(const BusError& error) {
    return mentions(error, "page-timeout") || mentions(error, "Host is down") ||
           mentions(error, "br-connection-timeout") || mentions(error, "Connection timed out") ||
           mentions(error, "ConnectionAttemptFailed") || mentions(error, "No route to host");
}

// In the message up to BlueZ 5.83, in the name from 5.84 on.
bool has_no_sink(const BusError& error) {
    return mentions(error, "profile-unavailable") || mentions(error, "BREDR.ProfileUnavailable");
}

}  // namespace tandem
