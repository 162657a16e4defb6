# SPDX-License-Identifier: GPL-3.0-or-later
# For comparison: the same radio, speakers and aux with what people use today, arecord | tee | two aplay over BlueALSA.
. /lab/guest/lib.sh
. /lab/guest/bluealsa.sh
radio_up 1 2
speaker_up left delay=150
speaker_up right delay=150
aux_up
bluealsa_up
bluealsa_play 60
# Its figures are what they are; only a recording that says nothing is a failure.
measure /tmp/bluealsa.btsnoop /tmp/bluealsa.aux /tmp/noise.wav --json /lab/out/bluealsa.json \
    --name "left=$(address left)" --name "right=$(address right)" --require 'speakers==2'
