"""Faults of the service file: the team declares otherwise, and signs what it declares."""

from mutations import SERVICE_FILE, Mutation, all_of, declare, section

OLD = "2024-10-19"
DATE = r"20\d\d-\d\d-\d\d"


def plan(name, pattern, by):
    return "plans", rf"(^  {name}:.*?){pattern}", rf"\g<1>{by}"


def entry(part, name, pattern, by):
    """Within the one list entry that starts with this id."""
    return part, rf"(^  - (?:\{{ )?id: {name}\b(?:(?!\n  - ).)*?){pattern}", rf"\g<1>{by}"


def law(name, topic):
    return declare(f"no law on {topic} is listed", topic, "service",
                   rf"^    - id: {name}\n.*?(?=^    - id: |\Z)", "")


ALL = ("incident", "updates", "monitoring", "threat-watch", "risk-approach", "compliance",
       "security-policy", "breach-notice")
PLANS = (
    *(declare(f"the plan {name} was not gone through for years", f"plans.{name}.reviewed",
              *plan(name, f"reviewed: {DATE}", f"reviewed: {OLD}")) for name in ALL),
    *(declare(f"the plan {name} has no steps", f"plans.{name}.steps",
              *plan(name, r"    steps:\n(?:      - [^\n]*\n)+", ""))
      for name in ALL if name != "threat-watch"),
    *(declare(f"the plan {name} lies nowhere", f"plans.{name}.document",
              *plan(name, r"    document: [^\n]*\n", ""))
      for name in ALL if name not in ("compliance", "security-policy")),
)

LAWS = (
    law("privacy-act", "privacy"), law("access-act", "access-to-information"),
    law("archives-act", "records"), law("trail-regulations", "legal-constraints"),
    law("copyright", "copyright"), law("casl", "anti-spam"), law("provinces", "territorial"),
    law("government-security", "security-policy"), law("microdata", "data-integration"),
    declare("the privacy law is not the country's", "Privacy Act", "service",
            r"en: Privacy Act, fr: Loi sur la protection des renseignements personnels",
            "en: Data law, fr: Loi sur les données"),
    declare("the anti-spam law is not the country's", "anti-spam legislation", "service",
            r"en: Canada's anti-spam legislation, fr: Loi canadienne anti-pourriel",
            "en: Spam Act, fr: Loi sur les messages"),
    *(declare(f"the law on {topic} is not the country's", name, "service", en + ", fr: " + fr,
              "en: A law, fr: Une loi") for topic, name, en, fr in (
        ("security", "Policy on Government Security", "en: Policy on Government Security",
         "Politique sur la sécurité du gouvernement"),
        ("linking data", "Directive on Microdata Linkage", "en: Directive on Microdata Linkage",
         "Directive sur le couplage de microdonnées"),
        ("access", "Access to Information Act", "en: Access to Information Act",
         "Loi sur l’accès à l’information"))),
    declare("how works are opened is not the country's way", "Directive on Open Government",
            "service", "as the Directive on Open Government.*?Directive sur le gouvernement ouvert",
            "chosen by us.\n        fr: Une licence"),
    declare("nobody answers for the records law", "records", "service",
            r"(topic: records\n.*?)^      owner: records\n", r"\g<1>"),
    declare("nothing says when beta began", "beta-since", "service", r"^  beta-since: .*?\n", ""),
)

