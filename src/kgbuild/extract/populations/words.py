"""The grammar of names of groups: their parts, and the words at which a noun phrase starts.

Pattern templates; the words themselves are in the vocabularies.
"""

from __future__ import annotations

import re

from kgbuild.text.numerals import TO_TEN

HEAD = "{population-heads}"
# a duty or a state and who has it: 保护|员, 骤减|户
POST = (
    "(?=[{^post-fields}{^household-states}])"  # a search fails at once where none begins
    "(?:(?:{post-fields})(?:{post-ends})|(?:{household-states})(?:{household-ends}))"
)
# whoever is counted as a person has a post, whatever it is for: 15名|茶艺表演师
COUNTED_POST = r"(?<=[0-9](?:{post-counters}))(?!{reference-words})[\u4e00-\u9fff]{1,6}?(?:{post-ends})"
# heads that accept any modifier, even if the vocabulary knows them with another one
OPEN_HEAD = r"(?:{open-heads})$"
NUMERALS = f"{TO_TEN}百千万两几数余多"
# an age before a group belongs to its name
AGE_UNIT = re.compile(r"周?岁(?:及?以[上下])?")
AGE = re.compile(
    rf"(?:(?<![0-9])(?:[0-9]{{1,3}}(?:周?岁)?(?:—|-|–|~|至)++)?[0-9]{{1,3}}|[未不]满[0-9{NUMERALS}]{{1,3}})"
    rf"{AGE_UNIT.pattern}$"
)
# how long a state lasts, before a group: 离校2年内, 失业半年以上
LASTS = rf"(?:{{lasting-states}})(?:[0-9]{{1,2}}|[半{NUMERALS}]{{1,2}})(?:{{length-units}})(?:{{length-bounds}})$"
COHORT = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2} ?届(?:及|、)?$")

# nouns of an employer, kind or field: what precedes one belongs to the phrase
CLASS_NOUN = r"(?:{class-nouns})$"
INSTITUTION = r"(?:{institutions})"
KIND = re.compile(r"(?:型|类|性|化|级)$")

# what completes a name of persons; 群 of a label may go on: 老年人群|体
TAIL = "(?:{name-tails})|(?<=群)体"

# ends of a clause; no phrase extends beyond
HARD = re.compile(r"[,。;:!?\s“”‘’《》〈〉()\[\]【】…—+]")
# separators of a coordination
JOIN = re.compile(
    r"(?=[、以或和与及])(?:、|以及|或者|(?<![共饱总温调缓求中柔祥])和(?![谐平解睦美])|(?<![参赋给授付])与(?![会])|(?<![普涉推触以顾])及(?![时早其])|(?<![或])或(?![者许]))"
)
OPEN_LIST = re.compile(r"(?<![高中初平同均优对特上])等(?![级别学院教次量于])")

_COUNT = rf"[0-9０-９{NUMERALS}]+(?:{{person-counters}})"
_PARTICLE = r"{phrase-particles}"
_NUMBER = rf"[0-9·.%]+(?![0-9·.%]*[A-Za-z])(?:(?<=[0-9])[{NUMERALS}])?"
_PREPOSITION = r"{phrase-prepositions}|(?<=部门|单位|机构|政府|学校|企业|委会)(?:组织|安排)"
STOP = (
    "(?=[{^person-verbs}{^reference-words}{^phrase-prepositions}{^phrase-particles}"
    rf"0-9０-９·.%{NUMERALS}的于及组安省市县州])(?:"
    "{person-verbs}|{reference-words}"
    rf"|{_COUNT}|{_NUMBER}|{_PREPOSITION}|{_PARTICLE}|(?<!城)[省市县州](?![属域场政民长委直辖乡级]))"
)
