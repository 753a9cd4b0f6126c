#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "identity/ssh_key.h"

// What people sign: docs/formats/act.md.
namespace garant::identity {

constexpr std::string_view kActNamespace = "garant-act@garant";

enum class ActKind { kEngagement, kReview, kApproval, kAttestation, kExcuse, kExternal };
enum class ExcuseMode { kNotApplicable, kAccepted };

[[nodiscard]] std::string_view ActKindName(ActKind kind);
[[nodiscard]] std::optional<ActKind> FindActKind(std::string_view name);
[[nodiscard]] std::string_view ExcuseModeName(ExcuseMode mode);

struct Act {
  ActKind kind = ActKind::kReview;
  std::string service;
  std::string item;  // "9.4-17"; "-" for the whole service
  std::string by;    // a person's id in the service file
  base::Time at;
  base::Time expires;
  std::vector<std::string> covers;  // sections of the service file; empty: all of it
  base::Digest digest{};            // of the canonical form of these sections
  std::optional<std::string> of;    // the act that is approved: "act:…"
  std::vector<std::string> with;    // persons engaged
  std::optional<ExcuseMode> mode;
  std::optional<base::Digest> document;
  std::string document_name;
  std::string issuer;  // third party who issued or signed the document
  std::optional<base::Time> dated;
  std::string statement;
  bool operator==(const Act&) const = default;
};

// The canonical text. Refuses an act that its kind does not allow, so that what is written can
// always be read.
[[nodiscard]] base::Result<std::string> FormatAct(const Act& act);
// Takes exactly what FormatAct writes.
[[nodiscard]] base::Result<Act> ParseAct(std::string_view payload);

// "act:" and 32 hexadecimal digits of the payload's SHA-256.
[[nodiscard]] std::string ActId(std::string_view payload);

struct SignedAct {
  std::string payload;
  std::string signature;  // armored; empty: only claimed
};

// The act, where one of `keys` (the keys of the person it is by) signed it. kUntrusted where none
// did; an unsigned act is kUntrusted too: it is claimed and proves nothing.
[[nodiscard]] base::Result<Act> VerifyAct(const SignedAct& act, std::span<const PublicKey> keys);

}  // namespace garant::identity
