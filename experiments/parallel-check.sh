#!/bin/bash
# Runs a small experiment through GNU parallel and compares the tables with those of the same
# experiment run in one process. Installs the package `parallel` where it is missing (Debian, as root).
# Takes about half a minute. TRUSTNET names the program, SCENARIO a preset or a file.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
export PATH="$root/node_modules/.bin:$PATH"
export TRUSTNET="${TRUSTNET:-node $root/cli/run.ts}"
if ! command -v parallel > /dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends parallel > /dev/null
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
scenario="${SCENARIO:-$root/experiments/check.json}"
parallel --version | head -n 1
$TRUSTNET experiment plan "$scenario" --out "$work/plan" > /dev/null
"$work/plan/parallel.sh" > "$work/first.txt" 2> /dev/null
echo "$(grep -c '"skipped":false' "$work/first.txt") runs through GNU parallel"
"$work/plan/parallel.sh" > "$work/again.txt" 2> /dev/null
echo "started again, $(grep -c '"skipped":true' "$work/again.txt") found their run done"
$TRUSTNET experiment run "$scenario" --out "$work/whole" --json > /dev/null
for table in results.csv results.parquet summary.json; do
  cmp "$work/plan/$table" "$work/whole/$table"
  echo "$table: the same bytes through GNU parallel as in one process"
done
