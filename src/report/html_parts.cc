#include "report/html_parts.h"

#include "report/escape.h"

namespace garant::report {

using assess::State;
using base::Text;

std::string Both(const Text& text) {
  const std::string en = Html(text.en.empty() ? text.fr : text.en);
  const std::string fr = Html(text.fr.empty() ? text.en : text.fr);
  if (en == fr) return en;
  return "<span lang=\"en\">" + en + "</span><span lang=\"fr\">" + fr + "</span>";
}

std::string Both(Phrase phrase) { return Both(Say(phrase)); }

std::string Both(Phrase phrase, std::initializer_list<std::string> arguments) {
  return Both(Say(phrase, arguments));
}

std::string Element(std::string_view name, std::string_view attributes, std::string_view content) {
  std::string out = "<";
  out.append(name).append(attributes).append(">").append(content);
  return out.append("</").append(name).append(">");
}

std::string Attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + Html(value) + "\"";
}

std::string StateIcon(State state) {
  return "<svg class=\"icon\" aria-hidden=\"true\" viewBox=\"0 0 16 16\"><use href=\"#shape-" +
         std::string(assess::StateName(state)) + "\"/></svg>";
}

std::string StateBadge(State state) {
  return "<span class=\"state " + std::string(assess::StateName(state)) + "\">" + StateIcon(state) +
         "<span>" + Both(assess::StateText(state)) + "</span></span>";
}

std::string Bar(const Counts& counts) {
  const size_t total = counts.Total();
  if (total == 0) return {};
  // Tenths of a percent in whole numbers: the same bytes on every machine.
  std::string bar =
      "<svg class=\"bar\" aria-hidden=\"true\" viewBox=\"0 0 1000 10\" "
      "preserveAspectRatio=\"none\">";
  size_t before = 0;
  for (const State state : kWorstFirst) {
    const size_t count = counts.Of(state);
    if (count == 0) continue;
    const size_t from = before * 1000 / total;
    before += count;
    const size_t to = before * 1000 / total;
    bar += "<rect class=\"" + std::string(assess::StateName(state)) + "\" x=\"" +
           std::to_string(from) + "\" y=\"0\" width=\"" + std::to_string(to - from) +
           "\" height=\"10\"/>";
  }
  return bar + "</svg>";
}

std::string ItemAnchor(const standard::Item& item) {
  std::string anchor = "item-";
  for (const char c : item.id) {
    const bool safe = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '.' || c == '-';
    anchor += safe ? c : '-';
  }
  return anchor;
}

std::string ItemLink(const View& view, size_t item) {
  const standard::Item& it = view.standard.items[item];
  return "<a href=\"#" + ItemAnchor(it) + "\">" + Html(it.id) + "</a>";
}

}  // namespace garant::report
