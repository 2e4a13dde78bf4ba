"""Saved queries: `.rq` files with a `#+` header in YAML, and the binding of their parameters.

A file under queries/ is valid SPARQL as it stands, with one VALUES block for each parameter, alone on its line.
Guarantees:

1. A header with a missing, unknown or repeated field, or one that does not fit its query, raises an `OntologyError`.
2. Binding replaces the rows of the VALUES blocks and nothing else; values are inserted as RDF terms, never as text.

Literal values are validated here; IRIs and items are looked up in `kgbuild.queries.lookup`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, cast, get_args

from kgbuild.config import data_dir
from kgbuild.errors import InputError, Message, OntologyError, UsageError
from kgbuild.queries.values import LiteralType, expand, iri_term, nearest, quoted, sparql_term

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import yaml

ParamType = Literal["iri", "item", "code"] | LiteralType
PARAM_TYPES: tuple[str, ...] = ("iri", "item", "code", *get_args(LiteralType))
GraphNeed = Literal["asserted", "full"]
ChartType = Literal["bar", "line", "map", "matrix", "network", "timeline"]
CHANNELS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "bar": (("y", "x"), ("color",)),
    "line": (("x", "y"), ("color",)),
    "map": (("place", "value"), ()),
    "matrix": (("x", "y", "value"), ()),
    "network": (("source", "target", "value"), ("sourceKind", "targetKind")),
    "timeline": (("x", "y"), ("color",)),
}
"""Required and optional channels for each type of chart; a channel names a column."""
_FIELDS = ("id", "question", "params", "returns", "codes", "graph", "chart", "tags", "since")
_LARGEST, _LONGEST_HEADER, _DEEPEST_HEADER = 1_000_000, 64_000, 16
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,63}")
_PARAM_FIELDS = ("type", "required", "many", "values_from", "doc")
_CLAUSE = re.compile(r"[：；，（]|[:;,(] ?|。")


class Bilingual(NamedTuple):
    """A text in Chinese and English."""

    zh: str
    en: str

    def of(self, lang: str) -> str:
        """Return the text in a language: Chinese for `zh`, else English."""
        return self.zh if lang == "zh" else self.en

    def head(self, lang: str) -> str:
        """Return the header of a column with this meaning: its first clause.

        Example:
            >>> Bilingual("截止日，含当日", "last day; included").head("zh")
            '截止日'
        """
        return _CLAUSE.split(self.of(lang), maxsplit=1)[0].strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """A parameter; `values_from` is the IRI of the class that lists its values, '' for literals."""

    name: str
    type: ParamType
    required: bool
    many: bool
    values_from: str
    doc: Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """How the answer is drawn; `channels` maps channels of the chart type to columns, see `CHANNELS`."""

    type: ChartType
    channels: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A saved query. `returns` holds columns with their meanings in order; `text` is the whole file.

    Attributes:
        codes: Words for the codes of a column, by column and code: what a person reads in place of `rule`.
        is_ours: Whether it is distributed with kgbuild; queries from a user's folder run confined.
    """

    id: str
    question_zh: str
    question_en: str
    params: tuple[Param, ...]
    returns: tuple[tuple[str, Bilingual], ...]
    graph: GraphNeed
    chart: Chart | None
    tags: tuple[str, ...]
    since: str
    text: str
    codes: Mapping[str, Mapping[str, Bilingual]] = field(default_factory=dict)
    is_ours: bool = False

    @property
    def form(self) -> Literal["SELECT", "ASK", "CONSTRUCT"]:
        """The form of its query, by what it returns."""
        first = self.returns[0][0] if len(self.returns) == 1 else ""
        return "ASK" if first == "boolean" else "CONSTRUCT" if first == "graph" else "SELECT"

    def param(self, name: str) -> Param:
        """Return a parameter by name.

        Raises:
            UsageError: there is none; the message suggests the nearest.
        """
        known = {p.name: p for p in self.params}
        if name not in known:
            raise UsageError(
                Message("has no parameter {name}", name=quoted(name)), where=self.id, cure=nearest(name, known)
            )
        return known[name]

    def bind(self, values: Mapping[str, Sequence[str]]) -> str:
        """Return the query with its VALUES blocks filled.

        Args:
            values: Terms in N-Triples syntax by parameter; absent parameters keep UNDEF.

        Raises:
            UsageError: unknown parameter, missing required one, or several values where one is allowed.
        """
        for name in values:
            self.param(name)
        text = self.text
        for param in self.params:
            rows = list(dict.fromkeys(values.get(param.name, ())))
            if param.required and not rows:
                raise UsageError(
                    Message("needs {name}", name=param.name),
                    where=self.id,
                    cure=Message(
                        "add -p {name}=…; 'kgbuild queries show {id}' says which", name=param.name, id=self.id
                    ),
                )
            if len(rows) > 1 and not param.many:
                raise UsageError(
                    Message("{name} takes one value, {count} given", name=param.name, count=len(rows)),
                    where=self.id,
                    cure="give one",
                )
            if rows:
                block = f"VALUES ?{param.name} {{ {' '.join(map(sparql_term, rows))} }}"
                text = _replace(_block(param.name), block, text)
        return text


