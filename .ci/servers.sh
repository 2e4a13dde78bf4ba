# Sourced by .ci/run: the servers that tests/test_endpoint.py and tests/test_publish_checks.py start, and what checks a
# release and brings too many packages for our own environment. Needs root for apt-get.
# Oxigraph's server goes into an environment of its own, because its wheel is named like no dependency of ours.
python3 -m venv "${TMPDIR:-/tmp}/kgbuild-oxigraph"
"${TMPDIR:-/tmp}/kgbuild-oxigraph/bin/pip" install --quiet 'oxigraph>=0.5'
export KGBUILD_OXIGRAPH="${TMPDIR:-/tmp}/kgbuild-oxigraph/bin/oxigraph"
# Only the program: the package virtuoso-opensource would start a server of its own.
DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet virtuoso-opensource-7-bin
export KGBUILD_VIRTUOSO="$(command -v virtuoso-t)"
# Apache without its service, for the redirects of a release.
DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet apache2-bin
export KGBUILD_APACHE2="$(command -v apache2)"
# CKAN's harvester, for the catalogue of a release.
python3 -m venv "${TMPDIR:-/tmp}/kgbuild-ckan"
"${TMPDIR:-/tmp}/kgbuild-ckan/bin/pip" install --quiet 'ckan[requirements]>=2.11' 'ckanext-dcat>=2.4'
export KGBUILD_CKAN="${TMPDIR:-/tmp}/kgbuild-ckan/bin/python"
export KGBUILD_REQUIRE="${KGBUILD_REQUIRE:+$KGBUILD_REQUIRE,}servers"
