#pragma once

#include <vector>

#include "harden/html.h"
#include "harden/html_tree.h"

namespace garant::harden {

// The forms of a page in document order; fields that stand in none, since scripts may send them,
// are taken together as one more, sent to the page itself. `base` resolves references. Sets
// `partial` where there were more than kMostForms.
[[nodiscard]] std::vector<Form> ReadForms(const xmlNode* root, const Url& page, const Url& base,
                                          bool& partial);

// A link element as a person sees it.
[[nodiscard]] std::vector<Link> ReadAnchors(const xmlNode* top, const Url& base, size_t most,
                                            const std::function<bool(const xmlNode*)>& skip = {});

}  // namespace garant::harden
