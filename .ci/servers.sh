# Sourced by .ci/run: the SPARQL servers that tests/test_endpoint.py starts. Needs root for apt-get.
# Oxigraph's server goes into an environment of its own, because its wheel is named like no dependency of ours.
python3 -m venv "${TMPDIR:-/tmp}/kgbuild-oxigraph"
"${TMPDIR:-/tmp}/kgbuild-oxigraph/bin/pip" install --quiet 'oxigraph>=0.5'
export KGBUILD_OXIGRAPH="${TMPDIR:-/tmp}/kgbuild-oxigraph/bin/oxigraph"
# Only the program: the package virtuoso-opensource would start a server of its own.
DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet virtuoso-opensource-7-bin
export KGBUILD_VIRTUOSO="$(command -v virtuoso-t)"
export KGBUILD_REQUIRE="${KGBUILD_REQUIRE:+$KGBUILD_REQUIRE,}servers"
