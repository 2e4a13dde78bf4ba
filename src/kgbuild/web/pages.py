"""The request handlers of pages and their data.

A worker returns the data of a page (`kgbuild.view.pages`), and `kgbuild.view.site` renders it as HTML.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.responses import JSONResponse, RedirectResponse, Response

from kgbuild import terms
from kgbuild.queries.catalogue import by_tag, question
from kgbuild.queries.template import body_of
from kgbuild.store import is_steady
from kgbuild.translation import told
from kgbuild.view import structured
from kgbuild.view.asking import FORMATS, PAGE
from kgbuild.view.ontology import ontology_page
from kgbuild.view.site import (
    ASSETS,
    FIRST_QUERIES,
    TEMPLATES,
    PageContext,
    asset,
    assets_version,
    key_of,
    path_of,
    render,
    short_iri,
)
from kgbuild.view.site_words import SITE_WORDS
from kgbuild.view.vocabulary import REGISTERS, completions, register_page, vocabulary_page
from kgbuild.web import negotiate
from kgbuild.web.desk import FACETS
from kgbuild.web.openapi import openapi
from kgbuild.web.pool import TaskError
from kgbuild.web.sparql import (
    CORS,
    address,
    asked_of,
    form_for,
    parameters,
    refusal,
    service_response,
    sparql_data,
    streamed,
    whole,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from kgbuild.queries.template import Template
    from kgbuild.web.site import Site

_PAGE_OR_DATA = (
    ("html", "text/html"), ("html", "application/xhtml+xml"), ("data", "application/json"), ("data", "text/turtle"),
    *negotiate.offers(negotiate.GRAPHS),
)  # fmt: skip
_SUFFIX = re.compile(r"\.(ttl|nt|jsonld|rdf)$")
_ROWS_SHOWN, _MOST_YEARS = 1_000, 20
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')


def _site(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


def language(request: Request) -> str:
    """Return the language of a page from the query string, the cookie or the browser."""
    return negotiate.language(
        request.headers.get("accept-language", ""), request.query_params.get("lang"), request.cookies.get("lang")
    )


def wants_html(request: Request) -> bool:
    """Tell whether a client prefers HTML to data."""
    accept = request.headers.get("accept", "")
    return "html" in accept and negotiate.best(accept, _PAGE_OR_DATA) == "html"


def shown(
    request: Request,
    template: str,
    page: Mapping[str, Any],
    *,
    status: int = 200,
    data: str = "",
    steady: bool = True,
    **more: object,
) -> Response:
    """Return a page as a response.

    Args:
        request: The request.
        template: Name of the template.
        page: Data of the page.
        status: HTTP status.
        data: Address of the thing without suffix, if it is available in data formats.
        steady: Whether the page stays the same until the store changes.
        **more: Further values for the template.
    """
    site = _site(request)
    root, lang = site.options.base_path, str(page["lang"])
    kept = [(n, v) for n, v in request.query_params.multi_items() if n != "lang"]
    path = f"{root}{request.url.path.removeprefix(root)}" + (f"?{urlencode(kept)}" if kept else "")
    alternates = _alternates(f"{root}{data}") if data else ()
    place = PageContext(
        title=site.options.title, root=root, base=str(page.get("base", "")), path=path, version=assets_version(),
        alternates=alternates,
    )  # fmt: skip
    about = structured.describe(page, site.options.title or SITE_WORDS["collection"][lang == "en"], place)
    body = render(template, page, place, status=status, structured=structured.as_script(about), **more).encode()
    tag = negotiate.etag(site.version, hashlib.sha256(body).hexdigest())
    headers = {
        "Vary": "Accept, Accept-Language, Cookie",
        "Cache-Control": "no-cache" if steady else "no-store",
        "Content-Language": lang,
    }
    if status == 200 and steady:
        headers["ETag"] = tag
    if data:
        headers["Link"] = ", ".join(f'<{at}>; rel="alternate"; type="{media}"' for media, at in alternates)
    if status == 200 and steady and negotiate.is_held(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    answer = Response(body, status, headers, media_type="text/html; charset=utf-8")
    if request.query_params.get("lang") in ("zh", "en"):
        answer.set_cookie("lang", lang, max_age=31_536_000, samesite="lax", httponly=True, path=root or "/")
    return answer


def _alternates(address: str) -> tuple[tuple[str, str], ...]:
    """Return media type and address of a thing in each data format."""
    form = "{address}&format={form}" if "?" in address else "{address}.{form}"
    return tuple((media, form.format(address=address, form=name)) for name, media in negotiate.GRAPHS.items())


async def _page(request: Request, name: str, **args: str) -> dict[str, Any]:
    site = _site(request)
    wanted = {"name": name, "lang": language(request), "args": args}
    return await site.own.call("page", wanted, seconds=site.options.timeout)


def failed(request: Request, error: TaskError) -> Response:
    """Return an error as a page, or as plain text for programs."""
    if not wants_html(request):
        return refusal(error)
    page = {"lang": language(request), "labels": {}, "q": ""}
    message = told(error, language(request))
    # What a library says has no Chinese.
    is_foreign = language(request) == "zh" and message == str(error) and error.what not in SITE_WORDS["no_source"]
    answer = shown(request, "error", page, status=error.status, message=message, foreign=is_foreign)
    answer.headers["Cache-Control"] = "no-store"
    if error.status == 503:
        answer.headers["Retry-After"] = "5"
    return answer


# -- lists --------------------------------------------------------------------------------------------------------
async def home(request: Request) -> Response:
    """Respond with the start page."""
    found = _site(request).templates
    first = [_entry(found[name], language(request)) for name in FIRST_QUERIES if name in found]
    return shown(request, "home", {**await _page(request, "home"), "q": ""}, questions=first)


def _entry(template: Template, lang: str) -> dict[str, str]:
    return {"id": template.id, "question": question(template, lang)}


async def plans(request: Request) -> Response:
    """Respond with the list of documents, optionally of one year and place."""
    year, place = (request.query_params.get(name, "") for name in ("year", "place"))
    everything = await _page(request, "documents")
    base = everything["base"]
    kept = [
        d
        for d in everything["documents"]
        if year in ("", d["year"]) and (not place or place in (d["place"], key_of(d["place"] or "", base)))
    ]
    labels = everything["labels"]
    years = sorted({d["year"] for d in everything["documents"] if d["year"]}, reverse=True)
    places = sorted({d["place"] for d in everything["documents"] if d["place"]}, key=lambda p: str(labels[p]))
    page = {**everything, "documents": kept, "year": year, "place": place, "q": ""}
    return shown(request, "documents", page, years=years, places=[{"iri": p, "label": labels[p]} for p in places])


async def listed(request: Request) -> Response:
    """Respond with the list of bodies, populations or initiatives."""
    return shown(request, "list", {**await _page(request, request.url.path.rpartition("/")[2]), "q": ""})


async def vocabulary(request: Request) -> Response:
    """Respond with the terms of the ontology or the code lists."""
    is_ontology = request.url.path.endswith("/ontology")
    page = ontology_page(language(request)) if is_ontology else vocabulary_page(language(request))
    return shown(request, "ontology" if is_ontology else "vocabulary", {**page, "q": ""})


async def register(request: Request) -> Response:
    """Respond with a register as a tree."""
    name = request.path_params["name"]
    if name not in REGISTERS:
        raise TaskError(404, "there is no such register", where=name[:40], cure="see /vocab")
    return shown(request, "register", {**register_page(name, language(request)), "q": ""})


# -- things -------------------------------------------------------------------------------------------------------
async def identifier(request: Request) -> Response:
    """Redirect from the IRI of a thing to its page or its data (303)."""
    path, root = request.path_params["path"], _site(request).options.base_path
    suffix = _SUFFIX.search(path)
    if suffix:
        return RedirectResponse(f"{root}/page/{path}", 303, CORS)
    html = (*_PAGE_OR_DATA[:2], *negotiate.offers(negotiate.GRAPHS))
    form = negotiate.best(request.headers.get("accept", ""), html)
    if form is None:
        raise TaskError(406, "nothing of this kind can be given", where="Accept")
    await _site(request).own.call("meant", {"path": path}, seconds=_site(request).options.timeout)
    to = f"{root}/page/{path}" + ("" if form == "html" else f".{form}")
    return RedirectResponse(to, 303, {**CORS, "Vary": "Accept"})


async def thing(request: Request) -> Response:
    """Respond with a thing of the store, as data if the path ends in the suffix of a format."""
    path = request.path_params["path"]
    suffix = _SUFFIX.search(path)
    if suffix:
        site = _site(request)
        bare = path[: suffix.start()]
        found = await site.own.call("meant", {"path": bare}, seconds=site.options.timeout)
        return await _data(request, found["iri"], suffix[1])
    return _thing(request, await _page(request, "thing", path=path), f"/page/{path}")


async def resource(request: Request) -> Response:
    """Respond with the triples about any IRI, as a page or as data."""
    given = parameters(request.scope["query_string"])
    iri = (given.get("iri") or [""])[0]
    if not iri:
        raise TaskError(400, "names no IRI", where="iri", cure="write /resource?iri=…")
    if "format" in given or not wants_html(request):
        return await _data(request, iri, form_for(request, negotiate.GRAPHS, (given.get("format") or [""])[0]))
    for namespace in (terms.GPLAN, terms.GPLANV):
        if iri.startswith(namespace):
            return RedirectResponse(f"{_site(request).options.base_path}{path_of(iri, '')}", 303)
    return _thing(request, await _page(request, "thing", iri=iri), f"/resource?{urlencode({'iri': iri})}")


def _thing(request: Request, page: dict[str, Any], data: str) -> Response:
    return shown(request, TEMPLATES.get(page["kind"], "thing"), {**page, "q": ""}, data=data)


async def compare(request: Request) -> Response:
    """Respond with the comparison of two or more plans; without any, with a form to choose them."""
    site, lang = _site(request), language(request)
    asked, root = request.query_params, site.options.base_path
    before, after, plans = asked.get("before", ""), asked.get("after", ""), asked.getlist("plan")[:_MOST_YEARS]
    if before and after:
        args = {"before": before, "after": after, "lang": lang, "back": f"{root}/compare"}
        return _own_page(await site.compare(args))
    if len(plans) > 1:
        page = await site.own.call("series", {"plans": plans, "lang": lang}, seconds=site.options.timeout)
        return shown(request, "series", {**page, "q": ""})
    page = await _page(request, "comparable")
    for series in page["series"]:
        series["query"] = urlencode([("plan", key_of(p["iri"], page["base"])) for p in series["plans"][-_MOST_YEARS:]])
    return shown(request, "compare", {**page, "q": ""}, before=before, after=after)


async def _data(request: Request, iri: str, form: str) -> Response:
    site = _site(request)
    tag = negotiate.etag(site.version, form, iri)
    task = ("resource", {"iri": iri, "form": form})
    return await streamed(request, site.own, task, media=negotiate.GRAPHS[form], tag=tag)


async def text(request: Request) -> Response:
    """Respond with a source text and its facts, or redirect to the line of an offset (`?at=120`)."""
    site, key = _site(request), request.path_params["key"]
    at = request.query_params.get("at", "")
    place = int(at) if at.isascii() and at.isdigit() and len(at) < 12 else None
    args = {"key": key, "at": place, "lang": language(request), "root": site.options.base_path}
    try:
        if place is not None:
            found = await site.own.call("text", args, seconds=site.options.timeout)
            return RedirectResponse(f"{site.options.base_path}/text/{key}#l{found['line']}", 302)
        return _own_page(await site.own.body("text", args, seconds=site.options.timeout))
    except TaskError as e:
        if e.what != "no source":
            raise
        raise TaskError(404, SITE_WORDS["no_source"][language(request) == "en"]) from e


def _own_page(html: bytes) -> Response:
    """Return a self-contained page that a task wrote, whose policy allows its own style and script."""
    policy = _POLICY.search(html[:4_000].decode("utf-8", "replace"))
    headers = {"Vary": "Accept-Language, Cookie", "Cache-Control": "no-cache"}
    if policy:
        headers["Content-Security-Policy"] = f"{policy[1]}; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    return Response(html, media_type="text/html; charset=utf-8", headers=headers)


# -- search, saved queries ----------------------------------------------------------------------------------------
async def search(request: Request) -> Response:
    """Respond with search results, as a page or as JSON."""
    site = _site(request)
    q = request.query_params.get("q", "")[:200]
    chosen = {name: request.query_params.get(name, "")[:200] for name in FACETS}
    args = {"q": q, "lang": language(request), "chosen": chosen}
    found = await site.find("search", args)
    if request.query_params.get("format") == "json" or not wants_html(request):
        hits = [{**h, "text": "".join(part for part, _ in h.pop("parts"))} for h in found["hits"]]
        return JSONResponse({"total": found["total"], "hits": hits}, headers=CORS)
    root = site.options.base_path

    def href(facet: str, value: str) -> str:
        kept = {"q": q, **chosen, facet: "" if chosen[facet] == value else value}
        return f"{root}/search?{urlencode({n: v for n, v in kept.items() if v})}"

    facets = {
        facet: [
            {
                "label": found["labels"].get(value, value),
                "n": n,
                "on": chosen[facet] == value,
                "href": href(facet, value),
            }
            for value, n in own
        ]
        for facet, own in found["facets"].items()
    }
    return shown(request, "search", {**found, "facets": facets})


async def queries(request: Request) -> Response:
    """Respond with the list of saved queries, as a page or as JSON."""
    lang, found = language(request), _site(request).templates
    if not wants_html(request):
        entries = [{**_entry(t, lang), "tags": t.tags, "params": [p.name for p in t.params]} for t in found.values()]
        return JSONResponse(entries, headers=CORS)
    return shown(request, "queries", {"lang": lang, "labels": {}, "q": ""}, tags=by_tag(found.values(), lang))


async def saved(request: Request) -> Response:
    """Respond with the answer of a saved query, as a page with its form or as data."""
    site, name = _site(request), request.path_params["name"]
    stem, dot, suffix = name.rpartition(".")
    given = parameters(request.scope["query_string"])
    form = (given.pop("format", None) or [""])[0]
    if dot and suffix in FORMATS:
        name, form = stem, suffix
    if not form and wants_html(request):
        return await _query_page(request, name, given)
    form = form_for(request, FORMATS, form)
    task = ("saved", {"name": name, "given": given, "form": form})
    tag = negotiate.etag(site.version, name, form, json.dumps(given)) if _is_steady(site, name) else ""
    answer = await streamed(request, site.own, task, media=FORMATS[form], tag=tag)
    if form in ("csv", "excel", "tsv", "xlsx"):
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{"csv" if form == "excel" else form}"'
    return answer


async def _query_page(request: Request, name: str, given: dict[str, list[str]]) -> Response:
    site, lang = _site(request), language(request)
    args = {"name": name, "given": given, "lang": lang}
    page = await site.own.call("query_page", args, seconds=site.options.timeout)
    root = site.options.base_path
    offset = int((given.get("offset") or ["0"])[0] or 0)
    kept = [(n, v) for n, values in given.items() if n not in ("offset", "limit") for v in values if v]

    def href(**more: object) -> str:
        pairs = [(n, v) for n, v in kept if n not in more] + [(n, str(v)) for n, v in more.items()]
        return f"{root}/q/{name}?{urlencode(pairs)}"

    for column in page["columns"]:
        sort = f"-{column['name']}" if column["sorted"] == "ascending" else column["name"]
        column["sort"] = href(sort=sort)
    page["links"] = {form: href(format=form, **({"lang": lang} if form == "xlsx" else {})) for form in FORMATS}
    page["previous"] = href(offset=max(0, offset - PAGE)) if offset else ""
    page["next"] = href(offset=offset + PAGE) if offset + PAGE < page["total"] else ""
    page["here"] = address(request, f"/q/{name}?{urlencode([(n, v) for n, v in kept if n != 'lang'])}")
    page["uncited"] = href(cite=0 if page["cite"] else 1)
    pairs = urlencode([*((n, v) for n, v in kept if n not in ("lang", "cite")), ("format", "csv")])
    page["address"] = address(request, f"/q/{name}?{pairs}")
    steady, free = _is_steady(site, name), site.options.is_free
    return shown(request, "query", {**page, "q": ""}, steady=steady, free=free)


def _is_steady(site: Site, name: str) -> bool:
    template = site.templates.get(name)
    return template is None or is_steady(template.text)


async def values(request: Request) -> Response:
    """Respond with the values of a query parameter that contain the text `q`, as JSON."""
    site = _site(request)
    args = {
        "name": request.path_params["name"], "param": request.path_params["param"], "lang": language(request),
        "text": request.query_params.get("q", "")[:100],
    }  # fmt: skip
    found = await site.own.call("values", args, seconds=site.options.timeout)
    return JSONResponse(found["values"], headers={**CORS, "Vary": "Accept-Language, Cookie"})


async def interface(request: Request) -> Response:
    """Respond with the OpenAPI document."""
    site = _site(request)
    title = site.options.title or "kgbuild"
    made = openapi(site.templates.values(), title=title, address=address(request, ""), is_free=site.options.is_free)
    return JSONResponse(made, headers={**CORS, "Cache-Control": "no-cache"})


async def things(request: Request) -> Response:
    """Respond with the things whose name contains the text `q`, as JSON."""
    site, text = _site(request), request.query_params.get("q", "").strip()[:100]
    lang = language(request)
    found = await site.find("things", {"q": text, "lang": lang})
    named = [{**t, "kind": SITE_WORDS[t["kind"]][lang == "en"]} for t in found["things"]]
    return JSONResponse(named, headers={**CORS, "Vary": "Accept-Language, Cookie"})


async def terms_json(request: Request) -> Response:
    """Respond with the completions of the query editor: prefixes, terms of the ontology and codes."""
    headers = {**CORS, "Vary": "Accept-Language, Cookie", "Cache-Control": "max-age=3600"}
    return JSONResponse(completions(language(request)), headers=headers)


# -- SPARQL in a browser ------------------------------------------------------------------------------------------
async def sparql(request: Request) -> Response:
    """Respond to the SPARQL protocol; browsers get the editor, with an answer for `format=html`."""
    site = _site(request)
    asked = await asked_of(request)
    is_page = asked.format == "html" or (not asked.format and request.method != "POST" and wants_html(request))
    if not is_page:
        return await sparql_data(request, asked) if asked.query.strip() else service_response(request)
    if not site.options.is_free:
        raise TaskError(403, "this server answers saved queries only", cure="see /q")
    lang = language(request)
    example = site.templates.get(request.query_params.get("example", ""))
    text = body_of(example.text).strip() if example else ""
    query = asked.query or request.query_params.get("edit", "") or text or _EXAMPLE
    page: dict[str, Any] = {"lang": lang, "labels": {}, "q": "", "query": query, "format": "html", "answer": None}
    page |= await site.own.call("base", {}, seconds=site.options.timeout)
    status = 200
    if asked.query:
        page["answer"], status = await _answer(request, asked, page["base"])
    choices = [("html", "HTML"), ("json", "JSON"), ("csv", "CSV"), ("xml", "XML"), ("ttl", "Turtle")]
    tags = by_tag(site.templates.values(), lang)
    steady = is_steady(asked.query)
    return shown(request, "sparql", page, status=status, steady=steady, formats=choices, tags=tags)


_EXAMPLE = """SELECT ?plan (COUNT(?action) AS ?actions) WHERE {
  ?action gplan:actionOf ?plan .
} GROUP BY ?plan ORDER BY DESC(?actions)"""


def _short(cell: dict[str, str] | None, base: str) -> dict[str, str] | None:
    """Add the short name to a cell of an answer that is an IRI."""
    return cell and {**cell, "short": short_iri(cell["value"], base) if cell["type"] == "uri" else cell["value"]}


async def _answer(request: Request, asked: Any, base: str) -> tuple[dict[str, Any], int]:  # noqa: ANN401 - of kgbuild.web.sparql
    """Return the answer of a query of a client for a table, with a limited number of rows."""
    try:
        answer = await sparql_data(request, asked, form="json")
        data = await whole(answer)
    except TaskError as e:
        text = told(e, language(request))
        is_foreign = language(request) == "zh" and text == str(e)
        return {"error": text, "is_foreign": is_foreign, "status": e.status}, e.status
    if not answer.headers["content-type"].startswith("application/sparql-results+json"):
        return {"text": data.decode()}, 200
    found = json.loads(data)
    if "boolean" in found:
        return {"text": str(found["boolean"]).lower()}, 200
    names = found["head"]["vars"]
    rows = [[_short(row.get(name), base) for name in names] for row in found["results"]["bindings"][:_ROWS_SHOWN]]
    return {"columns": names, "rows": rows, "total": len(found["results"]["bindings"])}, 200


# -- files --------------------------------------------------------------------------------------------------------
ROBOTS = (
    *("/sparql", "/store", "/search", "/things", "/terms.json", "/resource", "/-/"),
    *("/q/*?", "/q/*/values/", "/compare?", "/plans?", "/text/*?at="),
    *(
        f"/page/{kind}/"
        for kind in ("span", "mention", "statement", "measure", "section", "finding", "correction", "run")
    ),
    *("/page/text/", "/page/graph/"),
    *(f"/page/*.{form}$" for form in negotiate.GRAPHS),
)
"""Paths that robots are asked to leave out: answers to questions, other views of one answer, data, and the pages of
statements and their evidence. What remains grows with the collection and not with its triples."""


async def robots(request: Request) -> Response:
    """Respond with what robots should leave out (RFC 9309)."""
    root = _site(request).options.base_path
    lines = ["User-agent: *", *(f"Disallow: {root}{path}" for path in ROBOTS)]
    headers = {"Cache-Control": "max-age=3600"}
    return Response("\n".join(lines) + "\n", media_type="text/plain; charset=utf-8", headers=headers)


async def static(request: Request) -> Response:
    """Respond with a static file."""
    name = request.path_params["name"]
    if name not in ASSETS:
        raise TaskError(404, "there is no such file")
    return Response(asset(name), media_type=ASSETS[name], headers={"Cache-Control": "public, max-age=31536000"})
