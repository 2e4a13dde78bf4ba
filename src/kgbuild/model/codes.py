"""The closed value sets, one to one with the annotation schema and with the code lists of the ontology."""

from __future__ import annotations

from typing import Literal

Triple = tuple[str, str, str]
"""Subject, predicate, object, each as it stands in N-Triples: `<iri>`, `"text"@zh`, `"6.5"^^<…>`."""
Grade = Literal["exact", "rule", "context", "doubtful"]
CONFIDENCE: dict[Grade, str] = {"exact": "1.0", "rule": "0.9", "context": "0.7", "doubtful": "0.4"}
"""Confidence of each grade as a decimal number; only its order carries meaning."""
Severity = Literal["violation", "warning", "info"]
Role = Literal["lead", "cooperating", "guiding", "supervising", "responsible"]
PopulationRole = Literal["target", "agent", "topic", "embedded_target", "embedded_agent"]
StatementType = Literal["bracket", "label", "cell", "clause"]
FieldKey = Literal["deadline", "scope", "manner", "role_rule", "scope_rule", "standing_rule", "other"]
Direction = Literal[">=", "<=", "=", "increase_by", "decrease_by"]
TargetStatus = Literal["binding", "anticipated", "guiding"]
PartyKind = Literal[
    "party_organ",
    "government_department",
    "mass_organisation",
    "public_institution",
    "leading_group",
    "leading_group_office",
    "government",
    "local_government",
    "enterprise",
    "internal_office",
    "collective",
    "subject",
]
NamedType = Literal[
    "programme",
    "campaign",
    "competition",
    "platform",
    "facility",
    "event",
    "award",
    "lecture_series",
    "survey",
    "plan",
    "system",
    "publication",
]
MeasureRole = Literal["measure", "aim", "context"]
Force = Literal["must", "may", "must_not", "encourage", "explore"]
Method = Literal["registry", "rule", "context", "slip", "decision", "unresolved"]
Slip = Literal["former-name", "suffix", "not-yet"]
