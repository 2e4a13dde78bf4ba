#!/usr/bin/env bash
# Installs LibreOffice without a screen, which tests/test_office.py lets write files: sourced by .ci/run before `make
# test`. Needs root for apt; 86 MB to load, under a minute.
set -euo pipefail

if ! command -v soffice >/dev/null; then
  apt-get install -y -qq --no-install-recommends libreoffice-writer-nogui
fi
if [ -z "$(fc-list :lang=zh 2>/dev/null)" ]; then
  apt-get install -y -qq --no-install-recommends fontconfig fonts-wqy-microhei
fi
export KGBUILD_REQUIRE=${KGBUILD_REQUIRE:+$KGBUILD_REQUIRE,}office
