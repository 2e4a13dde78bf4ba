# Sourced by .ci/run: the servers that tests/test_endpoint.py and tests/test_publish_checks.py start, and the programs
# that check a release; these go into environments of their own, as they bring hundreds of packages. Needs root for
# apt-get.
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
for tool in 'ckan[requirements]>=2.11 ckanext-dcat>=2.4' 'sssom>=0.4'; do
  place="${TMPDIR:-/tmp}/kgbuild-${tool%%[!a-z]*}"
  python3 -m venv "$place"
  # shellcheck disable=SC2086 - several requirements
  "$place/bin/pip" install --quiet $tool
done
export KGBUILD_CKAN="${TMPDIR:-/tmp}/kgbuild-ckan/bin/python"
export KGBUILD_SSSOM="${TMPDIR:-/tmp}/kgbuild-sssom/bin/sssom"
export KGBUILD_REQUIRE="${KGBUILD_REQUIRE:+$KGBUILD_REQUIRE,}servers"
