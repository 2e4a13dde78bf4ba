#!/usr/bin/env bash
# Prints every Python >= 3.11 of this machine that can make environments, once, its version and program: on PATH, of pyenv,
# and those given as arguments.
set -euo pipefail
shopt -s nullglob

IFS=: read -ra folders <<<"$PATH"
programs=("$@" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin/python3)
for folder in "${folders[@]}"; do
  programs+=("$folder"/python3 "$folder"/python3.[0-9] "$folder"/python3.[0-9][0-9])
done
for program in "${programs[@]}"; do
  # A shim of pyenv for a version that is not chosen fails; that version is found in its own folder.
  "$program" -c '
import ensurepip, os, platform, sys, venv
if sys.version_info >= (3, 11):
    print(platform.python_version(), os.path.realpath(getattr(sys, "_base_executable", sys.executable)))
' 2>/dev/null || true
done | sort --unique --version-sort
