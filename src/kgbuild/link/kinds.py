"""Bodies derived by rule: a kind of body at the level of a place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.lexicon.bodies import OF_GOVERNMENT, abbreviates, regular_forms, stem_of, suffix_of
from kgbuild.lexicon.names import STEM_SUFFIXES
from kgbuild.link.anchor import COUNTRY, anchor, fill, full_name, level_of, pick
from kgbuild.link.dates import Era, at_date
from kgbuild.link.entries import by_rule
from kgbuild.link.registry import choose
from kgbuild.model import LinkContext, Party, Slip
from kgbuild.terms import register

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.lexicon import Division, Lexicon, Name

MIN_SHORT = 2
"""Length up to which a short name cannot distinguish the names of a kind (建委)."""
_CLASS_OF_PLACES = "(?:{kinds-of-places}){1,3}(?:{government-places}|{further-divisions})?$"
_ZONE = r"(?:{zone-endings})$"
_PART = "分局"
_GENERAL = r"(?:{general-functions})+$"
# The Youth League is a kind of body rather than one body, so no entry lists its other names.
_LEAGUE = {"中国共产主义青年团": "共青团", "团": "共青团"}
_SHORT_TAILS = (("委员会", "委"), ("中心支行", "中支"), ("营业管理部", "营管部"))
_GOVERNMENT = OF_GOVERNMENT[2:]
"""市政府口岸办 is an office of the city's government."""
_IN_FULL = 5  # characters: a function that is not abbreviated, and the 局 or 厅 behind it
_OF_PROVINCES = {"province", "autonomous_region", "municipality"}


class Option(NamedTuple):
    """A kind of body with its name in one division.

    Attributes:
        kind: Key of the kind.
        pattern: Its name, without the place.
        official: Whether this is the official name.
        slip: Whether the wording is not a name of the kind in this division.
        name: The official name, if the wording itself gives it.
        unsure: Whether the wording may abbreviate several names of the kind there, or none of them.
        mirrored: Whether the name of the province's own body decides between several.
    """

    kind: str
    pattern: str
    official: bool
    slip: bool = False
    name: str | None = None
    unsure: bool = False
    mirrored: bool = False


def of_core(wording: str, context: LinkContext, lexicon: Lexicon) -> Party | None:
    """Return the body denoted by a place and the name of a kind, None if the wording has another form.

    The place is the one named, the one to which 省, 市 … refers from the document's division, or, if the wording has
    none, the document's division, which the grade then reflects.

    Args:
        wording: The wording.
        context: What the document says about itself.
        lexicon: The register.
    """
    unplaced: Party | None = None
    for reading in lexicon.names.readings(wording):
        if not _kinds_of(reading.core, lexicon):
            continue
        found = [
            _seen_from(party, context, lexicon)
            for code in _divisions(reading, context, lexicon)
            if (party := _at(wording, reading, code, context, lexicon)) is not None
        ]
        if found:
            # an ambiguous place; of places above the document's division the nearest counts
            return _open(wording, found) if reading.codes and len(found) > 1 else found[0]
        if reading.place or context.division is None:
            unplaced = unplaced or _unplaced(wording, reading, context, lexicon)
    return unplaced


def of_pattern(wording: str, context: LinkContext, lexicon: Lexicon) -> Party | None:
    """Return the body whose official name starts with the name of another: 国家税务总局贵州省税务局, 共青团贵州省委."""
    for written, official in _prefixes(wording, lexicon):
        rest = wording[len(written) :]
        for reading in lexicon.names.readings(rest):
            for kind, level, pattern in lexicon.patterns[official]:
                tail = pattern.partition("}")[2]
                if reading.core not in (tail, _short(tail)):
                    continue
                for code in _divisions(reading, context, lexicon):
                    division = lexicon.division(code)
                    if division and level_of(division) == level:
                        name = None
                        if reading.codes:
                            # 中国人民银行合肥中心支行: the name contains the place as written
                            name = official + reading.place + tail
                        option = Option(kind=kind, pattern=pattern, official=True, name=name)
                        return _party(wording, option, division, lexicon)
    return None


def _short(tail: str) -> str:
    return next((tail.removesuffix(long) + short for long, short in _SHORT_TAILS if tail.endswith(long)), tail)


