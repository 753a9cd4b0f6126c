"""Faults of what people signed, or of what they signed it over."""

import re

from exemplary_world import acts_where, without
from mutations import ACTS, Mutation, acts, section


def no_review(by, role):
    return acts(f"no review by {by}", role, without("kind: review", f"by: {by}$"))


def no_meeting(by, role):
    return acts(f"no meeting with {by}", role, without("kind: engagement", f"by: {by}$"))


def touched(name, pattern, by):
    """What was signed over a section counts no more once the section reads otherwise."""
    return Mutation(ACTS, f"{name} was changed after people signed", "what it was signed over has changed since",
                    redeclare=section(name, pattern, by))


def key_of(person, by):
    return lambda text: re.sub(rf"(id: {person}, )key: [^,]*, ", rf"\g<1>{by}", text)


REVIEWS = tuple(no_review(by, role) for by, role in (
    ("privacy", "privacy-officer"), ("security", "security"), ("owner", "owner"), ("siro", "siro"),
    ("iao", "iao"), ("records", "records-officer"), ("legal", "legal"), ("fraud", "fraud")))

MEETINGS = tuple(no_meeting(by, role) for by, role in (
    ("privacy", "privacy-officer"), ("records", "records-officer"), ("siro", "siro"),
    ("iao", "iao"), ("guardian", "data-guardian"), ("security", "security"), ("fraud", "fraud"),
    ("risk", "risk"), ("compliance", "compliance"), ("owner", "owner"))) + (
    acts("neither privacy nor legal were met", "engagement",
         without("kind: engagement", "by: (privacy|legal)$")),
    acts("the risk team was not met lately", "risk",
         without("kind: engagement", "by: risk$", "age: P20D")),
    acts("the records officer was met for the first time", "records-officer",
         without("kind: engagement", "by: records$", "age: P140D")),
    acts("the SIRO was met for the first time", "siro",
         without("kind: engagement", "by: siro$", "age: P140D")),
    acts("security was met once only", "security",
         without("kind: engagement", "by: security$", "age: P(140|80)D")),
    acts("fraud met nobody but itself", "fraud",
         acts_where(("kind: engagement", "by: fraud$"), r"with: .*$", "with: [fraud]")),
)

OTHER_ACTS = (
    acts("nothing decides whether a privacy impact assessment is needed", "impact assessment",
         acts_where(("item: 9.4-03", "kind: review"), "A privacy impact assessment was needed and made",
                    "A form was filled in")),
    acts("nothing decides on the personal information bank", "personal information bank",
         acts_where(("item: 9.4-03", "kind: review"), "personal information bank", "page")),
    acts("the privacy impact assessment is unsigned", "pia",
         without("kind: review", "item: 9.4-17")),
    acts("the agreement is not kept", "wardens", without("kind: external", "item: 9.1-01")),
    Mutation(ACTS, "a sharing is to last longer than when its agreement was filed", "wardens",
             redeclare=section("sharing", "until: 2031", "until: 2035")),
    acts("the hosting assessment is not kept", "hosting",
         without("kind: external", "item: 9.4-07")),
    acts("the assessment of controls is not kept", "controls",
         without("kind: external", "item: 9.4-18")),
    acts("an excuse has no approval", "nobody else has approved it", without("kind: approval", "item: 9.3-02")),
    acts("an excuse is approved by the one who asks", "nobody else has approved it",
         acts_where(("kind: approval", "item: 9.4-65"), "by: siro", "by: security")),
    acts("security looked at the threats half a year ago", "P3M before",
         acts_where(("kind: review", "by: security$"), "age: P14D", "age: P180D")),
    acts("legal looked nine months ago", "P6M before",
         acts_where(("kind: review", "by: legal$"), "age: P14D", "age: P270D")),
    acts("all reviews are two years old", "P1Y before",
         acts_where(("kind: review",), "age: P14D\n    expires-in: P1Y",
                    "age: P2Y\n    expires-in: P5Y")),
    acts("all reviews have expired", "expired",
         acts_where(("kind: review",), "expires-in: P1Y", "expires-in: P7D")),
    acts("everything is said, and nothing signed", "claimed",
         lambda text: re.sub(r"(?m)^    statement:", "    signed: false\n    statement:", text)),
)

KEYS = tuple(
    Mutation(ACTS, f"the key of {person} is taken out after signing", role,
             redeclare=key_of(person, ""))
    for person, role in (("privacy", "privacy-officer"), ("records", "records-officer"),
                         ("security", "security"), ("owner", "owner"), ("compliance", "compliance"),
                         ("siro", "siro")))

TOUCHED = tuple(touched(*words) for words in (
    ("collection", "managing trail passes", "managing all passes"),
    ("flows", "over: unix-socket", "over: tls"),
    ("stores", "every: P1D", "every: P2D"),
    ("systems", "Pass service", "Passes"),
    ("purposes", "Answer those who write", "Answer everybody"),
    ("sharing", "section 9", "section 10"),
    ("plans", "Read advisories", "Read all advisories"),
    ("service", "Each form has a notice", "A form has a notice"),
    ("concerns", "numbers only", "only numbers"),
    ("policies", "Written from the data map", "Written lately"),
    ("risks", "Ten tries an hour", "Twenty tries an hour"),
    ("threats", "A list of passes leaks", "The list of passes leaks"),
    ("inventory", "sbom.cdx.json", "sbom.json"),
    ("monitoring", "Fraud is told", "Somebody is told"),
    ("access", "People come once a season", "People come twice a season"),
    ("assessments", "by: Security office", "by: The security office"),
    ("datasets", "Counts only", "Totals only"),
    ("documentation", "docs/runbook.md", "docs/run.md"),
    ("rights", "On the page of the pass", "On the page of a pass")))
