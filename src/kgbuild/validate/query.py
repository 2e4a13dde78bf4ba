"""SPARQL constraints: checked and tokenised once, with their bound variables filled in for each node.

SHACL *pre-binds* `$this`, `$value` and parameters: a term replaces the variable wherever it occurs, including filters,
nested groups and subqueries. The query text is therefore tokenised and the variables are replaced; an engine's own
binding mechanism reaches fewer places.

Source: SHACL, 5.2 and appendix A (pre-binding of variables in SPARQL queries).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from kgbuild.errors import InputError, Message, NotCoveredError
from kgbuild.lazy import lazy_pattern
from kgbuild.validate.needs import Needs, needs_of
from kgbuild.validate.paths import Path, write_path
from kgbuild.validate.plan import Plan, plan_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TOKEN = lazy_pattern(
    r"""
    (?P<space>\s+|\#[^\n\r]*)
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<string>\"\"\"(?:\"{0,2}(?:[^"\\]|\\.))*\"\"\"|'''(?:'{0,2}(?:[^'\\]|\\.))*'''
      |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
  | (?P<variable>[?$]\w+)
  | (?P<name>(?:[^\W\d_][\w.-]*)?:(?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\.)(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\.)*(?<!\.))?
      |_:\w(?:[\w.-]*[\w-])?)
  | (?P<word>@?[^\W\d_][\w-]*)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_GROUPED = frozenset(
    (
        *("GROUP", "HAVING", "LIMIT", "OFFSET", "EXISTS", "BOUND", "BIND", "GRAPH", "OPTIONAL", "UNION"),
        *("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"),
        *("RAND", "UUID", "STRUUID", "BNODE", "NOW"),
    )
)


class Query(NamedTuple):
    """A prepared query of a constraint.

    Attributes:
        node: The constraint or validator.
        prologue: Its PREFIX lines.
        parts: The query without them, split at bound variables.
        holes: (form, variable) between the parts; the form is `term`, `column` (a result column), `bound` (a test
            whether it is bound) or `grouped` (a position for brackets).
        flat: The query for all nodes at once, '' if only evaluation node by node is correct.
        messages: (language, text) of the constraint itself.
        needs: The triples that can affect it.
        plan: How it is answered without a store; None if it is not.
    """

    node: str
    prologue: str
    parts: tuple[str, ...]
    holes: tuple[tuple[str, str], ...]
    flat: str
    messages: tuple[tuple[str, str], ...]
    needs: Needs
    plan: Plan | None = None

    def of(self, bindings: Mapping[str, str]) -> str:
        """Return the query with its variables filled in.

        Args:
            bindings: Variable → IRI or literal in N-Triples syntax, for each variable passed to `prepare`.
        """
        out = [self.prologue, self.parts[0]]
        for number, ((form, name), part) in enumerate(zip(self.holes, self.parts[1:], strict=True)):
            term = bindings[name]
            if form == "column":
                # Columns need distinct names: a name repeated in nested queries is rejected.
                out.append(f"({term} AS ?bound_{number})")
            else:
                out.append({"term": term, "bound": "(true)", "grouped": f"({term})"}[form])
            out.append(part)
        return "".join(out)

    def to_json(self) -> list[Any]:
        """Return the record as JSON."""
        known = (self.node, self.prologue, self.parts, self.holes, self.flat, self.messages)
        return [*known, self.needs.to_json(), self.plan]

    @classmethod
    def from_json(cls, record: Sequence[Any]) -> Query:
        """Restore a record from JSON.

        Raises:
            TypeError, ValueError: the record is not what `to_json` gives.
        """
        node, prologue, parts, holes, flat, messages, needs, plan = record
        return cls(
            node=node,
            prologue=prologue,
            parts=tuple(parts),
            holes=tuple((form, name) for form, name in holes),
            flat=flat,
            messages=tuple((lang, text) for lang, text in messages),
            needs=Needs.from_json(needs),
            plan=None if plan is None else Plan(*plan),
        )


class ConstraintQuery(NamedTuple):
    """A query as stated in a shapes graph.

    Attributes:
        node: The constraint or validator.
        text: The value of `sh:select` or `sh:ask`.
        prefixes: Its prefix declarations.
        path: Path of the shape, which replaces `$PATH`; None for a node shape.
        messages: (language, text) of the constraint itself.
        bound: Pre-bound variables.
    """

    node: str
    text: str
    prefixes: Mapping[str, str]
    path: Path | None
    messages: tuple[tuple[str, str], ...]
    bound: frozenset[str] = frozenset({"this"})


def prepare(source: ConstraintQuery) -> Query:
    """Prepare a query of a constraint for evaluation.

    Args:
        source: The query and its context.

    Raises:
        InputError: SHACL forbids it: MINUS, SERVICE, VALUES, a subquery that hides a pre-bound variable, or AS with the
            name of one.
        NotCoveredError: it uses `$shapesGraph` or `$currentShape`.
    """
    tokens = [(m.lastgroup or "", m[0]) for m in _TOKEN.finditer(source.text)]
    words = [(kind, value) for kind, value in tokens if kind != "space"]
    _check(words, source)
    names = sorted(source.prefixes.items())
    prologue = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in names)
    parts, holes = _cut(tokens, source)
    text = prologue + "".join(value for _, value in _with_path(tokens, source))
    return Query(
        node=source.node,
        prologue=prologue,
        parts=parts,
        holes=holes,
        flat=_flat(words, source, prologue),
        messages=source.messages,
        needs=needs_of(text),
        plan=plan_of(text, source.bound),
    )


