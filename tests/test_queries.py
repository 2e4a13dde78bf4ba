"""The saved queries: headers, answers by hand, both engines, and parameters that change nothing but their block."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
import rdflib
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from tests.support import IS_FULL, ROOT, in_rdflib

from kgbuild import api, terms
from kgbuild.config import data_dir
from kgbuild.errors import InputError, OntologyError, UsageError
from kgbuild.queries.export import to_markdown
from kgbuild.queries.lookup import find_iri
from kgbuild.queries.run import bound_query, parse_params
from kgbuild.queries.template import Template, find_template, load_templates, parse_template, read_header
from kgbuild.queries.values import iri_term, literal_term, sparql_term
from kgbuild.store import Store, Value, parse_quads, read_quads, value_of
from kgbuild.translation import told

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(__file__).parent / "data"
MINI = DATA / "mini.ttl"
API = (
    "action-table",
    "actions-for-population",
    "actions-in-division",
    "actions-of-body",
    "actions-without-body",
    "actions-without-deadline",
    "actions-without-population",
    "bodies-of-action",
    "body-gained-lost",
    "body-population-matrix",
    "body-population-network",
    "citations",
    "cited-by",
    "collective-actions",
    "compare-plans",
    "corrections",
    "coverage",
    "deadlines",
    "deontic-force",
    "document-card",
    "duties-for-population",
    "equal-actions",
    "every-action-has-a-body",
    "evidence-for-responsibility",
    "findings",
    "first-listed-bodies",
    "impact-of-initiative",
    "indicator-series",
    "indicator-targets",
    "initiatives",
    "joint-work",
    "measures",
    "members-of-group",
    "most-cited",
    "names-as-found",
    "outline",
    "overdue",
    "partners-of-body",
    "plans-by-place",
    "plans-for-population",
    "plans-of-body",
    "populations-of-plan",
    "populations-without-department",
    "related-documents",
    "review-queue",
    "reviewed",
    "series-of-plan",
    "unregistered-names",
    "what-is-new",
    "what-was-dropped",
    "work-of-predecessors",
    "workload-by-kind",
    "workload-by-level",
    "workload-of-bodies",
)
PLAN = "云岭省数字乡村2024年工作要点"
NOTICE = "关于印发《云岭省数字乡村2024年工作要点》的通知"
TXJ, NYNC, CZT, JYT, SWT = (f"云岭省{name}" for name in ("通信管理局", "农业农村厅", "财政厅", "教育厅", "商务厅"))
GOV = "政府部门"
LEAD, COOP, RESP = "牵头单位", "配合单位", "责任单位"
SEPTEMBER = date(2024, 9, 30)

# Read off tests/data/mini.txt by hand.
ANSWERS: list[tuple[str, dict[str, Any], list[tuple[Value, ...]]]] = [
    (
        "bodies-of-action",
        {"item": "一/1"},
        [
            ("一/1", None, 1, "省通信局", TXJ, LEAD, 141),
            ("一/1", None, 2, "省农业厅", NYNC, COOP, 151),
            ("一/1", None, 3, "省财政厅", CZT, COOP, 156),
        ],
    ),
    (  # a body that is printed twice has one assignment and two places
        "bodies-of-action",
        {"item": "一/2", "lang": "en"},
        [
            ("一/2", None, 1, "省教育厅", JYT, "responsible body", 187),
            ("一/2", None, 2, "省农业厅", NYNC, "responsible body", 192),
            ("一/2", None, 1, "省教育厅", JYT, "responsible body", 197),
        ],
    ),
    (  # all parts of an item
        "bodies-of-action",
        {"item": "4"},
        [
            ("二/(二)/4", 1, 1, "省商务厅", SWT, RESP, 296),
            ("二/(二)/4", 2, 1, "省农业农村厅", NYNC, RESP, 309),
        ],
    ),
    ("bodies-of-action", {"item": "二/(一)/2"}, []),
    (
        "workload-of-bodies",
        {},
        [
            (NYNC, GOV, 3, 0, 1, 0),
            (SWT, GOV, 2, 0, 0, 0),
            (JYT, GOV, 1, 0, 0, 1),
            (CZT, GOV, 1, 0, 1, 1),
            (TXJ, GOV, 1, 1, 0, 0),
            ("省供销社", "事业单位", 1, 0, 0, 0),
        ],
    ),
    (
        "populations-of-plan",
        {"plan": PLAN},
        [
            (PLAN, "乡村教师", "printed", 1),
            (PLAN, "返乡青年", "printed", 1),
            (PLAN, "农民", "heading", 5),
            (PLAN, "老年农民", "heading", 2),
            (PLAN, "返乡青年", "heading", 2),
            (PLAN, "青年", "narrower", 3),
            (PLAN, "教师", "narrower", 1),
        ],
    ),
    (  # where a name has no English form the official one stands
        "populations-of-plan",
        {"lang": "en"},
        [
            (PLAN, "rural teachers", "printed", 1),
            (PLAN, "返乡青年", "printed", 1),
            (PLAN, "farmers", "heading", 5),
            (PLAN, "older farmers", "heading", 2),
            (PLAN, "返乡青年", "heading", 2),
            (PLAN, "young people", "narrower", 3),
            (PLAN, "teachers", "narrower", 1),
        ],
    ),
    (
        "document-card",
        {"document": "云数办〔2024〕5号"},
        [
            (
                NOTICE,
                "通知",
                "云数办〔2024〕5号",
                "云岭省数字乡村建设领导小组办公室",
                "各成员单位",
                date(2024, 3, 8),
                datetime(2024, 3, 11, 9, 30, tzinfo=timezone(timedelta(hours=8))),
                PLAN,
                date(2024, 1, 1),
                date(2024, 12, 31),
            )
        ],
    ),
    (
        "outline",
        {},
        [
            (1, 1, "一、", "夯实基础", 2, PLAN),
            (2, 1, "二、", "惠及农民", 5, PLAN),
            (3, 2, "（一）", "面向老年农民", 2, PLAN),
            (4, 2, "（二）", "面向返乡青年", 3, PLAN),
        ],
    ),
    (
        "names-as-found",
        {},
        [
            (None, "省供销社", None, "未识别", 1),
            (NYNC, "省农业农村厅", None, "登记名称", 1),
            (NYNC, "省农业厅", None, "笔误", 1),
            (NYNC, "省农业厅", "省农业农村厅", "笔误", 1),
            (SWT, "省商务厅", None, "登记名称", 2),
            (JYT, "省教育厅", None, "登记名称", 2),
            (CZT, "省财政厅", None, "登记名称", 1),
            (TXJ, "省通信局", None, "登记名称", 1),
            ("各成员单位", "各成员单位", None, "名称规则", 1),
        ],
    ),
    (
        "action-table",
        {},
        [
            (PLAN, "一/1", "推进村村通宽带。", "省通信局", TXJ, GOV, LEAD, "exact", SEPTEMBER, 141),
            (PLAN, "一/1", "推进村村通宽带。", "省农业厅", NYNC, GOV, COOP, "context", SEPTEMBER, 151),
            (PLAN, "一/1", "推进村村通宽带。", "省财政厅", CZT, GOV, COOP, "exact", SEPTEMBER, 156),
            (PLAN, "一/2", "培训乡村教师。", "省教育厅", JYT, GOV, RESP, "exact", None, 187),
            (PLAN, "一/2", "培训乡村教师。", "省农业厅", NYNC, GOV, RESP, "context", None, 192),
            (PLAN, "二/(一)/1", "开办手机课堂。", "各成员单位", "各成员单位", "统称", RESP, "exact", None, 230),
            (PLAN, "二/(一)/2", "设立服务点。", None, None, None, None, None, None, 239),
            (PLAN, "二/(二)/3", "举办“云上集市”，帮助返乡青年。", "省商务厅", SWT, GOV, RESP, "exact", None, 275),
            (
                PLAN,
                "二/(二)/3",
                "举办“云上集市”，帮助返乡青年。",
                "省供销社",
                None,
                "事业单位",
                RESP,
                "doubtful",
                None,
                280,
            ),
            (PLAN, "二/(二)/4", "建设县级仓库。", "省商务厅", SWT, GOV, RESP, "exact", None, 296),
            (PLAN, "二/(二)/4", "发展冷链物流。", "省农业农村厅", NYNC, GOV, RESP, "exact", None, 309),
        ],
    ),
    (
        "action-table",
        {"body": "省财政厅", "item": "一/1"},
        [(PLAN, "一/1", "推进村村通宽带。", "省财政厅", CZT, GOV, COOP, "exact", SEPTEMBER, 156)],
    ),
]


@pytest.fixture(scope="module")
def graph() -> api.Graph:
    return api.open(MINI)


def test_named_graphs_and_two_copies_change_no_count(tmp_path: Path) -> None:
    quads = read_quads(MINI)
    named = [(s, p, o, g) for s, p, o, _ in quads for g in ("<http://x/g1>", "<http://x/g2>")]
    copies = api.Graph([*named, *quads])
    for name, params, expected in ANSWERS:
        assert list(copies.query(name, **params).rows) == expected


# -- headers ------------------------------------------------------------------------------------------------------
def test_the_names_are_the_api() -> None:
    assert tuple(load_templates()) == API


SCHEMA = json.loads((files("kgbuild.queries") / "header.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", API)
def test_headers_fit_the_schema(name: str) -> None:
    jsonschema_rs.validate(SCHEMA, read_header(find_template(name).text))


@pytest.mark.parametrize("name", API)
def test_every_code_that_a_query_gives_has_words(name: str) -> None:
    template = find_template(name)
    body = re.sub(r"^#.*$", "", template.text, flags=re.MULTILINE)
    given = set(re.findall(r'"([a-z][a-z-]*)"', body)) - {"zh", "en"}
    assert given == {code for words in template.codes.values() for code in words}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("#+ since: 0.1.0\n", ""),
        ("#+ since: 0.1.0", "#+ since: soon"),
        ("#+ graph: full", "#+ graph: some"),
        ("#+ graph: full", "#+ graph: full\n#+ method: GET"),
        ("#+ graph: full", "#+ graph: full\n#+ chart: {type: pie, x: order, y: actions}"),
        ("#+ graph: full", "#+ graph: full\n#+ chart: {type: bar, x: order}"),
        ("#+ graph: full", "#+ graph: full\n#+ chart: bar"),
        ("#+ graph: full", "#+ codes: {kind: one}\n#+ graph: full"),
        ("#+ graph: full", "#+ codes: {actions: {one: {zh: 一}}}\n#+ graph: full"),
        ("type: iri", "type: uri"),
        ("type: iri", "type: string"),
        ("values_from: gplan:Plan, ", ""),
        ("required: false", "required: no"),
        ("question:\n#+   zh:", "question:\n#+   fr:"),
    ],
)
def test_broken_headers_fail_the_schema_and_the_loader_or_only_one_of_them_knowingly(old: str, new: str) -> None:
    text = find_template("outline").text
    assert old in text
    broken = text.replace(old, new, 1)
    assert not jsonschema_rs.is_valid(SCHEMA, read_header(broken))
    if "soon" not in new:  # the loader leaves forms of text to the schema
        with pytest.raises(OntologyError):
            parse_template(broken)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * {}", "has no header"),
        ("#+ id: [", "not YAML"),
        ("#+ id: a\n#+ id: b", "repeats 'id'"),
        ("#+ id: &x a\n#+ since: *x", "alias"),
        ("#+ - a", "not a mapping"),
    ],
)
def test_broken_yaml_is_told(text: str, message: str) -> None:
    with pytest.raises(OntologyError, match=message):
        parse_template(text)


@pytest.mark.parametrize("name", API)
def test_both_engines_parse_the_file_as_it_stands(name: str) -> None:
    template = find_template(name)
    columns = tuple(column for column, _ in template.returns)
    found, theirs = Store().select(template.text).columns, rdflib.Graph().query(template.text)
    assert not re.search(r"\b(GRAPH|FROM|SERVICE|LIMIT|SELECT \*)", template.text)
    assert not re.search(r"\S\*[ /]", template.text.partition("PREFIX")[2]), "a path of length zero is not portable"
    if columns in (("boolean",), ("graph",)):
        assert theirs.type == {"boolean": "ASK", "graph": "CONSTRUCT"}[columns[0]]
        return
    assert found == tuple(map(str, theirs.vars or ())) == columns
    assert re.search(r"(?m)^\} .*ORDER BY", template.text)


@cache
def declared() -> frozenset[str]:
    """The terms of the ontology and its vocabularies."""
    return frozenset(s for f in data_dir("ontology").rglob("*.ttl") for s, *_ in read_quads(f))


def _groups(node: object) -> Iterator[list[tuple[Any, ...]]]:
    """The triple patterns that an engine joins together: those of a group up to its next UNION, OPTIONAL or BIND."""
    if isinstance(node, CompValue):
        if node.name == "BGP":
            yield node.triples
        node = list(node.values())
    if isinstance(node, list | tuple):
        for part in node:
            yield from _groups(part)


@pytest.mark.parametrize("name", API)
def test_no_patterns_stand_together_that_share_no_variable(name: str) -> None:
    """Each match of one would be paired with each of the other: deadlines took the square of the documents."""
    for patterns in _groups(prepareQuery(find_template(name).text).algebra):
        sets: list[set[rdflib.Variable]] = []
        for pattern in patterns:
            mine = {term for term in pattern if isinstance(term, rdflib.Variable)}
            sets = [s for s in sets if not s & mine] + [mine.union(*(s for s in sets if s & mine))]
        assert len(sets) <= 1, sets


@pytest.mark.parametrize("name", API)
def test_prefixes_are_ours_and_terms_are_declared(name: str) -> None:
    text = find_template(name).text
    prefixes = dict(re.findall(r"(?m)^PREFIX (\w+): <([^>]+)>$", text))
    assert prefixes.items() <= terms.PREFIXES.items()
    used = set(re.findall(r"\b([a-z]+):([A-Za-z][\w-]*)", text.partition("PREFIX")[2].partition("\n\n")[2]))
    assert {prefix for prefix, _ in used} - {"https"} == set(prefixes)
    ours = {f"<{prefixes[p]}{local}>" for p, local in used if p in ("gplan", "gplanv")}
    ours |= {f"<{param.values_from}>" for param in find_template(name).params if param.values_from}
    assert ours <= declared()


# -- parameters ---------------------------------------------------------------------------------------------------
PROBE = """#+ id: probe
#+ question: {zh: 甲, en: a}
#+ params:
#+   text: {type: string, required: false, many: true, doc: the text}
#+   other: {type: string, required: true, many: false, doc: a text that must not be found}
#+ returns: {s: subject}
#+ graph: asserted
#+ tags: [test]
#+ since: 0.1.0
SELECT ?s WHERE {
  VALUES ?text { UNDEF }
  VALUES ?other { "example" }
  ?s <http://x/p> ?o .
  FILTER(!BOUND(?text) || ?o = ?text)
  FILTER(?o != ?other)
} ORDER BY ?s
"""
HOSTILE = [
    '"',
    '"""',
    "'''",
    '" } UNION { ?s ?p ?o } #',
    "} # VALUES ?other { UNDEF }",
    "\nVALUES ?other { UNDEF }\n",
    "\\",
    "\\u0022 } #",
    "\\\\u0022",
    "\\U00000022",
    "\\1 \\g<0>",
    "UNDEF",
    "<http://x/s>",
    "?s",
    "\x00",
    "a\r\nb\tc\x0b\x0c\x85\u2028\u2029",
    "\u202e\u2066科\u2069",
    "\ufeff\uffff\U0010ffff",
    "é",
    "e\u0301",
    "",
    "SERVICE",
    "x" * 1_000_000,
]
OTHERS = ["科", "example", "}", "\\u0022"]
any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(HOSTILE[:-1])


