#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "identity/act.h"
#include "service/model.h"
#include "standard/standard.h"

// From what somebody wants to say to what they sign.
namespace garant::cli {

struct ActRequest {
  identity::ActKind kind = identity::ActKind::kReview;
  std::string item;
  std::string by;
  std::string statement;
  base::Time at;
  base::Time expires;
  std::vector<std::string> with;
  std::string of;
  std::string mode;
  std::string document;       // path
  std::string document_name;  // the file's where left out
  std::string issuer;
  std::optional<base::Time> dated;
};

// The payload: with the sections that the standard's item covers, and their digest as they stand.
[[nodiscard]] base::Result<std::string> MakePayload(const ActRequest& request,
                                                    const service::Model& model,
                                                    const standard::Standard& standard);

// Checks that the signature is that person's, by the key that the service file gives them.
[[nodiscard]] base::Status CheckSignature(const identity::SignedAct& act,
                                          const service::Model& model);

}  // namespace garant::cli
