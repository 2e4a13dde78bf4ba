"""HTML element names by their role in reading and nesting (HTML, 13.2 and 15.3)."""

from __future__ import annotations


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


# -- reading --
UNSEEN = _names(
    "head script style noscript template title meta link iframe noframes noembed audio video canvas datalist rp"
    " area base param source track col"
)
"""Elements without visible text."""

BLOCKS = _names(
    "html body frameset address article aside blockquote caption center dd details dialog dir div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu nav ol optgroup"
    " option p plaintext pre search section select summary table tbody td textarea tfoot th thead tr ul xmp"
)
"""Elements that start and end a line."""

VERBATIM = _names("pre textarea listing xmp plaintext")
"""Elements with significant white space."""

FOREIGN = _names("svg math")
ROW_GROUPS = _names("thead tbody tfoot")
CELLS = _names("td th")

# -- nesting: categories of the tree construction --
CHILDLESS = _names("area base br col embed hr img input link meta param source track wbr html head body frame")
"""Void elements, and elements that exist once however often they are written."""

FORMATTING = _names("b big code em font i s small strike strong tt u")
"""Formatting elements, which are reopened in every paragraph while they are open."""

SINGLE = _names("a nobr")
"""Elements of which a second one closes the first."""

TABLE_STOPS = _names("table template")
TABLE_PARTS = _names("caption colgroup tbody td tfoot th thead tr")
FOREIGN_MARKERS = _names("foreignobject desc mi mo mn ms mtext annotation-xml")
MARKERS = FOREIGN_MARKERS | _names("applet caption table td th marquee object template")
"""Elements beyond which end tags have no effect."""

CLOSE_P = _names(
    "address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure footer form h1"
    " h2 h3 h4 h5 h6 header hgroup li listing main menu nav ol p plaintext pre search section summary table ul"
)
SPECIAL = CLOSE_P | MARKERS | TABLE_PARTS | _names("button frameset select")
"""Elements beyond which the end tags of ordinary elements have no effect."""

CLOSE_SIBLING = {"li": _names("li"), "dd": _names("dd dt"), "dt": _names("dd dt")}
"""Items closed by the start of an item."""