def _skeleton(node: Any) -> Any:
    """A parsed query in plain lists, what stands in VALUES blocks left out."""
    name = getattr(node, "name", None)
    if name == "InlineData":
        return [name]
    if isinstance(node, dict):
        return [name, [(key, _skeleton(node[key])) for key in sorted(node)]]
    if isinstance(node, str):
        return repr(node)
    try:
        return [_skeleton(item) for item in node]
    except TypeError:
        return repr(node)


@cache
def _of_probe() -> object:
    return _skeleton(parseQuery(PROBE))


def _check_bound(values: list[str], other: str) -> None:
    template = parse_template(PROBE)
    query = template.bind(
        {"text": [literal_term("string", v) for v in values], "other": [literal_term("string", other)]}
    )
    texts = [*dict.fromkeys([*values, other, *OTHERS])]
    store = Store((f"<http://x/{i}>", "<http://x/p>", terms.literal(t), "") for i, t in enumerate(texts))
    expected = sorted(f"http://x/{i}" for i, t in enumerate(texts) if (not values or t in values) and t != other)
    assert [row[0] for row in store.select(query).rows] == expected
    assert sorted(str(row[0]) for row in in_rdflib(query, store)) == expected
    if len(query) < 10_000:
        assert _skeleton(parseQuery(query)) == _of_probe()
    kept = [line for line in PROBE.splitlines() if "VALUES" not in line]
    assert [line for line in query.split("\n") if not line.startswith("  VALUES")] == [*kept, ""]


