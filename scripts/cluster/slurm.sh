#!/bin/sh
# Starts Slurm on this machine alone, for tests, and stops it again. As root; systemd and control
# groups are not needed.
#
#   eval "$(sh scripts/cluster/slurm.sh start FOLDER)"    sets SLURM_CONF; srun, sbatch … work from here
#   sh scripts/cluster/slurm.sh stop FOLDER
#
#   FOLDER      for its settings, key, logs and state; made if it is not there. Others must be able
#               to enter it, so that it is none below a private folder
#   CPUS=4      processors that it deals out, however many there are
#   PORT=6817   the first of two ports that are free; two clusters at a time need other ones
#   WAIT=30     seconds from the SIGTERM that ends a job to SIGKILL
#
# srun gives Open MPI what it needs by default (--mpi=pmix); MPICH wants srun --mpi=pmi2.
set -eu
action=${1:-} folder=${2:-}
case $action,$folder in
start,?* | stop,?*) ;;
*) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
PATH=$PATH:/usr/sbin:/sbin

# Ends the process of a file with its number, if it runs, and waits for it.
end() {
    [ -s "$1" ] || return 0
    process=$(cat "$1")
    kill "$process" 2> /dev/null || return 0
    for _ in $(seq 100); do
        kill -0 "$process" 2> /dev/null || return 0
        sleep 0.1
    done
    kill -9 "$process" 2> /dev/null || true
}

if [ "$action" = stop ]; then
    for daemon in slurmd slurmctld munged; do end "$folder/$daemon.pid"; done
    exit 0
fi

for program in munged slurmctld slurmd sinfo; do
    command -v "$program" > /dev/null || {
        echo "There is no $program: install munge slurmctld slurmd slurm-client." >&2
        exit 2
    }
done
[ "$(id -u)" = 0 ] || { echo "Slurm needs root." >&2; exit 2; }
if [ -s "$folder/slurmctld.pid" ] && kill -0 "$(cat "$folder/slurmctld.pid")" 2> /dev/null; then
    echo "Slurm runs from $folder already: stop it first." >&2
    exit 2
fi
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
chmod 755 "$folder"
mkdir -p "$folder/state" "$folder/spool"
(umask 077 && head -c 1024 /dev/urandom > "$folder/munge.key")

host=$(hostname)
cat > "$folder/slurm.conf" <<END
ClusterName=alone
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=${PORT:-6817}
SlurmdPort=$((${PORT:-6817} + 1))
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0,bf_interval=1
MpiDefault=pmix
ReturnToService=2
KillWait=${WAIT:-30}
MinJobAge=300
NodeName=$host NodeAddr=127.0.0.1 CPUs=${CPUS:-4} State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
END
export SLURM_CONF="$folder/slurm.conf"

{
    munged --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" \
        --pid-file="$folder/munged.pid" --log-file="$folder/munged.log" \
        --seed-file="$folder/munge.seed"
    slurmctld -c
    slurmd -c
} > "$folder/start.log" 2>&1 < /dev/null || {
    cat "$folder/start.log" >&2
    exit 1
}

for _ in $(seq 150); do
    if [ "$(sinfo --noheader --format=%T 2> /dev/null)" = idle ]; then
        echo "export SLURM_CONF='$SLURM_CONF'"
        exit 0
    fi
    sleep 0.2
done
echo "Slurm is not ready after 30 s: see the logs in $folder." >&2
exit 1
