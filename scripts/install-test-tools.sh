#!/bin/sh
# Installs the programs that only tests use, where they are missing; tests whose program is not
# available are skipped and say so.
set -eu

packages=""
# nginx as a service is not wanted: tests start their own at free ports of 127.0.0.1.
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || packages="$packages nginx-light"
# Chromium opens the page of a plan.
command -v chromium >/dev/null || packages="$packages chromium"
# Two MPIs, beside each other, and Slurm on one machine start ranks.
command -v mpicc.openmpi >/dev/null || packages="$packages openmpi-bin libopenmpi-dev"
command -v mpicc.mpich >/dev/null || packages="$packages mpich libmpich-dev"
command -v srun >/dev/null || packages="$packages slurmd slurmctld slurm-client munge"
# A Python that makes virtual environments: for packages of PyPI, such as another oneDNN.
python3 -c 'import ensurepip, venv' 2>/dev/null || packages="$packages python3-venv"
[ -n "$packages" ] || exit 0
if ! command -v apt-get >/dev/null; then
    echo "There is no apt-get: install$packages yourself; otherwise the tests that need them are skipped."
    exit 0
fi
sudo=""
[ "$(id -u)" -eq 0 ] || sudo="sudo"
echo "Installing$packages, for tests"
$sudo apt-get update -qq
# shellcheck disable=SC2086
$sudo env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
    apt-get install -y -qq --no-install-recommends $packages