def _prefixes(wording: str, lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """Yield the possible starts of the name of a branch, as written and officially, longest first."""
    for written, official in (*lexicon.heads, *_LEAGUE.items()):
        if written != "中共" and wording.startswith(written):
            yield written, official


def _divisions(reading: Name, context: LinkContext, lexicon: Lexicon) -> tuple[str, ...]:
    if reading.unknown:
        return ()
    if reading.codes:
        return pick(reading.codes, context.division, lexicon)
    if reading.marker:
        code = anchor(reading.marker, context.division, lexicon)
        return (code,) if code else ()
    if context.division and context.division != COUNTRY and not context.is_inner:
        return tuple(code for code in lexicon.ancestors(context.division) if code != COUNTRY)
    return ()


def _at(wording: str, reading: Name, code: str, context: LinkContext, lexicon: Lexicon) -> Party | None:
    division = lexicon.division(code)
    if division is None or code == COUNTRY:
        return None
    own = _own(wording, reading.core, division, context, lexicon)
    if own is not None:
        return own if reading.place else _by_context(own)
    options = [
        _as_written(_abbreviated(option, wording, reading, division, context, lexicon), reading, lexicon)
        for option in _options(reading.core, division, lexicon)
    ]
    if not reading.place:
        options = [option for option in options if not option.slip]
    if not options:
        return None
    party = _dated(wording, options, division, context, lexicon)
    if reading.place or party.method in ("slip", "unresolved"):
        return party
    return _by_context(party)


def _open(wording: str, found: list[Party]) -> Party:
    return Party(
        surface=wording,
        kind=found[0].kind,
        method="unresolved",
        grade="doubtful",
        candidates=tuple(party.iri for party in found if party.iri),
        note="candidates: " + ", ".join(party.canonical or party.surface for party in found),
    )


def _seen_from(party: Party, context: LinkContext, lexicon: Lexicon) -> Party:
    """Mark a government below the document's division as a local one."""
    if party.kind != "government" or party.division is None or party.division == context.division:
        return party
    if context.division in lexicon.ancestors(party.division):
        return replace(party, kind="local_government")
    return party


def _abbreviated(
    option: Option, wording: str, reading: Name, division: Division, context: LinkContext, lexicon: Lexicon
) -> Option:
    """Return the option under the name of the kind that the wording abbreviates.

    城建局 is 城乡建设局, not 住房和城乡建设局: a short form contains characters of the name in order, including the
    first. If several names are possible, it is the usual one; if none or more than one of them is usual (房产管理局 and
    房屋管理局 for 房管局), it is the one like the name of the province's own body, or unknown.
    """
    kind, core = lexicon.kind(option.kind), reading.core
    names = kind.names.get(level_of(division), ())
    usual = names[: kind.usual.get(level_of(division), 0)]
    if option.slip or len(core) <= MIN_SHORT or "{" in option.pattern or not names:
        return option
    own = [name for name in names if context.issuer and context.issuer == fill(name, division, lexicon)]
    plain = [core] if option.official else [name for name in names if core in regular_forms(name, lexicon.words)]
    if len(plain) == 1:
        # with its place in full it is the name itself, whatever other names are longer
        longer = [] if option.official and reading.codes and not own else _extended(plain[0], names, lexicon)
        if not longer or (plain[0] in usual and not set(longer) & set(usual)):
            return option._replace(pattern=plain[0], unsure=False)
        able = [plain[0], *longer]
    else:
        able = [name for name in names if _has_suffix_of(core, name, lexicon) and abbreviates(core, name)]
    if shared := [name for name in able if name in own]:
        return option._replace(pattern=shared[0], unsure=False)
    return _chosen(option, wording, core, able, division, lexicon) if able else option


def _chosen(
    option: Option, wording: str, core: str, able: Sequence[str], division: Division, lexicon: Lexicon
) -> Option:
    """Return the option under the one of its names that a wording means, unsure where nothing decides."""
    kind = lexicon.kind(option.kind)
    usual = kind.names[level_of(division)][: kind.usual.get(level_of(division), 0)]
    able = [name for name in able if name.removeprefix(OF_GOVERNMENT)[0] == core[0]] or able
    if _GOVERNMENT in wording:  # 市政府口岸办
        able = [name for name in able if name.startswith(OF_GOVERNMENT)] or able
    likely = [name for name in able if name in usual] or able
    if len(likely) == 1:
        return option._replace(pattern=likely[0], unsure=False)
    mirrored = _as_above(option.kind, division, lexicon)
    if mirrored in able:
        return option._replace(pattern=mirrored, unsure=False, mirrored=True, official=False)
    return option._replace(pattern=likely[0], unsure=True)


def _has_suffix_of(core: str, name: str, lexicon: Lexicon) -> bool:
    return suffix_of(name, lexicon.words) == suffix_of(core, lexicon.words)


def _extended(core: str, names: Sequence[str], lexicon: Lexicon) -> list[str]:
    """Return the names that say no more than a name but in general words: 大数据管理局 beside 大数据局."""
    stem = stem_of(core, lexicon.words)
    general = lexicon.words[_GENERAL]
    return [
        name
        for name in names
        if name.startswith(stem)
        and _has_suffix_of(core, name, lexicon)
        and general.match(stem_of(name, lexicon.words), len(stem))
    ]


def _as_above(kind: str, division: Division, lexicon: Lexicon) -> str:
    """Return the name without its place that the body of a kind bears in the province of a division, if it has one."""
    for code in lexicon.ancestors(division.code):
        above = lexicon.division(code)
        for key in lexicon.own_names.get((code, kind), ()):
            body = lexicon.body(key)
            if above and body and code != division.code:
                return body.name.removeprefix(full_name(above, lexicon))
    return ""


def _as_written(option: Option, reading: Name, lexicon: Lexicon) -> Option:
    # institutions bear the short name of the place as often as the full name: 宁夏农林科学院, 西安日报社
    if reading.codes and "{" not in option.pattern and lexicon.kind(option.kind).party == "public_institution":
        return option._replace(name=reading.place + (reading.core if option.official else option.pattern))
    return option


def _by_context(party: Party) -> Party:
    if party.method in ("slip", "unresolved"):
        return party
    return replace(party, method="context", grade="context", note="place taken from the document")


def _own(wording: str, core: str, division: Division, context: LinkContext, lexicon: Lexicon) -> Party | None:
    """Return the registered body of a kind in a division, if the wording may name it."""
    bodies = []
    for kind in _kinds_of(core, lexicon):
        for key in lexicon.own_names.get((division.code, kind), ()):
            body = lexicon.body(key)
            if body and (
                _has_suffix_of(core, body.name, lexicon)
                or any(c.kind == kind and c.level == level_of(division) for c in lexicon.cores(core))
            ):
                bodies.append(body)
    if not bodies:
        return None
    eras = [Era(key=body.key, since=body.since, until=body.until) for body in bodies]
    chosen, state = at_date(eras, context.date, is_sure=context.is_dated)
    if state != "current" and any(not option.slip for option in _options(core, division, lexicon)):
        return None
    named = any(wording in (body.name, *body.forms) for body in bodies if body.key in chosen)
    return choose(
        wording,
        bodies,
        context,
        lexicon,
        method="registry" if named else "rule",
        grade="exact" if named else "rule",
    )


def _kinds_of(core: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the kinds that a name without its place may denote, at any level and with any suffix."""
    found = dict.fromkeys(meaning.kind for meaning in lexicon.cores(core))
    for form in _other_suffixes(core):
        found.update(dict.fromkeys(meaning.kind for meaning in lexicon.cores(form)))
    return tuple(found)


def _other_suffixes(core: str) -> Iterator[str]:
    for suffix in STEM_SUFFIXES:
        stem = core.removesuffix(suffix)
        if stem != core and len(stem) > 1:
            for other in STEM_SUFFIXES:
                if other != suffix:
                    yield stem + other
            return


def _options(core: str, division: Division, lexicon: Lexicon) -> list[Option]:
    level = level_of(division)
    exact = [
        Option(kind=meaning.kind, pattern=meaning.pattern, official=meaning.official, unsure=meaning.assumed)
        for meaning in lexicon.cores(core)
        if meaning.level == level
    ]
    if exact:
        return exact
    options = []
    for kind in _kinds_of(core, lexicon):
        names = lexicon.kind(kind).names.get(level)
        if names:
            options.append(_elsewhere(kind, core, names, lexicon))
    return options


def _elsewhere(kind: str, core: str, names: Sequence[str], lexicon: Lexicon) -> Option:
    """Return a kind under a name used at other levels; not a slip if only the function is worded alike there."""
    official = any(meaning.kind == kind and meaning.pattern == core for meaning in lexicon.cores(core))
    if official and suffix_of(core, lexicon.words) in {suffix_of(name, lexicon.words) for name in names}:
        return Option(kind=kind, pattern=core, official=True)
    return Option(kind=kind, pattern=names[0], official=False, slip=True)


def _best(options: list[Option]) -> list[Option]:
    official = [option for option in options if option.official]
    # 省外办 is the government office; the Party organ is written 省委外办
    state = [option for option in official or options if "{committee}" not in option.pattern]
    first: dict[str, Option] = {}
    for option in state or official or options:
        first.setdefault(option.kind, option)
    return list(first.values())


def _dated(wording: str, options: list[Option], division: Division, context: LinkContext, lexicon: Lexicon) -> Party:
    kinds = {option.kind: lexicon.kind(option.kind) for option in options}
    eras = [Era(key=kind.key, since=kind.since, until=kind.until) for kind in kinds.values()]
    chosen, state = at_date(eras, context.date, is_sure=context.is_dated)
    left = _best([option for option in options if option.kind in chosen])
    if len({fill(option.pattern, division, lexicon) for option in left}) > 1:
        return _several(wording, left, division, lexicon)
    # one name in two eras: the body is the later one
    option = max(left, key=lambda option: kinds[option.kind].since or "")
    # 市政府金融办 is not the bureau that replaced it elsewhere: the text says what exists there
    # nor is 市旅游发展局, written in full, the 市旅游发展委员会 that has ended; 省经信厅 is a slip for its successor
    is_own_name = option.slip and wording[-_IN_FULL:-1] in option.pattern
    is_other = state == "past" and (_GOVERNMENT in wording or is_own_name)
    # 区公安分局 is a branch of the city's bureau, whose name its own begins with: 石桥市公安局某分局, 某区分局
    is_part = "{" not in option.pattern and option.pattern.endswith(_PART)
    if is_other or ((option.unsure or is_part) and state == "current"):
        return _nameless(wording, option, division, lexicon)
    if state == "past":
        return _fallen(wording, option, division, context, lexicon)
    if state == "future":
        note = f"{fill(option.pattern, division, lexicon)} was not yet in being at the date of the document"
        return _slip(wording, option, division, lexicon, slip="not-yet", note=note)
    if option.slip:
        note = f"the name at this level is {fill(option.pattern, division, lexicon)}"
        return _slip(wording, option, division, lexicon, slip="suffix", note=note)
    return _party(wording, option, division, lexicon)


def _fallen(wording: str, option: Option, division: Division, context: LinkContext, lexicon: Lexicon) -> Party:
    """Return the successor of a kind that had ended by the date of the document."""
    ended = lexicon.kind(option.kind)
    gone = fill(option.pattern, division, lexicon)
    heirs = _heirs(option.kind, division, context, lexicon)
    if len(heirs) != 1:
        note = f"{gone} existed until {ended.until}"
        return _slip(wording, option, division, lexicon, slip="former-name", note=note)
    heir = heirs[0]
    keys = lexicon.own_names.get((division.code, heir.kind), ())
    bodies = [body for key in keys if (body := lexicon.body(key))]
    note = f"{gone} existed until {ended.until}; its functions went to {fill(heir.pattern, division, lexicon)}"
    if bodies:
        party = choose(wording, bodies, context, lexicon, method="slip", grade="doubtful")
        return replace(party, note=note, slip=None if party.method == "unresolved" else "former-name")
    return _slip(wording, heir, division, lexicon, slip="former-name", note=note)


def _heirs(kind: str, division: Division, context: LinkContext, lexicon: Lexicon) -> list[Option]:
    todo, seen, found = [kind], {kind}, []
    while todo:
        for key in lexicon.kind(todo.pop()).successors:
            if key in seen:
                continue
            seen.add(key)
            heir = lexicon.kind(key)
            names = heir.names.get(level_of(division))
            own = (division.code, key) in lexicon.own_names
            if heir.until and context.date and heir.until < context.date:
                todo.append(key)
            elif names or own:
                found.append(Option(kind=key, pattern=names[0] if names else "", official=False))
    registered = [option for option in found if (division.code, option.kind) in lexicon.own_names]
    return registered or found


def _party(wording: str, option: Option, division: Division, lexicon: Lexicon) -> Party:
    usual = option.name or fill(option.pattern, division, lexicon)
    names = lexicon.kind(option.kind).names.get(level_of(division), ())
    canonical = wording if any(wording == fill(name, division, lexicon) for name in names) else usual
    party = replace(by_rule(option.kind, option.pattern, division, lexicon), surface=wording, canonical=canonical)
    if option.mirrored:
        return replace(party, method="context", grade="context", note="named as the body of the province is")
    return party


def _nameless(wording: str, option: Option, division: Division, lexicon: Lexicon) -> Party:
    """Return a body of known kind and place whose official name is unknown."""
    party = _party(wording, option, division, lexicon)
    return Party(
        surface=wording,
        kind=party.kind,
        method="unresolved",
        grade="doubtful",
        division=division.code,
        candidates=(party.iri,) if party.iri else (),
        note="which of the official names of its kind it is short for is not known",
    )


def _slip(wording: str, option: Option, division: Division, lexicon: Lexicon, *, slip: Slip, note: str) -> Party:
    party = _party(wording, option, division, lexicon)
    return replace(party, method="slip", grade="doubtful", slip=slip, note=note)


def _several(wording: str, options: list[Option], division: Division, lexicon: Lexicon) -> Party:
    kinds = {lexicon.kind(option.kind).party for option in options}
    return Party(
        surface=wording,
        kind=kinds.pop() if len(kinds) == 1 else "subject",
        method="unresolved",
        grade="doubtful",
        division=division.code,
        candidates=tuple(register("body", f"{division.code}-{option.kind}") for option in options),
        note="candidates: " + ", ".join(fill(option.pattern, division, lexicon) for option in options),
    )


def _of_zone(wording: str, reading: Name, lexicon: Lexicon) -> Party:
    """Return a department of a development zone; a zone is not a division, its host is what the name starts with."""
    host = next((name.codes[0] for name in lexicon.names.readings(reading.place) if len(name.codes) == 1), None)
    official = any(meaning.official for meaning in lexicon.cores(reading.core))
    return Party(
        surface=wording,
        kind=lexicon.kind(_kinds_of(reading.core, lexicon)[0]).party,
        method="rule",
        grade="rule" if official else "context",
        canonical=wording if official else None,
        division=host,
        note=f"department of the zone {reading.place}",
    )


def _unplaced(wording: str, reading: Name, context: LinkContext, lexicon: Lexicon) -> Party:
    kinds = {lexicon.kind(kind).party for kind in _kinds_of(reading.core, lexicon)}
    below = set(lexicon.words.marks("division-markers").get(reading.marker or "", ())) - _OF_PROVINCES
    of_a_class = reading.unknown and lexicon.words[_CLASS_OF_PLACES].match(reading.place) is not None
    if (of_a_class or (below and context.division)) and kinds == {"government"}:
        # 县人民政府 in a document of a province: each of its counties has one; so has each 试点城市
        return Party(
            surface=wording,
            kind="local_government",
            method="rule",
            grade="rule",
            division=context.division,
            collective=True,
        )
    if reading.unknown and lexicon.words[_ZONE].search(reading.place):
        return _of_zone(wording, reading, lexicon)
    where = "is not in the register" if reading.unknown else "is not said by the document"
    return Party(
        surface=wording,
        kind=kinds.pop() if len(kinds) == 1 else "subject",
        method="unresolved",
        grade="doubtful",
        canonical=wording if reading.unknown else None,
        note=f"the place {reading.place!r} {where}" if reading.place else "the place is not said by the document",
    )
