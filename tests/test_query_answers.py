"""Answers of the saved queries over two plans, counted by hand in tests/data/mini.txt and tests/data/later.txt.

The second plan follows the first a year later; both are invented. Answers over the first alone: test_queries.py.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.support import in_rdflib, whole
from tests.test_queries import ANSWERS as FIRST

from kgbuild import api, terms
from kgbuild.queries.run import bound_query
from kgbuild.queries.template import find_template, load_templates

if TYPE_CHECKING:
    from kgbuild.store import Value

DATA = Path(__file__).parent / "data"
OLD, NEW = "云岭省数字乡村2024年工作要点", "云岭省数字乡村2025年工作要点"
CARRIER = f"关于印发《{OLD}》的通知"
TXJ, NYNC, CZT, JYT, SWT = (f"云岭省{name}" for name in ("通信管理局", "农业农村厅", "财政厅", "教育厅", "商务厅"))
GOVERNMENT = ("政府部门", "政府部门")
CITY, CITIES, MEMBERS, COOP = "明水市农业农村局", "各市人民政府", "各成员单位", "省供销社"
LEAD, RESP = "牵头单位", "责任单位"
OFFICE = "云岭省数字乡村建设领导小组办公室"
MARKET = "举办“云上集市”，帮助返乡青年。"
APP = "开展“云上集市”“掌上农技”活动，服务老年农民和残疾人。"
CITING = "按照《云岭省数字乡村2024年工作要点》要求，做好收尾。"
GROUP = "建立电商专班，共享数具。"
BROADBAND = "推进村村通宽带。"
RATE = "农村宽带普及率达到95%左右"
TRAINED = "培训乡村教师2万人次"
NO_BASE = (None, None, None)
"""Baseline, its day, and status of a target outside a table."""
STATEMENT = "https://example.org/gplan/id/statement/7ad32c73228f6792"

ALIKE = (
    *("近似文本", CARRIER, "云数办〔2024〕5号", NEW, None, "minhash-128"),
    *(Decimal("0.84"), Decimal("0.7")),
)
ALL = "mini.ttl later.ttl series.ttl relations.ttl"
"""With what `kgbuild diff mini.ttl later.ttl` and a corpus say of both."""
CHANGES: list[tuple[str, dict[str, Any], list[tuple[Value, ...]]]] = [
    ("what-is-new", {}, [(OLD, NEW, "二/4", CITING), (OLD, NEW, "二/5", GROUP)]),
    ("what-is-new", {"after": OLD}, []),
    (
        "what-was-dropped",
        {"before": OLD},
        [
            (OLD, NEW, "二/(一)/1", "开办手机课堂。"),
            (OLD, NEW, "二/(一)/2", "设立服务点。"),
            (OLD, NEW, "二/(二)/4", "建设县级仓库。"),
            (OLD, NEW, "二/(二)/4", "发展冷链物流。"),
        ],
    ),
    (
        "body-gained-lost",
        {},
        [
            (NYNC, RESP, "lost", OLD, "一/2", NEW, "一/2"),
            (CITY, RESP, "gained", OLD, "二/(二)/3", NEW, "二/3"),
            (COOP, RESP, "lost", OLD, "二/(二)/3", NEW, "二/3"),
        ],
    ),
    ("body-gained-lost", {"body": COOP}, [(COOP, RESP, "lost", OLD, "二/(二)/3", NEW, "二/3")]),
    (
        "series-of-plan",
        {"plan": NEW},
        [
            ("云岭省数字乡村工作要点", date(2024, 1, 1), OLD, "云数办〔2024〕5号"),
            ("云岭省数字乡村工作要点", date(2025, 1, 1), NEW, None),
        ],
    ),
    ("related-documents", {"kind": "近似文本"}, [ALIKE]),
    ("related-documents", {"document": [OLD, NEW]}, [ALIKE]),
    (
        "indicator-series",
        {},
        [
            ("农村宽带普及率", date(2025, 1, 1), Decimal(95), None, "%", "等于", date(2025, 12, 31), NEW),
            ("培训乡村教师", date(2025, 1, 1), Decimal(2), None, "万人次", "等于", None, NEW),
        ],
    ),
]
ANSWERS: list[tuple[str, dict[str, Any], list[tuple[Value, ...]]]] = [
    (  # printed twice in the first plan: two places
        "actions-of-body",
        {"body": "省教育厅"},
        [
            (JYT, OLD, "一/2", "培训乡村教师。", RESP, 187),
            (JYT, OLD, "一/2", "培训乡村教师。", RESP, 197),
            (JYT, NEW, "一/2", "培训乡村教师2万人次。", RESP, 138),
        ],
    ),
    (
        "actions-of-body",
        {"body": ["省通信局", "省财政厅"], "role": "牵头单位", "plan": NEW, "lang": "en"},
        [(TXJ, NEW, "一/1", BROADBAND, "lead body", 86)],
    ),
    ("workload-by-kind", {}, [("政府部门", 6, 9, 15), ("统称", 2, 2, 2), ("事业单位", 1, 1, 1)]),
    ("workload-by-kind", {"plan": NEW}, [("政府部门", 6, 4, 7), ("统称", 1, 1, 1)]),
    ("workload-by-level", {}, [("省级", 5, 9, 14), (None, 3, 3, 3), ("地级", 1, 1, 1)]),
    ("workload-by-level", {"lang": "en"}, [("provincial", 5, 9, 14), (None, 3, 3, 3), ("prefectural", 1, 1, 1)]),
    (
        "actions-for-population",
        {"population": "老年农民"},
        [
            ("老年农民", "heading", OLD, 3, "二/(一)/1", "开办手机课堂。"),
            ("老年农民", "heading", OLD, 4, "二/(一)/2", "设立服务点。"),
            ("老年农民", "printed", NEW, 3, "二/3", APP),
        ],
    ),
    (
        "actions-for-population",
        {"population": ["教师", "残疾人"], "plan": NEW},
        [
            ("教师", "narrower", NEW, 2, "一/2", "培训乡村教师2万人次。"),
            ("残疾人", "printed", NEW, 3, "二/3", APP),
        ],
    ),
    (
        "duties-for-population",
        {"population": "老年农民"},
        [
            ("老年农民", OLD, 3, "二/(一)/1", "开办手机课堂。", MEMBERS, RESP, None, 230),
            ("老年农民", OLD, 4, "二/(一)/2", "设立服务点。", None, None, None, None),
            ("老年农民", NEW, 3, "二/3", APP, SWT, RESP, None, 182),
            ("老年农民", NEW, 3, "二/3", APP, CITY, RESP, None, 187),
        ],
    ),
    (
        "duties-for-population",
        {"population": ["老年农民", "教师"], "year": "2025", "role": "责任单位", "lang": "en"},
        [
            ("教师", NEW, 2, "一/2", "培训乡村教师2万人次。", JYT, "responsible body", None, 138),
            ("老年农民", NEW, 3, "二/3", APP, SWT, "responsible body", None, 182),
            ("老年农民", NEW, 3, "二/3", APP, CITY, "responsible body", None, 187),
        ],
    ),
    ("duties-for-population", {"population": "老年农民", "year": "2023"}, []),
    (
        "joint-work",
        {},
        [
            (NYNC, TXJ, 2, *GOVERNMENT),
            (CZT, NYNC, 2, *GOVERNMENT),
            (CZT, TXJ, 2, *GOVERNMENT),
            (SWT, CITY, 1, *GOVERNMENT),
            (JYT, NYNC, 1, *GOVERNMENT),
            (COOP, SWT, 1, "事业单位", "政府部门"),
        ],
    ),
    (
        "body-population-matrix",
        {},
        [
            (NYNC, "乡村教师", 1),
            (JYT, "乡村教师", 2),
            (SWT, "残疾人", 1),
            (CITY, "残疾人", 1),
            (SWT, "老年农民", 1),
            (CITY, "老年农民", 1),
            (SWT, "返乡青年", 1),
            (COOP, "返乡青年", 1),
        ],
    ),
    ("body-population-matrix", {"body": "省商务厅", "population": "残疾人"}, [(SWT, "残疾人", 1)]),
    (
        "indicator-targets",
        {},
        [
            (NEW, None, "农村宽带普及率", "等于", Decimal(95), None, "%", True, date(2025, 12, 31), *NO_BASE, RATE, 47),
            (NEW, "一/2", "培训乡村教师", "等于", Decimal(2), None, "万人次", None, None, *NO_BASE, TRAINED, 126),
        ],
    ),
    (
        "initiatives",
        {"type": "活动"},
        [
            ("活动", "云上集市", OLD, 5, "二/(二)/3", SWT, RESP),
            ("活动", "云上集市", OLD, 5, "二/(二)/3", COOP, RESP),
            ("活动", "云上集市", NEW, 3, "二/3", SWT, RESP),
            ("活动", "云上集市", NEW, 3, "二/3", CITY, RESP),
            ("活动", "掌上农技", NEW, 3, "二/3", SWT, RESP),
            ("活动", "掌上农技", NEW, 3, "二/3", CITY, RESP),
        ],
    ),
    (
        "citations",
        {},
        [
            (NEW, None, "云岭省乡村振兴条例", None, "《云岭省乡村振兴条例》", 21),
            (NEW, "二/4", OLD, None, f"《{OLD}》", 201),
        ],
    ),
    ("cited-by", {"document": OLD}, [(NEW, "二/4", OLD, None, f"《{OLD}》", 201)]),
    (
        "evidence-for-responsibility",
        {"body": "省农业农村厅", "item": "一/1", "plan": NEW},
        [
            (
                NYNC,
                NEW,
                "一/1",
                "省农业农村厅",
                "配合单位",
                96,
                102,
                "e3b3c9cf3c6b266fc4dfc014cd6ed70616cdfc27b9563d78aa6b83ee10806094",
                "body-list",
                Decimal(1),
            )
        ],
    ),
    (
        "collective-actions",
        {},
        [
            (OLD, 3, "二/(一)/1", MEMBERS, "given by the user", JYT, 0),
            (OLD, 3, "二/(一)/1", MEMBERS, "given by the user", CZT, 0),
            (NEW, 5, "二/5", CITIES, None, None, 1),
        ],
    ),
    (
        "actions-without-population",
        {},
        [(OLD, "一/1", BROADBAND, 127), (NEW, "一/1", BROADBAND, 72)],
    ),
    ("actions-without-body", {}, [(OLD, "二/(一)/2", "设立服务点。", 239), (NEW, "二/4", CITING, 199)]),
    (
        "actions-without-deadline",
        {"plan": NEW},
        [
            (NEW, "一/2", "培训乡村教师2万人次。", 126),
            (NEW, "二/3", APP, 153),
            (NEW, "二/4", CITING, 199),
            (NEW, "二/5", GROUP, 230),
        ],
    ),
    (
        "first-listed-bodies",
        {},
        [
            (OLD, "一/1", TXJ, LEAD, 141),
            (OLD, "一/2", JYT, RESP, 187),
            (OLD, "二/(一)/1", MEMBERS, RESP, 230),
            (OLD, "二/(二)/3", SWT, RESP, 275),
            (OLD, "二/(二)/4", SWT, RESP, 296),
            (OLD, "二/(二)/4", NYNC, RESP, 309),
            (NEW, "一/1", TXJ, LEAD, 86),
            (NEW, "一/2", JYT, RESP, 138),
            (NEW, "二/3", SWT, RESP, 182),
            (NEW, "二/5", SWT, RESP, 243),
        ],
    ),
    (
        "review-queue",
        {},
        [
            (CARRIER, Decimal("0.4"), "body-list", COOP, 280, f"{STATEMENT}.2.2.3.r280"),
            (CARRIER, Decimal("0.7"), "body-list", "省农业厅", 151, f"{STATEMENT}.1.1.r151"),
            (CARRIER, Decimal("0.7"), "body-list", "省农业厅", 192, f"{STATEMENT}.1.2.r192"),
        ],
    ),
    (
        "review-queue",
        {"below": "0.7"},
        [(CARRIER, Decimal("0.4"), "body-list", COOP, 280, f"{STATEMENT}.2.2.3.r280")],
    ),
    (
        "impact-of-initiative",
        {"initiative": "云上集市"},
        [
            ("云上集市", OLD, 5, "二/(二)/3", "body", SWT),
            ("云上集市", OLD, 5, "二/(二)/3", "body", COOP),
            ("云上集市", OLD, 5, "二/(二)/3", "population", "农民"),
            ("云上集市", OLD, 5, "二/(二)/3", "population", "返乡青年"),
            ("云上集市", OLD, 5, "二/(二)/3", "population", "青年"),
            ("云上集市", NEW, 3, "二/3", "body", SWT),
            ("云上集市", NEW, 3, "二/3", "body", CITY),
            ("云上集市", NEW, 3, "二/3", "population", "农民"),
            ("云上集市", NEW, 3, "二/3", "population", "残疾人"),
            ("云上集市", NEW, 3, "二/3", "population", "老年农民"),
        ],
    ),
    ("every-action-has-a-body", {}, [(False,)]),
    ("populations-without-department", {}, []),
    (
        "deadlines",
        {},
        [
            (date(2024, 9, 30), BROADBAND, OLD, "一/1", "statement", "2024年9月底前", 166),
            (date(2025, 6, 30), BROADBAND, NEW, "一/1", "statement", "2025年6月底前", 113),
            (date(2025, 12, 31), RATE, NEW, None, "target", RATE, 47),
        ],
    ),
    (
        "deadlines",
        {"since": "2025-01-01", "until": date(2025, 6, 30)},
        [(date(2025, 6, 30), BROADBAND, NEW, "一/1", "statement", "2025年6月底前", 113)],
    ),
    ("corrections", {}, [(NEW, "数具", "数据", "较有把握", "exchanged-word", 239)]),
    (
        "findings",
        {},
        [
            (NEW, "提示", "已还原的文字", "“数具”可能原为“数据”。", "数据", "数具", 239),
            (NEW, "提示", "无发文字号", "没有发文字号。", None, None, None),
        ],
    ),
    (
        "findings",
        {"code": "restored-text", "lang": "en", "severity": "info"},
        [(NEW, "info", "restored text", "“数具” was probably “数据”.", "数据", "数具", 239)],
    ),
    (
        "compare-plans",
        {"before": OLD, "after": NEW},
        [
            ("body", "gained", CITIES),
            ("body", "gained", CITY),
            ("body", "lost", MEMBERS),
            ("body", "lost", COOP),
            ("indicator", "gained", "农村宽带普及率"),
            ("indicator", "gained", "培训乡村教师"),
            ("initiative", "gained", "掌上农技"),
            ("population", "gained", "残疾人"),
            ("population", "lost", "返乡青年"),
        ],
    ),
    ("compare-plans", {"before": OLD, "after": OLD}, []),
    ("equal-actions", {}, [(BROADBAND, OLD, "一/1", NEW, "一/1")]),
    ("coverage", {}, [(OLD, 7, 6, 2, 1, 0, 0), (NEW, 5, 4, 2, 1, 1, 1)]),
    ("unregistered-names", {}, [(COOP, "事业单位", 1, 1, 1)]),
    ("workload-of-bodies", {"plan": NEW, "lang": "en"}, [
        (SWT, "government department", 2, 0, 0, 0),
        (NYNC, "government department", 1, 0, 1, 0),
        (JYT, "government department", 1, 0, 0, 0),
        (CZT, "government department", 1, 0, 1, 0),
        (TXJ, "government department", 1, 1, 0, 0),
        (CITY, "government department", 1, 0, 0, 0),
    ]),
    ("measures", {}, [
        (NEW, "一/1", "措施", "要求", "推进", "推进村村通宽带", 72),
        (NEW, "一/2", "措施", "要求", "培训", "培训乡村教师2万人次", 126),
        (NEW, "二/3", "措施", "要求", "开展", "开展“云上集市”“掌上农技”活动", 153),
        (NEW, "二/3", "目的", None, "服务", "服务老年农民和残疾人", 170),
        (NEW, "二/4", "情境", None, "按照", f"按照《{OLD}》要求", 199),
        (NEW, "二/4", "措施", "要求", "做好", "做好收尾", 222),
        (NEW, "二/5", "措施", "要求", "建立", "建立电商专班", 230),
        (NEW, "二/5", "措施", "要求", "共享", "共享数具", 237),
    ]),
    ("measures", {"verb": ["服务", "做好"], "role": "目的", "lang": "en"}, [
        (NEW, "二/3", "aim", None, "服务", "服务老年农民和残疾人", 170),
    ]),
    ("measures", {"item": "二/5", "force": "要求"}, [
        (NEW, "二/5", "措施", "要求", "建立", "建立电商专班", 230),
        (NEW, "二/5", "措施", "要求", "共享", "共享数具", 237),
    ]),
    ("deontic-force", {"lang": "en"}, [(NEW, "must", 6, 5)]),
    ("overdue", {"on": "2025-06-30"}, [
        (date(2024, 9, 30), OLD, "一/1", "2024年9月底前", NYNC, "配合单位", 166),
        (date(2024, 9, 30), OLD, "一/1", "2024年9月底前", CZT, "配合单位", 166),
        (date(2024, 9, 30), OLD, "一/1", "2024年9月底前", TXJ, LEAD, 166),
    ]),
    ("overdue", {"on": "2025-07-01", "plan": NEW, "body": TXJ, "lang": "en"}, [
        (date(2025, 6, 30), NEW, "一/1", "2025年6月底前", TXJ, "lead body", 113),
    ]),
    ("overdue", {"on": "2026-01-01", "body": JYT}, []),
    ("members-of-group", {}, [
        (CITIES, None, None, None, 1),
        (MEMBERS, None, "given by the user", JYT, 1),
        (MEMBERS, None, "given by the user", CZT, 1),
    ]),
    ("members-of-group", {"group": CITIES, "plan": OLD}, []),
    ("partners-of-body", {"body": NYNC}, [(NYNC, CZT, 2, 0, 2), (NYNC, TXJ, 2, 2, 0), (NYNC, JYT, 1, 0, 0)]),
    ("partners-of-body", {"body": JYT, "plan": NEW}, []),
    ("most-cited", {}, [("云岭省乡村振兴条例", None, 1), (OLD, None, 1)]),
    ("most-cited", {"plan": OLD}, []),
    ("work-of-predecessors", {"body": "省教育厅"}, [(JYT, JYT, None, OLD, 1), (JYT, JYT, None, NEW, 1)]),
    ("plans-by-place", {}, [("云岭省", "省级", 2, 12)]),
    ("plans-by-place", {"plan": OLD}, [("云岭省", "省级", 1, 7)]),
    ("plans-of-body", {"body": [CZT, OFFICE]}, [
        (OFFICE, OLD, "issuer", 0),
        (OFFICE, NEW, "issuer", 0),
        (OFFICE, CARRIER, "issuer", 0),
        (CZT, OLD, "group", 1),
        (CZT, OLD, "work", 1),
        (CZT, NEW, "work", 1),
    ]),
    ("plans-for-population", {"population": ["农民", "教师"]}, [
        ("农民", OLD, "itself", 5),
        ("农民", NEW, "itself", 3),
        ("教师", OLD, "narrower", 1),
        ("教师", NEW, "narrower", 1),
    ]),
    ("actions-in-division", {"division": "明水市"}, [("明水市", CITY, NEW, "二/3", "named")]),
    ("actions-in-division", {"division": "云岭省", "plan": NEW}, [
        ("云岭省", NYNC, NEW, "一/1", "named"),
        ("云岭省", CZT, NEW, "一/1", "named"),
        ("云岭省", TXJ, NEW, "一/1", "named"),
        ("云岭省", JYT, NEW, "一/2", "named"),
        ("云岭省", SWT, NEW, "二/3", "named"),
        ("明水市", CITY, NEW, "二/3", "named"),
        ("云岭省", SWT, NEW, "二/5", "named"),
    ]),
    ("reviewed", {}, [(NEW, "二/3", CITY, CITY, 187)]),
]  # fmt: skip
CASES = pytest.mark.parametrize(
    ("files", "name", "params", "expected"),
    [
        (files, *case)
        for files, cases in (("mini.ttl", FIRST), ("mini.ttl later.ttl", ANSWERS), (ALL, CHANGES))
        for case in cases
    ],
    ids=lambda value: (
        value if isinstance(value, str) else "-".join(map(str, value.values())) if isinstance(value, dict) else ""
    ),
)


@cache
def graph_of(files: str) -> api.Graph:
    return api.open_graphs(DATA / name for name in files.split())


@pytest.fixture(scope="module")
def graph() -> api.Graph:
    return graph_of("mini.ttl later.ttl")


@CASES
def test_answers_are_those_read_off_the_text(
    files: str, name: str, params: dict[str, Any], expected: list[tuple[Value, ...]]
) -> None:
    rows = graph_of(files).query(name, **params)
    assert list(rows.rows) == expected
    assert rows.columns == tuple(column for column, _ in find_template(name).returns)


@whole("asks a slow engine every question")
@CASES
def test_rdflib_gives_the_same_rows(
    files: str, name: str, params: dict[str, Any], expected: list[tuple[Value, ...]]
) -> None:
    template = find_template(name)
    store = graph_of(files).store(template.graph)
    rows = in_rdflib(bound_query(template, store, params), store)
    assert sorted(map(repr, rows)) == sorted(map(repr, expected))


@CASES
def test_what_is_asserted_gives_the_same_rows_with_the_closure(
    files: str, name: str, params: dict[str, Any], expected: list[tuple[Value, ...]]
) -> None:
    template = find_template(name)
    full = graph_of(files).store("full")
    assert list(full.select(bound_query(template, full, params)).rows) == expected


def test_the_network_has_an_edge_for_each_row_of_the_matrix(graph: api.Graph) -> None:
    serves = terms.gplan("servesPopulation")[1:-1]
    rows = graph.query("body-population-network")
    edges = [row for row in rows.rows if row[1] == serves]
    assert len(edges) == len(graph.query("body-population-matrix")) == 8
    template = find_template("body-population-network")
    store = graph.store(template.graph)
    assert sorted(map(repr, in_rdflib(bound_query(template, store, {}), store))) == sorted(map(repr, rows.rows))


def test_a_body_is_lost_where_its_action_lost_it_whatever_another_gained() -> None:
    """云岭省农业农村厅 leaves the training of teachers and takes up broadband in the same role."""
    quads = list(graph_of(ALL).quads)
    moved = f"<{STATEMENT}.1.2.r192>"
    (taken,) = {q[0] for q in quads if q[1] == terms.gplan("itemPath") and "bb.1.1" in q[0]}
    rows = api.Graph([*quads, (taken, terms.gplan("hasAssignment"), moved, "")]).query("body-gained-lost").rows
    assert (NYNC, RESP, "lost", OLD, "一/2", NEW, "一/2") in rows
    assert (NYNC, RESP, "gained", OLD, "一/1", NEW, "一/1") in rows


def test_an_action_for_everyone_has_no_gap(graph: api.Graph) -> None:
    rest = [q for q in graph.quads if "plan0000000000aa.2.1.2" not in q[0] and "plan0000000000bb.2.4" not in q[0]]
    assert api.Graph(rest).query("every-action-has-a-body").rows == ((True,),)


def test_a_population_that_only_an_institution_serves_is_told(graph: api.Graph) -> None:
    rest = [q for q in graph.quads if f"{STATEMENT}.2.2.3.r275" not in q[0]]
    assert api.Graph(rest).query("populations-without-department").rows == (("返乡青年", OLD, 1),)


def test_the_work_of_a_body_that_was_taken_over_is_found() -> None:
    quads = list(graph_of("mini.ttl later.ttl").quads)
    (txj,) = {q[0] for q in quads if q[2] == f'"{TXJ}"@zh' and "body/" in q[0]}
    heir = "<https://w3id.org/gplan/id/body/990000-swdj>"
    taken = [
        (txj, terms.gplan("succeededBy"), heir, ""),
        (txj, terms.gplan("validUntil"), f'"2026-12-31"^^<{terms.XSD}date>', ""),
        (heir, f"<{terms.RDF}type>", terms.gplan("Body"), ""),
        (heir, f"<{terms.SKOS}prefLabel>", '"云岭省数网管理局"@zh', ""),
    ]
    rows = api.Graph([*quads, *taken]).query("work-of-predecessors", body="云岭省数网管理局").rows
    assert {row[:4] for row in rows} == {("云岭省数网管理局", TXJ, date(2026, 12, 31), of) for of in (OLD, NEW)}


def test_two_collectives_of_one_name_share_a_row(graph: api.Graph) -> None:
    """The rows show names: two rows of one name would say something of each that nobody can tell apart."""
    quads = list(graph.quads)
    (jyt,) = {q[0] for q in quads if q[2] == f'"{JYT}"@zh' and "body/" in q[0]}
    twins = [(s, p, o.replace(JYT, NYNC), g) if s == jyt else (s, p, o, g) for s, p, o, g in quads]
    for name in ("body-population-matrix", "names-as-found"):
        rows = api.Graph(twins).query(name).rows
        keys = [row[:-1] for row in rows]
        assert len(keys) == len(set(keys)), name


def test_what_a_notice_asks_itself_is_no_plan_of_the_place(graph: api.Graph) -> None:
    (notice,) = {q[0] for q in graph.quads if q[1] == terms.gplan("transmits")}
    own = "<https://example.org/gplan/id/action/notice0000000000.1>"
    more = [(own, f"<{terms.RDF}type>", terms.gplan("Action"), ""), (own, terms.gplan("actionOf"), notice, "")]
    assert api.Graph([*graph.quads, *more]).query("plans-by-place").rows == graph.query("plans-by-place").rows


@CASES
def test_the_order_leaves_nothing_to_the_engine(
    files: str, name: str, params: dict[str, Any], expected: list[tuple[Value, ...]]
) -> None:
    """Rows that the ORDER BY does not tell apart are the same row, whatever engine is asked."""
    columns = [column for column, _ in find_template(name).returns]
    order = re.findall(r"\?(\w+)", find_template(name).text.rpartition("ORDER BY")[2])
    told = {tuple(row[columns.index(key)] for key in order if key in columns) for row in expected}
    assert len(told) == len(set(expected)) or not set(order) <= set(columns), files


def test_every_saved_query_has_an_answer_by_hand() -> None:
    named = {name for name, _, _ in [*FIRST, *ANSWERS, *CHANGES]} | {"body-population-network"}
    assert named == set(load_templates())
