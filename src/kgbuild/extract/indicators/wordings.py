"""The wordings around a figure and around the times of targets, as templates over the word classes.

What the readers of this room share; each is explained where it is used.
"""

from __future__ import annotations

import re

from kgbuild.extract.indicators.amounts import POST
from kgbuild.text.normalise import HANZI
from kgbuild.text.numerals import HAN, TO_TEN

YEAR = r"(?:19|20)\d\d ?年"
_AND = " ?[、和及与] ?"
BARE_YEAR = rf"(?:19|20)\d\d(?={_AND}(?:19|20)\d\d)"
"""2025 in 2025、2026年分别建成."""
FIVE = r"[“\"]?十[一二三四五六]五[”\"]?"
END = r"度?(?:年?[底末])?(?:[之以]?前)?"
TIME = (
    r"(?:{time-openers}){0,2} ?"
    rf"(?:(?:19|20)\d\d ?年?[-—–~至到]+ ?{YEAR}|(?:{BARE_YEAR}{_AND})*{YEAR}(?:{_AND}{YEAR})*"
    rf"(?: ?\d{{1,2}} ?月(?: ?\d{{1,2}} ?日|[上中下]旬)?| ?[上下]半年| ?第?[一二三四]季度)?{END}"
    rf"|{FIVE}(?:时期|期间)?{END}"
    rf"|(?<![\d{TO_TEN}两几])(?<!\d )今?年?年[底内末]{END})"
    r"(?!{time-followers})"
)
NUMBERING = re.compile(rf"^\s*(?:第?[{TO_TEN}百]+[、.章节条]|\([{TO_TEN}\d]+\)|\d{{1,2}}[.、)])")

# Wordings around a figure that make it a target or rule it out.
TO_LEVEL = "[到至为]"
LEVEL_UP = f"{{level-up}}|[≥>≧]|(?:{{rising-verbs}}){TO_LEVEL}"
LEVEL_DOWN = f"{{level-down}}|[≤<≦]|(?:{{falling-verbs}}){TO_LEVEL}"
LEVEL_EVEN = "{level-even}"
UP = "(?:{change-up}|新增加?)率?"
DOWN = "(?:{change-down})率?"
FILLER = "(?:{figure-fillers})?"
AT_FIGURE = (
    rf"(?:(?P<up>{LEVEL_UP})|(?P<down>{LEVEL_DOWN})|(?P<even>{LEVEL_EVEN})|(?P<more>{UP})|(?P<less>{DOWN}))"
    rf"{FILLER}{FILLER} ?$"
)
MAKE = "{making-verbs}"
MAKES_HERE = rf"(?:{MAKE})(?:{{endings-of-making}})?$"
MAKES_IN_ALL = f"(?P<make>{MAKE})(?:{{whole-places}})$"
OF_QUALITY = "quality-verbs"
REACHED = "(?:{completing-verbs})$"
A_RATE = "率(?:{level-reached})? ?$"
RATE_REACHED = "率(?:{level-reached}) ?$"
GROWN = "{growth-verbs}"
ROUGHLY = rf"{{words-of-approximation}}{FILLER}$"
SCOPE = "{scope-words}|的(?=.{0,3}$)"
CONDITION_END = "(?:{condition-tails})$"
CONDITION_HEAD = "^(?:{condition-heads})"
LIMIT = "{limit-words}|按.{0,12}标准|(?:{verbs-of-quotas})的?[^,]{0,20}(?:{at-most-words})"
MONEY_GIVEN = "{granting-words}"
PAST = "{past-words}"
PAST_OPENS = "[^,]{0,12}(?:{past-openers})"
OF_GOAL = "^的(?:{goal-nouns})"
NO_COUNT = r"^(?:{uncounted-nouns}|[^,、\d]{1,8}以[上下内]的)"  # 30张床位以上的护理院 gives a size
NO_UNIT = "{words-begun-by-units}"
OWNER = "^(?:{owner-attributes})?(?:{owner-nouns})"
NOUN_OF_LEVEL = "(?:{level-nouns})$"
FUND = "(?:{founding-verbs}).{0,24}(?:{sizes-of-funds})"
CHANGE_BEFORE = rf"(?:(?P<more>{UP})|(?P<less>{DOWN}))(?<![率速幅])(?:{{level-up}}){FILLER} ?$"
BEFORE_VERB = "(?:{subject-heads}|{moving-verbs}|{whole-places}|{adverbs})*"
COMPARED = "{comparing-verbs}[^,;\\d]{2,14}$"
"""高于经济增速1个百分点: the distance from a value that is not in the text."""
AT_LEAST = "(?:{at-least-words}).{1,6}$"
MADE_KNOWN = "(?:{disclosures})$"  # 新增10个书屋等信息公开
RULE_BEHIND = "{ruling-words}|[应须][由在按有符具不]"
YEARLY = "每年(?:{yearly-openers})$"
EACH = f"每(?:.*(?:{{level-up}}|{{at-least-words}})|(?:{{places-of-each}})[^,;\\d]{{0,12}}(?:{MAKE})$)"
NOT_A_TARGET_BEFORE = "(?:{ordinal-words})$"

