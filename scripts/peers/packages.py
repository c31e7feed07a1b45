"""Checks that a Python has the packages of the peers.

    python packages.py MODULE [MODULE …]

Exit code 2 with the command that installs them if a module is missing.
"""

import importlib.util
import pathlib
import sys

REQUIREMENTS = pathlib.Path(__file__).resolve().with_name("requirements.txt")


def require(*modules):
    """Leaves the program with exit code 2 unless all modules, named as imported, are installed."""
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if not missing:
        return
    python = sys.executable
    commands = []
    if sys.prefix == sys.base_prefix:
        commands.append(f"{python} -m venv .venv")
        python = ".venv/bin/python"
    commands.append(f"{python} -m pip install -r {REQUIREMENTS}")
    print(
        f"{sys.executable} does not have {', '.join(missing)}. Install the peers' packages:",
        *commands, sep="\n  ", file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        print(__doc__.strip())
        sys.exit(0 if sys.argv[1:] in (["-h"], ["--help"]) else 2)
    require(*sys.argv[1:])