@settings(max_examples=60 if IS_FULL else 10, deadline=None)
@given(st.lists(any_text, max_size=3), any_text)
@example(HOSTILE[:-1], "\\")
@example([HOSTILE[-1]], "x")
def test_a_value_changes_nothing_but_its_block(values: list[str], other: str) -> None:
    _check_bound(values, other)


def test_the_skeleton_sees_what_an_injection_would_change() -> None:
    injected = PROBE.replace("?s <http://x/p> ?o .", "?s ?p ?o . ?s <http://x/p> ?o .")
    assert _skeleton(parseQuery(injected)) != _skeleton(parseQuery(PROBE))
    assert _skeleton(parseQuery(PROBE.replace('{ "example" }', '{ "a" "b" }'))) == _skeleton(parseQuery(PROBE))


@pytest.mark.parametrize("text", [*HOSTILE, "http://x/ y", "http://x/>", 'http://x/"', "http://x/\\u003e", "x"])
def test_no_iri_breaks_out(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        iri_term(text)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    ("kind", "text", "term"),
    [
        ("string", "科", '"科"'),
        ("lang", "ZH-Hans", '"zh-hans"'),
        ("integer", "-007", terms.integer(-7)),
        ("decimal", ".50", terms.decimal("0.5")),
        ("date", "2024-02-29", terms.date("2024-02-29")),
        ("year", "2024", terms.integer(2024)),
    ],
)
def test_literals_are_bound_by_their_type(kind: Any, text: str, term: str) -> None:
    assert literal_term(kind, text) == term


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("lang", "中文"),
        ("lang", 'zh" }'),
        ("integer", "1.0"),
        ("integer", "１２"),
        ("integer", "9" * 5000),
        ("integer", "1\n"),
        ("decimal", "1e9"),
        ("decimal", "NaN"),
        ("decimal", ""),
        ("date", "2023-02-29"),
        ("date", "20240229"),
        ("year", "24"),
        ("string", "\ud800"),
    ],
)
def test_what_is_no_such_literal_is_refused_with_an_example(kind: Any, text: str) -> None:
    with pytest.raises(UsageError) as caught:
        literal_term(kind, text)
    assert caught.value.cure
    str(caught.value).encode()


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_term_in_a_query_is_the_term(text: str) -> None:
    query = f"SELECT ?x {{ VALUES ?x {{ {sparql_term(terms.literal(text))} }} }}"
    assert Store().select(query).rows == ((text,),)


