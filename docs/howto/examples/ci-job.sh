#!/bin/bash
# One job: both labs up, a part of a suite, and the reports kept whatever came of it.
set -u
code=0
make lab || exit 3
.venv/bin/seatrial run quick --seed 7 --only self_heal:kill --only rollout --out results || code=$?
tar -czf seatrial-results.tar.gz results
make down
case $code in
  0) echo "Measured." ;;
  3) echo "The machine or an engine would not do it; see what was said above." ;;
  4) echo "Too many trials are not valid; report.html has the reason of each." ;;
  *) echo "Seatrial ended with $code." ;;
esac
exit "$code"
