#include "cli/command.h"

namespace garant::cli {
namespace {

constexpr Option kService = {"service", "FILE", "", "service file; garant.yaml where left out",
                             false,     true};
constexpr Option kTrail = {"trail", "FOLDER",
                           "",      "trail; .garant/trail beside the service file where left out",
                           false,   true};
constexpr Option kRootKey = {"root-key",
                             "FILE",
                             "",
                             "root key of the trail, kept outside it; "
                             "~/.local/share/garant/SERVICE.root where left out",
                             false,
                             true};
constexpr Option kStandard = {"standard", "FOLDER",
                              "",         "standard to judge by; digital-playbook-9 where left out",
                              false,      true};

constexpr Option kCommon[] = {
    {"lang", "LANGUAGE", "en|fr",
     "language of what is printed; from the environment where left out"},
    {"help", "", "", "show help and examples"},
};

constexpr Option kInitOptions[] = {
    {"id", "ID", "", "short name of the service; from the folder's name where left out"},
};
constexpr Example kInitExamples[] = {
    {"garant init", "write a commented garant.yaml here"},
    {"garant init --lang fr --id permis permis.yaml", "in French, under another name"},
};

constexpr Option kCheckOptions[] = {
    kTrail,
    kRootKey,
    kStandard,
    {"stage", "STAGE", "alpha|beta|live", "judge as if the service stood at this stage"},
    {"item", "ID", "", "explain one item fully"},
    {"as-of", "TIME", "",
     "moment of judgement, such as 2026-03-03 or 2026-03-03T09:00:00Z; now where left out"},
    {"format", "FORMAT", "text|json|sarif|html", "form of the report; text where left out"},
    {"output", "FILE", "", "write the report here instead of printing it", false, true},
    {"baseline", "FILE", "", "an earlier --format json: fail only on what got worse since", false,
     true},
    {"trail-key", "KEY", "", "verifier key that the trail must be signed with, kept elsewhere"},
    {"all", "", "", "list items that are met or not yet due as well"},
};
constexpr Example kCheckExamples[] = {
    {"garant check", "judge ./garant.yaml against all items"},
    {"garant check --item 9.4-09 --lang fr", "explain one item, in French"},
    {"garant check --stage live --format html --output report.html",
     "what is missing before going live"},
    {"garant check --as-of 2026-03-03 --format json > march.json", "what was true on 3 March"},
    {"garant check --baseline march.json", "in CI: fail only on what got worse"},
};

constexpr Option kActOptions[] = {
    kService,
    kTrail,
    kRootKey,
    kStandard,
    {"item", "ID", "", "item that the act speaks of; - for the whole service"},
    {"by", "PERSON", "", "id of the person in the service file"},
    {"statement", "TEXT", "", "what they say, one line"},
    {"at", "TIME", "", "when it was said or done, if earlier; now where left out"},
    {"expires", "WHEN", "", "a duration or a date; P1Y where left out"},
    {"with", "PERSON", "", "person met (engagement)", true},
    {"of", "ACT", "", "act approved (approval): act:…"},
    {"mode", "MODE", "not-applicable|accepted", "what an excuse claims"},
    {"document", "FILE", "", "a third party's document (external): kept by its digest", false,
     true},
    {"issuer", "NAME", "", "who issued it (external)"},
    {"dated", "DATE", "", "its date (external)"},
    {"key", "FILE", "",
     "SSH key to sign with: a private key, or a public one whose private half an agent or a FIDO "
     "key holds",
     false, true},
    {"signature", "FILE", "", "a signature made elsewhere over the payload that --print gave",
     false, true},
    {"payload", "FILE", "", "that payload, as it was signed", false, true},
    {"unsigned", "", "", "record it as claimed: it proves nothing"},
    {"print", "", "", "print the payload to be signed and stop"},
};
constexpr Example kActExamples[] = {
    {"garant act review --item 9.2-01 --by privacy --key ~/.ssh/id_ed25519 --statement \"The map "
     "is complete.\"",
     "the privacy officer has reviewed the item"},
    {"garant act engagement --item 9.2-06 --by owner --with privacy --with security --key "
     "owner.key --statement \"Met on the data map.\"",
     "a meeting"},
    {"garant act excuse --item 9.4-31 --by owner --mode not-applicable --key owner.key --statement "
     "\"No messages are sent.\"",
     "an excuse; it counts once somebody else approves it"},
    {"garant act approval --item 9.4-31 --of act:… --by legal --key legal.key --statement "
     "\"Agreed.\"",
     "that approval"},
    {"garant act review --item 9.2-01 --by privacy --statement \"…\" --print > payload; ssh-keygen "
     "-Y sign -n garant-act@garant -f key payload",
     "sign on another machine; then: garant act review --payload payload --signature payload.sig"},
};

constexpr Option kActsOptions[] = {
    kService,
    kTrail,
    kRootKey,
    kStandard,
    {"keys", "FOLDER", "", "private keys, each named after the id of its person", false, true},
};
constexpr Example kActsExamples[] = {
    {"garant acts acts.yaml --keys keys", "sign what a team said elsewhere, all at once"},
};

constexpr Option kProbeOptions[] = {
    kService,
    kTrail,
    kRootKey,
    {"url", "URL", "", "where the public reaches the service; service.url where left out"},
    {"plain-url", "URL", "", "where it answers over plain HTTP"},
    {"origin", "SYSTEM=URL", "", "a system's own address, past any front", true},
    {"ca", "FILE", "", "certificates to trust beside the system's", false, true},
    {"dry-run", "", "", "look, print what was seen and record nothing"},
};
constexpr Example kProbeExamples[] = {
    {"garant probe", "look at service.url as anyone could, and record what was seen"},
    {"garant probe --url https://localhost:8443 --ca ca.pem --dry-run", "look without recording"},
};

constexpr Option kVerifyOptions[] = {
    kService,
    kTrail,
    kRootKey,
    {"trail-key", "KEY", "", "verifier key that the trail must be signed with, kept elsewhere"},
};
constexpr Example kVerifyExamples[] = {
    {"garant trail verify", "check every byte of the trail, and say where it does not hold"},
};
constexpr Option kShowOptions[] = {
    kService,
    kTrail,
    kRootKey,
    {"kind", "KIND", "", "only entries of this kind: act, http-route, …"},
    {"open", "", "", "open sealed parts as well; needs the root key"},
    {"format", "FORMAT", "text|json", "text where left out"},
};
constexpr Example kShowExamples[] = {
    {"garant trail show", "list the entries"},
    {"garant trail show 12 --open", "one entry with its sealed parts"},
};

constexpr Example kStandardExamples[] = {
    {"garant standard test standards/digital-playbook-9", "read a standard and run its cases"},
};
constexpr Example kSchemaExamples[] = {
    {"garant schema > garant.schema.json", "JSON Schema of the service file, for editors"},
};

constexpr Option kDemoOptions[] = {
    {"once", "", "", "do it all, check that it came out as it must, and exit"},
    {"keep", "FOLDER", "", "work here and leave everything behind", false, true},
    {"example", "FOLDER", "", "the example service; found beside garant where left out", false,
     true},
    kStandard,
};
constexpr Example kDemoExamples[] = {
    {"garant demo", "start the example service, probe it and judge it"},
};
constexpr Example kDoctorExamples[] = {
    {"garant doctor", "say what is missing on this machine, and the command that mends it"},
};
constexpr Example kCompletionExamples[] = {
    {"source <(garant completion bash)", "complete garant's commands in this shell"},
};
constexpr Example kManExamples[] = {
    {"garant man | man -l -", "read the manual page"},
};

constexpr Command kCommands[] = {
    {"init", "[FILE]", "", "Write a commented service file to begin with.", kInitOptions,
     kInitExamples, RunInit},
    {"check", "[FILE]", "", "Judge a service: required × declared × observed.", kCheckOptions,
     kCheckExamples, RunCheck},
    {"probe", "", "", "Look at the running service as anyone could, and record what was seen.",
     kProbeOptions, kProbeExamples, RunProbe},
    {"act", "KIND", "engagement|review|approval|attestation|excuse|external",
     "Record what a person says, signed with their SSH key.", kActOptions, kActExamples, RunAct},
    {"acts", "FILE", "", "Sign and record a list of acts, all or none.", kActsOptions,
     kActsExamples, RunActs},
    {"trail verify", "", "", "Check that nobody changed the trail.", kVerifyOptions,
     kVerifyExamples, RunTrailVerify},
    {"trail show", "[INDEX]", "", "Show entries of the trail.", kShowOptions, kShowExamples,
     RunTrailShow},
    {"standard test",
     "FOLDER",
     "",
     "Read a standard and run its text cases.",
     {},
     kStandardExamples,
     RunStandardTest},
    {"schema",
     "",
     "",
     "Print the JSON Schema of the service file.",
     {},
     kSchemaExamples,
     RunSchema},
    {"demo", "", "", "Judge a small real service, from nothing.", kDemoOptions, kDemoExamples,
     RunDemo},
    {"doctor", "", "", "Say what is missing on this machine.", {}, kDoctorExamples, RunDoctor},
    {"completion",
     "bash",
     "bash",
     "Print shell completion.",
     {},
     kCompletionExamples,
     RunCompletion},
    {"man", "", "", "Print the manual page.", {}, kManExamples, RunMan},
};

}  // namespace

std::span<const Command> Commands() { return kCommands; }
std::span<const Option> CommonOptions() { return kCommon; }

}  // namespace garant::cli