# -- the catalogue ------------------------------------------------------------------------------------------------
RENAMED = {"slips": "corrections"}
"""Former names of saved queries, kept for one release → current names."""


def load_templates(folders: Iterable[Path] = ()) -> dict[str, Template]:
    """Return all saved queries by name, in alphabetical order.

    Args:
        folders: Folders of the user with additional queries.

    Raises:
        OntologyError: a file is broken.
        InputError: a folder does not exist, or two files have the same name.
    """
    return {name: load_template(path) for name, path in sorted(_files(folders).items())}


def find_template(name: str, folders: Iterable[Path] = ()) -> Template:
    """Return a saved query by name; see `load_templates`.

    Raises:
        UsageError: there is none; the message suggests the nearest.
    """
    files = _files(folders)
    if name not in files and (today := RENAMED.get(name)) in files:
        raise UsageError(
            Message("{name} is called {today} now", name=quoted(name), today=today),
            cure=Message("ask {today}", today=today),
        )
    if name not in files:
        raise UsageError(
            Message("there is no saved query {name}", name=quoted(name)), cure=nearest(name, sorted(files))
        )
    return load_template(files[name])


def _files(folders: Iterable[Path]) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for folder in (data_dir("queries"), *folders):
        try:
            paths = sorted(path for path in folder.iterdir() if path.suffix == ".rq")
        except OSError as e:
            what, cure = (
                Message("is not a folder that can be read ({reason})", reason=e.strerror),
                "give the folder that holds the .rq files",
            )
            raise InputError(what, where=str(folder), cure=cure) from e
        for path in paths:
            if path.stem in files:
                raise InputError(
                    Message("there is a saved query {stem} already", stem=path.stem),
                    where=str(path),
                    cure="rename the file",
                )
            files[path.stem] = path
    return files


def load_template(path: Path) -> Template:
    """Read one saved query.

    Raises:
        OntologyError: it cannot be read, the header is broken, or does not fit the query.
    """
    is_ours = path.parent == data_dir("queries")
    try:
        template = parse_template(_text_of(path), is_ours=is_ours)
    except (OSError, ValueError) as e:
        cure = "reinstall kgbuild" if is_ours else "give a text file in UTF-8"
        raise OntologyError(Message("cannot be read ({reason})", reason=e), where=str(path), cure=cure) from e
    except OntologyError as e:
        raise OntologyError(e.what, where=str(path), cure=e.cure) from e
    if template.id != path.stem:
        raise OntologyError(
            Message("id is {id}", id=quoted(template.id)), where=str(path), cure="use the name of the file"
        )
    return template


def _text_of(path: Path) -> str:
    if not path.is_file():  # reading a pipe would never end
        raise ValueError("no file")
    with path.open("rb") as f:
        data = f.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise ValueError(f"larger than {_LARGEST:,} bytes")
    return data.decode("utf-8-sig")


