#!/usr/bin/env bash
# Proves the wheel alone on one Python: its data inside it, its commands, the README and the example.
# Usage: .ci/wheel.sh WHEEL SITE VERSION PROGRAM, where SITE holds both READMEs, examples/ and tests/test_readme.py.
set -euo pipefail

wheel=$1 version=$3 program=$4
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cp -r "$2" "$place/site"
cd "$place/site"

prove() {
  "$program" -m venv "$place/venv"
  "$place/venv/bin/python" -m pip install --quiet "$wheel" pytest pytest-randomly
  "$place/venv/bin/kgbuild" --version
  "$place/venv/bin/kgbuild" doctor --config examples/kgbuild.toml
  "$place/venv/bin/kgbuild" doctor --format json | "$place/venv/bin/python" -c '
import json, pathlib, sys, sysconfig
inside = pathlib.Path(sysconfig.get_path("purelib")).resolve()
data = [c["value"] for c in json.load(sys.stdin)["checks"] if c["name"].startswith("data ")]
outside = [d for d in data if not pathlib.Path(d).resolve().is_relative_to(inside)]
sys.exit(f"data outside the wheel: {outside}" if outside or len(data) != 3 else 0)'
  "$place/venv/bin/kgbuild" build examples/yunling-2025.txt -o plan.ttl
  "$place/venv/bin/python" -m pytest -p no:cacheprovider tests/test_readme.py
}

# In a process of its own: `set -e` is off inside a function that a condition calls.
export -f prove && export wheel program place
if bash -euo pipefail -c prove >"$place/log" 2>&1; then
  printf 'Python %s (%s): %s\n' "$version" "$program" "$(grep -E '^=+ .*passed' "$place/log" | tail -n 1 | tr -d =)"
else
  cat "$place/log"
  printf 'Python %s (%s): failed\n' "$version" "$program"
  exit 1
fi
