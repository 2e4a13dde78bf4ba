"""Which figures are no targets, whatever verb stands near them.

Takes a figure in its clause: scopes, ordinals, limits, conditions, ranks, sizes of one thing, words that begin like a
unit, figures in titles and quotations.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild.extract.indicators.amounts import LARGE
from kgbuild.extract.indicators.wordings import (
    BARS,
    BARS_OF_SHARES,
    COMPARED,
    CONDITIONS,
    FUND,
    GOES_ON,
    HELD_BY,
    IN_REACH,
    LIMIT,
    LISTED,
    MADE_KNOWN,
    MAKE,
    NO_COUNT,
    NO_UNIT,
    OF,
    OF_GOAL,
    OF_PEOPLE,
    ON_TERMS,
    OWNER,
    RATE_REACHED,
    REACHED,
    RULE_BEHIND,
    SEAT,
    TERRITORY,
)
from kgbuild.text.normalise import HANZI

if TYPE_CHECKING:
    from kgbuild.extract.indicators.seen import Context, Seen


_OF_OTHERS = re.compile(rf"[^,、\d]{{1,10}}{OF}\d")  # 覆盖8个村的5个书屋


def is_barred(seen: Seen, context: Context) -> bool:
    """Tell whether the context rules the figure out as a target."""
    if seen.acts:  # 全省 before what is counted does not make it a rank
        return _is_no_unit(seen, context)
    if any(context.words[bar].search(seen.before) for bar in _bars(seen, context)) or _is_no_unit(seen, context):
        return True
    if (LISTED.search(seen.before) and context.words[TERRITORY].match(seen.after)) or _is_reach(seen, context):
        return True
    return _count_barred(seen, context) if seen.kind == "count" else _amount_barred(seen, context)


def _is_reach(seen: Seen, context: Context) -> bool:
    """Tell whether a distance merely gives a range: 5公里便民服务圈."""
    unit = seen.match.start("unit")
    return unit >= 0 and context.words[IN_REACH].match(context.norm, unit, context.clause.end) is not None


def _bars(seen: Seen, context: Context) -> tuple[str, ...]:
    """Return the wordings before a figure that rule it out; 全省 before a share does not make it a rank."""
    if seen.kind != "share":
        return BARS
    changes = seen.word is not None and (seen.word["less"] or seen.word["more"])
    if changes:
        return (COMPARED, *BARS_OF_SHARES)
    # a rate that is reached is no limit, whatever it is a rate of: 时限达标率达97%
    changes = changes or context.words[RATE_REACHED].search(seen.before) or context.reduces(seen)
    return BARS_OF_SHARES if changes else (LIMIT, *BARS_OF_SHARES)


def _is_no_unit(seen: Seen, context: Context) -> bool:
    """Tell whether the unit starts another word, or what follows says that nothing is counted."""
    m = seen.match
    if context.words[NO_COUNT].match(seen.after):
        return True
    if m["unit"] and context.words[NO_UNIT].match(context.norm, m.end("unit") - 1):
        return True
    follows = HANZI.match(seen.after) is not None
    if m["unit"] in {*LARGE, "成"}:  # 5万Nm3: of a unit that is not known
        people = context.counts_people(m["unit"], seen.after)  # 吸引5万毕业生
        return not (seen.post or people) and (follows or seen.after[:1].isalnum())
    return m["unit"] == "岁" and follows


def _count_barred(seen: Seen, context: Context) -> bool:
    # 设计审查、招投标等8个事项: the figure counts what precedes it
    sums_up = LISTED.search(seen.before) and not seen.post and not context.begins_making(seen)
    if sums_up or _OF_OTHERS.match(seen.after) or (seen.post and CONDITIONS.match(seen.after)):
        return True
    if context.given and context.words[ON_TERMS].match(seen.after):
        return True
    if context.given and re.match("的?,?[奖补资]", seen.after):
        return True
    if OF_PEOPLE.search(seen.match["unit"]):
        marked = seen.post and seen.after.startswith(OF)  # 50户以上的村寨
        if context.words[SEAT].search(seen.before) or marked:
            return not (marked and context.words[OF_GOAL].match(seen.after))
    near = re.split(r"\d", seen.before[-6:])[-1]  # 建设1所30张床位以上的护理院: one thing is created
    if seen.after.startswith(OF) and not context.words[MAKE].search(near):
        return True
    return any(context.words[bar].search(seen.after) for bar in (RULE_BEHIND, MADE_KNOWN))


def _amount_barred(seen: Seen, context: Context) -> bool:
    if context.given:
        return True
    if seen.kind == "share" and (context.words[REACHED].search(seen.before) or context.of_share(seen)):
        return False
    if context.words[OF_GOAL].match(seen.after) or ("基金" in seen.after and context.words[FUND].search(seen.before)):
        return False
    if seen.after.startswith(OF) or context.words[OWNER].match(seen.after):
        return True
    if seen.kind != "share" and (context.words[HELD_BY].match(seen.after) or CONDITIONS.match(seen.after)):
        return True  # 能耗超过5万吨标准煤“两高”项目,须: a condition without 的
    return bool(seen.post and HANZI.match(seen.after) and not GOES_ON.match(seen.after))


def is_inside_marks(seen: Seen) -> bool:
    """Tell whether the figure lies in a title, a bracket, or a quotation that does not state a level."""
    before = seen.before
    if any(before.count(a) > before.count(b) for a, b in ("《》", "()", "〔〕", "[]")):
        return True
    if before.count("“") <= before.count("”"):
        return False
    stated = seen.word is not None and (seen.word["up"] or seen.word["down"])
    return not (stated and len(before) - before.rindex("“") > 8)
