# SPDX-License-Identifier: GPL-3.0-or-later
# Four speakers on one adapter, as many as there may be. Run by hand: it is not among the tests.
. /lab/guest/lib.sh
. /lab/guest/tandem.sh

tandem_up 1 'left delay=150' 'right delay=120' 'kitchen delay=180' 'porch delay=90'
play_noise 25 four tandemd
printf 'CPU time of tandemd in 10 s: %s ms\n' "$PLAYED_CPU_MS"
tandemctl status
# shellcheck disable=SC2046 # lists of options
judge four --require speakers==4 $(flawless left 25) $(flawless right 25) $(flawless kitchen 25) $(flawless porch 25) \
    --require 'skew.content_median_ms>=29.5' --require 'skew.content_median_ms<=30.5' \
    --require 'skew_kitchen.content_median_ms>=-30.5' --require 'skew_kitchen.content_median_ms<=-29.5' \
    --require 'skew_porch.content_median_ms>=59.5' --require 'skew_porch.content_median_ms<=60.5'
conclude