# -- names and items ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    ["一/1", " 一 / 1 ", "一／１", "<https://example.org/gplan/id/action/plan0000000000aa.1.1>"],
)
def test_items_are_found_by_path_and_iri_in_either_width(text: str, graph: api.Graph) -> None:
    assert {row[0] for row in graph.query("bodies-of-action", item=text).rows} == {"一/1"}


@pytest.mark.parametrize("text", ["3", "３", "3.", "3、", 3])
def test_items_are_found_by_label(text: str | int, graph: api.Graph) -> None:
    assert {row[0] for row in graph.query("bodies-of-action", item=text).rows} == {"二/(二)/3"}


def test_items_are_narrowed_by_their_plan(graph: api.Graph) -> None:
    other = [
        tuple(t.replace("plan0000000000aa", "plan0000000000bb").replace("2024年", "2025年") for t in quad)
        for quad in graph.quads
    ]
    both = api.Graph([*graph.quads, *other])  # type: ignore[list-item]
    with pytest.raises(UsageError, match=r"'3' is ambiguous.*二/\(二\)/3 of 云岭省数字乡村2024年工作要点, 二/"):
        both.query("bodies-of-action", item="3")
    assert len(both.query("bodies-of-action", item="3", plan=PLAN)) == 2


@pytest.mark.parametrize(
    "text",
    [
        "省教育厅",
        "云岭省 教育厅",
        "Yunling Department of Education",
        "https://w3id.org/gplan/id/body/990000-jyt",
        "<https://w3id.org/gplan/id/body/990000-jyt>",
    ],
)
def test_bodies_are_found_by_label_and_iri(text: str, graph: api.Graph) -> None:
    assert [row[0] for row in graph.query("names-as-found", body=text).rows] == [JYT]


