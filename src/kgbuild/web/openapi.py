"""The OpenAPI 3.1 document of the server, generated from the saved queries. Pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kgbuild.queries.catalogue import question
from kgbuild.queries.template import Bilingual
from kgbuild.version import __version__
from kgbuild.view.asking import FORMATS
from kgbuild.web.negotiate import DATASETS, GRAPHS, ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kgbuild.queries.template import Param, Template

_SCHEMAS: dict[str, dict[str, Any]] = {
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "date": {"type": "string", "format": "date"},
    "year": {"type": "integer", "minimum": 1000, "maximum": 9999},
    "lang": {"type": "string", "pattern": "^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$"},
}
_TEXT = {"type": "string", "maxLength": 2000}
_REFUSED = {
    "400": "The request makes no sense: unknown name, unfit value, syntax error; the body says where.",
    "404": "There is nothing under this name.",
    "406": "Nothing of this kind can be given.",
    "422": "The answer is too long.",
    "429": "This address asks too often; Retry-After says when it may.",
    "503": "It took too long, or too many wait; try again.",
}


def openapi(templates: Iterable[Template], *, title: str, address: str, is_free: bool) -> dict[str, Any]:
    """Return the document.

    Args:
        templates: The saved queries.
        title: Name of the collection.
        address: Absolute address of the server without a trailing slash.
        is_free: Whether the server accepts SPARQL queries of clients.
    """
    paths: dict[str, Any] = {f"/q/{t.id}": {"get": _query(t)} for t in templates}
    paths |= _others()
    if is_free:
        paths["/sparql"] = _sparql()
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": __version__, "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"}},
        "servers": [{"url": address or "/"}],
        "paths": dict(sorted(paths.items())),
        "components": {"responses": {code: _words(text) for code, text in _REFUSED.items()}},
    }


def _words(text: str) -> dict[str, Any]:
    return {"description": text, "content": {"text/plain": {"schema": {"type": "string"}}}}


def _responses(formats: Mapping[str, str], text: str, *refused: str) -> dict[str, Any]:
    content = {m: {"schema": {} if "json" in m else {"type": "string"}} for m in dict.fromkeys(formats.values())}
    found: dict[str, Any] = {"200": {"description": text, "content": content}}
    return found | {code: {"$ref": f"#/components/responses/{code}"} for code in refused}


def _parameter(name: str, text: str, schema: Mapping[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "description": text, "schema": dict(schema)}


def _query(template: Template) -> dict[str, Any]:
    if template.form == "CONSTRUCT":
        returns = [(name, Bilingual(name, name)) for name in ("subject", "predicate", "object")]
    else:
        returns = list(template.returns)
    columns = {name: {"title": doc.head("en"), "description": f"{doc.en} / {doc.zh}"} for name, doc in returns}
    orders = [f"{sign}{name}" for name in columns for sign in ("", "-")]
    row = {"type": "object", "properties": columns, "required": list(columns)}
    responses = _responses(FORMATS, "The rows.", "400", "406", "422", "429", "503")
    responses["200"]["content"]["application/json"] = {"schema": {"type": "array", "items": row}}
    return {
        "operationId": template.id,
        "summary": question(template, "en"),
        "description": question(template, "zh"),
        "tags": list(template.tags),
        "parameters": [
            *map(_typed, template.params),
            _parameter("format", "format of the rows", {"type": "string", "enum": list(FORMATS)}),
            _parameter("limit", "most rows", {"type": "integer", "minimum": 1, "maximum": 1_000_000}),
            _parameter("offset", "rows to leave out", {"type": "integer", "minimum": 0, "maximum": 1_000_000_000}),
            _parameter("sort", "column, - before it for descending", {"type": "string", "enum": orders}),
            _parameter("contains", "only rows with a cell that holds this", _TEXT),
            _parameter("cite", "1: a row for each place where the text says it", {"type": "string", "enum": ["1"]}),
        ],
        "responses": responses,
    }


def _typed(param: Param) -> dict[str, Any]:
    one = _SCHEMAS.get(param.type, _TEXT)
    schema = {"type": "array", "items": one} if param.many else one
    found = _parameter(param.name, f"{param.doc.en} / {param.doc.zh} ({param.type})", schema, required=param.required)
    return found | ({"style": "form", "explode": True} if param.many else {})


def _sparql() -> dict[str, Any]:
    formats = {**ROWS, **GRAPHS}
    text = "The answer, after the SPARQL 1.1 Protocol; without a query the description of the service."
    responses = _responses(formats, text, "400", "406", "422", "429", "503")
    graphs = {"type": "array", "items": _TEXT}
    parameters = [
        _parameter("query", "SELECT, ASK, CONSTRUCT or DESCRIBE", {"type": "string"}),
        _parameter("default-graph-uri", "graphs that make up the default graph", graphs),
        _parameter("named-graph-uri", "graphs that GRAPH reaches", graphs),
        _parameter("format", "format of the answer", {"type": "string", "enum": list(formats)}),
    ]
    body = {
        "required": True,
        "content": {
            "application/sparql-query": {"schema": {"type": "string"}},
            "application/x-www-form-urlencoded": {
                "schema": {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
            },
        },
    }
    post = {"operationId": "sparqlPost", "summary": "Ask in SPARQL", "requestBody": body, "tags": ["sparql"],
            "responses": {**responses, "413": _words("too long"), "415": _words("no query by its type")}}  # fmt: skip
    get = {"operationId": "sparqlGet", "summary": "Ask in SPARQL", "parameters": parameters, "tags": ["sparql"],
           "responses": responses}  # fmt: skip
    return {"get": get, "post": post}


def _others() -> dict[str, Any]:
    graphs = _responses({**GRAPHS, **DATASETS}, "The graph.", "400", "404", "406", "429", "503")
    search = _responses({"json": "application/json"}, "The hits, the best first.", "400", "429", "503")
    hits = {"total": {"type": "integer"}, "hits": {"type": "array", "items": {"type": "object"}}}
    search["200"]["content"]["application/json"] = {
        "schema": {"type": "object", "properties": hits, "required": list(hits)}
    }
    return {
        "/store": {
            "get": {
                "operationId": "graph",
                "summary": "A graph: by name, the union of all, or all of them",
                "tags": ["graphs"],
                "parameters": [
                    _parameter("graph", "IRI of the graph", _TEXT),
                    {**_parameter("default", "the union of all graphs", {"type": "string", "maxLength": 0}),
                     "allowEmptyValue": True},
                ],
                "responses": graphs,
            }
        },
        "/search": {
            "get": {
                "operationId": "search",
                "summary": "Actions, headings, names and titles that hold all words",
                "tags": ["search"],
                "parameters": [
                    _parameter("q", "the words, separated by blanks", _TEXT, required=True),
                    _parameter("format", "json for programs", {"type": "string", "enum": ["json"]}, required=True),
                ],
                "responses": search,
            }
        },
        "/resource": {
            "get": {
                "operationId": "resource",
                "summary": "What the store says of an IRI",
                "tags": ["graphs"],
                "parameters": [
                    _parameter("iri", "the IRI", _TEXT, required=True),
                    _parameter("format", "as data", {"type": "string", "enum": list(GRAPHS)}, required=True),
                ],
                "responses": _responses(GRAPHS, "The statements about it.", "400", "404", "406", "429", "503"),
            }
        },
    }  # fmt: skip
