#include "harden/journeys.h"

#include <gtest/gtest.h>

#include "service/model.h"

namespace garant::harden {
namespace {

using trail::Edge;
using trail::Journey;
using trail::Step;

constexpr char kTop[] =
    "garant: 1\n"
    "service:\n"
    "  id: permits\n"
    "  name: { en: Permits, fr: Permis }\n"
    "  stage: alpha\n"
    "  environment: trial\n"
    "  organization: { en: City, fr: Ville }\n"
    "  jurisdictions: [ca]\n"
    "people:\n"
    "  - { id: owner, role: owner, contact: owner@city.example }\n";
constexpr char kThree[] =
    "systems:\n"
    "  - { id: web, kind: web-application, agency: city, internet: true, journey: /never }\n"
    "  - { id: pay, kind: payment-provider, agency: city, internet: false }\n"
    "  - { id: mail, kind: mail, agency: city, internet: false }\n"
    "flows:\n"
    "  - { from: person, to: web, data: [none], over: https, journey: /person }\n"
    "  - { from: web, to: pay, data: [none], over: https }\n"
    "  - { from: web, to: pay, data: [none], over: tls, journey: /health }\n"
    "  - { from: web, to: mail, data: [none], over: tls, journey: /health }\n"
    "  - { from: pay, to: mail, data: [none], over: tls }\n";

std::unique_ptr<const service::Model> Parse(const std::string& sections) {
  base::Diagnostics complaints;
  auto model = service::Model::Parse(kTop + sections, "garant.yaml", complaints);
  for (const auto& complaint : complaints)
    ADD_FAILURE() << complaint.ToString(base::Language::kEnglish);
  return model;
}

TEST(Walks, LeadAlongEachEdgeBetweenSystems) {
  const Walks walks = WalksFromModel(*Parse(kThree));
  ASSERT_EQ(walks.walks.size(), 1U);
  EXPECT_EQ(walks.walks[0].path, "/health");
  EXPECT_EQ(walks.walks[0].edges, (std::vector<Edge>{{"web", "pay"}, {"web", "mail"}}));
  EXPECT_EQ(walks.unwalked, (std::vector<Edge>{{"pay", "mail"}}));
}

TEST(Walks, OfAnOnlySystemStayWithinIt) {
  constexpr char kOne[] =
      "systems:\n"
      "  - { id: web, kind: web-application, agency: city, internet: true";
  const Walks none = WalksFromModel(*Parse(std::string(kOne) + " }\n"));
  EXPECT_TRUE(none.walks.empty());
  EXPECT_EQ(none.unwalked, (std::vector<Edge>{{"web", "web"}}));
  const Walks one = WalksFromModel(*Parse(std::string(kOne) + ", journey: /health }\n"));
  ASSERT_EQ(one.walks.size(), 1U);
  EXPECT_EQ(one.walks[0].edges, (std::vector<Edge>{{"web", "web"}}));
}

Step At(const char* part, const char* source, const char* span, const char* parent) {
  Step step;
  step.entry.header.part = part;
  step.entry.header.source = source;
  step.span = span;
  step.parent = parent;
  return step;
}

TEST(Joins, AsksBothEndsFromSourcesOfTheirOwn) {
  const Edge edge{"web", "pay"};
  const Step caller = At("web", "lines/web", "a", "");
  const auto joins = [&](const Step& called) {
    return Joins({.steps = {caller, called}, .edges = {}}, edge);
  };
  EXPECT_TRUE(joins(At("pay", "lines/pay", "b", "a")));
  EXPECT_FALSE(joins(At("pay", "lines/web", "b", "a"))) << "one log tells of both ends";
  EXPECT_FALSE(joins(At("pay", "lines/pay", "b", "c"))) << "called by somebody else";
  EXPECT_FALSE(joins(At("pay", "lines/pay", "b", ""))) << "it begins there";
  EXPECT_FALSE(joins(At("mail", "lines/mail", "b", "a"))) << "another system";
  EXPECT_FALSE(Joins({.steps = {caller}, .edges = {}}, edge)) << "one end only";
  EXPECT_FALSE(Joins({}, edge));
  // Spans that could not be opened name each other by nothing.
  EXPECT_FALSE(Joins(
      {.steps = {At("web", "lines/web", "", ""), At("pay", "lines/pay", "", "")}, .edges = {}},
      edge));
}

TEST(Joins, WithinASystemIsFromTheFrontToIt) {
  const Journey journey{.steps = {At("web", "guard/1", "a", "x"), At("web", "lines/web", "b", "a")},
                        .edges = {}};
  EXPECT_TRUE(Joins(journey, {"web", "web"}));
  EXPECT_FALSE(Joins({.steps = {At("web", "lines/web", "b", "a")}, .edges = {}}, {"web", "web"}));
}

TEST(ObserveWalk, SaysWhichEdgesJoinedAndWhichNobodyDeclared) {
  const auto model = Parse(kThree);
  const Walked walked{{"/health", {{"web", "pay"}, {"web", "mail"}}}, "", 200, {}};
  const Journey journey{.steps = {At("web", "lines/web", "a", ""), At("pay", "lines/pay", "b", "a"),
                                  At("web", "lines/web", "c", "b")},
                        .edges = {{"web", "pay"}, {"pay", "web"}, {"web", "elsewhere"}}};
  const base::Time run = *base::ParseTime("2026-11-23T20:30:00Z");
  const auto seen = ObserveWalk(walked, journey, *model, run);
  ASSERT_EQ(seen.size(), 3U);
  const auto said = [&](size_t i) {
    EXPECT_EQ(seen[i].time, run);
    EXPECT_EQ(seen[i].method, "harden.probe");
    return seen[i].subject +
           (seen[i].facts[0].value == trail::FactValue(true) ? " joined" : " apart");
  };
  EXPECT_EQ(said(0), "web>pay joined");
  EXPECT_EQ(said(1), "web>mail apart");
  EXPECT_EQ(said(2), "pay>web joined");
}

TEST(TakeWalks, NeedsSomethingThatAnswers) {
  ProbeTarget target;
  target.url = "http://127.0.0.1:1/";
  const std::vector<Walk> walks = {{"/health", {{"web", "pay"}}}};
  const auto report = TakeWalks(walks, target);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, base::Code::kIo);
  EXPECT_TRUE(TakeWalks({}, target));
}

}  // namespace
}  // namespace garant::harden
