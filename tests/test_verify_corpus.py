"""Every span and every value of every readable document of the shared corpus, proved by its own characters."""

from __future__ import annotations

from tests.support import IS_FULL, corpus, needs_shared

from kgbuild import __version__, terms
from kgbuild.config import Settings
from kgbuild.errors import InputError
from kgbuild.lexicon import load_lexicon
from kgbuild.pipeline import Options, assert_document
from kgbuild.proof.verify import verify

MOST_PER_STATEMENT = 9
_QUALIFIED = {
    terms.gplan(n)
    for n in ("Assignment", "BracketField", "Citation", "IndicatorTarget", "InitiativeUse", "Measure", "Targeting")
}
_OWN = {terms.gplan(n) for n in ("evidence", "roleBasis", "extractionRule", "confidence", "linkMethod")}
_TO_SPAN = {terms.gplan("evidence"), terms.gplan("roleBasis")}
_TYPE = f"<{terms.RDF}type>"


@needs_shared
def test_all_spans_and_values_of_the_corpus_hold_at_the_price_that_was_set() -> None:
    settings, options = Settings(), Options(version=__version__)
    lexicon = load_lexicon(settings)
    spans = values = statements = 0
    price = 0.0
    for file in corpus():
        try:
            found, built = assert_document(
                file.read_bytes(), name=file.name, settings=settings, lexicon=lexicon, options=options
            )
        except InputError:
            continue
        report = verify([(*t, "") for t in built.asserted | built.vocabulary], [found.document.source])
        broken = (report.mismatches, report.without_evidence, report.unproved, report.unused)
        assert broken == ((), (), (), ()), file.name
        assert report.level == "consistent", file.name
        spans, values = spans + report.spans, values + report.sources[0].values
        told = _price(frozenset(built.asserted))
        statements, price = statements + told[0], price + told[1]
    assert spans > (40_000 if IS_FULL else 3_000)
    assert values > (20_000 if IS_FULL else 1_500)
    assert price / statements <= MOST_PER_STATEMENT


def _price(triples: frozenset[tuple[str, str, str]]) -> tuple[int, float]:
    """Number of qualified statements, and the triples of evidence that they need; a shared span is shared out."""
    qualified = {s for s, p, o in triples if p == _TYPE and o in _QUALIFIED}
    users: dict[str, int] = {}
    for _, p, o in triples:
        if p in _TO_SPAN:
            users[o] = users.get(o, 0) + 1
    own = [(p, o) for s, p, o in triples if s in qualified and p in _OWN]
    return len(qualified), sum(1 + (5 / users[o] if p in _TO_SPAN else 0) for p, o in own)
