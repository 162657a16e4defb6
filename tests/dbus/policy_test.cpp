// SPDX-License-Identifier: GPL-3.0-or-later
// Who may do what by the policy that the package installs, asked of a real message bus.
#include <gmock/gmock.h>
#include <grp.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "dbus/bench.hpp"
#include "tandem/service/bridge_client.hpp"
#include "tandem/service/bridge_object.hpp"

namespace tandem::testing {
namespace {

using ::testing::HasSubstr;

// Debian has these everywhere. Members of the group stand in for those of the group tandem, which
// is not there before the package is.
constexpr const char* kMember = "games";
constexpr const char* kMembersGroup = "games";
constexpr const char* kOutsider = "nobody";

// What a system bus has for all services: calls and names are for those who are allowed them.
constexpr const char* kSystemRules =
    R"(<policy context="default"><allow user="*"/><deny own="*"/><deny send_type="method_call"/>
       <allow send_type="signal"/><allow send_type="method_return"/><allow send_type="error"/>
       <allow receive_type="method_call"/><allow receive_type="method_return"/>
       <allow receive_type="error"/><allow receive_type="signal"/>
       <allow send_destination="org.freedesktop.DBus"/></policy>)";

std::string installed_rules() {
    std::ifstream file(TANDEM_SOURCE_DIR "/systemd/io.tandem.Bridge1.conf");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto begin = text.find("<policy");
    std::string rules = text.substr(begin, text.find("</busconfig>") - begin);
    rules = std::regex_replace(rules, std::regex("group=\"tandem\""),
                               std::string("group=\"") + kMembersGroup + '"');
    // The service runs as root here.
    return std::regex_replace(rules, std::regex("user=\"tandem\""), "user=\"root\"");
}

struct Policy : ::testing::Test {
    PrivateBus bus_daemon{kSystemRules + installed_rules()};
    Loop loop;
    BusConnection bus{loop, {bus_daemon.address(), {10ms, 50ms}}};
    int reloads = 0;
    int mutes = 0;
    std::string name_trouble = "not asked yet";
    std::optional<BridgeObject> object;

    void SetUp() override {
        if (geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
        std::filesystem::permissions(
            std::filesystem::path(bus_daemon.address().substr(10)).parent_path(),
            std::filesystem::perms::others_read | std::filesystem::perms::others_exec,
            std::filesystem::perm_options::add);
        BridgeFunctions functions;
        functions.status = [] { return BridgeStatus(); };
        functions.reload = [this] {
            ++reloads;
            return std::nullopt;
        };
        functions.set_mute = [this](const std::string&, bool) { ++mutes; };
        functions.name_trouble = [this](const std::string& trouble) { name_trouble = trouble; };
        object.emplace(bus, "1.2.3", "/etc/tandem/tandem.toml", functions);
        ASSERT_TRUE(run_until(loop, [&] { return name_trouble.empty(); }));
    }
    // What becomes of `use` when the user `name` does it: "done", or what the client says.
    std::string as_user(const char* name, const std::function<void(const BridgeClient&)>& use) {
        std::array<int, 2> ends{};
        EXPECT_EQ(pipe(ends.data()), 0);
        const pid_t pid = fork();
        if (pid == 0) {
            const std::string outcome = become(name) ? outcome_of(use) : "nobody else";
            (void)!::write(ends[1], outcome.data(), outcome.size());
            _exit(0);
        }
        close(ends[1]);
        int status = 0;
        EXPECT_TRUE(run_until(loop, [&] { return waitpid(pid, &status, WNOHANG) == pid; }));
        std::array<char, 1000> outcome{};
        const auto size = ::read(ends[0], outcome.data(), outcome.size());
        close(ends[0]);
        return {outcome.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
    }

  private:
    static bool become(const char* name) {
        const passwd* user = getpwnam(name);
        if (user == nullptr || setgroups(0, nullptr) != 0) return false;
        return setgid(user->pw_gid) == 0 && setuid(user->pw_uid) == 0;
    }
    std::string outcome_of(const std::function<void(const BridgeClient&)>& use) const {
        try {
            use(BridgeClient(bus_daemon.address(), 5s));
            return "done";
        } catch (const BridgeClientError& error) {
            return (error.trouble() == BridgeTrouble::denied ? "denied: " : "failed: ") +
                   std::string(error.what());
        }
    }
};

void read_status(const BridgeClient& client) {
    (void)status_from_json(client.get_status());
    (void)client.get_config_file();
}
void reload(const BridgeClient& client) {
    client.reload();
}
void mute(const BridgeClient& client) {
    client.set_mute("left", true);
}

TEST_F(Policy, EverybodyMayRead) {
    for (const auto* user : {"root", kMember, kOutsider})
        EXPECT_EQ(as_user(user, read_status), "done") << user;
}

TEST_F(Policy, RootAndMembersOfTheGroupMayChangeSomething) {
    for (const auto* user : {"root", kMember}) {
        EXPECT_EQ(as_user(user, reload), "done") << user;
        EXPECT_EQ(as_user(user, mute), "done") << user;
    }
    EXPECT_EQ(reloads, 2);
    EXPECT_EQ(mutes, 2);
}

TEST_F(Policy, OthersMayChangeNothingAndAreToldWhoMay) {
    EXPECT_THAT(as_user(kOutsider, reload), HasSubstr("denied: The bus does not allow this"));
    EXPECT_THAT(as_user(kOutsider, mute), HasSubstr("as a member of the group tandem"));
    EXPECT_EQ(reloads, 0);
    EXPECT_EQ(mutes, 0);
}

TEST_F(Policy, OthersMayNotPoseAsTheService) {
    const auto pose = [&](const BridgeClient&) {
        Loop own;
        BusConnection connection(own, {bus_daemon.address(), {10ms, 50ms}});
        std::optional<NameOwnership> answer;
        const auto name =
            connection.own_name(kBridgeName, [&](NameOwnership given) { answer = given; });
        (void)run_until(own, [&] { return answer.has_value(); });
        if (answer == NameOwnership::denied)
            throw BridgeClientError(BridgeTrouble::denied, "the name");
    };
    EXPECT_EQ(as_user(kOutsider, pose), "denied: the name");
    EXPECT_EQ(as_user(kMember, pose), "denied: the name");
}

}  // namespace
}  // namespace tandem::testing
