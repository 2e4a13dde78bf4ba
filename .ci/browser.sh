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
  KGBUILD_NPM=$(mktemp -d)
  npm install --silent --no-fund --no-audit --prefix "$KGBUILD_NPM" axe-core@4 sparql-http-client@3
  export KGBUILD_NPM KGBUILD_AXE=$KGBUILD_NPM/node_modules/axe-core/axe.min.js
fi
export KGBUILD_REQUIRE=${KGBUILD_REQUIRE:+$KGBUILD_REQUIRE,}browser