MAP = (
    declare("a form field is not in the map", "/contact",
            "collection", r"^      - \{ name: message[^\n]*\n", ""),
    declare("a field is declared as asking nothing", "name", "collection",
            r"name: name, data: identity.name", "name: name, data: none"),
    declare("a form asks for what goes nowhere", "health.condition", "collection",
            r"name: message, data: text.free", "name: message, data: health.condition"),
    declare("a form has no notice declared", "contact", "collection",
            r"(  - id: contact\n.*?)    notice:.*?(?=    fields)", r"\g<1>"),
    declare("no flow carries what is shared", "health.condition", "sharing",
            r"data: \[account.identifier\]", "data: [account.identifier, health.condition]"),
    declare("a flow has no purpose", "purpose", *entry("flows", "write", ", purpose: answer", "")),
    declare("a flow is not encrypted", "http", *entry("flows", "check", "over: mtls", "over: http")),
    Mutation(SERVICE_FILE, "nothing leads to a store", "passes-db", declare=all_of(
        section(*entry("flows", "keep", "to: passes-db", "to: archive")),
        section("systems", r"\Z", "  - { id: vault, kind: worker, agency: Trails Agency, internet: false }\n"
                "  - { id: archive, kind: worker, agency: Trails Agency, internet: false }\n\n"),
        section("stores", "system: web", "system: vault"))),
    declare("a purpose that nothing serves", "advertise", "purposes", r"\Z",
            "  - { id: advertise, text: { en: Advertise., fr: Annoncer. }, authority: none }\n\n"),
    declare("a field is held without authority", "messages.text", "stores",
            r"(at: messages.text\n.*?)        authority: [^\n]*\n", r"\g<1>"),
    declare("nothing says why a field is needed", "messages.text", "stores",
            r"(at: messages.text\n.*?)        necessary: [^\n]*\n", r"\g<1>"),
    declare("nothing says how long a field is kept", "messages.text", "stores",
            r"(at: messages.text\n.*?)        keep: [^\n]*\n", r"\g<1>"),
    declare("nothing says what happens to a field then", "messages.text", "stores",
            r"(at: messages.text\n.*?)        then: [^\n]*\n", r"\g<1>"),
    declare("a store is not encrypted", "passes-db", "stores", "at-rest: true", "at-rest: false"),
    declare("copies of a store are not encrypted", "passes-db", "stores", "encrypted: true",
            "encrypted: false"),
    declare("a sharing has run out", "wardens", "sharing", f"until: {DATE}", "until: 2025-02-01"),
    declare("a sharing has no agreement", "wardens", "sharing", r"    agreement: [^\n]*\n", ""),
    declare("another agreement than the one that was signed", "wardens", "sharing",
            "sha256:776d", "sha256:776e"),
    declare("no data set was considered", "datasets", "datasets", r"datasets:.*?\Z",
            "datasets: []\n\n"),
    declare("people wait three months for what is held about them", "rights.within", "rights",
            "within: P30D", "within: P90D"),
)

WEB = (
    declare("a route that is there is not declared", "/trails", "access",
            r"    - \{ match: /trails[^\n]*\n", ""),
    declare("a route is declared that is not there", "/gone", "access", r"    - \{ match: /trails,",
            "    - { match: /gone, assurance: 0 }\n    - { match: /trails,"),
    declare("nothing explains the ways to sign in", "access.rationale", "access",
            r"  rationale:.*?(?=  routes)", ""),
    declare("the ways to sign in are too weak for a route", "/account", "access",
            "match: /account, assurance: 2", "match: /account, assurance: 3"),
    declare("a person's record is open to weak sign-in", "/account/passes/{id}", "access",
            r'passes/\{id\}", assurance: 2', 'passes/{id}", assurance: 1'),
    declare("a page that needs sign-in answers everybody", "/trails", "access",
            "match: /trails, assurance: 0", "match: /trails, assurance: 2, roles: [holder]"),
    declare("the cookie is not declared", "__Host-session", "cookies", r"cookies:.*?\Z",
            "cookies: []\n\n"),
    Mutation(SERVICE_FILE, "a cookie of a first visit measures people", "measure",
             faults=("undeclared-cookie",), declare=section(
                 "cookies", r"^cookies:\n", "cookies:\n  - { name: measure, purpose: analytics,"
                 " keep: session, why: { en: It counts., fr: Il compte. } }\n")),
    declare("the privacy policy was not gone through for years", "policies.privacy.reviewed",
            "policies", f"(  privacy:.*?)reviewed: {DATE}", rf"\g<1>reviewed: {OLD}"),
    declare("the cookie policy was not gone through for years", "policies.cookies.reviewed",
            "policies", f"(  cookies:.*?)reviewed: {DATE}", rf"\g<1>reviewed: {OLD}"),
    declare("nothing says how the cookie policy came about", "policies.cookies.rationale",
            "policies", r"(  cookies:.*?), rationale: \{[^}]*\}", r"\g<1>"),
    declare("the privacy policy is declared elsewhere", "/about", "policies", "route: /privacy",
            "route: /about"),
    declare("the cookie policy is declared elsewhere", "/about", "policies", "route: /cookies",
            "route: /about"),
)
