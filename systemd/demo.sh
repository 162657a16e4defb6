# SPDX-License-Identifier: GPL-3.0-or-later
# For sourcing by install.sh: the bridge with simulated speakers, on a bus of its own.

DEMO_SECONDS=${DEMO_SECONDS:-30}

end_process() { # PID: asks it to end, and waits until it has
    [ -n "${1:-}" ] || return 0
    kill -TERM "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
}

end_demo() {
    end_process "${WATCH_PID:-}"
    end_process "${TANDEMD_PID:-}"
    end_process "${BUS_PID:-}"
    WATCH_PID= TANDEMD_PID= BUS_PID=
    rm -rf "${BUS_DIR:-}"
}

bus_config() { # SOCKET: anyone may do anything on this bus; only this user can reach its socket
    cat <<END
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=$1</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow own="*"/>
    <allow send_destination="*" eavesdrop="true"/>
    <allow receive_sender="*" eavesdrop="true"/>
    <allow user="*"/>
  </policy>
</busconfig>
END
}

wait_for() { # SECONDS WHAT COMMAND...: until the command succeeds
    left=$(($1 * 10)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        left=$((left - 1))
        [ "$left" -gt 0 ] || fail "the demo stopped waiting for $what: see $OUT/tandemd.log"
        sleep 0.1
    done
}

start_bus() {
    BUS_DIR=$(mktemp -d)
    bus_config "$BUS_DIR/bus" >"$BUS_DIR/bus.conf"
    dbus-daemon --config-file="$BUS_DIR/bus.conf" --nofork --nopidfile 2>"$OUT/bus.log" &
    BUS_PID=$!
    wait_for 5 "its private message bus" test -S "$BUS_DIR/bus"
    DBUS_SYSTEM_BUS_ADDRESS=unix:path=$BUS_DIR/bus
    export DBUS_SYSTEM_BUS_ADDRESS
}

start_tandemd() {
    # demo.toml names its files relative to here.
    (cd "$OUT" && exec "$BIN/tandemd" --config "$SOURCE/config/demo.toml" 2>tandemd.log) &
    TANDEMD_PID=$!
    wait_for 10 "tandemd to answer" "$BIN/tandemctl" status
}

watch_live() { # SECONDS
    # Its keys would need the terminal in the foreground: without them it only shows.
    "$BIN/tandemctl" watch </dev/null &
    WATCH_PID=$!
    sleep "$1"
    end_process "$WATCH_PID"
    WATCH_PID=
}

demo() {
    BIN=$BUILD_DIR/src
    OUT=$(pwd)/demo-out
    mkdir -p "$OUT"
    rm -f "$OUT"/*.wav "$OUT"/*.json "$OUT"/*.log "$OUT"/*.svg "$OUT"/*.txt
    trap end_demo EXIT
    trap 'exit 130' INT TERM
    say "composing the music"
    "$BIN/tandem-demo" music "$OUT/music.wav" --seconds $((DEMO_SECONDS + 10)) ||
        fail "the demo has no music: tandem-demo could not write $OUT/music.wav"
    start_bus
    say "playing it for $DEMO_SECONDS s on two simulated speakers"
    start_tandemd
    watch_live "$DEMO_SECONDS"
    "$BIN/tandemctl" status --json >"$OUT/status.json" ||
        fail "tandemd did not survive the demo: see $OUT/tandemd.log"
    end_process "$TANDEMD_PID"
    TANDEMD_PID=
    say "what the speakers played"
    "$BIN/tandem-demo" report --left "$OUT/left.wav" --right "$OUT/right.wav" \
        --status "$OUT/status.json" --out "$OUT"
    say "the speakers' sound, the report and the picture are in $OUT"
}
