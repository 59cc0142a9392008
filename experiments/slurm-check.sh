#!/bin/bash
# Runs a small experiment as a Slurm job array on this one machine, with a slurmctld, a slurmd and a
# munged of its own, and compares the tables with those of the same experiment run in one process.
# Needs root on Debian or Ubuntu; installs slurmctld, slurmd and munge where they are missing.
# Takes about a minute. TRUSTNET names the program, SCENARIO a preset or a file.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
export PATH="$root/node_modules/.bin:/usr/sbin:$PATH"
export TRUSTNET="${TRUSTNET:-node $root/cli/run.ts}"
if ! command -v slurmctld slurmd munged sbatch > /dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    slurmctld slurmd slurm-client munge > /dev/null
fi

work=$(mktemp -d)
started=()
# Only what this script started is stopped.
stop() {
  for pid in "${started[@]}"; do kill "$pid" 2> /dev/null || true; done
  for pid in "${started[@]}"; do wait "$pid" 2> /dev/null || true; done
  rm -rf "$work"
}
trap stop EXIT

scenario="${SCENARIO:-$root/experiments/check.json}"

# The daemons, on ports and sockets of their own.
host=$(hostname -s)
mkdir "$work/state" "$work/spool" "$work/munge"
head -c 1024 /dev/urandom > "$work/munge/key"
chmod 700 "$work/munge"
chmod 600 "$work/munge/key"
cat > "$work/slurm.conf" << CONF
ClusterName=trustnet-check
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=26817
SlurmdPort=26818
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=$(($(awk '/MemTotal/ { print $2 }' /proc/meminfo) / 1024 - 512))
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
printf 'CgroupPlugin=cgroup/v1\nCgroupAutomount=no\n' > "$work/cgroup.conf"
export SLURM_CONF="$work/slurm.conf"
munged --force --foreground --key-file="$work/munge/key" --socket="$work/munge/socket" \
  --pid-file="$work/munge/pid" --seed-file="$work/munge/seed" > "$work/munged.log" 2>&1 &
started+=($!)
slurmctld -D -c > "$work/slurmctld.log" 2>&1 &
started+=($!)
slurmd -D -c > "$work/slurmd.log" 2>&1 &
started+=($!)
for _ in $(seq 60); do
  if [ "$(sinfo --noheader --format=%T 2> /dev/null)" = idle ]; then break; fi
  sleep 0.5
done
if [ "$(sinfo --noheader --format=%T 2> /dev/null)" != idle ]; then
  cat "$work/slurmctld.log" "$work/slurmd.log"
  echo "Slurm did not start."
  exit 1
fi
slurmctld -V

$TRUSTNET experiment plan "$scenario" --out "$work/plan" > /dev/null
echo "$(($(wc -l < "$work/plan/manifest.csv") - 1)) runs as a job array on $(nproc) cores"
(cd "$work/plan" && sbatch --wait job.sbatch) || {
  tail -n 5 "$work"/plan/logs/*.out
  exit 1
}
$TRUSTNET experiment merge "$work/plan" > /dev/null
# Again: every task finds its run done.
(cd "$work/plan" && sbatch --wait job.sbatch > /dev/null)
skipped=$(cat "$work"/plan/logs/*.out | grep -c '"skipped":true')
echo "started again, $skipped tasks found their run done"
$TRUSTNET experiment run "$scenario" --out "$work/whole" --json > /dev/null
for table in results.csv results.parquet summary.json; do
  cmp "$work/plan/$table" "$work/whole/$table"
  echo "$table: the same bytes through Slurm as in one process"
done
