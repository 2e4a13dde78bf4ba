"""The catalogue of saved queries as rows, and one query in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.errors import Message, UsageError
from kgbuild.queries.template import Template, body_of, load_templates
from kgbuild.queries.values import nearest, quoted
from kgbuild.store import Rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from kgbuild.queries.template import Param
    from kgbuild.store import Queryable


def list_queries(*, lang: str = "en", tag: str | None = None, folders: Sequence[Path] = ()) -> Rows:
    """Return name, question, parameters and tags of the saved queries, in alphabetical order.

    Args:
        lang: Language of the questions, `zh` or `en`.
        tag: Only queries with this tag.
        folders: Folders of the user with additional queries.

    Raises:
        UsageError: no query has the tag; the message suggests the nearest.
    """
    templates = [t for t in load_templates(folders).values() if tag is None or tag in t.tags]
    if not templates:
        tags = sorted({tag for t in load_templates(folders).values() for tag in t.tags})
        raise UsageError(
            Message("no saved query has the tag {tag}", tag=quoted(tag or "")),
            where="--tag",
            cure=nearest(tag or "", tags),
        )
    rows = tuple((t.id, question(t, lang), " ".join(map(usage_of, t.params)), " ".join(t.tags)) for t in templates)
    return Rows(columns=("name", "question", "params", "tags"), rows=rows)


def describe(template: Template, *, lang: str = "en", command: str = "", sample: str = "") -> str:
    """Return a saved query in full: question, parameters, columns, and its SPARQL.

    Args:
        template: The query.
        lang: Language of the question.
        command: A command that runs it.
        sample: Some rows of an answer, as a table.
    """
    lines = [template.id, question(template, lang), ""]
    lines += [f"  -p {usage_of(p)}  ({p.type}) {p.doc.of(lang)}" for p in template.params]
    lines += ["", *(f"  {column}: {doc.of(lang)}" for column, doc in template.returns), ""]
    lines += [f"graph {template.graph} · tags {' '.join(template.tags)} · since {template.since}", ""]
    lines += [f"  {command}", ""] if command else []
    lines += [sample] if sample else []
    return "\n".join(lines) + "\n" + body_of(template.text)


def question(template: Template, lang: str) -> str:
    """Return the question of a saved query in a language."""
    return template.question_zh if lang == "zh" else template.question_en


def usage_of(param: Param) -> str:
    """Return a parameter as in command help: `[plan=IRI…]`."""
    text = f"{param.name}={param.type.upper()}{'…' if param.many else ''}"
    return text if param.required else f"[{text}]"


def sample(template: Template, store: Queryable, *, rows: int = 3) -> str:
    """Return some rows of an answer as a table: each required parameter takes a valid value, no two the same.

    A literal, which cannot be looked up, takes the example of the file.

    Args:
        template: The query.
        store: Where to ask it.
        rows: How many rows.
    """
    from kgbuild.queries.lookup import valid_values
    from kgbuild.queries.run import run_template
    from kgbuild.queries.table import to_table
    from kgbuild.queries.template import example_of

    values: dict[str, str] = {}
    for param in template.params:
        if param.required and param.type not in ("iri", "item", "code"):
            values[param.name] = example_of(template, param)
        elif param.required:
            known = valid_values(store, param).rows
            if not known:
                return ""
            free = (str(row[-1]) for row in known if str(row[-1]) not in values.values())
            values[param.name] = next(free, str(known[0][-1]))
    return to_table(run_template(template, store, values, limit=rows))


def by_tag(templates: Iterable[Template], lang: str) -> list[tuple[str, list[dict[str, str]]]]:
    """Return name and question of saved queries by their first tag, the tag of most queries first."""
    tags: dict[str, list[dict[str, str]]] = {}
    for t in templates:
        tags.setdefault(t.tags[0] if t.tags else "", []).append({"id": t.id, "question": question(t, lang)})
    return sorted(tags.items(), key=lambda item: (-len(item[1]), item[0]))
