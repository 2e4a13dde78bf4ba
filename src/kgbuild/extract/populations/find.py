"""Groups of persons in a text: their spans, concepts and roles.

Takes passages. Candidates are labels of the vocabulary and heads of the grammar (人员, 人才, 负责人). Mis-segmented
words and frozen compounds are dropped; the rest are extended to their classifying modifiers, and candidates inside a
longer phrase become part of it. The text is scanned once, with anchored matches on small windows.
Source: observation of plans, agreed between annotators.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.extract.populations.filter import MAY_BE_FIRMS, bare_talent, fused_talent, is_frozen, is_misread
from kgbuild.extract.populations.roles import METAPHORS, always_embedded, embedded_role, plain_role
from kgbuild.extract.populations.spans import all_known, widen
from kgbuild.extract.populations.words import COUNTED_POST, HEAD, INSTITUTION, JOIN, OPEN_LIST, POST, TAIL
from kgbuild.model import PopulationMention, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.lexicon import Lexicon
    from kgbuild.lexicon.words import Words
    from kgbuild.model import Grade
    from kgbuild.text.passage import Passage

_BEFORE, _BEHIND, _LONGEST = 12, 28, 80
_FIELD = 4  # length of a field with a name: 茶业领域, not 领域 alone
_VERB = 2
_UNMODIFIED = 2  # 专家, 人才
_PLACE = r"{dwelling-places}"
_COMMUNITY = "{neighbourhoods}"
_ORGANISED = INSTITUTION + "$"
_SELF = "个人"
_UNQUOTED = str.maketrans("", "", "“”")


class _Group(NamedTuple):
    """A phrase with its concept, rule and grade."""

    start: int
    end: int
    concept: str
    rule: str
    grade: Grade


def find_populations(
    passage: Passage, lexicon: Lexicon, *, names: Sequence[Span] = (), titles: Sequence[Span] = ()
) -> Iterator[PopulationMention]:
    """Yield the mentions in a passage in reading order.

    Args:
        passage: The text of an action or a heading.
        lexicon: Labels of the concepts.
        names: Spans of named things in it; a group inside one is embedded.
        titles: Spans of 《…》 in it.
    """
    text = passage.text
    groups = _groups(text, lexicon)
    for first, last in _coordinations(text, groups):
        whole = groups[first].start, groups[last].end
        for group in groups[first : last + 1]:
            span = _of_name(passage.span(group.start, group.end), text[group.start : group.end], names, lexicon)
            word, behind = text[group.start : group.end], text[group.end : group.end + _BEHIND]
            if always_embedded(word, behind) or any(n.covers(span) for n in (*names, *titles)):
                role = embedded_role(word, behind, lexicon.words)
            else:
                role = plain_role(text, *whole, lexicon.words)
            yield PopulationMention(span=span, concept=group.concept, role=role, rule=group.rule, grade=group.grade)


def find_heading_populations(
    passage: Passage, lexicon: Lexicon, *, titles: Sequence[Span] = ()
) -> Iterator[PopulationMention]:
    """Yield the mentions in a heading; a heading that names a neighbourhood and no group refers to its residents."""
    found = list(find_populations(passage, lexicon, titles=titles))
    yield from found
    place = None if found else lexicon.words[_COMMUNITY].search(passage.text)
    if place:
        span = passage.span(place.start(), place.end())
        yield PopulationMention(
            span=span, concept="community_residents", role="target", rule="population-of-place", grade="context"
        )


def _of_name(span: Span, word: str, names: Sequence[Span], lexicon: Lexicon) -> Span:
    """Include the name that says into what persons were taken or what they won (云岭英才计划|入选者)."""
    if word not in lexicon.words.of("named-by-awards"):
        return span
    return next((Span(n.start, span.end) for n in names if n.end == span.start), span)


# -- candidates ------------------------------------------------------------------------------------------------------
def _groups(text: str, lexicon: Lexicon) -> list[_Group]:
    """Return the phrases in reading order, none inside another."""
    groups: list[_Group] = []
    for start, core in _candidates(text, lexicon):
        if text[start:core] == _SELF and groups and groups[-1].end == start:
            continue  # 学生|个人档案
        word, tail = text[start:core], lexicon.words[TAIL].match(text, core)
        end = tail.end() if tail else core
        before, behind = text[max(0, start - _BEFORE) : start], text[end : end + _BEHIND]
        floor = _floor(text, groups, start, lexicon)
        begin = start if word in METAPHORS else widen(text, start, core, lexicon, floor=floor)
        begin = _praised(text, groups, begin, word, lexicon)
        if (
            plain := text[max(begin, text.rfind("“", begin, core)) : core].translate(_UNQUOTED)
        ) in lexicon.population_of:
            word = plain  # “零就业”家庭 are not 家庭 alone
        if groups and begin == start and word in lexicon.words.of("sharing-heads") and _shares(text, groups[-1], start):
            groups.append(_named(text, start, start, end, lexicon))
            continue
        if _no_group(text[begin:end], word, (before, behind), lexicon) or _sums_up(text, groups, begin, word, lexicon):
            continue
        if always_embedded(word, behind) and groups and groups[-1].end == begin:
            groups.append(_named(text, begin, start, end, lexicon))
            continue
        if word in lexicon.words.of("sharing-heads") and groups and groups[-1].end == begin and text[begin] == "“":
            continue  # 大学生|“三下乡”团队: a team behind its persons is none besides
        own = _own_member(text, begin, start, groups) if word in lexicon.words.of("bare-heads") else -1
        if own > begin:
            groups.append(
                _named(text, begin, begin, own, lexicon)._replace(
                    concept=_id(lexicon.words.meanings("population-heads").get(word, ""))
                )
            )
            continue
        while groups and groups[-1].end >= begin and end - groups[-1].start <= _LONGEST:
            begin = min(begin, groups.pop().start)
        begin = max(begin, groups[-1].end if groups else 0)
        groups.append(_named(text, begin, start, core, lexicon)._replace(end=end))
    return _shared(text, groups, lexicon)


def _praised(text: str, groups: list[_Group], begin: int, word: str, lexicon: Lexicon) -> int:
    """Return the start with a modifier before a word of praise, which is no group then (青年|优秀|人才)."""
    if not groups or word not in lexicon.words.of("open-heads") or groups[-1].end >= begin:
        return begin
    last = groups[-1]
    praised = text[last.end : begin] in lexicon.words.of("words-of-praise")
    return last.start if praised and all_known(text[last.start : last.end], lexicon) else begin


def _floor(text: str, groups: list[_Group], start: int, lexicon: Lexicon) -> int:
    """Return the end of the previous group; what also modifies the next head is not a group (家庭|儿童)."""
    if not groups:
        return 0
    last = groups[-1]
    if last.end == start and all_known(text[last.start : last.end], lexicon):
        return groups[-2].end if len(groups) > 1 else 0
    return last.end


def _own_member(text: str, begin: int, start: int, groups: list[_Group]) -> int:
    """Return the end of a member that only the head after 等 makes persons (护工、巡护|等人员); otherwise -1."""
    closed = OPEN_LIST.search(text, begin, start)
    beside = bool(groups) and JOIN.fullmatch(text, groups[-1].end, begin) is not None
    return closed.start() if closed and closed.end() == start and beside else -1


def _end(start: int, longest: int, text: str, lexicon: Lexicon) -> int:
    """Return the end of the longest label here that crosses no word boundary; `start` if there is none."""
    before = text[max(0, start - _BEFORE) : start]
    for end in range(longest, start + 1, -1):
        word = text[start:end]
        if (end == longest or word in lexicon.population_of) and not is_misread(
            word, before, text[end : end + _BEHIND], lexicon.words
        ):
            return end
    return start


def _label_in(start: int, end: int, text: str, lexicon: Lexicon) -> tuple[int, int] | None:
    """Return the label at a place, or the one that ends it if what begins it belongs to a word before (名|教师)."""
    for at in range(start, end - 1):
        if at == start or text[at:end] in lexicon.population_of:
            last = _end(at, end, text, lexicon)
            if last > at:
                return at, last
    return None


def _shares(text: str, group: _Group, start: int) -> bool:
    """Tell whether a bare head stands beside a group whose modifier also applies to it (高层次专家和|团队)."""
    return JOIN.fullmatch(text, group.end, start) is not None and group.end - group.start > _UNMODIFIED


def _shared(text: str, groups: list[_Group], lexicon: Lexicon) -> list[_Group]:
    """Extend the place before one group to its neighbour (农村青年和妇女: rural women too)."""
    for i in range(1, len(groups)):
        one, two = groups[i - 1], groups[i]
        place = lexicon.words[_PLACE].match(text, one.start, one.end)
        if place and text[one.end : two.start] in {"和", "与", "及"}:
            concept = lexicon.population_of.get(place.group() + text[two.start : two.end])
            groups[i] = two._replace(concept=concept, grade="context") if concept else two
    return groups


def _candidates(text: str, lexicon: Lexicon) -> list[tuple[int, int]]:
    """Return labels and heads that cross no word boundary, sorted; a head inside a label is not a candidate."""
    labels = [(m.start, m.end) for m in lexicon.find_populations(text)]
    found = [part for start, end in labels if (part := _label_in(start, end, text, lexicon))]
    taken, within = bytearray(len(text) + 1), bytearray(len(text) + 1)
    for start, end in found:
        taken[start:end] = b"\1" * (end - start)
    for start, end in labels:
        within[start:end] = b"\1" * (end - start)
    for m in chain.from_iterable(lexicon.words[p].finditer(text) for p in (HEAD, POST, COUNTED_POST)):
        end = _end(m.start(), m.end(), text, lexicon)
        # a label that crosses a border takes the heads inside it along, not one that goes on behind it: 施|工人|员
        if end > m.start() and not any(taken[m.start() : end]) and not all(within[m.start() : end]):
            found.append((m.start(), end))
    return sorted(found)


def _no_group(phrase: str, word: str, around: tuple[str, str], lexicon: Lexicon) -> bool:
    """Tell whether an extended candidate is bare, frozen, or 人才 with words that belong to the following compound."""
    before, behind = around
    if _bare(phrase, before, behind, lexicon.words) or is_frozen(word, before, behind.removeprefix("”"), lexicon.words):
        return True
    if word in lexicon.words.of("heads-of-anything") and lexicon.words[_ORGANISED].search(phrase[: -len(word)]):
        return True
    if word != "人才" or not fused_talent(behind, lexicon.words):
        return False
    modifier = phrase[: -len(word)]
    # 重点领域 names no field
    field = next((modifier[len(w) :] for w in lexicon.words.of("reference-words") if modifier.startswith(w)), modifier)
    known = all(all_known(part, lexicon) for part in JOIN.split(modifier))  # 高校、科研院所和民营企业|人才
    return not known and not (
        len(field) >= _FIELD
        and field[-1:] != behind[:1]  # 创新链产业链|人才|链
        and _is_field(field, lexicon.words)
    )


def _is_field(modifier: str, words: Words) -> bool:
    """Tell whether what precedes 人才 is the field that they work in (智能建造|人才), not a clause (预算安排|人才)."""
    if modifier.endswith(tuple(words.of("field-nouns"))):
        return True
    own = words.of("name-verbs") - words.of("agent-verbs")
    told = modifier[:-_VERB] if modifier[-_VERB:] in own else modifier  # 园林养护服务|人才
    return not words.hold(told, 0, "policy-verbs")


def _sums_up(text: str, groups: list[_Group], begin: int, word: str, lexicon: Lexicon) -> bool:
    """Tell whether the word says only that the groups before it are of weight (渔民、牧民等|重点群体)."""
    if not groups or groups[-1].end >= begin or lexicon.population_of.get(word) != "key_groups":
        return False
    return OPEN_LIST.fullmatch(text, groups[-1].end, begin) is not None


def _bare(phrase: str, before: str, behind: str, words: Words) -> bool:
    """Tell whether only a head is left, which names no group by itself."""
    if phrase == "人才":
        return not bare_talent(before, behind, words)
    return phrase in words.of("bare-heads")


def _named(text: str, begin: int, start: int, end: int, lexicon: Lexicon) -> _Group:
    """Return the phrase with the concept of the longest label at its end, or of a label split by other words."""
    phrase, labels = text[begin:end], lexicon.population_of
    own = text[start:end]
    # 港、澳、台居民 are 港澳台居民, “零就业”家庭 are 零就业家庭
    name = JOIN.sub("", phrase).translate(_UNQUOTED)
    if name in labels:
        concept = _assignable(labels[name])
        doubtful = concept in MAY_BE_FIRMS and "个人" not in phrase
        return _Group(begin, end, concept, "population-label", "doubtful" if doubtful else "rule")
    heads = lexicon.words.meanings("population-heads")
    suffix = _suffix_label(phrase.translate(_UNQUOTED), labels)
    if suffix is None or suffix in heads:
        suffix = _like_label(phrase, own, lexicon) or suffix
    parted = _parted_label(phrase, lexicon) if suffix is None or suffix in heads else None
    joint = JOIN.search(phrase)
    label = (_covering_label(phrase, joint.start(), lexicon) if joint else parted) or suffix
    concept = _assignable(labels[label]) if label else _id(heads.get(own, "") or _who(own, lexicon.words))
    return _Group(
        begin, end, concept, "population-label" if label else "population-head", "rule" if label else "context"
    )


def _who(head: str, words: Words) -> str:
    """Return who has a post or is in a state, '' if the head names neither (保护|员: grassroots workers)."""
    ends = words.meanings("post-ends") | words.meanings("household-ends")
    return ends.get(head[-1:], "")


def _suffix_label(phrase: str, labels: dict[str, str]) -> str | None:
    """Return the longest label at the end of a phrase; a preceding 非 negates it."""
    for i in range(len(phrase) - 1):
        if phrase[i:] in labels and not (i and phrase[i - 1] == "非"):
            return phrase[i:]
    return None


def _like_label(phrase: str, head: str, lexicon: Lexicon) -> str | None:
    """Return the label with the same field and a synonymous head (护理|人员 for 护理|工作者)."""
    like = lexicon.words.rows("like-heads")
    own = next((w.text for w in like if phrase.endswith(w.text)), "")
    if not own or not head.endswith(own):
        return None
    fields = phrase[: -len(own)]
    for i in range(len(fields) - 1):
        if i and fields[i - 1] == "非":
            break
        label = next((fields[i:] + w.text for w in like if fields[i:] + w.text in lexicon.population_of), None)
        if label:
            return label
    return None


def _parted_label(phrase: str, lexicon: Lexicon) -> str | None:
    """Return a label whose parts start and end the phrase (农机|推广人员 in 农机科研推广人员); longest end first."""
    if JOIN.search(phrase):
        return None
    # 重点领域从业人员 are no 重点|人员
    first = [n for n in (4, 3, 2) if phrase[:n] not in lexicon.words.of("reference-words")]
    for i in range(3, len(phrase) - 1):
        parts = (phrase[:n] + phrase[i:] for n in first if n < i)
        label = next((p for p in parts if p in lexicon.population_of), None)
        if label:
            return label
    return None


def _covering_label(phrase: str, end: int, lexicon: Lexicon) -> str | None:
    """Return the label of a first modifier and the last word, if it covers coordinates (特殊困难|高龄、失能|老年人)."""
    for n in range(4, 1, -1):
        behind = phrase[n:end]
        if behind and all_known(behind, lexicon) and phrase[:n] not in lexicon.words.of("reference-words"):
            labels = (phrase[:n] + phrase[i:] for i in range(end, len(phrase) - 1))
            if label := next((w for w in labels if w in lexicon.population_of), None):
                return label
    return None


def _id(concept: str) -> str:
    """Return the id of a population IRI; the general public if there is none."""
    return concept.rpartition("/")[2].removesuffix(">") or "public"


def _assignable(concept: str) -> str:
    """Replace the root of the scheme, which is never assigned."""
    return "public" if concept == "people" else concept


def _coordinations(text: str, groups: Sequence[_Group]) -> Iterator[tuple[int, int]]:
    """Yield runs of phrases separated only by 、 or 和; they share their role."""
    first = 0
    for i in range(1, len(groups) + 1):
        if i < len(groups) and JOIN.fullmatch(text, groups[i - 1].end, groups[i].start):
            continue
        if groups:
            yield first, i - 1
        first = i