OF_PEOPLE = re.compile("[人户名]$")
WEAK = "{weak-making-verbs}"
PER_CASE = f"每(?!年|月|季|周|学)(?:{MAKE}|增|新)[^,]{{0,4}}$|每[个家名人户项亩件次例]?$"
OF = "的"
SERVED = "(?:{units-of-the-served})$"
REDUCES = rf"(?P<less>{{reducing-verbs}})(?=[^,、;:{OF}\d()]{{2,14}}$)"
"""压减审批事项30项: what becomes less stands between the verb and the figure."""
GOES_ON = re.compile("[、和与及]|以及|并|且")
BROKEN = re.compile("(?<=[一-鿿“”、()]) | (?=[一-鿿“”、()])")
"""A blank between hanzi marks a line break and is not wording."""
QUOTED = re.compile("“[^”]*”|《[^》]*》")
JOINT = re.compile(" ?(?:[、和与及或]|以及) ?")
WORKS = f"^[^,;:{OF}]{{0,40}}?(?:{{works-of-things}})(?:{JOINT.pattern}|[,;]|$)"
"""推进100项技术攻关: what is counted are works to be done, not things that something is done for."""
FIRST = "(?:{first-words})$"
# 75%的村和85%的社区建成卫生室: the figure starts the clause, and what it counts is the subject
ACTS_BEFORE = (
    r"^(?:\D?\d{4} ?\D{1,4})?(?:{subject-heads}|{moving-verbs}|{whole-places})*"
    rf"(?:(?:\d+|{{words-for-all}})[^,\d]{{1,14}}{JOINT.pattern})*(?P<at>{{scope-words}})?$"
)
ALL_OF = "^(?:{moving-verbs})[^,;:]{2,}$"
"""确保政务服务事项100%网上可办: the share stands between the subject and its verb."""
ALL_DO = f"(?:{HANZI.pattern}|[”)]){{2}}(?<!{{share-givers}})$"
"""新建茶厂100%执行节水标准: all of what stands before the share do what stands behind it."""
SHARE_ACTS = "^的?[^,;:]{1,24}?(?:{states-of-a-share})"
FOR_PEOPLE = "^(?:{subject-heads}|{adverbs})*{service-prepositions}(?:{whole-places})?$"
ACTS_FOR = f"^[^,;:{OF}]{{1,20}}?(?:{{service-verbs}})"  # 为1200名牧民提供培训
ACTS_AT_SHARE = "(?:{states-of-a-share}|{acts-of-a-share})"
COUNT_ACTS = "^[^,;:的]{1,20}?(?:{results-of-things})"
AT_PLACE = "(?:{aiming-words})(?:{scope-words})$"
OF_COUNTED = re.compile(rf"\d+[^,、\d]{{1,10}}{OF}$")
"""建成覆盖8个村的5个书屋: how many there are of what the counted things are for."""
LISTED = re.compile("等共?$")
TERRITORY = "[省市县区州]|{territory-words}"
EARNS = "{earning-verbs}"
APPLICANT = "申[报请](?:{applicants})|上一?年度"
AIM = "{aiming-words}"
COVERED = "(?:{covering-verbs})$"
OF_WHOLE = f"(?<![不超])(?P<up>{LEVEL_UP})[^,]{{2,24}}的$"  # 达到新车销售总量的20%
ON_TERMS = "^[^,;。]{0,40}的(?:{grant-heads}|,|$)"  # 吸纳1人以上就业的每增加1人给予补贴
# 用工500人以上或招录100人以上的茶厂
CONDITIONS = re.compile(rf"(?:{JOINT.pattern}|{GOES_ON.pattern})[^,;、\d]{{0,12}}\d[^,;、]{{0,8}}{POST}{OF}")
IN_REACH = "(?:{reach-units})[^,、;。]{0,14}(?:{reach-nouns})"  # 5公里便民服务圈
MAY_USE = "(?:{permitted-uses})[^,]{0,8}(?:{most-words})"  # 可利用不超过3%的面积
NOT_REACHED = f"[未可](?:{LEVEL_UP})$"  # 金额未达到50万元的项目, 额度可提高至500万元
SEAT = "(?:{seats-of-a-body})(?:人数)?[^,;]{0,6}$"  # 副秘书长不超过5人
HELD_BY = "“?[^,;的、]{0,8}”?(?:{held-by-figures})"
HELD_WITHIN = f"(?P<down>{LEVEL_DOWN})[^,、\\d]{{2,12}}$"  # 控制在年度产量4%以内
PART_OF_WHOLE = "占[^,、]{2,24}$"  # 占全省产量的25%
DEFINES = re.compile("(?:是|^|[,;:])指(?![标导数南引定挥示派明出向])")
# 达到2020年的2倍: a multiple of a figure that is not in the text; `\w` is the 年 of the year
OF_A_YEAR = rf"(?:19|20)\d\d ?\w[^,;。\d]{{0,4}}{OF} ?$"
BARS_OF_SHARES = (MAY_USE, NOT_REACHED, PER_CASE, APPLICANT, OF_A_YEAR)
OFFENCE = "(?:{offences})[^,\\d]{0,4}(?:{level-up}) ?$"
"""超时达到5次: from how many offences on something follows."""
BARS = (LIMIT, NOT_A_TARGET_BEFORE, OFFENCE, *BARS_OF_SHARES)

REACH = 160
"""Code points around a figure in which its words are searched for; keeps clauses without punctuation linear."""

NEAR = 14
"""Code points before a figure in which its verb is searched for."""

MANY_PEOPLE = 10
"""From this number on, people who are helped are counted (帮助渔民450名); fewer may be a condition."""

MANY = 20
"""Chinese numerals count from this number on; smaller ones are mostly set phrases (四个现代化)."""

CHANGE_TO = f"[^、]{{0,4}}(?:{{change-verbs}}){TO_LEVEL}"


WRITTEN_YEAR = re.compile(rf"[{HAN}]{{4}}年")
