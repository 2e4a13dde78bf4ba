"""The wordings around a figure: what makes it a target, what makes it none.

Closed classes of the grammar of the genre, not names; units and names live in the vocabularies.
"""

from __future__ import annotations

import re

LEVEL_UP = "{level-up}|(?:{rising-verbs})(?:到|至|为)"
LEVEL_DOWN = "{level-down}|(?:{falling-verbs})(?:到|至|为)"
LEVEL_EVEN = "{level-even}"
UP = "(?:{change-up}|新增加?)(?:了|率)?"
DOWN = "(?:{change-down})(?:了|率)?"
FILLER = "(?:{figure-fillers})?"
AT_FIGURE = (
    rf"(?:(?P<up>{LEVEL_UP})|(?P<down>{LEVEL_DOWN})|(?P<even>{LEVEL_EVEN})|(?P<more>{UP})|(?P<less>{DOWN}))"
    rf"{FILLER}{FILLER} ?$"
)
MAKE = "{making-verbs}"
MAKES_HERE = rf"(?:{MAKE})(?:了|不少于|约|近|出|好)?$"
OF_QUALITY = frozenset(("提高", "提升", "上升"))
GROWN = "{growth-verbs}"
ROUGHLY = rf"{{words-of-approximation}}{FILLER}$"
SCOPE = "{scope-words}|的(?=.{0,3}$)"
CONDITION_END = "(?:{condition-tails})$"
CONDITION_HEAD = "^(?:{condition-heads})"
LIMIT = "{limit-words}|按.{0,12}标准|(?:申报|推荐|报送)的?[^,]{0,20}(?:不超过|不多于)"
MONEY_GIVEN = "{granting-words}"
PAST = "{past-words}"
OF_GOAL = "^的(?:{goal-nouns})"
NO_COUNT = "^(?:{uncounted-nouns})"
OWNER = "^(?:{owner-attributes})?(?:{owner-nouns})"
NOUN_OF_LEVEL = "(?:{level-nouns})$"
FUND = "(?:{founding-verbs}).{0,24}(?:规模|总额|资金|金额)"
CHANGE_BEFORE = (
    rf"(?:(?P<more>{UP})|(?P<less>{DOWN}))(?<![率速幅])(?:不低于|不少于|不小于|超过|达到|至少|达|超|高于){FILLER} ?$"
)
AT_LEAST = re.compile("(?:至少|不少于|不低于).{1,6}$")
RULE_BEHIND = re.compile("必须|应当|不得|应[由在按有符具不]|方可|须[由在按有符具]")
YEARLY = re.compile("每年(?:面向|对|为|组织)$")
EVERY = re.compile("每(?P<per>年|月|季度|周)度?|年均(?!增|提|下降|降|复合|减)")
NOT_A_TARGET_BEFORE = "(?:{ordinal-words})$"


WEAK = "{weak-making-verbs}"
PER_CASE = f"每(?!年|月|季|周|学)(?:{MAKE}|增|新)[^,]{{0,4}}$|每[个家名人户项亩件次例]?$"
HANZI = re.compile("[一-鿿]")
GOES_ON = re.compile("[、和与及]|以及|并|且")
QUOTED = re.compile("“[^”]*”|《[^》]*》")
LISTED = re.compile("等共?$")
TERRITORY = re.compile("[省市县区州]|国家(?![一-鿿])|国家[和及与的]|城市|地区|部门")
EARNS = "{earning-verbs}"
APPLICANT = "申报(?:{applicants})|申请(?:人|单位|企业|者)|上一?年度"
BARS = (LIMIT, NOT_A_TARGET_BEFORE, PER_CASE, APPLICANT)
