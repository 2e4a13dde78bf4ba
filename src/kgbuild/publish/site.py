"""The data set as a static site that works from disk and from the address of the release; see `kgbuild.view.static`."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.publish.material import UNNAMED, ReleaseFile
from kgbuild.publish.words import SITE
from kgbuild.store import Store, load_schema
from kgbuild.view.site import ASSETS
from kgbuild.view.static import Collection, site_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.publish.folder import Written
    from kgbuild.publish.material import Material

_FOLDER = "site"
_MEDIA = {
    ".html": "text/html", ".ttl": "text/turtle", ".csv": "text/csv", ".json": "application/json",
    ".xml": "application/xml", ".txt": "text/plain",
    **{PurePosixPath(name).suffix: media.partition(";")[0] for name, media in ASSETS.items()},
}  # fmt: skip


def make(material: Material, written: Sequence[Written]) -> Iterator[ReleaseFile]:
    """Yield the pages; none for the profile `facts`, because pages show the evidence of each fact."""
    if material.profile == "facts":
        return
    quads = [(*t, f"<{terms.VOCABULARY_GRAPH}>") for t in sorted(material.vocabulary)]
    quads += [(*t, f"<{name}>") for source in material.sources for name, ts in source.graphs.items() for t in ts]
    quads += [(*t, "") for t in load_schema().class_tree]
    about = material.about
    collection = Collection(
        store=Store(quads),
        base=about.base,
        sources=material.texts,
        title=about.title,
        url=about.address(f"{_FOLDER}/"),
        downloads=tuple(
            (PurePosixPath(w.item.path).name, f"../{w.item.path}") for w in written if w.item.is_data
        ),
    )  # fmt: skip
    for file in site_files(collection):
        is_start = file.path == "index.html"
        yield ReleaseFile(
            path=f"{_FOLDER}/{file.path}",
            data=file.data,
            media=_MEDIA[PurePosixPath(file.path).suffix],
            title=SITE if is_start else UNNAMED,
        )
