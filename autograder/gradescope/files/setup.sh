#!/usr/bin/env bash
# Gradescope runs this once, as root, while it builds the image in which submissions are graded.
set -euo pipefail
root="${AUTOGRADER_ROOT:-/autograder}"

export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install --yes --no-install-recommends python3 python3-venv bubblewrap

python3 -m venv --system-site-packages "$root/venv"
"$root/venv/bin/python" -m pip install --no-cache-dir @INDEX@ --requirement "$root/source/requirements.txt"

# The solutions are here: only root, who starts the grader, may read them.
chmod -R go= "$root/source"
