#include <algorithm>
#include <charconv>

#include "ingest/forms.h"
#include "ingest/mapping.h"
#include "ingest/mapping_yaml.h"

namespace garant::ingest {
namespace {

using base::YamlNode;

constexpr uint64_t kHighestRate = 1'000'000;
constexpr std::string_view kEnvironment = "env:";

void ReadSilence(MappingYaml& yaml, Mapping& out) {
  const YamlNode* node = yaml.root().Find("silent-after");
  if (node == nullptr) return;
  const auto duration = base::ParseDuration(node->scalar);
  if (!duration)
    yaml.Complain(node->where, duration.error().message);
  else if (*duration < std::chrono::seconds(1))
    yaml.Complain(node->where,
                  {"at least a second is expected here", "au moins une seconde est attendue ici"});
  else
    out.silent_after = *duration;
}

void ReadRate(MappingYaml& yaml, Mapping& out) {
  const YamlNode* node = yaml.root().Find("rate");
  if (node == nullptr) return;
  uint64_t rate = 0;
  const std::string& text = node->scalar;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), rate);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || rate == 0 ||
      rate > kHighestRate)
    yaml.Complain(node->where, {"a number of events a second is expected here, from 1 to 1000000",
                                "un nombre d’événements par seconde est attendu ici, de 1 à "
                                "1000000"});
  else
    out.rate = rate;
}

void ReadSenders(MappingYaml& yaml, Mapping& out) {
  for (const YamlNode& node : yaml.List("senders")) {
    if (IsSenderName(node.scalar)) {
      out.senders.insert(node.scalar);
      continue;
    }
    yaml.Complain(node.where,
                  {"the name in a sender's certificate is expected here: small letters, digits, "
                   "dots, dashes and underscores, at most 120",
                   "le nom inscrit au certificat d’un expéditeur est attendu ici : lettres "
                   "minuscules, chiffres, points, tirets et traits de soulignement, au plus 120"});
  }
}

void ReadToken(MappingYaml& yaml, Mapping& out) {
  const YamlNode* node = yaml.root().Find("token");
  if (node == nullptr) return;
  const std::string_view text = node->scalar;
  const std::string_view name =
      text.starts_with(kEnvironment) ? text.substr(kEnvironment.size()) : std::string_view();
  const bool sound = !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
  if (sound)
    out.token = name;
  else
    yaml.Complain(node->where,
                  {"a secret never stands in a file: name the variable that holds it, such as "
                   "env:OTLP_TOKEN",
                   "un secret ne figure jamais dans un fichier : nommez la variable qui le "
                   "contient, comme env:OTLP_TOKEN"});
}

}  // namespace

void ReadSourceKeys(MappingYaml& yaml, Mapping& out) {
  if (const YamlNode* form = yaml.root().Find("form")) {
    const Names names(FormNames().begin(), FormNames().end());
    if (const auto found = yaml.OneOf(*form, names)) out.form = static_cast<Form>(*found);
  }
  ReadSilence(yaml, out);
  ReadRate(yaml, out);
  ReadSenders(yaml, out);
  ReadToken(yaml, out);
}

}  // namespace garant::ingest
