#!/usr/bin/env bash
# Installs what the browser tests need, and says where: sourced by .ci/run before `make test`.
# Needs root for apt; set KGBUILD_AXE to an axe.min.js of your own to need no npm.
set -euo pipefail

if ! command -v chromium >/dev/null || ! command -v chromedriver >/dev/null; then
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends chromium chromium-driver
fi
if [ -z "$(fc-list :lang=zh 2>/dev/null)" ]; then
  apt-get install -y -qq --no-install-recommends fontconfig fonts-wqy-microhei
fi
if [ -z "${KGBUILD_AXE:-}" ]; then
  command -v npm >/dev/null || apt-get install -y -qq --no-install-recommends nodejs npm
  axe=$(mktemp -d)
  npm install --silent --no-fund --no-audit --prefix "$axe" axe-core@4
  export KGBUILD_AXE=$axe/node_modules/axe-core/axe.min.js
fi
export KGBUILD_REQUIRE=${KGBUILD_REQUIRE:+$KGBUILD_REQUIRE,}browser
