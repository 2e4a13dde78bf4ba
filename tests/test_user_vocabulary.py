"""What the guide of the registers promises to users: every example in it works as it stands there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from kgbuild.config import data_dir, load_settings
from kgbuild.lexicon import Lexicon, load_lexicon
from kgbuild.link import resolve
from kgbuild.model import LinkContext
from kgbuild.terms import register
from kgbuild.validate import validate

if TYPE_CHECKING:
    from pathlib import Path

GUIDE = (data_dir("ontology") / "vocab" / "README.md").read_text(encoding="utf-8")
GUIZHOU = LinkContext(division="520000", date="2020-05-28")


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    """The lexicon with all examples of the guide in one file of a user's folder."""
    folder: Path = tmp_path_factory.mktemp("project")
    (folder / "vocab").mkdir()
    blocks = re.findall(r"^```turtle\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 5
    (folder / "vocab" / "mine.ttl").write_text("".join(blocks), encoding="utf-8")
    toml = re.search(r"^```toml\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert toml
    (folder / "kgbuild.toml").write_text(toml[1], encoding="utf-8")
    return load_lexicon(load_settings(folder / "kgbuild.toml"))


@pytest.fixture(scope="module")
def plain() -> Lexicon:
    return load_lexicon(load_settings(None))


@pytest.mark.parametrize(
    ("wording", "context", "key", "canonical", "method"),
    [
        ("省直目标办", GUIZHOU, "520000-mbb", "贵州省目标绩效管理办公室", "registry"),
        ("贵州省目标绩效管理办公室", LinkContext(), "520000-mbb", "贵州省目标绩效管理办公室", "registry"),
        ("省低空局", GUIZHOU, "520000-dkj", "贵州省低空经济发展局", "rule"),
        ("贵阳市低空经济发展局", GUIZHOU, "520100-dkj", "贵阳市低空经济发展局", "rule"),
        ("宏观委", LinkContext(division="100000"), "100000-fgw", "国家发展和改革委员会", "registry"),
        ("省科技团体联合会", GUIZHOU, "520000-kx", "贵州省科学技术协会", "rule"),
        # what was there stays
        ("省科协", GUIZHOU, "520000-kx", "贵州省科学技术协会", "rule"),
        ("国家发改委", LinkContext(), "100000-fgw", "国家发展和改革委员会", "registry"),
    ],
)
def test_a_user_adds_bodies_kinds_and_names(
    lexicon: Lexicon, wording: str, context: LinkContext, key: str, canonical: str, method: str
) -> None:
    party = resolve(wording, context, lexicon)
    assert (party.iri, party.canonical, party.method) == (register("body", key), canonical, method)


@pytest.mark.parametrize("wording", ["省直目标办", "省低空局", "宏观委", "省科技团体联合会"])
def test_without_the_folder_they_are_unknown(plain: Lexicon, wording: str) -> None:
    assert resolve(wording, GUIZHOU, plain).iri is None


def test_a_user_lists_the_members_of_a_group(lexicon: Lexicon, plain: Lexicon) -> None:
    expected = tuple(register("body", f"520000-{kind}") for kind in ("jyt", "kx"))
    assert resolve("各成员单位", GUIZHOU, lexicon).members == expected
    assert resolve("领导小组各成员单位", GUIZHOU, lexicon).members == expected
    assert resolve("各成员单位", GUIZHOU, plain).members == ()


def test_the_examples_keep_to_the_rules_of_the_vocabularies(lexicon: Lexicon) -> None:
    triples = {(s, p, o) for s, node in lexicon.nodes.items() for p, objects in node.items() for o in objects}
    mine = ("-mbb>", "-dkj>", "/dkj>", "/kx>", "-fgw>", "literacy-office>")
    report = validate(triples, shapes=[data_dir("shapes") / "vocab.ttl"], fail_on="warning")
    assert [r for r in report.results if r.focus.endswith(mine)] == []
