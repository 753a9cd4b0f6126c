#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>

#include <cstdlib>
#include <memory>
#include <set>

#include "base/bytes.h"
#include "base/file.h"
#include "report/report.h"
#include "report/test_view.h"

namespace garant::report {
namespace {

using assess::State;
using base::Language;
using testing::HasSubstr;
using testing::Not;

// The page, read strictly: it is well-formed as XML as well.
class Page {
 public:
  explicit Page(const std::string& html)
      : document_(xmlReadMemory(html.data(), static_cast<int>(html.size()), "page", "UTF-8",
                                XML_PARSE_NONET)) {}
  ~Page() { xmlFreeDoc(document_); }
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;

  [[nodiscard]] bool ok() const { return document_ != nullptr; }
  // The string values of what an XPath expression finds.
  [[nodiscard]] std::vector<std::string> Find(const char* path) const {
    std::vector<std::string> found;
    xmlXPathContext* context = xmlXPathNewContext(document_);
    xmlXPathObject* result =
        xmlXPathEvalExpression(reinterpret_cast<const xmlChar*>(path), context);
    if (result != nullptr && result->nodesetval != nullptr)
      for (int i = 0; i < result->nodesetval->nodeNr; ++i) {
        xmlChar* text = xmlNodeGetContent(result->nodesetval->nodeTab[i]);
        found.emplace_back(reinterpret_cast<const char*>(text));
        xmlFree(text);
      }
    xmlXPathFreeObject(result);
    xmlXPathFreeContext(context);
    return found;
  }

 private:
  xmlDoc* document_;
};

class HtmlTest : public testing::Test {
 protected:
  [[nodiscard]] std::string Render(Language language = Language::kEnglish) const {
    return RenderHtml(test_->AsView(), language);
  }
  std::unique_ptr<TestCase> test_ = MakeTestCase();
};

TEST_F(HtmlTest, IsWellFormedInBothLanguages) {
  for (const Language language : {Language::kEnglish, Language::kFrench}) {
    const Page page(Render(language));
    ASSERT_TRUE(page.ok());
    EXPECT_EQ(page.Find("/html/@lang")[0], language == Language::kEnglish ? "en" : "fr");
    EXPECT_EQ(page.Find("//details[contains(@class,'item')]").size(), 97U);
  }
}

TEST_F(HtmlTest, LoadsNothing) {
  const std::string html = Render();
  EXPECT_THAT(html, Not(HasSubstr("http:")));
  EXPECT_THAT(html, Not(HasSubstr("https:")));
  EXPECT_THAT(html, Not(HasSubstr("url(")));
  EXPECT_THAT(html, Not(HasSubstr("@import")));
  const Page page(html);
  EXPECT_TRUE(page.Find("//@src").empty());
  for (const std::string& address : page.Find("//@href"))
    EXPECT_TRUE(address.starts_with("#") || address == "data:,") << address;
}

TEST_F(HtmlTest, ThePolicyAllowsItsOwnStyleAndScriptOnly) {
  const std::string html = Render();
  const Page page(html);
  const std::string policy =
      page.Find("//meta[@http-equiv='Content-Security-Policy']/@content").at(0);
  EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
  for (const char* name : {"style", "script"}) {
    const std::string open = "<" + std::string(name) + ">";
    const size_t start = html.find(open) + open.size();
    const size_t end = html.find("</" + std::string(name) + ">", start);
    const std::string text = html.substr(start, end - start);
    const std::string digest = base::ToBase64(base::Sha256(base::AsBytes(text)));
    EXPECT_THAT(policy, HasSubstr(std::string(name) + "-src 'sha256-" + digest + "'"));
    EXPECT_EQ(html.find(open, end), std::string::npos) << "only one";
  }
  EXPECT_TRUE(page.Find("//@style").empty());
  EXPECT_TRUE(page.Find("//@*[starts-with(name(), 'on')]").empty());
}

TEST_F(HtmlTest, HostileTextStaysText) {
  test_->judgement.standard_version = kHostile;
  View view = test_->AsView();
  view.service_name = {std::string(kHostile), std::string(kHostile) + " fr"};
  view.organization = view.service_name;
  view.service_file = view.trail_folder = view.version = kHostile;
  const std::string html = RenderHtml(view, Language::kEnglish);
  EXPECT_THAT(html, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(html, Not(HasSubstr("\x1b")));
  EXPECT_THAT(html, Not(HasSubstr("\u202E")));
  const Page page(html);
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page.Find("//script").size(), 1U);
  EXPECT_THAT(page.Find("//h1/span[@lang='en']").at(0), HasSubstr("<script>alert(1)</script> &"));
}

TEST_F(HtmlTest, TwoLanguagesStandSideBySide) {
  const Page page(Render());
  EXPECT_EQ(page.Find("//span[@lang='en']").size(), page.Find("//span[@lang='fr']").size());
  for (const std::string& text : page.Find("//span[@lang]")) EXPECT_FALSE(text.empty());
  // Nothing that speaks one language alone.
  EXPECT_TRUE(page.Find("//@aria-label | //@title | //@placeholder | //@alt").empty());
}

TEST_F(HtmlTest, CanBeReadAloudAndByKeyboard) {
  const Page page(Render());
  EXPECT_EQ(page.Find("//h1").size(), 1U);
  EXPECT_EQ(page.Find("//main").size(), 1U);
  EXPECT_EQ(page.Find("//body/a[1]/@href").at(0), "#main");
  EXPECT_EQ(page.Find("//table/caption").size(), page.Find("//table").size());
  EXPECT_TRUE(page.Find("//th[not(@scope)]").empty());
  EXPECT_TRUE(page.Find("//section[not(@aria-labelledby)]").empty());
  const auto ids = page.Find("//@id");
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), ids.size());
  for (const std::string& address : page.Find("//a/@href"))
    EXPECT_THAT(ids, testing::Contains(address.substr(1)));
}

