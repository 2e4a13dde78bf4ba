"""What a release says in words, in both languages."""

from __future__ import annotations

from kgbuild.view.facts import Both

TITLE = Both("政府计划知识图谱", "Government plans as a knowledge graph")
DESCRIPTION = Both(
    "由政府计划性文件构建的知识图谱：文件、行动、责任单位、目标人群、具名事项与指标。",
    "Knowledge graph built from plans of public bodies: documents, actions, responsible bodies, target populations, "
    "named initiatives and indicators.",
)
KEYWORDS = ("政府计划", "责任单位", "知识图谱", "government plans", "public bodies", "knowledge graph")
PROFILES = {
    "full": Both("全部陈述及其原文依据", "every statement with its evidence"),
    "facts": Both("直接关系，不含原文依据", "direct relations, without their evidence"),
}
DUMPS = {
    "full": Both("全部数据（{}）", "The whole data set ({})"),
    "facts": Both("事实数据（{}）", "The facts ({})"),
}
FORMATS = {
    "ttl": "Turtle",
    "nt": "N-Triples",
    "nq": "N-Quads",
    "trig": "TriG",
    "jsonld": "JSON-LD",
    "rdf": "RDF/XML",
}
CONTEXT = Both("JSON-LD 上下文", "The context of the JSON-LD")
