# SPDX-License-Identifier: GPL-3.0-or-later
# From a fresh boot to sound on both speakers, one adapter for both; volumes; then a trim by reload; then the package is
# removed, and what people use today plays, for comparison of the cost.
. /lab/guest/lib.sh
. /lab/guest/bluealsa.sh
. /lab/guest/tandem.sh
. /lab/guest/cost.sh

SECONDS_OF_NOISE=60
tandem_up 1 'left delay=150' 'right delay=150'

play_noise "$SECONDS_OF_NOISE" equal tandemd
tandem_ms=$PLAYED_CPU_MS
rss=$(rss_kib tandemd)
# shellcheck disable=SC2046 # lists of options
judge equal --require speakers==2 $(flawless left 60) $(flawless right 60) $(punctual left) $(punctual right) $(skewed_by 0)
bound "memory of tandemd" "$rss" KiB 20480
tandemctl status

speaker left 'volume 76'
wait_for 10 "the press of a button in the status" volume_is left 60
tandemctl volume 40
for name in left right; do
    wait_for 10 "40 % of 127 at speaker $name" asked_for_volume "$name" 51
    wait_for 10 "40 % of $name in the status" volume_is "$name" 40
done
step "a press arrives, and one command sets both volumes"

config balanced 'right:trim_ms = 50.0'
tandem_reload
(sleep 4 && count_engine 12) >/tmp/engine-cost 2>&1 &
counting=$!
play_noise 20 trimmed
wait "$counting" || fail "the engine's system calls cannot be counted: $(cat /tmp/engine-cost)"
# shellcheck disable=SC2046 # lists of options
judge trimmed --require speakers==2 $(flawless left 20) $(flawless right 20) $(skewed_by 50)
read -r calls wakes </tmp/engine-cost
printf '== calls of the engine in 12 s: how many, and the number of the call\n'
cat /tmp/engine-calls
bound "system calls of the engine's thread for a packet" "$calls" "" 3.5
bound "wake-ups of the engine's thread for a packet" "$wakes" "" 1.1

tandem_remove
bluealsa_up
bluealsa_play "$SECONDS_OF_NOISE"
judge bluealsa
bluealsa_down
printf '\n== CPU time in 10 s\ntandemd %s ms; arecord, tee, two aplay and bluealsa %s ms\n' "$tandem_ms" "$BLUEALSA_CPU_MS"
# docs/lab.md says what of this is the emulation's, and why it is not a third.
bound "CPU time of tandemd, in parts of that of the pipeline" "$(awk "BEGIN { print $tandem_ms / $BLUEALSA_CPU_MS }")" "" 0.67
printf '{ "tandemd_cpu_ms_in_10_s": %s, "bluealsa_cpu_ms_in_10_s": %s, "tandemd_rss_kib": %s, "calls_a_packet": %s, "wake_ups_a_packet": %s }\n' \
    "$tandem_ms" "$BLUEALSA_CPU_MS" "$rss" "$calls" "$wakes" >/lab/out/cost.json
conclude
