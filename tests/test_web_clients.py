"""`kgbuild serve` and the tools of others: a fuzzer of OpenAPI documents, curl, and a client of npm.

schemathesis sends requests that its own reading of /openapi.json makes, and checks each answer against it. The client
of npm (sparql-http-client) is asked where KGBUILD_NPM names its folder of packages, as .ci/browser.sh does.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.support import IS_FULL, PLAN, whole
from tests.web import Live

from kgbuild import api

pytest.importorskip("starlette")

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = whole("starts a server and clients of others")

COUNT = "SELECT (COUNT(DISTINCT ?a) AS ?n) WHERE { ?a a <https://w3id.org/gplan/ontology#Action> }"
ACTIONS = 23


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    file = tmp_path_factory.mktemp("clients") / "plan.trig"
    file.write_bytes(api.build(PLAN, validate=False).serialise("trig"))
    with Live([str(file), "--workers", "2", "--timeout", "20"]) as server:
        yield server


def test_what_openapi_says_holds_for_requests_that_nobody_thought_of(live: Live) -> None:
    """A value of the right type may still be the name of nothing: that is 400 with words, and as it should be."""
    schemathesis = pytest.importorskip("schemathesis")
    from hypothesis import HealthCheck, Phase, given, settings
    from schemathesis import checks

    schema = schemathesis.openapi.from_url(f"{live.url}/openapi.json")
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 50
    chosen = operations if IS_FULL else operations[::10]
    bounds = settings(
        max_examples=2, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    for operation in chosen:

        @bounds
        @given(case=operation.as_strategy())
        def holds(case: Any) -> None:
            case.call_and_validate(base_url=live.url, excluded_checks=[checks.positive_data_acceptance])

        holds()


def test_curl_asks_in_the_ways_of_the_protocol(live: Live) -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("needs curl")
    address, csv = f"{live.url}/sparql", ("-H", "Accept: text/csv")
    for how in (
        ("-G", "--data-urlencode", f"query={COUNT}"),
        ("--data-urlencode", f"query={COUNT}"),
        ("-H", "Content-Type: application/sparql-query", "--data-binary", COUNT),
    ):
        done = subprocess.run([curl, "-sSf", address, *csv, *how], capture_output=True, text=True, check=True)
        assert done.stdout.split() == ["n", str(ACTIONS)]
    saved = subprocess.run([curl, "-sSf", f"{live.url}/q/coverage?format=json"], capture_output=True, check=True)
    assert json.loads(saved.stdout)[0]["actions"] == ACTIONS


def test_a_client_of_npm_asks(live: Live) -> None:
    folder, node = os.environ.get("KGBUILD_NPM", ""), shutil.which("node")
    if not folder or node is None:
        pytest.skip("needs node, and KGBUILD_NPM: a folder where npm has installed sparql-http-client")
    script = f"""
        import {{ ParsingClient }} from "sparql-http-client";
        const client = new ParsingClient({{ endpointUrl: "{live.url}/sparql" }});
        const rows = await client.query.select(`{COUNT}`);
        const graph = await client.query.construct("CONSTRUCT {{ ?a a ?c }} WHERE {{ ?a a ?c }} LIMIT 5");
        console.log(JSON.stringify([rows[0].n.value, await client.query.ask("ASK {{}}"), graph.size]));
    """
    command = [node, "--input-type=module", "-e", script]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(folder), timeout=120, check=True)
    assert json.loads(done.stdout) == [str(ACTIONS), True, 5]
