"""Lines of a page that are no text of the document: labels of its data, and the noise around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.text.lines import squeeze

if TYPE_CHECKING:
    from kgbuild.lexicon.words import Words

MAX_LABEL = 16  # 索　　引　　号: web pages letter-space such labels
NOISE = (
    r"^(?:{page-noise}|附:|\(此件|\(本文|\(信息公开|【|·|\d{4}-\d\d-\d\d|XML|Sitemap|.{0,20}ICP备)"
    r"|\d{4}-\d\d-\d\d$|<[a-z/]"
)


def is_label(line: str, labels: str, words: Words) -> bool:
    """Tell whether a line begins with a label of a class and a colon, its letters spaced out or not."""
    colon = line.find(":", 0, MAX_LABEL)
    return colon > 0 and squeeze(line[:colon]).rstrip("0123456789") in words.of(labels)  # 附件1:
