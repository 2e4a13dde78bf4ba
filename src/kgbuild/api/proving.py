"""Proving a graph against its sources, which are read and rebuilt for it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from kgbuild.api.files import bytes_of, files_in, name_of, settings_of
from kgbuild.api.many import each
from kgbuild.errors import InternalError
from kgbuild.graph.facts import refuse_facts
from kgbuild.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence, Set
    from pathlib import Path

    from kgbuild.model import SourceText, Triple
    from kgbuild.proof.rebuild import Fresh
    from kgbuild.proof.verify import VerifyReport
    from kgbuild.store import Quad
    from kgbuild.text.decisions import Decision


def prove(
    quads: Iterable[Quad],
    sources: Iterable[Path],
    *,
    config: Path | None = None,
    decisions: Path | None = None,
    workers: int = 1,
    name: str = "graph",
) -> VerifyReport:
    """Compare a graph with its sources on all three levels; see `kgbuild.proof.verify`.

    The documents are rebuilt with freshly compiled vocabularies, so that the proof rests on no cache.

    Args:
        quads: The graph.
        sources: Files from which it was built, or folders with them.
        config: Configuration with which it was built; None = the nearest kgbuild.toml above each source.
        decisions: Folder with the decisions with which it was built.
        workers: Number of processes that rebuild the sources; 1 = this one.
        name: Name of the graph, for messages.

    Raises:
        InputError: a file cannot be read; a flat graph mixes inferred statements with asserted ones, or contains facts
            without their evidence.
    """
    from kgbuild.graph.given import PROPERTIES
    from kgbuild.proof.layout import GraphLayout
    from kgbuild.proof.verify import verify
    from kgbuild.review import read_decisions
    from kgbuild.validate.asserted import asserted

    quads = tuple(quads)
    refuse_facts(quads, where=name)
    asserted((q for q in quads if not q[3]), where=name)
    given = frozenset((s, p, o) for s, p, o, _ in quads if p in PROPERTIES.values())
    layout = GraphLayout(quads)
    del quads
    work = partial(_rebuilt, config=config, decided=read_decisions(decisions) if decisions else (), given=given)
    texts, fresh = [], []
    for outcome in each(work, files_in(sources), workers=workers):
        if outcome.value is None:
            raise outcome.error or InternalError("no outcome", where=str(outcome.item))
        texts.append(outcome.value[0])
        fresh.append(outcome.value[1])
    return verify(layout, texts, fresh=fresh)


def _rebuilt(
    file: Path, *, config: Path | None, decided: Sequence[Decision], given: Set[Triple]
) -> tuple[SourceText, Fresh]:
    """Read a source and rebuild it, with vocabularies compiled without the cache.

    Metadata stated by the user cannot be derived from the text, so it is taken from the graph.
    """
    from kgbuild.graph.given import given_statements, read_given
    from kgbuild.lexicon import compile_lexicon
    from kgbuild.pipeline import Options, assert_document
    from kgbuild.proof.rebuild import Fresh
    from kgbuild.review import digest_of_decisions

    settings = settings_of(str(file), config, None)
    found, graphs = assert_document(
        bytes_of(str(file), settings.max_bytes),
        name=name_of(str(file)),
        settings=settings,
        lexicon=compile_lexicon(settings),
        options=Options(version=__version__, decisions=tuple(decided), decisions_digest=digest_of_decisions(decided)),
    )
    source = found.document.source
    text = f"<{settings.base}text/{source.key}>"
    taken = given_statements(text, read_given(text, given))
    graphs = replace(graphs, asserted=graphs.asserted | taken)
    return source, Fresh(sha256=source.sha256, base=settings.base, graphs=graphs, given=taken)
