"""The facade for Python users: `kgbuild.open(path).query("outline")`.

Every command has its function here, and calls nothing else. Composes the rooms below. Each module is loaded when one of
its names is first used, so a build does not wait for what only queries need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.lazy import lazy_names

if TYPE_CHECKING:
    from kgbuild.api.answers import cite_rows, draw, headed, locate
    from kgbuild.api.ask import export_queries, grlc_queries, place_rows, query, query_values, show_query, sparql
    from kgbuild.api.builds import BUILD_DIFF_FORMATS, BuildDiffFormat, diff_graphs, render_build_diff
    from kgbuild.api.cluster import Crew
    from kgbuild.api.comparison import (
        DIFF_FORMATS,
        DiffFormat,
        diff,
        diff_series,
        render_diff,
        render_series,
        series_in,
    )
    from kgbuild.api.corpus.build import build_corpus
    from kgbuild.api.corpus.names import review_corpus
    from kgbuild.api.corpus.part import Recipe
    from kgbuild.api.corpus.push import push_corpus
    from kgbuild.api.corpus.stats import corpus_stats, render_corpus_stats
    from kgbuild.api.corpus.status import corpus_status, verify_corpus
    from kgbuild.api.document import Result, annotations_of, build, doubts_of, graphs_of, header_of
    from kgbuild.api.evaluation import check_layer, gold_pairs, score_documents, shortfalls
    from kgbuild.api.files import files_in, format_of, read_file, read_query, read_source
    from kgbuild.api.folder import Checked, check_folder, plans_in, summarise_folder
    from kgbuild.api.graph import Graph, base_of, connect, ontology, open, open_graphs, open_store  # noqa: A004 - used as kgbuild.open, like gzip.open
    from kgbuild.api.health import Check, examine
    from kgbuild.api.inputs import Inputs, find_inputs
    from kgbuild.api.judge import Judging, judge_file, judge_graph, read_baseline, render_verdicts
    from kgbuild.api.metadata import metadata_of, over, read_manifest
    from kgbuild.api.proof import explain_graph, relocate_graph, verify_graph
    from kgbuild.api.reason import Reasoned, reason_graph, render_clashes
    from kgbuild.api.register import bodies_named, body_over_time
    from kgbuild.api.release import Release, publish
    from kgbuild.api.search import find_text
    from kgbuild.api.store import drop_from_store, export_store, list_store, load_store, quads_to_serve
    from kgbuild.api.view import collection_site, draw_diagram, view_pages
    from kgbuild.api.vocabulary import check_vocabularies
    from kgbuild.evaluate.page import errors_page
    from kgbuild.evaluate.report import scores_as_json, scores_as_text
    from kgbuild.model import Metadata, Severity
    from kgbuild.proof.relocate import render_relocation
    from kgbuild.proof.render import HIGHLIGHT
    from kgbuild.proof.report import render_proof
    from kgbuild.queries.catalogue import list_queries
    from kgbuild.queries.dataset import Dataset
    from kgbuild.queries.table import Format, render_rows
    from kgbuild.store import Rows
    from kgbuild.validate import Engine, Verdict
    from kgbuild.view.reading import index_page

__all__ = [
    "BUILD_DIFF_FORMATS",
    "DIFF_FORMATS",
    "HIGHLIGHT",
    "BuildDiffFormat",
    "Check",
    "Checked",
    "Crew",
    "Dataset",
    "DiffFormat",
    "Engine",
    "Format",
    "Graph",
    "Inputs",
    "Judging",
    "Metadata",
    "Reasoned",
    "Recipe",
    "Release",
    "Result",
    "Rows",
    "Severity",
    "Verdict",
    "annotations_of",
    "base_of",
    "bodies_named",
    "body_over_time",
    "build",
    "build_corpus",
    "check_folder",
    "check_layer",
    "check_vocabularies",
    "cite_rows",
    "collection_site",
    "connect",
    "corpus_stats",
    "corpus_status",
    "diff",
    "diff_graphs",
    "diff_series",
    "doubts_of",
    "draw",
    "draw_diagram",
    "drop_from_store",
    "errors_page",
    "examine",
    "explain_graph",
    "export_queries",
    "export_store",
    "files_in",
    "find_inputs",
    "find_text",
    "format_of",
    "gold_pairs",
    "graphs_of",
    "grlc_queries",
    "headed",
    "header_of",
    "index_page",
    "judge_file",
    "judge_graph",
    "list_queries",
    "list_store",
    "load_store",
    "locate",
    "metadata_of",
    "ontology",
    "open",
    "open_graphs",
    "open_store",
    "over",
    "place_rows",
    "plans_in",
    "publish",
    "push_corpus",
    "quads_to_serve",
    "query",
    "query_values",
    "read_baseline",
    "read_file",
    "read_manifest",
    "read_query",
    "read_source",
    "reason_graph",
    "relocate_graph",
    "render_build_diff",
    "render_clashes",
    "render_corpus_stats",
    "render_diff",
    "render_proof",
    "render_relocation",
    "render_rows",
    "render_series",
    "render_verdicts",
    "review_corpus",
    "score_documents",
    "scores_as_json",
    "scores_as_text",
    "series_in",
    "shortfalls",
    "show_query",
    "sparql",
    "summarise_folder",
    "verify_corpus",
    "verify_graph",
    "view_pages",
]

_HOMES = {
    "answers": "cite_rows draw headed locate",
    "ask": "export_queries grlc_queries place_rows query query_values show_query sparql",
    "builds": "BUILD_DIFF_FORMATS BuildDiffFormat diff_graphs render_build_diff",
    "cluster": "Crew",
    "comparison": "DIFF_FORMATS DiffFormat diff diff_series render_diff render_series series_in",
    "corpus.build": "build_corpus",
    "corpus.names": "review_corpus",
    "corpus.part": "Recipe",
    "corpus.push": "push_corpus",
    "corpus.stats": "corpus_stats render_corpus_stats",
    "corpus.status": "corpus_status verify_corpus",
    "document": "Result annotations_of build doubts_of graphs_of header_of",
    "evaluation": "check_layer gold_pairs score_documents shortfalls",
    "files": "files_in format_of read_file read_query read_source",
    "folder": "Checked check_folder plans_in summarise_folder",
    "graph": "Graph base_of connect ontology open open_graphs open_store",
    "health": "Check examine",
    "inputs": "Inputs find_inputs",
    "judge": "Judging judge_file judge_graph read_baseline render_verdicts",
    "metadata": "metadata_of over read_manifest",
    "proof": "explain_graph relocate_graph verify_graph",
    "reason": "Reasoned reason_graph render_clashes",
    "register": "bodies_named body_over_time",
    "release": "Release publish",
    "search": "find_text",
    "store": "drop_from_store export_store list_store load_store quads_to_serve",
    "vocabulary": "check_vocabularies",
    "view": "collection_site draw_diagram view_pages",
    "kgbuild.evaluate.page": "errors_page",
    "kgbuild.evaluate.report": "scores_as_json scores_as_text",
    "kgbuild.model": "Metadata Severity",
    "kgbuild.proof.relocate": "render_relocation",
    "kgbuild.proof.render": "HIGHLIGHT",
    "kgbuild.proof.report": "render_proof",
    "kgbuild.queries.catalogue": "list_queries",
    "kgbuild.queries.dataset": "Dataset",
    "kgbuild.queries.table": "Format render_rows",
    "kgbuild.store": "Rows",
    "kgbuild.validate": "Engine Verdict",
    "kgbuild.view.reading": "index_page",
}
"""Module (of the facade unless it begins with `kgbuild.`) → public names that it defines."""
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
