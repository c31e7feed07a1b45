# Read by the benchmarks beside this folder, with their own folder in $scripts.

# Prints the comment at the top of a script, its usage.
usage() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$1"; }

# The Python that runs the peers: the one given, else $PYTHON, else that of the environment .venv in
# the working folder, else python3.
peers_python() {
    python=${1:-${PYTHON:-}}
    [ -n "$python" ] || [ ! -x .venv/bin/python ] || python=.venv/bin/python
    printf '%s\n' "${python:-python3}"
}

# Leaves with exit code 2 and the command that installs what a Python lacks of the modules named.
require_python() {
    python=$1
    shift
    command -v "$python" > /dev/null || {
        printf '%s\n' "There is no program $python. Make a virtual environment:" \
            "  python3 -m venv .venv" \
            "  .venv/bin/python -m pip install -r $scripts/peers/requirements.txt" >&2
        exit 2
    }
    "$python" "$scripts/peers/packages.py" "$@" || exit $?
}
