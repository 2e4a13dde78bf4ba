"""Structured data of pages in the vocabulary schema.org, for search engines and data portals."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbuild.view.site import PageContext

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
"""Licence of the graphs and of what is made of them."""
_SET = {"populations": "https://w3id.org/gplan/vocab/populations#scheme"}


def describe(page: Mapping[str, Any], collection: str, place: PageContext) -> dict[str, Any]:
    """Return the JSON-LD of a page, {} for a page without a subject.

    Args:
        page: Data of the page.
        collection: Name of the collection.
        place: The context of the page.
    """
    makers = {
        "home": _home, "document": _document, "action": _action, "body": _body, "population": _population,
        "initiative": _initiative, "division": _division, "query": _query, "ontology": _terms, "schemes": _terms,
        "register": _terms,
    }  # fmt: skip
    kind = str(page.get("kind", ""))
    if kind not in makers:
        return {}
    made = makers[kind](page, collection)
    language = "zh-CN" if page["lang"] == "zh" else "en"
    about = {"@id": page["iri"]} if page.get("iri") else {}
    address = {"url": place.canonical} if place.canonical else {}
    if made["@type"] in ("CreativeWork", "Dataset", "DefinedTermSet"):
        made |= {"inLanguage": language}
    return {"@context": "https://schema.org", **about, **made, **address}


def as_script(described: Mapping[str, Any]) -> str:
    """Return JSON-LD as the content of a `script` element, '' for {}; nothing in it can close the element."""
    return json.dumps(described, ensure_ascii=False, indent=1).replace("<", "\\u003c") if described else ""


def _names(page: Mapping[str, Any], iris: list[Any]) -> list[dict[str, str]]:
    return [{"@type": "GovernmentOrganization", "@id": str(i), "name": str(page["labels"].get(i, i))} for i in iris]


def _card(page: Mapping[str, Any], name: str) -> list[Any]:
    return [v for entry in page.get("card", ()) if entry["name"] == name for v in entry["values"]]


def _home(page: Mapping[str, Any], collection: str) -> dict[str, Any]:
    counts = page["counts"]
    if page["lang"] == "zh":
        text = (f"由政府计划构建的知识图谱：{counts['Plan']}份计划、{counts['Action']}项行动、{counts['Body']}个机构，"
                "每条事实都指向原文字句。")  # fmt: skip
    else:
        text = (
            f"A knowledge graph of government plans: {counts['Plan']} plans, {counts['Action']} actions, "
            f"{counts['Body']} bodies; every fact leads back to the characters of its source."
        )
    maker = {"@type": "Organization", "name": "kgbuild"}
    return {"@type": "Dataset", "name": collection, "description": text, "license": LICENCE, "creator": maker,
            "isAccessibleForFree": True, "keywords": ["RDF", "SPARQL", "公文", "government plans"]}  # fmt: skip


def _document(page: Mapping[str, Any], _: str) -> dict[str, Any]:
    numbers, dates = _card(page, "number"), _card(page, "date")
    labels = page["labels"]
    issuers = [v for v in _card(page, "issuer") if v in labels]
    made: dict[str, Any] = {"@type": "CreativeWork", "name": page["title"], "license": LICENCE}
    made |= {"identifier": str(numbers[0])} if numbers else {}
    made |= {"datePublished": str(dates[0])} if dates else {}
    made |= {"publisher": _names(page, issuers)} if issuers else {}
    cited = [c["cited"] for c in page["citations"] if c["cited"]]
    if cited:
        made["citation"] = [{"@type": "CreativeWork", "@id": str(c), "name": str(labels.get(c, c))}
                            for c in dict.fromkeys(cited)]  # fmt: skip
    places = [
        {"@type": "AdministrativeArea", "@id": str(v), "name": str(labels.get(v, v))} for v in _card(page, "place")
    ]
    return made | ({"spatialCoverage": places} if places else {})


def _action(page: Mapping[str, Any], _: str) -> dict[str, Any]:
    action, labels = page["action"], page["labels"]
    text = action.get("text") or page["title"]
    made: dict[str, Any] = {"@type": "CreativeWork", "name": page["title"], "text": text, "license": LICENCE}
    if action.get("of"):
        of = action["of"]
        made["isPartOf"] = {"@type": "CreativeWork", "@id": str(of), "name": str(labels.get(of, of))}
    bodies = list(dict.fromkeys(b["iri"] for b in page["bodies"]))
    made |= {"mentions": _names(page, bodies)} if bodies else {}
    people = [{"@type": "Audience", "audienceType": str(labels.get(p["iri"], p["iri"]))} for p in page["populations"]]
    return made | ({"audience": people} if people else {})


def _body(page: Mapping[str, Any], _: str) -> dict[str, Any]:
    made: dict[str, Any] = {"@type": "GovernmentOrganization", "name": page["title"]}
    also, above = _card(page, "alsoCalled"), _card(page, "superior")
    made |= {"alternateName": [str(v) for v in also]} if also else {}
    made |= {"parentOrganization": _names(page, above)} if above else {}
    places = [
        {"@type": "AdministrativeArea", "@id": str(v), "name": str(page["labels"].get(v, v))}
        for v in _card(page, "place")
    ]
    return made | ({"areaServed": places} if places else {})


def _population(page: Mapping[str, Any], _: str) -> dict[str, Any]:
    made = {"@type": "DefinedTerm", "name": page["title"], "inDefinedTermSet": _SET["populations"]}
    also = _card(page, "alsoCalled")
    return made | ({"alternateName": [str(v) for v in also]} if also else {})


def _initiative(page: Mapping[str, Any], _: str) -> dict[str, Any]:
    return {"@type": "Project", "name": page["title"]}


def _division(page: Mapping[str, Any], _: str) -> dict[str, Any]:
    made: dict[str, Any] = {"@type": "AdministrativeArea", "name": page["title"]}
    codes = _card(page, "code")
    return made | ({"identifier": str(codes[0])} if codes else {})


def _query(page: Mapping[str, Any], collection: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "@type": "Dataset", "name": page["question"], "license": LICENCE,
        "description": " ".join(f"{c['name']}: {c['doc']}." for c in page["columns"])[:4000] or page["question"],
        "isPartOf": {"@type": "Dataset", "name": collection, "description": collection},
    }  # fmt: skip
    columns = [c["name"] for c in page["columns"]]
    return made | ({"variableMeasured": columns} if columns else {})


def _terms(page: Mapping[str, Any], _: str) -> dict[str, Any]:
    name = page["title"] or {"zh": "代码表与登记表", "en": "Code lists and registers"}[page["lang"]]
    return {"@type": "DefinedTermSet", "name": name, "license": LICENCE}
