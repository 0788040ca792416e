#!/bin/sh
# A drill of everything an operator does, against loopback servers, in a folder that is removed afterwards: install from
# a wheel, set up, approve a stranger, kill, back up, destroy, restore, and find the same answer. It takes under three
# minutes and touches nothing of a real installation.
#
#   deploy/drill.sh            with the packages of .venv (make install-tests)
#   PYTHON=python3.12 deploy/drill.sh
set -eu
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-.venv/bin/python}
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT INT TERM
began=$(date +%s)

echo "1. build a wheel and install it into an environment of its own"
# A copy, so that no build folder is left in the checkout.
mkdir "$WORK/source"
cp -r adapters bot engine LICENSE README.md pyproject.toml setup.py "$WORK/source/"
"$PYTHON" -m pip wheel -q --disable-pip-version-check --no-deps --no-build-isolation -w "$WORK" "$WORK/source"
"$PYTHON" -m venv "$WORK/venv"
# The dependencies come from the environment that runs this script.
"$PYTHON" -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
  > "$("$WORK/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/dependencies.pth"
"$WORK/venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps --no-index "$WORK"/pipit-*.whl
echo "   $("$WORK/venv/bin/pipit" --version), in $(ls "$WORK"/pipit-*.whl | xargs -n1 basename)"

PYTHONPATH=. "$PYTHON" deploy/drill_steps.py "$WORK/venv/bin/pipit" "$WORK"
echo "The drill passed in $(($(date +%s) - began)) seconds."
