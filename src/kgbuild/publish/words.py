"""The texts of a release in both languages."""

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
TOTAL = Both("合计", "all")
DESCRIPTIONS = {
    "catalog": Both("数据目录（DCAT-AP）", "The catalogue (DCAT-AP)"),
    "void": Both("数据集描述与统计（VoID）", "Description with statistics (VoID)"),
    "provenance": Both("来源与过程（PROV）", "Where the data come from (PROV)"),
    "cff": Both("引用方式（CFF）", "How to cite it (CFF)"),
    "datacite": Both("DOI 登记用元数据（DataCite）", "Metadata for a DOI (DataCite)"),
    "readme": Both("说明", "What is here"),
    "sums": Both("校验和", "Checksums"),
    "release": Both("由已构建的图生成发布版本", "making of the release from built graphs"),
}
README = {
    "zh": {
        "profile": "档次 `{name}`：{what}。",
        "counts": "{documents} 份文件，{triples} 条三元组。",
        "licence": "许可：<{licence}>；发布者：{publisher}。",
        "profiles": "| 档次 | 内容 | 三元组 |",
        "files": "| 文件 | 内容 | 字节 |",
        "check": "`sha256sum --check SHA256SUMS` 核对全部文件；`{mark}` 列出各文件的大小与散列。",
    },
    "en": {
        "profile": "Profile `{name}`: {what}.",
        "counts": "{documents} documents, {triples} triples.",
        "licence": "Licence: <{licence}>; published by {publisher}.",
        "profiles": "| profile | what it holds | triples |",
        "files": "| file | what it is | bytes |",
        "check": "`sha256sum --check SHA256SUMS` compares all files; `{mark}` lists them with size and hash.",
    },
}
CONCEPTS = {
    "GOVE": Both("政府与公共部门", "Government and public sector"),
    "STABLE": Both("稳定", "stable"),
    "Completed": Both("已完成", "completed"),
}
TABLES = {
    "csvw": Both(
        "数据表，每类一份（CSV，附 CSVW 说明；旁有 Parquet）",
        "Tables, one for each class (CSV with CSVW; as Parquet beside)",
    ),
    "sqlite": Both("数据表（SQLite，单个文件）", "Tables in one file (SQLite)"),
}
NETWORKS = {
    "graphml": Both("关系网络（GraphML，可用 Gephi 打开）", "Network of relations (GraphML, for Gephi)"),
    "neo4j": Both("导入 Neo4j 的命令与 CSV", "Command and CSV for the import of Neo4j"),
}
BESIDE = {
    "gplan": Both("本体（OWL）", "The ontology (OWL)"),
    "alignments": Both("与外部词汇的对齐", "Alignments with foreign vocabularies"),
    "vocab": Both("词表", "Vocabulary"),
    "shapes": Both("校验规则（SHACL）", "Shapes (SHACL)"),
    "queries": Both("查询说明（SHACL）", "The saved queries, described (SHACL)"),
    "sssom": Both("对齐表（SSSOM）", "The alignments as a table (SSSOM)"),
    "htaccess": Both("数据网址的重定向（Apache）", "Redirects for the IRIs of the data (Apache)"),
    "w3id": Both("w3id.org 的重定向", "Redirects for w3id.org"),
}
KINDS = {
    "OfficialDocument": Both("文件", "documents"),
    "Action": Both("行动", "actions"),
    "Body": Both("机构", "bodies"),
    "BodyGroup": Both("机构集合", "groups of bodies"),
    "TargetPopulation": Both("人群", "populations"),
    "Initiative": Both("具名事项", "named initiatives"),
    "IndicatorTarget": Both("指标目标", "indicator targets"),
}
CHANGES: dict[str, dict[str, str]] = {
    "zh": {
        "title": "自 {old} 至 {new} 的变化",
        "counts": "新增 {added} 条事实陈述，去除 {removed} 条。",
        "nothing": "文件、行动、机构等均无变化。",
        "new": "新增的{what}（{n}）",
        "gone": "去除的{what}（{n}）",
        "changed": "有变化的{what}（{n}）",
        "more": "另有 {n} 项，见 changes.ttl",
    },
    "en": {
        "title": "Changes from {old} to {new}",
        "counts": "{added} statements of facts are new, {removed} are gone.",
        "nothing": "No document, action or body changed.",
        "new": "New {what} ({n})",
        "gone": "{what} that are gone ({n})",
        "changed": "{what} that changed ({n})",
        "more": "and {n} more, see changes.ttl",
    },
}
CHANGE_FILES = {
    "zh": Both("自上一版本以来的变化（中文）", "What changed, in Chinese"),
    "en": Both("自上一版本以来的变化（英文）", "What changed, in English"),
    "activities": Both("变化清单（Activity Streams）", "The changes for harvesters (Activity Streams)"),
    "added": Both("新增的陈述", "Statements that are new"),
    "removed": Both("去除的陈述", "Statements that are gone"),
}
SITE = Both("网站：文件、行动、机构、人群与问答", "site: plans, actions, bodies, populations, questions with answers")
"""Title of the site in a release."""
