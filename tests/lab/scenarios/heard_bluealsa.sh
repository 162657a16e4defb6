# SPDX-License-Identifier: GPL-3.0-or-later
# Speakers that somebody else wrote: BlueALSA as the sink on each adapter, which counts what comes, and its player into
# the room. Heard before and after cuts of one link of 0.15, 0.4, 1 and 3 s.
. /lab/guest/lib.sh
. /lab/guest/tandem.sh
. /lab/guest/room.sh

room_up
make_noise 90
radio_up 1 2
SPEAKER_NAMES='left right'
bluealsa_speaker left 0
bluealsa_speaker right 1
tandem_install
tandem_pair left
tandem_pair right
config balanced
tandem_restart

all_cuts() {
    sleep 6
    cuts "$(index_of right)" 0.15 0.4 1 3
}
hear_during all_cuts bluealsa
tandemctl status
judge bluealsa --require speakers==2
# Its own start differs by -11 to +3 ms from one to the next.
# shellcheck disable=SC2046 # a list of options
judge_heard bluealsa --title 'Skew of two BlueALSA speakers as heard, ms' \
    $(moved cut_0.15 0.1) $(moved cut_0.4 3) $(moved cut_1 14) $(moved cut_3 14)
conclude
