"""The parts of a release. To add a part, write a module with a function `make` and add it to `PARTS`.

A part gets the material and the list of files that earlier parts wrote, and yields its files one by one, so that at
most one is in memory. The last part describes all files.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from kgbuild.view.facts import Both

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kgbuild.publish.folder import Written
    from kgbuild.publish.material import Material, ReleaseFile

    Make = Callable[[Material, Sequence[Written]], Iterable[ReleaseFile]]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a release.

    Attributes:
        module: Name of the module in this package that has the function `make`; imported when needed.
        title: Title of the part.
    """

    module: str
    title: Both

    def make(self, material: Material, written: Sequence[Written]) -> Iterable[ReleaseFile]:
        """Yield the files of the part; see `PARTS`."""
        make: Make = import_module(f"kgbuild.publish.{self.module}").make
        return make(material, written)


PARTS: dict[str, Part] = {
    "dumps": Part("dumps", Both("RDF 各种格式的数据", "the data in the formats of RDF")),
    "tables": Part("tables", Both("每类一张表：CSV、Parquet、SQLite", "a table for each class: CSV, Parquet, SQLite")),
    "network": Part("network", Both("关系网络：GraphML、Neo4j", "the network of relations: GraphML, Neo4j")),
    "site": Part("site", Both("可直接打开的网站", "a site that opens from disk")),
    "documents": Part("documents", Both("每份文件一份数据", "a file for each document")),
    # The parts below refer to the files of those above.
    "changes": Part("changes", Both("自上一版本以来的变化", "what changed since an older release")),
    "beside": Part("beside", Both("本体、词表、规则、查询、重定向", "ontology, shapes, queries, redirects")),
    "descriptions": Part("catalogue", Both("目录、统计、来源与引用", "catalogue, statistics, provenance, citation")),
}
"""Parts by name, in the order in which they are made; `--without NAME` leaves one out."""
