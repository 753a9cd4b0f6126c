#include "report/escape.h"

#include <gtest/gtest.h>

namespace garant::report {
namespace {

TEST(EscapeTest, PlainKeepsBothLanguages) {
  EXPECT_EQ(Plain("À faire : « déjà » — 97 %"), "À faire : « déjà » — 97 %");
  EXPECT_EQ(Plain("日本 👍"), "日本 👍");
}

TEST(EscapeTest, PlainTakesAwayWhatATerminalObeys) {
  EXPECT_EQ(Plain("a\x1b[31mb"), "a\uFFFD[31mb");
  EXPECT_EQ(Plain("a\nb\tc\rd"), "a b c d");
  EXPECT_EQ(Plain("\u202Eabc\u2066\u2069\u200F\u2028"), "\uFFFDabc\uFFFD\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(Plain("\xC2\x9B"
                  "1m"),
            "\uFFFD1m");
  EXPECT_EQ(Plain(std::string_view("a\0b", 3)), "a\uFFFDb");
}

TEST(EscapeTest, PlainReplacesWhatIsNotUtf8) {
  EXPECT_EQ(Plain("\xFF"), "\uFFFD");
  EXPECT_EQ(Plain("\xC3"), "\uFFFD");
  EXPECT_EQ(Plain("\xE2\x82"), "\uFFFD\uFFFD");
  EXPECT_EQ(Plain("\xC0\xAF"), "\uFFFD\uFFFD");
  EXPECT_EQ(Plain("\xEF\xBF\xBF"), "\uFFFD");
}

TEST(EscapeTest, HtmlEscapesMarkupAndQuotes) {
  EXPECT_EQ(Html("<a href=\"x\" id='y'>&"), "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;");
}

TEST(EscapeTest, UriPathEncodes) {
  EXPECT_EQ(UriPath("a b/é?#%.yaml"), "a%20b/%C3%A9%3F%23%25.yaml");
}

TEST(EscapeTest, WidthCountsCodePoints) {
  EXPECT_EQ(Width("été"), 3U);
  EXPECT_EQ(Width(""), 0U);
}

}  // namespace
}  // namespace garant::report
