#include "cli/demo_served.h"

#include <nlohmann/json.hpp>

#include "cli/workspace.h"
#include "harden/http_client.h"

namespace garant::cli {
namespace {

using base::Result;
using base::Text;
using harden::Answer;

// One reader with the session that the link opens.
class Reader {
 public:
  static Result<Reader> At(const std::string& link) {
    const auto url = harden::ParseUrl(link);
    if (!url)
      return base::Error{base::Code::kInvalid,
                         base::Filled("'{}' is no address of the web",
                                      "« {} » n’est pas une adresse du Web", {link}),
                         {}};
    const harden::Limits limits{.page_bytes = size_t{16} << 20U};
    return Reader(*url, TRY(harden::HttpClient::Create(limits, harden::After(limits.run))));
  }

  [[nodiscard]] Result<Answer> Open() {
    Answer opened = TRY(client_->Get(link_, endpoint_));
    const std::string_view cookie = opened.Header("set-cookie");
    cookie_ = "Cookie: " + std::string(cookie.substr(0, cookie.find(';')));
    return opened;
  }
  [[nodiscard]] Result<Answer> Get(const std::string& path) {
    harden::Url url = link_.WithPath(path);
    url.query.clear();
    return client_->Get(url, endpoint_, cookie_);
  }

 private:
  Reader(harden::Url link, std::unique_ptr<harden::HttpClient> client)
      : link_(std::move(link)),
        endpoint_{link_.host, link_.port, "127.0.0.1", true, false},
        client_(std::move(client)) {}

  harden::Url link_;
  harden::Endpoint endpoint_;
  std::unique_ptr<harden::HttpClient> client_;
  std::string cookie_;
};

// Whether the items that the API gives stand as they were judged.
bool SaysTheSame(const std::string& body, const Judged& judged) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (!json.is_object() || !json.contains("items") || !json["items"].is_array()) return false;
  const auto& items = json["items"];
  const auto& verdicts = judged.judgement.verdicts;
  if (items.size() != verdicts.size() || items.empty()) return false;
  for (size_t i = 0; i < items.size(); ++i)
    if (items[i].value("id", "") != judged.standard->items[i].id ||
        items[i].value("state", "") != assess::StateName(verdicts[i].state))
      return false;
  return true;
}

}  // namespace

Result<ServedReport> ServeReport(const Stage& stage) {
  const std::string ready = stage.folder + "/ready/serve";
  Child server =
      TRY(Child::Start({ThisProgram(), "serve", stage.service_file, "--trail", stage.trail,
                        "--root-key", stage.root_key, "--link", "PT1H", "--ready-file", ready},
                       stage.folder + "/data/serve.out"));
  std::string link = TRY(server.WaitForFile(ready));
  while (link.ends_with('\n')) link.pop_back();
  return ServedReport{std::move(server), std::move(link)};
}

std::vector<Text> ServedMisses(const ServedReport& served, const Judged& judged) {
  auto reader = Reader::At(served.link);
  if (!reader) return {reader.error().message};
  std::vector<Text> misses;
  const auto opened = reader->Open();
  if (!opened || opened->status != 303)
    return {{"the link to the live report does not open",
             "le lien vers le rapport en direct ne s’ouvre pas"}};
  const auto verdicts = reader->Get("/api/v1/verdicts");
  if (!verdicts || verdicts->status != 200 || !SaysTheSame(verdicts->body, judged))
    misses.push_back(
        {"the API does not say what was judged", "l’interface ne dit pas ce qui a été jugé"});
  const auto page = reader->Get("/");
  if (!page || page->status != 200 || page->body.find("9.4-09") == std::string::npos)
    misses.push_back({"the live report does not show", "le rapport en direct ne s’affiche pas"});
  const auto again = reader->Open();
  if (!again || again->status != 401)
    misses.push_back({"the link opens twice", "le lien s’ouvre deux fois"});
  return misses;
}

}  // namespace garant::cli