def _with_path(tokens: list[tuple[str, str]], source: ConstraintQuery) -> list[tuple[str, str]]:
    """Replace `$PATH` by the path of the shape."""
    if source.path is None:
        return tokens
    path = ("iri", f"({write_path(source.path)})")
    return [path if kind == "variable" and value[1:] == "PATH" else (kind, value) for kind, value in tokens]


def _name(token: tuple[str, str]) -> str:
    """Return the name of a variable, a word in upper case, or ''."""
    kind, value = token
    if kind == "variable":
        return value[1:]
    return value.upper() if kind == "word" else ""


def _check(words: list[tuple[str, str]], source: ConstraintQuery) -> None:
    keywords = [value.upper() if kind == "word" else "" for kind, value in words]
    variables = {value[1:] for kind, value in words if kind == "variable"}
    node = source.node
    for name in ("MINUS", "SERVICE", "VALUES"):
        if name in keywords:
            raise _refused(node, f"holds {name}")
    for name in ("shapesGraph", "currentShape"):
        if name in variables:
            raise NotCoveredError(f"the query of {node} asks for ${name}")
    for keyword, (kind, value) in zip(keywords, words[1:], strict=False):
        if keyword == "AS" and kind == "variable" and value[1:] in source.bound:
            raise _refused(node, f"binds {value} again")
    selects = [n for n, keyword in enumerate(keywords) if keyword == "SELECT"]
    is_ask = "ASK" in keywords[: selects[0] if selects else None]
    if not selects and not is_ask:
        raise _refused(node, "is neither SELECT nor ASK")
    for n in selects if is_ask else selects[1:]:
        hidden = sorted(source.bound - _projected(words, n))
        if hidden:
            raise _refused(node, f"has a sub-query that does not select ${hidden[0]}")


def _refused(node: str, why: str) -> InputError:
    cure = "write the query as SHACL allows it (Recommendation, 5.2.1 and A)"
    return InputError(Message("the query {reason}", reason=why), where=node, cure=cure)


def reaches_out(text: str) -> bool:
    """Tell whether a query may access files or the network: SERVICE, FROM, LOAD."""
    return any(m[0].upper() in ("SERVICE", "FROM", "LOAD") for m in _TOKEN.finditer(text) if m["word"])


def _projected(words: list[tuple[str, str]], select: int) -> set[str]:
    """Return the variables projected by a SELECT, without those inside its expressions."""
    names, depth = set(), 0
    for kind, value in words[select + 1 :]:
        if depth == 0 and (value == "{" or (kind == "word" and value.upper() in ("WHERE", "FROM"))):
            break
        depth += {"(": 1, ")": -1}.get(value, 0) if kind == "other" else 0
        if kind == "variable" and depth == 0:
            names.add(value[1:])
    return names


def _cut(tokens: list[tuple[str, str]], source: ConstraintQuery) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Split the query at its bound variables; return the parts and the form of each position."""
    path = "" if source.path is None else write_path(source.path)
    parts: list[str] = [""]
    holes: list[tuple[str, str]] = []
    place, depth, skip = "term", 0, -1
    for n, (kind, value) in enumerate(tokens):
        if n <= skip:
            continue
        upper = value.upper() if kind == "word" else ""
        if upper in _PLACES or (kind == "other" and value in "{}"):
            place, depth = _PLACES.get(upper, "term"), 0
        depth += {"(": 1, ")": -1}.get(value, 0) if kind == "other" else 0
        name = value[1:] if kind == "variable" else ""
        tested = _tested(tokens, n) if upper == "BOUND" else None
        if name == "PATH" and path:
            parts[-1] += f"({path})"
        elif tested and tested[0] in source.bound:
            holes.append(("bound", tested[0]))
            parts.append("")
            skip = tested[1]
        elif name in source.bound:
            holes.append(("term" if depth else place, name))
            parts.append("")
        else:
            parts[-1] += value
    return tuple(parts), tuple(holes)


_PLACES = {"SELECT": "column", "WHERE": "term", "FROM": "term", "BY": "grouped", "HAVING": "term"}
"""The form of a variable after a word of the query, until the next such word or a brace."""


def _tested(tokens: list[tuple[str, str]], start: int) -> tuple[str, int] | None:
    """Return the variable of a `BOUND(?x)` that starts at a token, and its last token."""
    rest = [(n, t) for n, t in enumerate(tokens[start + 1 : start + 9], start + 1) if t[0] != "space"]
    values = [value for _, (_, value) in rest[:3]]
    if len(values) == 3 and values[0] == "(" and values[2] == ")":
        return values[1][1:], rest[2][0]
    return None


def _flat(words: list[tuple[str, str]], source: ConstraintQuery, prologue: str) -> str:
    """Return the query for all nodes at once.

    Correct if the query is one group of patterns that starts with a triple of `$this`: joining it with the nodes is
    then equivalent to filling them in.
    """
    values = [value for _, value in words]
    if source.bound != {"this"} or values.count("{") != 1 or _GROUPED & {_name(w) for w in words}:
        return ""
    start = values.index("{")
    if len(words) < start + 4 or words[start + 1][0] != "variable" or _name(words[start + 1]) != "this":
        return ""
    kind, predicate = words[start + 2]
    is_path = kind == "variable" and predicate[1:] == "PATH"
    plain = kind in ("iri", "name") or predicate == "a" or (is_path and isinstance(source.path, str))
    if not plain or (words[start + 3][0] == "other" and words[start + 3][1] in "/|*+?^"):
        return ""
    names = [_name(w) for w in words]
    if "SELECT" not in names or "this" not in _projected(words, names.index("SELECT")):
        return ""
    path = "" if source.path is None else write_path(source.path)
    filled = (path if path and k == "variable" and v[1:] == "PATH" else v for k, v in words)
    return prologue + " ".join(filled)
