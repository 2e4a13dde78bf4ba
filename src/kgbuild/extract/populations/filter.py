"""Candidates that are not groups: mis-segmented words, frozen compounds, bare heads.

Source: observation of plans, agreed between annotators.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild.extract.populations.words import JOIN, NUMERALS

if TYPE_CHECKING:
    from kgbuild.lexicon.words import Words

# -- frozen compounds --------------------------------------------------------------------------------------------------
_INSTITUTION = r"(?:{institution-fields}){0,4}(?:{institution-heads})"
# what is to be built serves the group: 建成一所|婴幼儿|照护服务机构, but not 报送|婴幼儿|照护服务机构
_SERVING_HOUSE = r"(?:{institution-fields}){1,4}(?:{institution-heads})"
_TO_BE_BUILT = rf"(?:{{house-builders}})(?:[0-9{NUMERALS}]+(?:{{house-counters}}))?$"
_FROZEN = (
    r"{fusing-words}|组织(?!的?参)|意识(?!形态)?(?=[,。;、的和]|$)|点(?=[,。、])|"
    r"乐(?=[、,。和等])|自治(?:区|州|县)|警察(?=$)|会(?=[、,。]|议)"
)
_SCIENCE = re.compile(r"科学(?:文化)?素[质养]")
_HOME_BESIDE = r"(?:{neighbour-institutions})[、和与]$|(?:{smart-words})$"
_HOME_AFTER = r"[、和与](?:{neighbour-institutions})"
_HOME_ENTERED = r"{home-verbs}$"
_SHORT = 3
_CARD = r"(?:{card-fields}){1,2}(?:{card-nouns})|(?:{length-bounds})[^,。;、]{0,6}(?:{certificates})"

# -- bare 人才 --------------------------------------------------------------------------------------------------------
_TALENT_OBJECT = r"(?:{talent-verbs})(?:相关|有关)?$"
_TALENT_FREE = r"[,。;！)”]|$|等?(?:{talent-followers})"

# an object beside others of a verb that brings it here: 吸引机构、|人才|、项目
_TALENT_BESIDE = r"(?:{talent-bringers})[^,。;]{1,8}$"
_TALENT_LISTED = r"[,。;)]|$|(?:{talent-followers})"
_TALENT_SUBJECT = r"(?:^|[,。;:)])$|(?:{talent-movers})$"
_TALENT_ACTS = r"{talent-followers}"
_TALENT_FUSED = r"(?:{talent-compounds})"

MAY_BE_FIRMS = frozenset(
    ("users", "investors", "foreign_investors", "service_recipients", "taxpayers", "rights_holders")
)


def is_misread(word: str, before: str, behind: str, words: Words) -> bool:
    """Tell whether the label crosses a word boundary (学|生产, 科|技工|业)."""
    cut = words.behind("label-ends").get(word[-1])
    if cut and cut.match(behind):
        return True
    starts = words.before("label-starts")
    for size in (2, 3, len(word)):
        cut = starts.get(word[:size]) if size <= len(word) else None
        if cut and cut.search(before):
            return True
    return False


def is_frozen(word: str, before: str, behind: str, words: Words) -> bool:
    """Tell whether the label forms a compound with the following text that denotes something else."""
    own = words.behind("fused-labels").get(word)
    if own and own.match(behind):
        return True
    if word in {"全民", "公民", "公众", "中国公民"} and _SCIENCE.match(behind):
        return True
    if word.endswith("家庭") and _is_home(word, before, behind, words):
        return True
    if word == "人民" and before.endswith("以"):
        return True
    if words[_FROZEN].match(behind) or (len(word) <= _SHORT and words[_CARD].match(behind)):
        return True
    to_be_built = words[_SERVING_HOUSE].match(behind) and words[_TO_BE_BUILT].search(before)
    return not to_be_built and words[_INSTITUTION].match(behind) is not None


def _is_home(word: str, before: str, behind: str, words: Words) -> bool:
    """Tell whether 家庭 is a place beside others or one to enter, not the people in it (走进学校、家庭)."""
    if word == "家庭" and words[_HOME_ENTERED].search(before):
        return True
    beside = words[_HOME_BESIDE].search(before) or words[_HOME_AFTER].match(behind)
    return word in {"家庭", "居民家庭"} and beside is not None


def fused_talent(behind: str, words: Words) -> bool:
    """Tell whether 人才 forms one word with the following text, so that a doubtful modifier belongs to the whole."""
    return words[_TALENT_FUSED].match(behind) is not None


def bare_talent(before: str, behind: str, words: Words) -> bool:
    """Tell whether 人才 without a modifier is an argument (吸引人才到…兴业), not part of a compound (人才培养)."""
    if words[_TALENT_OBJECT].search(before) and (JOIN.match(behind) or words[_TALENT_FREE].match(behind)):
        return True
    beside = any(j.end() == len(before) for j in JOIN.finditer(before)) and words[_TALENT_BESIDE].search(before)
    if beside and (JOIN.match(behind) or words[_TALENT_LISTED].match(behind)):
        return True
    return bool(words[_TALENT_SUBJECT].search(before) and words[_TALENT_ACTS].match(behind))