def test_several_values_are_one_block(graph: api.Graph) -> None:
    rows = graph.query("names-as-found", body=["省教育厅", "省财政厅", "省教育厅"])
    assert [row[0] for row in rows.rows] == [JYT, CZT]


@pytest.mark.parametrize(
    ("name", "params", "message"),
    [
        ("bodies-of-acton", {}, "there is no saved query 'bodies-of-acton'; use one of: bodies-of-action"),
        ("outline", {"plans": "x"}, "outline: has no parameter 'plans'; use one of: plan"),
        ("bodies-of-action", {}, "bodies-of-action: needs item; add -p item=…"),
        ("bodies-of-action", {"item": "1"}, "item: '1' is ambiguous; choose one of: 一/1, 二/(一)/1"),
        ("bodies-of-action", {"item": "二/(一)"}, "its items are 二/(一)/1, 二/(一)/2"),
        (
            "bodies-of-action",
            {"item": "二/(二)/5"},
            "item: no action has the label or path '二/(二)/5'; use one of: 二/(二)/4",
        ),
        ("outline", {"plan": "省教育厅"}, "plan: no Plan in the graph is called '省教育厅'"),
        ("names-as-found", {"body": "省教育局"}, "use one of: 省教育厅"),
        ("names-as-found", {"body": "http://x/ y"}, "body: 'http://x/ y' is not an IRI"),
        ("outline", {"plan": True}, "plan: 'True' is a bool"),
        ("outline", {"plan": None}, "plan: "),
        ("populations-of-plan", {"lang": ["zh", "en"]}, "lang takes one value, 2 given"),
        (
            "populations-of-plan",
            {"lang": "chinese language"},
            "lang: 'chinese language' is not a valid lang; write it like zh",
        ),
    ],
)
def test_mistakes_are_told_with_a_cure(name: str, params: dict[str, Any], message: str, graph: api.Graph) -> None:
    with pytest.raises(UsageError) as caught:
        graph.query(name, **params)
    assert message in str(caught.value)


