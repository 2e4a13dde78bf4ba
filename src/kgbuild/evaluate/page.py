"""Errors as one HTML page: the lines of each text with the spans of the gold, of the prediction, and of both.

Takes scored documents. Guarantees: the page is self-contained, without scripts or network access; all texts are
escaped; documents without errors in a layer are omitted there.
"""

from __future__ import annotations

import html
import itertools
from typing import TYPE_CHECKING

from kgbuild.evaluate.score import overall

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.evaluate.counting import Key, LayerScore
    from kgbuild.evaluate.score import Scored

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.7 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .15rem .7rem; border-bottom: 1px solid #8885; text-align: right; }
th:first-child { text-align: left; }
details { margin: .4rem 0 .4rem 1rem; }
summary { cursor: pointer; }
h2 { margin-top: 2rem; }
p { margin: .4rem 0; overflow-wrap: anywhere; }
p .n { color: #888; font-size: .8em; margin-right: .6em; }
mark { color: inherit; background: none; padding: 0 .1em; }
mark.both { border-bottom: 2px solid #2a8a3e; }
mark.gold { background: #d33a2c33; border-bottom: 2px dashed #d33a2c; }
mark.tool { background: #2563c933; border-bottom: 2px dotted #2563c9; }
mark.value { background: #b8860b33; border-bottom: 2px double #b8860b; }
"""
_LEGEND = (
    ("both", "found"),
    ("gold", "missed: only the gold has it"),
    ("tool", "spurious: only the tool has it"),
    ("value", "the place is right, its value is not"),
)
MAX_LINE = 600


def errors_page(documents: Sequence[Scored]) -> str:
    """Return the page: the scores of each layer, then for each document and layer the lines with errors.

    Args:
        documents: The scored documents with their texts.
    """
    head = "<tr><th></th><th>P</th><th>R</th><th>F1</th></tr>"
    rows = [(name, [x[k] for k in ("p", "r", "f") if k in x]) for name, x in overall(documents).items()]
    table = head + "".join(
        f"<tr><th>{name}</th>{'<td></td>' * (3 - len(f))}{''.join(f'<td>{v:.3f}</td>' for v in f)}</tr>"
        for name, f in rows
    )
    legend = " · ".join(f'<mark class="{name}">{html.escape(says)}</mark>' for name, says in _LEGEND)
    body = "".join(_document(d) for d in documents)
    return (
        '<!doctype html>\n<html lang="zh"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width"><title>Errors</title><style>{_STYLE}</style></head>\n'
        f"<body><h1>What was read wrongly</h1>\n<table>{table}</table>\n<p>{legend}</p>\n{body}</body></html>\n"
    )


def _document(document: Scored) -> str:
    wrong = {name: layer for name, layer in document.layers.items() if layer.missed or layer.spurious}
    if not wrong:
        return ""
    parts = "".join(_layer(document, name, layer) for name, layer in wrong.items())
    return f"<h2>{html.escape(document.file)}</h2>\n{parts}"


def _layer(document: Scored, name: str, layer: LayerScore) -> str:
    lines = "".join(_lines(document, layer))
    counts = f"{len(layer.missed)} missed, {len(layer.spurious)} spurious, {len(layer.hits)} found"
    return f"<details><summary>{html.escape(name)}: {counts}</summary>\n{lines}</details>\n"


def _lines(document: Scored, layer: LayerScore) -> Iterator[str]:
    """Yield the lines with errors, with all spans marked; items without a span are listed."""
    gold, tool = _spans([*layer.hits, *layer.missed]), _spans([*layer.hits, *layer.half, *layer.spurious])
    wrong = {**_spans(layer.missed), **_spans(layer.spurious)}
    values = {span: (gold[span], tool[span]) for span in wrong if span in gold and span in tool}
    shown: set[int] = set()
    for span in sorted(wrong):
        start = document.text.rfind("\n", 0, span[0]) + 1
        if start in shown or span[1] > len(document.text):
            continue
        shown.add(start)
        end = document.text.find("\n", span[1])
        stop = min(len(document.text) if end < 0 else end, max(span[1], start + MAX_LINE))
        first = max(start, span[0] - MAX_LINE)
        yield f'<p><span class="n">{span[0]}</span>{_marked(document.text, (first, stop), gold, tool, values)}</p>\n'
    for kind, keys in (("missed", layer.missed), ("spurious", layer.spurious)):
        for key in keys:
            if not _is_span(key):
                yield f"<p>{kind}: {html.escape(' · '.join(str(x) for x in key))}</p>\n"


Span = tuple[int, int]


def _is_span(key: Key) -> bool:
    return len(key) > 1 and isinstance(key[0], int) and isinstance(key[1], int) and key[1] > key[0]


def _spans(keys: Sequence[Key]) -> dict[Span, str]:
    return {(k[0], k[1]): " · ".join(str(x) for x in k[2:]) for k in keys if _is_span(k)}


def _marked(
    text: str, zone: Span, gold: dict[Span, str], tool: dict[Span, str], values: dict[Span, tuple[str, str]]
) -> str:
    near = [s for s in {*gold, *tool} if s[0] < zone[1] and zone[0] < s[1]]
    edges = sorted({*zone, *(e for s in near for e in s if zone[0] < e < zone[1])})
    out = []
    for start, end in itertools.pairwise(edges):
        over = [s for s in near if s[0] <= start and end <= s[1]]
        words = html.escape(text[start:end])
        if not over:
            out.append(words)
            continue
        span = min(over, key=lambda s: s[1] - s[0])
        kind = "value" if span in values else _kind(over, gold, tool)
        says = " / ".join(values[span]) if span in values else gold.get(span) or tool.get(span) or ""
        out.append(f'<mark class="{kind}" title="{html.escape(says)}">{words}</mark>')
    return "".join(out)


def _kind(over: Sequence[Span], gold: dict[Span, str], tool: dict[Span, str]) -> str:
    in_gold, in_tool = any(s in gold for s in over), any(s in tool for s in over)
    return "both" if in_gold and in_tool else "gold" if in_gold else "tool"
