#!/usr/bin/env bash
# Bundles the SPARQL editor of `kgbuild serve` from packages of npm (editor/package-lock.json), with their licences.
# Needs node and npm. What it writes is committed, so that nobody else does.
set -euo pipefail
cd "$(dirname "$0")/editor"
to=../../src/kgbuild/view/templates/site
npm ci --no-audit --no-fund
# A strict policy forbids style elements; sheets that a script adopts it does not. The library does so in shadow trees only.
sed -i 's/if (!root.head && root.adoptedStyleSheets/if (root.adoptedStyleSheets/' node_modules/style-mod/src/style-mod.js
grep -q 'if (root.adoptedStyleSheets' node_modules/style-mod/src/style-mod.js
node_modules/.bin/esbuild editor.js --bundle --minify --charset=utf8 --format=iife --target=es2022 --legal-comments=none \
  --banner:js="/* Written by .ci/editor.sh from CodeMirror and codemirror-lang-sparql; licences: editor.licences.txt */" \
  --metafile=node_modules/used.json --outfile="$to/editor.js"
# The licence of each package that the bundle holds a part of.
node -e '
const { readFileSync: read, readdirSync: list } = require("node:fs");
const used = Object.keys(JSON.parse(read("node_modules/used.json")).inputs);
const names = new Set(used.map((f) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(f)?.[1]).filter(Boolean));
for (const name of [...names].sort()) {
  const about = JSON.parse(read(`node_modules/${name}/package.json`));
  const file = list(`node_modules/${name}`).find((f) => /^licen[cs]e/i.test(f));
  console.log(`${name} ${about.version} (${about.license})\n\n${read(`node_modules/${name}/${file}`, "utf8").trim()}\n\n---\n`);
}' > "$to/editor.licences.txt"
ls -l "$to/editor.js"