TEST_F(HtmlTest, AStateIsNeverToldByColourAlone) {
  const Page page(Render());
  EXPECT_EQ(page.Find("//symbol").size(), 5U);
  // Each badge has a shape and a word.
  const size_t badges = page.Find("//span[starts-with(@class,'state ')]").size();
  EXPECT_GT(badges, 97U);
  EXPECT_EQ(page.Find("//span[starts-with(@class,'state ')]/svg/use").size(), badges);
  EXPECT_EQ(page.Find("//span[starts-with(@class,'state ')]/span/span[@lang='fr']").size(), badges);
}

TEST_F(HtmlTest, TheOverviewCountsEveryItem) {
  const Page page(Render());
  size_t sum = 0;
  for (const std::string& count : page.Find("//table[@class='matrix']//td[last()]//b"))
    sum += std::stoul(count);
  EXPECT_EQ(sum, 97U);
}

TEST_F(HtmlTest, AnItemHasItsEvidence) {
  const size_t item = test_->First(State::kContradicted);
  const Page page(Render());
  const std::string path = "//details[@id='item-" + test_->standard.items[item].id + "']";
  const std::string text = page.Find(path.c_str()).at(0);
  EXPECT_THAT(text, HasSubstr("garant.yaml:" + std::to_string(100 + item) + ":5"));
  EXPECT_THAT(text, HasSubstr("observed in entry " + std::to_string(40 + item)));
  EXPECT_THAT(text, HasSubstr("every c in web.cookies: c.declared and 1 < 2"));
  EXPECT_THAT(text, HasSubstr("Trial"));
  EXPECT_THAT(text, HasSubstr("unwitnessed"));
}

TEST_F(HtmlTest, ActsThatDoNotCountAreShownAsWhatTheyAre) {
  const Page page(Render());
  EXPECT_EQ(page.Find("//table[@class='acts']/tbody/tr").size(), 3U);
  EXPECT_EQ(page.Find("//span[@class='counts-no']").size(), 2U);
}

TEST_F(HtmlTest, SameViewSameBytes) {
  const auto again = MakeTestCase();
  const std::string html = Render(Language::kFrench);
  EXPECT_EQ(html, RenderHtml(again->AsView(), Language::kFrench));
  // For a look at it: GARANT_KEEP_PAGE=FILE keeps the page.
  if (const char* path = std::getenv("GARANT_KEEP_PAGE"); path != nullptr) {
    EXPECT_TRUE(base::WriteFileDurably(path, Render()));
  }
}

}  // namespace
}  // namespace garant::report
