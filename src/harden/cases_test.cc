#include <gtest/gtest.h>

#include "base/file.h"
#include "base/yaml.h"
#include "harden/field_categories.h"
#include "harden/headers.h"
#include "harden/html.h"
#include "harden/route_template.h"
#include "harden/security_txt.h"
#include "harden/url.h"
#include "harden/words.h"
#include "service/data_category.h"
#include "service/route.h"

// The runner of testdata/*.yaml: a new case needs no C++.
namespace garant::harden {
namespace {

const base::Time kNow = *base::ParseTime("2026-11-23T00:00:00Z");

base::YamlNode Load(const std::string& name) {
  const std::string path = std::string(GARANT_SOURCE_DIR) + "/src/harden/testdata/" + name;
  const auto text = base::ReadFile(path);
  EXPECT_TRUE(text) << path;
  base::Diagnostics complaints;
  base::YamlNode node = text ? base::ParseYaml(*text, path, complaints) : base::YamlNode{};
  for (const auto& complaint : complaints)
    ADD_FAILURE() << complaint.ToString(base::Language::kEnglish);
  return node;
}

std::string Joined(std::string left, const std::string& separator, const std::string& right) {
  return left.empty() || right.empty() ? left + right : left + separator + right;
}

std::string WriteHsts(const std::string& text) {
  const auto hsts = ParseHsts(text);
  return hsts ? std::to_string(hsts->max_age) + (hsts->subdomains ? " subdomains" : "") : "absent";
}

std::string WriteCookie(const std::string& text) {
  const auto cookie = ParseSetCookie(text, kNow);
  if (!cookie) return "absent";
  return cookie->name + (cookie->secure ? " secure" : "") +
         (cookie->http_only ? " http-only" : "") +
         (cookie->same_site.empty() ? "" : " " + cookie->same_site) + " " +
         std::to_string(cookie->lifetime) + (cookie->removal ? " removal" : "");
}

std::string WriteUrl(const std::optional<Url>& url) { return url ? url->ToString() : "nothing"; }

// "input type=… name=… label="…"", written as an element whose label is a placeholder.
std::string WriteField(std::string text) {
  if (const size_t at = text.find("label="); at != std::string::npos)
    text.replace(at, 5, "placeholder");
  const Url url = *ParseUrl("https://city.example/");
  const Page page = ReadPage("<form><" + text + "></form>", url, "");
  if (page.forms.size() != 1 || page.forms[0].fields.size() != 1) return "no field";
  return page.forms[0].fields[0].category;
}

std::string WriteSecurityTxt(const std::string& text) {
  const SecurityTxt file = ParseSecurityTxt(text);
  return Joined(file.contact ? "contact" : "", " ",
                file.expires ? base::FormatTime(*file.expires) : "");
}

std::string Write(const std::string& reads, const std::string& text) {
  const auto restricts = [](bool holds) { return holds ? "restricts" : "open"; };
  const std::string_view view = text;
  if (reads == "hsts") return WriteHsts(text);
  if (reads == "csp") return restricts(RestrictsScripts(text));
  if (reads == "framing") return restricts(RestrictsFraming({&view, 1}));
  if (reads == "referrer") return restricts(KeepsReferrer(text));
  if (reads == "cookie") return WriteCookie(text);
  if (reads == "route")
    return RouteOf(text, {"/clerk/applications/{id}", "/clerk/applications/new"});
  if (reads == "harmful") return LooksHarmful(text, "") ? "harmful" : "harmless";
  if (reads == "url") return WriteUrl(ParseUrl(text));
  if (reads == "reference")
    return WriteUrl(ResolveUrl(*ParseUrl("https://city.example/a/b"), text));
  if (reads == "name") return SafeName(text);
  if (reads == "host") return SafeHost(text);
  if (reads == "field") return WriteField(text);
  if (reads == "security-txt") return WriteSecurityTxt(text);
  if (reads == "ancestors") {
    const auto result = RestrictsAncestors(text);
    return result ? restricts(*result) : "absent";
  }
  return "unknown kind of case";
}

std::string WritePage(const std::string& html) {
  const Url url = *ParseUrl("https://city.example/apply");
  const Page page = ReadPage(html, url, "");
  std::string out;
  for (const Form& form : page.forms) {
    const bool own = form.action.Authority() == url.Authority() && form.action.secure();
    std::string fields;
    for (const FormField& field : form.fields)
      fields = Joined(fields, " ", field.name + ":" + field.category);
    std::string one = (own ? form.action.path : form.action.ToString()) + "[" + fields + "]";
    if (form.notice_text) one += " notice";
    for (const Link& link : form.beside) one += " beside " + link.to.path;
    out = Joined(out, "; ", one);
  }
  std::string hosts;
  for (const std::string& host : page.third_parties) hosts += " " + host;
  std::string languages;
  for (const std::string& language : page.languages) languages += " " + language;
  out = Joined(out, "; ", hosts.empty() ? "" : "hosts" + hosts);
  return Joined(out, "; ", languages.empty() ? "" : "languages" + languages);
}

TEST(ParserCases, GiveWhatTheySay) {
  const base::YamlNode file = Load("parser_cases.yaml");
  const base::YamlNode* cases = file.Find("cases");
  ASSERT_NE(cases, nullptr);
  ASSERT_GT(cases->items.size(), 90U);
  for (const base::YamlNode& one : cases->items)
    EXPECT_EQ(Write(one.Find("reads")->scalar, one.Find("text")->scalar), one.Find("gives")->scalar)
        << one.where.ToString();
}

TEST(PageCases, GiveWhatTheySay) {
  const base::YamlNode file = Load("page_cases.yaml");
  const base::YamlNode* pages = file.Find("pages");
  ASSERT_NE(pages, nullptr);
  ASSERT_GT(pages->items.size(), 15U);
  for (const base::YamlNode& one : pages->items)
    EXPECT_EQ(WritePage(one.Find("html")->scalar), one.Find("gives")->scalar)
        << one.where.ToString() << ": " << one.Find("name")->scalar;
}

TEST(FieldPatterns, NameKnownCategoriesAndAreFolded) {
  for (const auto& table : {FieldPatterns(), AutofillPatterns()})
    for (const FieldPattern& pattern : table) {
      EXPECT_EQ(Folded(pattern.words), " " + std::string(pattern.words) + " ");
      bool known = false;
      for (const auto& category : service::DataCategories())
        known = known || category.name == pattern.category;
      EXPECT_TRUE(known) << pattern.category;
    }
}

TEST(Pages, EndlessNestingIsReadInPartAndAtOnce) {
  std::string html;
  for (int i = 0; i < 150'000; ++i) html += "<b>";
  for (int i = 0; i < 100'000; ++i) html += "</i>";
  EXPECT_TRUE(ReadPage(html, *ParseUrl("https://city.example/"), "").partial);
}

TEST(Pages, MoreFormsThanAnyoneFillsInAreReadInPart) {
  std::string html;
  for (size_t i = 0; i <= kMostForms; ++i) html += "<form><input name=q></form>";
  const Page page = ReadPage(html, *ParseUrl("https://city.example/"), "");
  EXPECT_TRUE(page.partial);
  EXPECT_EQ(page.forms.size(), kMostForms);
}

TEST(Routes, ManyWordsInOneFolderAreNames) {
  std::vector<std::string> paths = {"/about", "/help/fees", "/help/hours", "/u/alice/files"};
  for (const char* name : {"bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan"})
    paths.push_back(std::string("/u/") + name);
  RouteNames names({"/u/me"});
  EXPECT_EQ(names.Of("/u/bob"), "/u/bob") << "nothing is known of the folder yet";
  names.Learn(paths);
  EXPECT_EQ(names.Of("/u/bob"), "/u/{id}");
  EXPECT_EQ(names.Of("/u/alice/files"), "/u/{id}/files");
  EXPECT_EQ(names.Of("/u/me"), "/u/me") << "it is declared";
  EXPECT_EQ(names.Of("/help/fees"), "/help/fees");
  EXPECT_EQ(names.Of("/about"), "/about");
  EXPECT_TRUE(names.Hides("/u/{id}"));
  EXPECT_FALSE(names.Hides("/about"));
}

TEST(Routes, TemplatesAreAskedWithZero) {
  EXPECT_EQ(ExamplePath("/clerk/applications/{id}"), "/clerk/applications/0");
  EXPECT_EQ(ExamplePath("/"), "/");
}

}  // namespace
}  // namespace garant::harden