def test_two_bodies_of_one_name_are_listed(graph: api.Graph) -> None:
    twin = ("<http://x/twin>", f"<{terms.SKOS}altLabel>", terms.literal("省教育厅", lang="zh"), "")
    kind = ("<http://x/twin>", f"<{terms.RDF}type>", terms.gplan("Body"), "")
    with pytest.raises(
        UsageError, match=r"ambiguous; choose one of: <http://x/twin> \(省教育厅\), <https://w3id.org/gplan/id/body"
    ):
        api.Graph([*graph.quads, twin, kind]).query("names-as-found", body="省教育厅")


def test_candidates_left_out_are_counted_in_either_language(graph: api.Graph) -> None:
    twins = [
        quad
        for n in range(10)
        for quad in (
            (f"<http://x/{n}>", f"<{terms.SKOS}altLabel>", terms.literal("省科学院", lang="zh"), ""),
            (f"<http://x/{n}>", f"<{terms.RDF}type>", terms.gplan("Body"), ""),
        )
    ]
    with pytest.raises(UsageError) as caught:
        api.Graph([*graph.quads, *twins]).query("names-as-found", body="省科学院")
    assert told(caught.value, "en").endswith("<http://x/7> (省科学院) and 2 more")
    assert told(caught.value, "zh").endswith("<http://x/7> (省科学院)，另有 2 个")


def test_codes_are_found_by_notation_label_and_curie() -> None:
    text = PROBE.replace("text: {type: string,", "text: {type: code, values_from: gplan:AssignmentRole,")
    template: Template = parse_template(text)
    store = Store(read_quads(MINI))
    for name in ("lead", "牵头单位", "lead body", "gplanv:role-lead", terms.GPLANV + "role-lead"):
        assert terms.code("role-lead") in bound_query(template, store, {"text": name, "other": "x"})


def test_the_command_line_gives_lists() -> None:
    assert parse_params(find_template("outline"), ["plan=a=b", "plan=c"], lang="zh") == {"plan": ["a=b", "c"]}
    assert parse_params(find_template("populations-of-plan"), [], lang="en") == {"lang": ["en"]}
    assert parse_params(find_template("populations-of-plan"), ["lang=zh"], lang="en") == {"lang": ["zh"]}
    with pytest.raises(UsageError, match="write -p NAME=VALUE"):
        parse_params(find_template("outline"), ["plan"])


