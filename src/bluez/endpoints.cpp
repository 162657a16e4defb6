// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bluez/endpoints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "tandem/a2dp/capabilities.hpp"

namespace tandem {
namespace {

const std::string kEndpointInterface = "org.bluez.MediaEndpoint1";
const std::string kSourceUuid = "0000110a-0000-1000-8000-00805f9b34fb";
constexpr std::uint8_t kSbcCodec = 0;

[[noreturn]] void reject(const std::string& sentence) {
    throw BusFailure("org.bluez.Error.Rejected", sentence);
}

// An empty array arrives without its type.
Bytes bytes_of(const Value& value) {
    const auto* bytes = value.as<Bytes>();
    return bytes != nullptr ? *bytes : Bytes();
}

std::string path_of(const std::string& adapter, std::size_t index) {
    return fmt::format("/io/tandem/endpoint/{}/{}", last_element(adapter), index);
}

}  // namespace

Endpoints::Endpoints(Loop& loop, BusConnection& bus, BluezModel& model, BackoffPolicy retry,
                     std::function<bool(const std::string&)> accepts, std::function<void()> changed)
    : loop_(loop),
      bus_(bus),
      model_(model),
      retry_(retry),
      accepts_(std::move(accepts)),
      changed_(std::move(changed)) {}

Endpoints::~Endpoints() {
    while (!endpoints_.empty())
        withdraw(endpoints_.begin()->first);
}

void Endpoints::reconcile(std::size_t per_adapter, const StreamTarget& stream) {
    if (owner_ != model_.owner()) {  // another bluetoothd knows nothing of the old ones
        endpoints_.clear();
        transports_.clear();
        attempts_.clear();
        owner_ = model_.owner();
    }
    const bool other_stream = stream != stream_;
    stream_ = stream;
    std::vector<std::string> unwanted;
    for (const auto& [path, endpoint] : endpoints_) {
        const auto adapter = model_.adapters().find(endpoint.adapter);
        const bool home = adapter != model_.adapters().end() && adapter->second.media;
        const auto index = static_cast<std::size_t>(std::stoul(last_element(path)));
        if (!home || other_stream || index >= per_adapter) unwanted.push_back(path);
    }
    for (const auto& path : unwanted)
        withdraw(path);
    if (!model_.is_ready()) return;
    std::erase_if(transports_,
                  [this](const auto& entry) { return !model_.transports().contains(entry.first); });
    for (const auto& [adapter, known] : model_.adapters()) {
        for (std::size_t index = 0; known.media && index < per_adapter; ++index) {
            if (!endpoints_.contains(path_of(adapter, index))) add(adapter, index);
        }
    }
}

void Endpoints::add(const std::string& adapter, std::size_t index) {
    const std::string path = path_of(adapter, index);
    Endpoint endpoint;
    endpoint.adapter = adapter;
    endpoint.object = bus_.export_object(object_at(path));
    endpoints_.emplace(path, std::move(endpoint));
    register_endpoint(path);
}

void Endpoints::register_endpoint(const std::string& path) {
    auto& endpoint = endpoints_.at(path);
    endpoint.state = Registration::asked;
    const auto octets = local_capabilities(stream_.rate);
    endpoint.call =
        bus_.call({kBluez,
                   endpoint.adapter,
                   kMediaInterface,
                   "RegisterEndpoint",
                   {ObjectPath{path},
                    Value::properties({{"UUID", kSourceUuid},
                                       {"Codec", kSbcCodec},
                                       {"Capabilities", Bytes(octets.begin(), octets.end())},
                                       {"DelayReporting", true}})}},
                  [this, path](const BusReply& reply) { on_registered(path, reply); });
}

void Endpoints::on_registered(const std::string& path, const BusReply& reply) {
    auto& endpoint = endpoints_.at(path);
    if (!reply.error || reply.error->name == "org.bluez.Error.AlreadyExists") {
        endpoint.state = Registration::done;
        endpoint.error.reset();
        endpoint.failures = 0;
    } else {
        endpoint.state = Registration::failed;
        endpoint.error = reply.error;
        endpoint.retry = loop_.after(retry_.after(++endpoint.failures),
                                     [this, path] { register_endpoint(path); });
    }
    changed_();
}

void Endpoints::withdraw(const std::string& path) {
    const auto& endpoint = endpoints_.at(path);
    if (endpoint.state == Registration::asked || endpoint.state == Registration::done) {
        bus_.send(
            {kBluez, endpoint.adapter, kMediaInterface, "UnregisterEndpoint", {ObjectPath{path}}});
    }
    std::erase_if(transports_, [&](const auto& entry) { return entry.second.endpoint == path; });
    endpoints_.erase(path);
}

bool Endpoints::is_registered(const std::string& adapter) const {
    return std::any_of(endpoints_.begin(), endpoints_.end(), [&](const auto& entry) {
        return entry.second.adapter == adapter && entry.second.state == Registration::done;
    });
}

std::optional<BusError> Endpoints::refusal(const std::string& adapter) const {
    for (const auto& [path, endpoint] : endpoints_) {
        if (endpoint.adapter == adapter && endpoint.error) return endpoint.error;
    }
    return std::nullopt;
}

std::string Endpoints::no_codec(const std::string& adapter) const {
    const auto found = attempts_.find(adapter);
    return found != attempts_.end() ? found->second.no_codec : "";
}

bool Endpoints::was_asked(const std::string& adapter) const {
    const auto found = attempts_.find(adapter);
    return found != attempts_.end() && found->second.choices > 0;
}

bool Endpoints::gave_last_choice(const std::string& adapter) const {
    const auto found = attempts_.find(adapter);
    return found != attempts_.end() && found->second.choices > 0 &&
           found->second.refusals >= found->second.choices;
}

void Endpoints::begin_attempt(const std::string& adapter, std::size_t refusals) {
    attempts_[adapter] = {.refusals = refusals};
}

BusObject Endpoints::object_at(const std::string& path) {
    const auto method = [this](std::string name, std::string in, std::string out, auto handler) {
        return BusMethod{
            kEndpointInterface, std::move(name), std::move(in), std::move(out),
            [this, handler](const IncomingCall& call) { return (this->*handler)(call); }};
    };
    return {path,
            {method("SelectConfiguration", "ay", "ay", &Endpoints::select_configuration),
             method("SetConfiguration", "oa{sv}", "", &Endpoints::set_configuration),
             method("ClearConfiguration", "o", "", &Endpoints::clear_configuration),
             method("Release", "", "", &Endpoints::release)},
            {},
            // Nobody but the bluetoothd it was registered with has any business here.
            [this](const std::string& sender) { return sender == model_.owner(); }};
}

std::vector<Value> Endpoints::select_configuration(const IncomingCall& call) {
    const std::string& adapter = endpoints_.at(call.path).adapter;
    Attempt& attempt = attempts_[adapter];
    const auto choices = rank_configurations(bytes_of(call.arguments[0]), stream_.rate,
                                             stream_.profile, stream_.bitpool);
    if (const auto* refusal = std::get_if<Refusal>(&choices)) {
        attempt.no_codec = refusal->sentence;
        changed_();
        reject(refusal->sentence);
    }
    const auto& ranked = std::get<std::vector<SbcConfig>>(choices);
    attempt.no_codec.clear();
    attempt.choices = ranked.size();
    // The best is offered twice: the first time the two sides may have collided.
    const std::size_t rank = attempt.refusals > 1 ? attempt.refusals - 1 : 0;
    const auto octets = to_octets(ranked[rank % ranked.size()]);
    return {Bytes(octets.begin(), octets.end())};
}

std::vector<Value> Endpoints::set_configuration(const IncomingCall& call) {
    const std::string& path = call.arguments[0].text();
    const Value& properties = call.arguments[1];
    const auto device = property<ObjectPath>(properties, "Device");
    if (!device || !accepts_(device->text)) {
        reject("This speaker is not one of Tandem's sinks.");
    }
    const Value* octets = properties.find("Configuration");
    const auto config = parse_configuration(octets != nullptr ? bytes_of(*octets) : Bytes(),
                                            stream_.profile, stream_.bitpool);
    if (!config || config->rate != stream_.rate) {
        reject("The configuration is none that Tandem offered.");
    }
    model_.learn_transport(path, properties);
    transports_[path] = {call.path, device->text, *config};
    changed_();
    return {};
}

std::vector<Value> Endpoints::clear_configuration(const IncomingCall& call) {
    transports_.erase(call.arguments[0].text());
    changed_();
    return {};
}

std::vector<Value> Endpoints::release(const IncomingCall& call) {
    // BlueZ lets go of it (bluetoothd stops, or the adapter goes). If it is still there it is
    // registered again, after a while.
    auto& endpoint = endpoints_.at(call.path);
    endpoint.state = Registration::wanted;
    std::erase_if(transports_,
                  [&](const auto& entry) { return entry.second.endpoint == call.path; });
    endpoint.retry = loop_.after(retry_.after(++endpoint.failures),
                                 [this, path = call.path] { register_endpoint(path); });
    changed_();
    return {};
}

}  // namespace tandem
