#include "trail/entry/observation_kinds.h"

#include <array>

namespace garant::trail {
namespace {

using enum FactType;

constexpr std::string_view kProbe = "harden.probe";
constexpr std::string_view kRecorder = "ingest.recorder";
constexpr std::string_view kNobody = "";
constexpr std::string_view kAtAddress =
    "host:port, or host:port@address of a host that has several";
using Attributes = AttributeKind[];

constexpr Attributes kTlsEndpoint = {
    {"address", kText, "the address that was looked at"},
    {"connects", kBool,
     "the port accepted a connection, or refused it; absent where it was silent"},
    {"answers", kBool, "a TLS handshake succeeded with some version"},
    {"versions", kTextList,
     "protocol versions that the endpoint accepted: SSLv3, TLSv1.0 … TLSv1.3"},
    {"refused", kTextList,
     "protocol versions that were offered alone and refused; absent where some are unsettled"},
    {"unsettled", kTextList,
     "protocol versions that were offered alone without an answer that counts: late, reset"},
    {"weak-ciphers", kTextList,
     "suites accepted without forward secrecy or authenticated encryption"},
    {"certificate-valid", kBool, "the chain leads to a trusted root and the name matches"},
    {"certificate-expires", kTime, "end of the certificate's validity"},
    {"certificate-problem", kText, "why the certificate does not hold, where it does not"},
};
constexpr Attributes kHttpPlain = {
    {"address", kText, "the address that was looked at"},
    {"connects", kBool,
     "the port accepted a connection, or refused it; absent where it was silent"},
    {"answers", kBool, "something answers over plain HTTP"},
    {"redirects", kBool,
     "every plain request asked was answered with a redirect to HTTPS, at the host that was asked "
     "or at one that the service file names"},
    {"status", kInt, "status of the answer over plain HTTP"},
    {"permanent", kBool, "the redirect is permanent (301 or 308)"},
};
constexpr Attributes kHttpRoute = {
    {"https", kBool, "the route answered over TLS"},
    {"tls", kInt, "lowest version with which the endpoint answered, as 3 (SSL), 10, 11, 12 or 13"},
    {"plain", kBool,
     "the route answered with something else than a redirect to HTTPS over plain HTTP"},
    {"addresses", kInt, "addresses of the host at which it was asked"},
    {"status", kInt, "status of the answer looked at"},
    {"hsts", kInt, "max-age of Strict-Transport-Security in seconds; 0 where it is absent"},
    {"hsts-subdomains", kBool, "includeSubDomains stands in it"},
    {"csp", kBool, "Content-Security-Policy that restricts scripts"},
    {"nosniff", kBool, "X-Content-Type-Options: nosniff"},
    {"framing", kBool, "framing is restricted (frame-ancestors or X-Frame-Options)"},
    {"referrer-policy", kBool, "a Referrer-Policy that keeps paths from other sites"},
    {"no-store", kBool, "Cache-Control: no-store"},
    {"html", kBool, "the answer was a page"},
    {"third-parties", kTextList,
     "other hosts from which the page loads scripts, styles, images or frames"},
};
constexpr Attributes kHttpCookie = {
    {"secure", kBool, "the Secure attribute"},
    {"http-only", kBool, "the HttpOnly attribute"},
    {"same-site", kText, "Strict, Lax, None, or empty where absent"},
    {"host-prefix", kBool, "the name starts with __Host-"},
    {"lifetime", kInt, "seconds that the cookie asks to be kept; 0 for the session only"},
    {"first-visit", kBool, "set before the visitor had done anything"},
};
constexpr Attributes kHttpForm = {
    {"route", kText, "the route of the page that holds the form"},
    {"action", kText, "the route, or the other host, to which it sends"},
    {"secure", kBool, "it sends over TLS"},
    {"fields", kTextList, "names of the fields that a person fills in"},
    {"personal", kTextList, "data categories recognised in the fields by name, type or label"},
    {"notice", kBool, "a privacy notice or a link to it stands in the form or directly beside it"},
};
constexpr Attributes kHttpField = {
    {"route", kText, "the route of the page that holds the form"},
    {"name", kText, "the field's name"},
    {"category", kText, "data category recognised; empty where nothing was"},
};
constexpr Attributes kHttpPolicy = {
    {"answers", kBool, "the page answers with status 200"},
    {"linked", kInt, "pages visited that link to it"},
    {"pages", kInt, "pages visited"},
    {"languages", kTextList, "languages in which it was found: en, fr"},
    {"names-cookies", kTextList, "cookie names that its text mentions"},
};
constexpr Attributes kSecurityTxt = {
    {"present", kBool, "/.well-known/security.txt answers over TLS, in plain text"},
    {"contact", kBool, "it names a contact (RFC 9116)"},
    {"expires", kTime, "its Expires field"},
};
constexpr Attributes kOriginDirect = {
    {"answers", kBool, "the origin answers requests that do not come through the front"},
    {"tls", kBool, "it answers over TLS"},
    {"same", kBool, "it serves the service itself rather than a refusal"},
};
constexpr Attributes kCrawl = {
    {"pages", kInt, "pages visited"},
    {"bounded", kBool, "the crawl ended at its bound: there was more"},
    {"failed", kInt, "links that could not be followed"},
    {"declaration", kText,
     "digest of what the service file said of where to look: the public address, each system's "
     "origin, the pages of the policies"},
};
constexpr Attributes kSystemEvents = {
    {"events", kInt, "events received from the system"},
    {"gaps", kInt, "events known to be lost"},
};
constexpr Attributes kGuardRequests = {
    {"named", kInt, "requests that the guard recorded under a declared route"},
    {"unnamed", kInt,
     "requests that it recorded under none, though one is declared for their path"},
};
constexpr Attributes kTrailSealing = {
    {"sealed", kBool,
     "every full log of the trail was made into a segment; no where one could not be: it stays as "
     "it is, without an index, and cannot be deleted"},
};
constexpr Attributes kJourneyEdge = {
    {"joined", kBool,
     "a synthetic journey's entries joined up along the edge, or within the system that the edge "
     "leads from and to"},
};
constexpr Attributes kStoreField = {
    {"store", kText, "the store's id"},
    {"field", kText, "table.column or path"},
    {"category", kText, "data category recognised in its values"},
    {"complete", kBool, "every value was looked at, not a sample"},
};
constexpr Attributes kTrafficField = {
    {"from", kText, "system or person that sent it"},
    {"to", kText, "system that received it"},
    {"category", kText, "data category recognised"},
    {"encrypted", kBool, "it travelled encrypted"},
};
constexpr Attributes kControlRemoved = {
    {"noticed", kBool, "the loss of the control was noticed by the checks that should notice it"},
    {"control-held", kBool, "with the control in place the same attack failed"},
};
constexpr Attributes kSignIn = {
    {"enforced", kBool, "without sign-in, or below the declared assurance, the route refused"},
    {"assurance", kInt, "assurance level at which it let the test user in"},
    {"steps", kInt, "interactions that the user needed"},
};
constexpr Attributes kRuleCheck = {
    {"enforced", kBool, "requests that break the rule were refused and a sound one was not"},
};
constexpr Attributes kAttackBlocked = {
    {"layers", kInt, "independent layers that stopped or noticed the attack"},
    {"blocked", kBool, "the attack did not reach the service"},
};
constexpr Attributes kThreatDerived = {
    {"category", kText, "security, privacy, fraud or insider"},
    {"treated", kBool, "a declared risk, treatment or acceptance answers it"},
    {"tested", kBool, "its treatment was seen to work"},
    {"since-beta", kBool, "it appeared after the service entered beta"},
};
constexpr Attributes kComponent = {
    {"release", kText, "version in use"},
    {"vulnerabilities", kInt, "known vulnerabilities that affect it in the feed"},
    {"unmitigated", kInt, "of these, neither patched nor declared not exploitable"},
    {"feed-date", kTime, "date of the vulnerability feed"},
};
constexpr Attributes kPatch = {
    {"tested", kBool, "it passed the tests before it was applied"},
    {"hours", kInt, "hours from publication to production"},
};
constexpr Attributes kDrift = {
    {"drifted", kBool, "the running configuration differs from what the scripts produce"},
};
constexpr Attributes kHosting = {
    {"assessed", kBool, "the hosting's assessment covers region and services in use"},
};
constexpr Attributes kSecurityScan = {
    {"open", kInt, "findings open at the end of the scan"},
};
constexpr Attributes kDetection = {
    {"fired", kBool, "it fired on a planted event"},
    {"silent", kBool, "it stayed silent on an ordinary one"},
};
constexpr Attributes kIncidentDrill = {
    {"minutes", kInt, "minutes from planted event to a person's acknowledgement"},
    {"completed", kBool, "every step of the plan was carried out"},
};
constexpr Attributes kExport = {
    {"acknowledged", kBool, "the existing monitoring acknowledged a planted event"},
};
constexpr Attributes kDisclosure = {
    {"agreement", kText, "agreement under which it was made"},
    {"within", kBool, "the fields given are within the agreement"},
    {"authenticated", kBool, "the partner was authenticated and the channel encrypted"},
};
constexpr Attributes kRightsRequest = {
    {"completed", kBool, "the person saw, corrected or deleted what was held"},
    {"stores", kInt, "stores that were searched"},
    {"hours", kInt, "hours from request to completion"},
};
constexpr Attributes kRetention = {
    {"overdue", kInt, "records kept past their declared retention"},
};
constexpr Attributes kCredential = {
    {"verified", kBool, "a credential issued by another participant was verified"},
};

constexpr ObservationKind kKinds[] = {
    {"tls-endpoint", "how an endpoint negotiates TLS", kAtAddress, kProbe, true, kTlsEndpoint},
    {"http-plain", "what answers over plain HTTP", kAtAddress, kProbe, true, kHttpPlain},
    {"http-route", "how one route answers", "route template", kProbe, true, kHttpRoute},
    {"http-cookie", "a cookie that the service set", "cookie name", kProbe, true, kHttpCookie},
    {"http-form", "a form that a person fills in", "route template#number", kProbe, true,
     kHttpForm},
    {"http-field", "one field of such a form", "route template#number.name", kProbe, true,
     kHttpField},
    {"http-policy", "a policy page", "privacy, cookies", kProbe, true, kHttpPolicy},
    {"security-txt", "where to report a vulnerability", "host:port", kProbe, true, kSecurityTxt},
    {"origin-direct", "the origin, asked past the front", "system id", kProbe, false,
     kOriginDirect},
    {"crawl", "how far the probe went", "host:port", kProbe, true, kCrawl},
    {"system-events", "events that a system sends to the trail", "system id", kRecorder, false,
     kSystemEvents},
    {"guard-requests", "requests that the guard recorded before a system", "system id", kRecorder,
     false, kGuardRequests},
    {"trail-sealing", "that the trail's full logs can no longer be sealed, or can again", "trail",
     kRecorder, false, kTrailSealing},
    {"journey-edge", "a synthetic journey along an edge", "from>to", kProbe, false, kJourneyEdge},
    {"store-field", "personal data recognised in a store", "store/field", kNobody, false,
     kStoreField},
    {"traffic-field", "personal data recognised in traffic", "from>to/category", kNobody, false,
     kTrafficField},
    {"control-removed", "a control taken away on purpose", "control id", kNobody, false,
     kControlRemoved},
    {"sign-in", "a route asked with and without sign-in", "route template", kNobody, true, kSignIn},
    {"rule-check", "a validity rule exercised both ways", "check id", kNobody, false, kRuleCheck},
    {"attack-blocked", "a planted attack", "attack id", kNobody, true, kAttackBlocked},
    {"threat-derived", "a threat derived from the declared model", "threat id", kNobody, false,
     kThreatDerived},
    {"component", "a component in use against a dated feed", "package", kNobody, false, kComponent},
    {"patch", "a security update applied", "package@version", kNobody, false, kPatch},
    {"drift", "running configuration against the scripts", "system id", kNobody, false, kDrift},
    {"hosting-check", "hosting against its assessment", "system id", kNobody, false, kHosting},
    {"security-scan", "a scan for vulnerabilities", "system id", kNobody, true, kSecurityScan},
    {"detection", "a detection exercised both ways", "detection id", kNobody, false, kDetection},
    {"incident-drill", "the incident plan exercised", "drill id", kNobody, false, kIncidentDrill},
    {"monitoring-export", "events handed to existing monitoring", "target", kNobody, false,
     kExport},
    {"disclosure", "data given to a partner", "disclosure id", kNobody, false, kDisclosure},
    {"rights-request", "a person's request carried out", "request kind", kNobody, false,
     kRightsRequest},
    {"retention-run", "retention carried out in a store", "store id", kNobody, false, kRetention},
    {"credential", "a trusted credential accepted across jurisdictions", "issuer", kNobody, false,
     kCredential},
};

}  // namespace

std::span<const ObservationKind> ObservationKinds() { return kKinds; }

const ObservationKind* FindObservationKind(std::string_view name) {
  for (const ObservationKind& kind : kKinds)
    if (kind.name == name) return &kind;
  return nullptr;
}

}  // namespace garant::trail
