"""Many documents, one store that is always right: built once each, built again only where something changed.

A corpus is a folder: `parts/` holds the graph of each document, made once for its bytes, settings, vocabularies,
decisions and version; `manifest.jsonl` and `manifest.ttl` say what became of each; `shards/` holds all graphs as sorted
N-Quads, `store/` the same to be asked. Guarantees: whatever ends a build, and whenever, the next one goes on and ends
with the same bytes of manifest and shards and the same quads in the store; a document that left the sources leaves all
of them; the number of workers changes nothing.
"""