def test_utc_times_stay_typed() -> None:
    assert value_of(terms.date("2024-03-08T00:00:00Z")) == datetime(2024, 3, 8, tzinfo=UTC)


def test_what_we_say_of_queries_is_said_in_both_languages() -> None:
    """Meanings are in the header twice; one that a user writes once stands for both."""
    for template in load_templates().values():
        for doc in (*(p.doc for p in template.params), *(doc for _, doc in template.returns)):
            assert re.search("[\u4e00-\u9fff]", doc.zh), (template.id, doc)
            assert not re.search("[\u4e00-\u9fff]", doc.en.replace("开展", "")), (template.id, doc)
        for lang in ("zh", "en"):
            assert all(doc.head(lang) for _, doc in template.returns)
    once = find_template("coverage").text.replace("{zh: 计划标题, en: title of the plan}", "the title")
    assert dict(parse_template(once).returns)["document"] == ("the title", "the title")
    half = find_template("coverage").text.replace("{zh: 计划标题, en: title of the plan}", "{zh: 标题}")
    with pytest.raises(OntologyError, match=r"returns.document: missing en"):
        parse_template(half)


def test_the_reference_page_is_that_of_the_files() -> None:
    page = (data_dir("queries") / "README.md").read_text(encoding="utf-8")
    assert page == to_markdown(load_templates().values()), "run `kgbuild queries export --as md -o queries/README.md`"


def test_a_former_name_says_what_the_query_is_called_now() -> None:
    with pytest.raises(UsageError, match=r"'slips' is called corrections now; ask corrections"):
        find_template("slips")


@cache
def several_plans() -> Store:
    quads = []
    for path in (DATA / "series-2023.txt", DATA / "series-2024.txt", ROOT / "examples" / "yunling-2025.txt"):
        data = api.build(path, config=ROOT / "examples" / "kgbuild.toml").serialise("trig")
        quads += parse_quads(data, name=path.name, suffix=".trig")
    return Store(quads)


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("2023", "青川市2023年科学普及工作要点"),
        ("2025", "云岭省全民数字素养提升行动方案（2025—2027年）"),
        ("2026", "云岭省全民数字素养提升行动方案（2025—2027年）"),  # within its period
        ("数字素养", "云岭省全民数字素养提升行动方案（2025—2027年）"),
        ("科学普及 2024", "青川市2024年科学普及工作要点"),
        ("（２０２５－", None),
        ("岭政办发〔2025〕16号", "云岭省全民数字素养提升行动方案（2025—2027年）"),  # the number of its notice
        ("16号", "云岭省全民数字素养提升行动方案（2025—2027年）"),
        ("青川市2024年科学普及工作要点", "青川市2024年科学普及工作要点"),
        ("科学普及 2026", None),
        ("青", None),
    ],
)
def test_a_plan_is_named_by_a_part_of_its_title_or_its_year(said: str, title: str | None) -> None:
    store = several_plans()
    if title is None:
        with pytest.raises(UsageError, match="no Plan in the graph is called"):
            find_iri(store, said, cls=f"{terms.GPLAN}Plan")
        return
    node = find_iri(store, said, cls=f"{terms.GPLAN}Plan")
    (row,) = store.select(f"SELECT ?t WHERE {{ {node} <http://www.w3.org/2000/01/rdf-schema#label> ?t }}").rows
    assert str(row[0]) == title


def test_plans_that_a_part_fits_are_listed() -> None:
    with pytest.raises(UsageError, match=r"ambiguous; choose one of: <.*2023年科学普及.*2024年科学普及"):
        find_iri(several_plans(), "科学普及", cls=f"{terms.GPLAN}Plan")


def test_a_graph_of_the_draft_is_to_be_built_again() -> None:
    """It has its levels as texts: to answer that no place has a level would be wrong."""
    text = (DATA / "later.ttl").read_text(encoding="utf-8")
    text = text.replace("gplan:atLevel gplanv:level-province", 'gplan:divisionLevel "province"')
    graph = api.Graph(parse_quads(text.encode(), name="later.ttl", suffix=".ttl"))
    with pytest.raises(
        InputError, match=r"draft of the ontology \(gplan:divisionLevel\); build it again: kgbuild build"
    ):
        graph.query("workload-by-level")
    assert len(graph.query("document-card").rows) > 0
