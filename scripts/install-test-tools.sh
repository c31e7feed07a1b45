#!/bin/sh
# Installs the programs that only tests use, where they are missing; tests whose program is not
# available are skipped and say so.
set -eu

packages=""
# nginx as a service is not wanted: tests start their own at free ports of 127.0.0.1.
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || packages="$packages nginx-light"
# Chromium opens the page of a plan.
command -v chromium >/dev/null || packages="$packages chromium"
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