def parse_template(text: str, *, is_ours: bool = False) -> Template:
    """Parse the text of a saved query; see `load_template`."""
    head = _mapping(read_header(text), "the header", _FIELDS, optional=("codes", "chart"))
    question = _mapping(head["question"], "question", ("zh", "en"))
    params = tuple(_param(name, raw) for name, raw in _mapping(head["params"], "params").items())
    returns = tuple((c, _words(doc, f"returns.{c}")) for c, doc in _mapping(head["returns"], "returns").items())
    graph = _scalar(head["graph"], "graph")
    tags = head["tags"]
    if not isinstance(tags, list):
        raise OntologyError("tags is not a list", cure="write [one, two]")
    if graph not in get_args(GraphNeed):
        raise OntologyError(Message("graph is {graph!r}", graph=graph), cure="use asserted or full")
    for param in params:
        _check_block(param, text)
    return Template(
        id=_scalar(head["id"], "id"),
        question_zh=_scalar(question["zh"], "question.zh"),
        question_en=_scalar(question["en"], "question.en"),
        params=params,
        returns=returns,
        graph=cast("GraphNeed", graph),
        chart=_chart(head["chart"], {c for c, _ in returns}) if "chart" in head else None,
        tags=tuple(_scalar(tag, "tags") for tag in tags),
        since=_scalar(head["since"], "since"),
        text=text,
        codes=_codes(head.get("codes", {}), {c for c, _ in returns}),
        is_ours=is_ours,
    )


def _param(name: str, raw: object) -> Param:
    if not _NAME.fullmatch(name):
        raise OntologyError(
            Message("{name} is not a parameter name", name=quoted(name)), cure="use Latin letters and digits"
        )
    given = _mapping(raw, f"params.{name}", _PARAM_FIELDS, optional=("values_from",))
    fields = {key: _scalar(value, f"params.{name}.{key}") for key, value in given.items() if key != "doc"}
    if fields["type"] not in PARAM_TYPES:
        raise OntologyError(
            Message("params.{name}: type {type}", name=name, type=quoted(fields["type"])),
            cure=Message("use one of: {names}", names=", ".join(PARAM_TYPES)),
        )
    if {fields["required"], fields["many"]} - {"true", "false"}:
        raise OntologyError(Message("params.{name}: required and many are true or false", name=name))
    kind = cast("ParamType", fields["type"])
    source = fields.get("values_from", "")
    if bool(source) != (kind in ("iri", "item", "code")):
        raise OntologyError(
            Message("params.{name}: values_from belongs to iri, item and code, and to them only", name=name)
        )
    return Param(
        name=name,
        type=kind,
        required=fields["required"] == "true",
        many=fields["many"] == "true",
        values_from=_class(name, source) if source else "",
        doc=_words(given["doc"], f"params.{name}.doc"),
    )


def _codes(raw: object, columns: set[str]) -> dict[str, dict[str, Bilingual]]:
    found = {}
    for column, words in _mapping(raw, "codes").items():
        if column not in columns:
            raise OntologyError(Message("codes: no column {column!r}", column=column), cure="name a column of returns")
        given = _mapping(words, f"codes.{column}")
        found[column] = {code: _words(both, f"codes.{column}.{code}") for code, both in given.items()}
    return found


def _class(name: str, curie: str) -> str:
    try:
        return iri_term(expand(curie))[1:-1]
    except UsageError as e:
        raise OntologyError(
            Message("params.{name}.values_from: {reason}", name=name, reason=e.what),
            cure="name a class of the ontology",
        ) from e


def _words(value: object, name: str) -> Bilingual:
    """Parse a text in both languages; if given once, it stands for both."""
    if isinstance(value, str):
        return Bilingual(value, value)
    both = _mapping(value, name, ("zh", "en"))
    return Bilingual(_scalar(both["zh"], f"{name}.zh"), _scalar(both["en"], f"{name}.en"))


