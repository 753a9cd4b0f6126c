"""Faults of the service file in threats, risks, assessments and what watches the service."""

from mutations import declare
from mutations_declared import DATE, OLD, entry

THREATS = (
    declare("a new system has no threats", "batch", "systems", r"\Z",
            "  - { id: batch, kind: worker, agency: Trails Agency, internet: false,"
            " hosting: { provider: Example Cloud, region: ca-central, assessment: hosting } }\n\n"),
    declare("no privacy threat is named for a store", "passes-db", "threats",
            "(id: holder-exposed\n      )kind: privacy", r"\g<1>kind: security"),
    declare("no fraud is named", "fraud", "threats", "(id: passes-resold\n      )kind: fraud",
            r"\g<1>kind: privacy"),
    declare("nothing says how a fraud is done", "passes-resold",
            "threats", r"(    - id: passes-resold\n.*?)      pathway: [^\n]*\n", r"\g<1>"),
    declare("nothing says how a threat changed", "code-guessing", "threats",
            r"(    - id: code-guessing\n.*?)      changed: [^\n]*\n", r"\g<1>"),
    declare("the threats were not gone through for years", "threats.reviewed", "threats",
            f"reviewed: {DATE}", f"reviewed: {OLD}"),
    declare("nobody reads alerts", "threats.sources", "threats", r"  sources: [^\n]*\n", ""),
    declare("the threats are watched twice a year", "plans.threat-watch.every", "plans",
            "(  threat-watch:.*?)every: P3M", r"\g<1>every: P6M"),
    declare("a fraud is left as it is", "passes-resold",
            *entry("risks", "r3", "decision: mitigate", "decision: accept")),
    declare("a risk belongs to another threat", "passes-resold",
            *entry("risks", "r3", "threat: passes-resold", "threat: curious-staff")),
    declare("nothing says what risk is left", "r2",
            *entry("risks", "r2", r"    residual: 2\n", "")),
    declare("a risk has no date", "r2", *entry("risks", "r2", rf"    due: {DATE}\n", "")),
    declare("a risk is late", "r2", *entry("risks", "r2", "status: done", "status: open")),
    declare("a risk is done and was never tested", "r2",
            *entry("risks", "r2", rf", tested: {DATE}", "")),
)

ASSESSMENTS = (
    declare("the privacy impact assessment is years old", "2021-05-11",
            *entry("assessments", "pia", f"dated: {DATE}", "dated: 2021-05-11")),
    declare("the privacy impact assessment leaves a form out", "/contact",
            *entry("assessments", "pia", ", /contact", "")),
    declare("the privacy impact assessment is another than the one signed", "pia",
            *entry("assessments", "pia", "sha256:2e67", "sha256:2e68")),
    declare("the privacy impact assessment has an open finding", "too-much",
            *entry("assessments", "pia", r"findings: \[\]",
                   "findings: [{ id: too-much, severity: high, text: { en: Too much is asked.,"
                   " fr: On en demande trop. }, status: open }]")),
    declare("the threat and risk assessment is years old", "2021-05-11",
            *entry("assessments", "tra", f"dated: {DATE}", "dated: 2021-05-11")),
    declare("the threat and risk assessment leaves the system out", "web",
            *entry("assessments", "tra", r"scope: \[web\]", "scope: [/]")),
    declare("the hosting assessment is years old", "hosting",
            *entry("assessments", "hosting", f"dated: {DATE}", "dated: 2021-05-11")),
    declare("the hosting was assessed by the team itself", "hosting",
            *entry("assessments", "hosting", "third-party: true", "third-party: false")),
    declare("the hosting assessment follows another country's scheme", "IRAP",
            *entry("assessments", "hosting", "instrument: CCCS", "instrument: IRAP")),
    declare("the controls were assessed under another country's scheme", "IRAP",
            *entry("assessments", "controls", "instrument: SA&A", "instrument: IRAP")),
    declare("the assessment of controls is another than the one signed", "controls",
            *entry("assessments", "controls", "sha256:d70b", "sha256:d70c")),
)

WATCH = (
    declare("no detection looks for fraud", "fraud", "monitoring", r"    - \{ id: many-passes[^\n]*\n",
            ""),
    declare("no detection looks inside", "insider", "monitoring",
            r"    - \{ id: many-views[^\n]*\n", ""),
    declare("findings are gone through each quarter only", "plans.monitoring.every", "plans",
            "(  monitoring:.*?)every: P7D", r"\g<1>every: P3M"),
    declare("updates are made each quarter only", "plans.updates.every", "plans",
            "(  updates:.*?)every: P7D", r"\g<1>every: P3M"),
    declare("the inventory leaves the system out", "inventory.systems", "inventory",
            r"systems: \[web\]", "systems: []"),
    declare("the security plan was not gone through for years", "security-plan", "documentation",
            f"(id: security-plan.*?)reviewed: {DATE}", rf"\g<1>reviewed: {OLD}"),
    declare("the risk teams are met twice a year", "engagement.every", "engagement", "every: P3M",
            "every: P6M"),
    declare("a concern has no answer", "warden-list", "concerns", r"    resolution: [^\n]*\n", ""),
    declare("a concern is open", "warden-list", "concerns", "status: resolved", "status: open"),
)
