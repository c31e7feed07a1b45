#!/bin/sh
# Runs a command by mpirun on machines that are none: network namespaces of this one with host names
# and addresses of their own, joined by a bridge, each with a network card of a rate. As root.
#
#   sh scripts/cluster/namespaces.sh openmpi COMMAND …
#   RATE=1gbit sh scripts/cluster/namespaces.sh mpich .build/release/mmbert-train --recipe my.yaml
#
#   openmpi, mpich   whose mpirun: mpirun.openmpi or mpirun.mpich, else mpirun
#   MACHINES=2       how many, named node1, node2, …
#   RANKS=1          ranks of each machine
#   RATE=            what a machine sends and receives a second, as tc writes it (1gbit); else no limit
#   OPTIONS=         further options of mpirun
#   TRAFFIC=         a file for what each machine's card sent and received: `node1 SENT RECEIVED`, bytes
#
# Files, processors and process numbers are those of this machine. Shared memory is not, so that what
# goes from machine to machine goes through their cards.
# Signals are passed on to mpirun. The exit code is mpirun's.
set -eu
launcher=${1:-}
case $launcher in
openmpi | mpich) ;;
*) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
shift
machines=${MACHINES:-2} ranks=${RANKS:-1} rate=${RATE:-}
mpirun=$(command -v "mpirun.$launcher" || command -v mpirun) || {
    echo "There is no mpirun: install $launcher." >&2
    exit 2
}
[ "$(id -u)" = 0 ] || { echo "Namespaces need root." >&2; exit 2; }

folder=$(mktemp -d)
name=cluster$$
space() { echo "$name-$1"; }

clean() {
    for node in bridge $nodes; do
        ip netns delete "$(space "$node")" 2> /dev/null || true
        rm -rf "/etc/netns/$(space "$node")"
    done
    rmdir /etc/netns 2> /dev/null || true
    rm -rf "$folder"
}

limit() {
    [ -z "$rate" ] || ip netns exec "$1" tc qdisc add dev "$2" root tbf rate "$rate" \
        burst 512kb latency 50ms
}

nodes='' number=0
while [ "$number" -lt "$machines" ]; do
    number=$((number + 1))
    nodes="$nodes node$number"
    echo "10.77.0.$number node$number" >> "$folder/hosts"
done
echo "127.0.0.1 localhost" >> "$folder/hosts"
trap clean EXIT

ip netns add "$(space bridge)"
ip -n "$(space bridge)" link add bridge type bridge
ip -n "$(space bridge)" link set bridge up
number=0
for node in $nodes; do
    number=$((number + 1))
    here=$(space "$node")
    ip netns add "$here"
    # `ip netns exec` shows this file as /etc/hosts.
    mkdir -p "/etc/netns/$here"
    cp "$folder/hosts" "/etc/netns/$here/hosts"
    ip -n "$here" link add eth0 type veth peer name "$node" netns "$(space bridge)"
    ip -n "$(space bridge)" link set "$node" master bridge up
    ip -n "$here" address add "10.77.0.$number/24" dev eth0
    ip -n "$here" link set eth0 up
    ip -n "$here" link set lo up
    limit "$here" eth0
    limit "$(space bridge)" "$node"
done

# In place of ssh: HOST COMMAND …, which MPICH calls with -x first.
cat > "$folder/shell" <<END
#!/bin/sh
[ "\$1" != -x ] || shift
host=\$1
shift
exec ip netns exec "$name-\$host" unshare -u -i sh -c "hostname \$host && { \$*; }"
END
chmod +x "$folder/shell"

hosts=''
for node in $nodes; do hosts="$hosts${hosts:+,}$node:$ranks"; done
if [ "$launcher" = openmpi ]; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
    set -- --mca plm_rsh_agent "$folder/shell" --host "$hosts" -n $((machines * ranks)) \
        --map-by slot --bind-to none --oversubscribe ${OPTIONS:-} "$@"
else
    set -- -launcher ssh -launcher-exec "$folder/shell" -hosts "$hosts" -n $((machines * ranks)) \
        ${OPTIONS:-} "$@"
fi

ip netns exec "$(space node1)" unshare -u -i \
    sh -c 'hostname node1 && exec "$@"' sh "$mpirun" "$@" &
process=$!
for signal in TERM INT HUP USR1 USR2; do
    # shellcheck disable=SC2064
    trap "kill -$signal $process 2> /dev/null || true" "$signal"
done
code=0
while :; do
    if wait "$process"; then code=0; else code=$?; fi
    # A signal to this script ends `wait`, and not mpirun.
    kill -0 "$process" 2> /dev/null || break
done

if [ -n "${TRAFFIC:-}" ]; then
    for node in $nodes; do
        ip netns exec "$(space "$node")" awk -v node="$node" \
            '$1 == "eth0:" { print node, $10, $2 }' /proc/net/dev
    done > "$TRAFFIC"
fi
exit "$code"