def _scalar(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise OntologyError(Message("{name} is not text", name=name), cure="quote the value")
    return value


def _chart(raw: object, columns: set[str]) -> Chart:
    kind = _scalar(_mapping(raw, "chart").get("type", ""), "chart.type")
    if kind not in CHANNELS:
        raise OntologyError(
            Message("chart.type is {kind!r}", kind=kind),
            cure=Message("use one of: {names}", names=", ".join(CHANNELS)),
        )
    needed, optional = CHANNELS[kind]
    fields = _mapping(raw, "chart", ("type", *needed, *optional), optional=optional)
    channels = tuple((name, _scalar(column, f"chart.{name}")) for name, column in fields.items() if name != "type")
    for name, column in channels:
        if column not in columns:
            raise OntologyError(
                Message("chart.{name}: no column {column!r}", name=name, column=column), cure="name a column of returns"
            )
    return Chart(type=cast("ChartType", kind), channels=channels)


def example_of(template: Template, param: Param) -> str:
    """Return the example value of a required literal parameter, as a user would write it.

    Example:
        >>> template = find_template("overdue")
        >>> example_of(template, template.param("on"))
        '2025-12-31'
    """
    (block,) = (m[0] for m in _block(param.name).finditer(template.text))
    return block.partition('"')[2].partition('"')[0]


def _block(name: str) -> re.Pattern[str]:
    return re.compile(rf"^([ \t]*)VALUES \?{name} \{{[^{{}}\n]*\}}(?=[ \t]*$)", re.MULTILINE)


def _replace(pattern: re.Pattern[str], block: str, text: str) -> str:
    # Through a function, because re interprets backslashes in a replacement text.
    return pattern.sub(lambda match: match[1] + block, text)


def _check_block(param: Param, text: str) -> None:
    blocks = [m[0] for m in _block(param.name).finditer(text)]
    if len(blocks) != 1:
        raise OntologyError(
            Message("{count} lines `VALUES ?{name} {{ … }}`", count=len(blocks), name=param.name),
            cure="write one, alone on its line",
        )
    if blocks[0].endswith("{ UNDEF }") == param.required:
        raise OntologyError(
            Message("VALUES ?{name}", name=param.name),
            cure="an optional parameter has UNDEF, a required one an example",
        )


def body_of(text: str) -> str:
    r"""Return the text of a saved query without its header, ending in a newline.

    Example:
        >>> body_of("#+ id: any\nASK {}")
        'ASK {}\n'
    """
    return "\n".join(line for line in text.splitlines() if not line.startswith("#+")).strip() + "\n"


# -- the header ---------------------------------------------------------------------------------------------------
def read_header(text: str) -> object:
    """Parse the header of a saved query into plain dictionaries, lists and strings.

    Raises:
        OntologyError: no header, invalid YAML, a repeated key, or an alias.
    """
    import yaml

    lines = []
    for line in text.splitlines():
        if not line.startswith("#+"):
            break
        lines.append(line[2:].removeprefix(" "))
    if not lines:
        raise OntologyError("has no header", cure="begin with `#+ id: …`")
    header = "\n".join(lines)
    if len(header) > _LONGEST_HEADER:
        raise OntologyError(
            "the header is too long",
            cure=Message("write at most {limit:,} characters", limit=_LONGEST_HEADER),
        )
    try:
        _check_nesting(header)
        node = yaml.compose(header, Loader=yaml.CBaseLoader)
    except (yaml.YAMLError, ValueError) as e:
        raise OntologyError(
            Message("the header is not YAML ({reason})", reason=" ".join(str(e).split())), cure="quote the value"
        ) from e
    return _plain(node)


def _check_nesting(header: str) -> None:
    """Check the nesting of a header without building anything, because building recurses and may crash."""
    import yaml

    depth = 0
    for event in yaml.parse(header, Loader=yaml.CBaseLoader):
        if isinstance(event, yaml.AliasEvent):
            raise OntologyError("the header uses an alias", cure="write the value out")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST_HEADER:
            raise OntologyError("the header is nested too deeply", cure="see queries/README.md")


def _plain(node: yaml.Node | None) -> object:
    import yaml

    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    if not isinstance(node, yaml.MappingNode):
        return str(node.value) if node else ""
    plain: dict[str, object] = {}
    for key, value in node.value:
        if str(key.value) in plain:
            raise OntologyError(Message("the header repeats {key!r}", key=key.value), cure="keep one")
        plain[str(key.value)] = _plain(value)
    return plain


def _mapping(
    raw: object, name: str, fields: Iterable[str] | None = None, *, optional: Iterable[str] = ()
) -> dict[str, object]:
    if not isinstance(raw, dict):
        raise OntologyError(Message("{name} is not a mapping", name=name), cure="see queries/README.md")
    if fields is None:
        return raw
    unknown, missing = set(raw) - set(fields), set(fields) - set(raw) - set(optional)
    if unknown or missing:
        names = ", ".join(sorted(unknown or missing))
        what = Message("unknown {names}", names=names) if unknown else Message("missing {names}", names=names)
        raise OntologyError(
            Message("{name}: {reason}", name=name, reason=what),
            cure=Message("the fields are {names}", names=", ".join(fields)),
        )
    return raw
