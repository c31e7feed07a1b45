#!/bin/sh
# Installs programs that only tests use, where they are missing; the tests that need one that cannot
# be had are skipped and say so.
set -eu

command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] && exit 0
command -v apt-get >/dev/null || exit 0
sudo=""
[ "$(id -u)" -eq 0 ] || sudo="sudo"
echo "Installing nginx-light, for tests"
$sudo apt-get update -qq
# nginx as a service is not wanted: tests start their own at free ports of 127.0.0.1.
$sudo env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
    apt-get install -y -qq --no-install-recommends nginx-light
