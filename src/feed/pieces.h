#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "feed/forms.h"

// What the JSON forms share.
namespace garant::feed {

// On one line; what is no UTF-8 is replaced.
[[nodiscard]] std::string Line(const nlohmann::json& json);
[[nodiscard]] std::string TokenText(const trail::Token& token);
[[nodiscard]] nlohmann::json FactsJson(const trail::Header& header);
// Of each sealed part its category, its state, and its content where it was opened.
[[nodiscard]] nlohmann::json PartsJson(const Event& event);
// What no field of a form has: part, route, categories, outcome, the source's number, tokens of
// subjects and session, facts, sealed parts. What an entry lacks is left out.
[[nodiscard]] nlohmann::json RestJson(const Event& event);
// "1.1", "2"; empty where the guard did not know.
[[nodiscard]] std::string HttpVersion(const trail::Header& header);
[[nodiscard]] std::string TlsVersion(const trail::Header& header);  // "1.3"

}  // namespace garant::feed
