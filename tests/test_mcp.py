"""`kgbuild mcp`: the tools that an assistant gets, asked by the package's own client."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests.support import PLAN, whole

from kgbuild import api

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Call = tuple[str, dict[str, Any] | Callable[[list[Any]], dict[str, Any]]]

pytestmark = whole("starts an assistant and its workers")


def asked(graph: Path, *calls: Call, lang: str = "en") -> tuple[set[str], list[Any]]:
    """The names of the tools, and what calls of them gave: parsed JSON, or the text of an error.

    A call is the name of a tool and its arguments, or what makes them of the answers so far.
    """
    mcp = pytest.importorskip("mcp")

    async def talk() -> tuple[set[str], list[Any]]:
        parameters = mcp.StdioServerParameters(
            command=sys.executable, args=["-m", "kgbuild", "mcp", str(graph), "--lang", lang], env={**os.environ}
        )
        async with mcp.stdio_client(parameters) as (read, write), mcp.ClientSession(read, write) as session:
            await session.initialize()
            tools = {tool.name for tool in (await session.list_tools()).tools}
            answers: list[Any] = []
            for name, given in calls:
                arguments = given(answers) if callable(given) else given
                found = await session.call_tool(name, arguments)
                texts = [part.text for part in found.content]
                answers.append(texts[0] if found.is_error else [json.loads(t) for t in texts])
            return tools, answers

    return asyncio.run(talk())


def test_an_assistant_lists_runs_searches_explains_and_asks(tmp_path: Path) -> None:
    file = tmp_path / "plan.trig"
    file.write_bytes(api.build(PLAN, validate=False).serialise("trig"))
    expected = api.open(file).query("bodies-of-action", item="8").rows
    tools, (listed, rows, hits, wrong, refused, one, said, unkind, rowless, body) = asked(
        file,
        ("list_queries", {}),
        ("run_query", {"name": "bodies-of-action", "params": {"item": ["8"]}}),
        ("search", {"words": "乡村教师", "kind": "action"}),
        ("run_query", {"name": "bodies-of-action", "params": {"item": "999"}}),
        ("sparql", {"query": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}),
        ("sparql", {"query": "SELECT ?a { ?a a gplan:Action }", "limit": 3}),
        ("explain", lambda answers: {"iri": answers[2][0]["hits"][0]["iri"]}),
        ("search", {"words": "乡村教师", "kind": "activity"}),
        ("sparql", {"query": "CONSTRUCT WHERE { ?a a gplan:Action }"}),
        ("explain", {"iri": "https://w3id.org/gplan/id/body/990000-jyt"}),
    )
    assert tools == {"list_queries", "run_query", "search", "explain", "sparql"}
    assert len(listed if len(listed) > 1 else listed[0]) > 30
    found = rows if len(rows) > 1 else rows[0]
    assert [row["asFound"] for row in found] == [row[3] for row in expected]
    assert all(row["sentence"] and row["citedItem"] for row in found)
    assert hits[0]["total"] >= 1
    assert "no action has" in wrong
    assert "SERVICE is refused" in refused
    assert (len(one[0]["rows"]), one[0]["truncated"]) == (3, True)
    assert said[0]["kind"] == "action"
    assert said[0]["bodies"][0]["quote"]
    assert "use one of: action, measure" in unkind
    assert "write SELECT or ASK" in rowless
    assert (body[0]["kind"], "statements" in body[0]) == ("body", False)
    assert body[0]["iri"] == "https://w3id.org/gplan/id/body/990000-jyt"
    assert body[0]["title"] == "Education Department of Yunling Province"
    assert "云岭省教育厅" in json.dumps(body, ensure_ascii=False)


def test_long_lists_are_cut_and_say_so() -> None:
    from kgbuild.web.assistants import _brief

    assert _brief({"a": list(range(25)), "b": [{"c": [1, 2]}]}, {}) == {
        "a": [*range(20), "… 5 more"],
        "b": [{"c": [1, 2]}],
    }


def test_names_stand_for_iris_and_actions_in_lists_are_short() -> None:
    from kgbuild.web.assistants import _brief

    names = {"x:body": "云岭省教育厅", "x:lead": "牵头", "x:plan": "云岭计划"}
    action = {
        "iri": "x:a",
        "path": "一/2",
        "text": "办好讲坛。",
        "roles": ["x:lead"],
        "bodies": [{"iri": "x:body"}] * 30,
    }
    assert _brief({"iri": "x:body", "role": "x:lead", "roles": {"x:lead": 3}}, names) == {
        "name": "云岭省教育厅",
        "iri": "x:body",
        "role": "牵头",
        "roles": {"牵头": 3},
    }
    assert _brief({"plans": [{"iri": "x:plan", "actions": [action]}]}, names) == {
        "plans": [
            {
                "name": "云岭计划",
                "iri": "x:plan",
                "actions": [{"iri": "x:a", "path": "一/2", "text": "办好讲坛。", "roles": ["牵头"]}],
            }
        ]
    }


def test_a_chinese_run_tells_its_errors_in_chinese(tmp_path: Path) -> None:
    file = tmp_path / "plan.trig"
    file.write_bytes(api.build(PLAN, validate=False).serialise("trig"))
    calls: list[Call] = [
        ("run_query", {"name": "bodies-of-action", "params": {"item": "999"}}),
        ("search", {"words": "教师", "kind": "activity"}),
        ("sparql", {"query": "CONSTRUCT WHERE { ?a a gplan:Action }"}),
        ("explain", {"iri": "https://w3id.org/gplan/id/body/990000-jyt"}),
        ("list_queries", {}),
    ]
    _, (unknown, kind, form, body, listed) = asked(file, *calls, lang="zh")
    assert all(re.search("[\u4e00-\u9fff]{3}", text.partition(": ")[2]) for text in (unknown, kind, form))
    assert body[0]["card"][0]["values"]
    assert len(json.dumps(body, ensure_ascii=False)) < 12_000
    assert "哪些" in json.dumps(listed, ensure_ascii=False)


def test_an_assistant_that_goes_without_its_answer_is_no_error(tmp_path: Path) -> None:
    pytest.importorskip("mcp")
    file = tmp_path / "plan.trig"
    file.write_bytes(api.build(PLAN, validate=False).serialise("trig"))
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "assistant", "version": "1"}}
    command = [sys.executable, "-m", "kgbuild", "mcp", str(file)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        assert server.stderr is not None

        def say(**message: object) -> None:
            assert server.stdin is not None
            server.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
            server.stdin.flush()

        say(id=1, method="initialize", params=hello)
        assert b"kgbuild" in server.stdout.readline()
        say(method="notifications/initialized")
        server.stdout.close()
        say(id=2, method="tools/call", params={"name": "list_queries", "arguments": {}})
        server.stdin.close()
        assert (server.wait(), server.stderr.read()) == (0, b"")
