"""Many documents and one store that is always consistent: each is built once, and rebuilt only if something changed.

A corpus is a folder: `parts/` holds the graph of each document, built once for its bytes, settings, vocabularies,
decisions and version; `manifest.jsonl` and `manifest.ttl` record the state of each; `shards/` holds all graphs as
sorted N-Quads, `store/` the same for querying. Guarantees: however a build is interrupted, the next one continues it
and yields the same bytes of manifest and shards and the same quads in the store; a document removed from the sources is
removed from all of them; the number of workers does not matter.
"""
