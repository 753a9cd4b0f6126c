#include "ingest/line.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <variant>

#include "ingest/form.h"
#include "ingest/forms.h"
#include "trail/search/journey.h"

namespace garant::ingest {
namespace {

using base::Bytes;
using Json = nlohmann::json;
using trail::KeyClass;
using trail::Person;

constexpr size_t kLongestId = 256;
constexpr size_t kMostSubjects = 256;

trail::Draft Refused(const Line& line, Reason reason, const LineContext& context) {
  SourceEvent event;
  event.source = context.source;
  event.part = context.mapping.system;
  event.happening = Happening::kRefused;
  event.sequence = line.sequence;
  event.reason = reason;
  event.bytes = line.length;
  event.sealed.assign(line.bytes.begin(), line.bytes.end());
  return ToDraft(std::move(event), context.service, context.now);
}

std::optional<base::Time> TimeOf(const Json& value, Mapping::TimeUnit unit) {
  if (unit == Mapping::TimeUnit::kText)
    return value.is_string() ? ParseTimestamp(value.get_ref<const std::string&>())
                             : std::optional<base::Time>{};
  if (!value.is_number()) return {};
  const double per_second = unit == Mapping::TimeUnit::kSeconds        ? 1
                            : unit == Mapping::TimeUnit::kMilliseconds ? 1e3
                                                                       : 1e9;
  const double seconds = value.get<double>() / per_second;
  if (!(seconds >= 0 && seconds < 9e9)) return {};  // until the year 2255
  if (unit == Mapping::TimeUnit::kNanoseconds && value.is_number_integer())
    return base::Time(base::Duration(value.get<int64_t>()));
  return base::Time(base::Duration(std::llround(seconds * 1e6) * 1000));
}

class LineReader {
 public:
  LineReader(const Json& json, const LineContext& context, trail::Draft& draft)
      : json_(json), context_(context), mapping_(context.mapping), draft_(draft) {}

  void Read() {
    draft_.part = Part();
    ReadRoute();
    if (std::string outcome = TextAt(mapping_.outcome); IsWord(outcome)) draft_.outcome = outcome;
    const auto traceparent = FindTrace();
    draft_.trace = RawTraceId(IdAt(mapping_.trace));
    if (draft_.trace.empty() && traceparent) draft_.trace = traceparent->trace;
    draft_.session = IdAt(mapping_.session);
    ReadFacts();
    ReadPersons();
    for (const Mapping::DataAt& data : mapping_.data)
      if (const Json* value = data.at.In(json_); value != nullptr && !value->is_null())
        draft_.categories.push_back(data.category);
    SealSpans(traceparent);
  }

 private:
  std::string Part() const {
    std::string part = TextAt(mapping_.part);
    if (mapping_.names.empty()) return IsSystemId(part) ? part : mapping_.system;
    const auto named = mapping_.names.find(part);
    return named == mapping_.names.end() ? mapping_.system : named->second;
  }

  std::optional<TraceParent> FindTrace() const {
    for (const Pointer& at : mapping_.traceparents)
      if (const Json* value = at.In(json_); value != nullptr && value->is_string())
        if (auto found = FindTraceParent(value->get_ref<const std::string&>())) return found;
    return {};
  }

  std::string TextAt(const std::optional<Pointer>& at) const {
    const Json* value = at ? at->In(json_) : nullptr;
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
  }
  std::string IdAt(const std::optional<Pointer>& at) const {
    std::string id = TextAt(at);
    return id.size() <= kLongestId ? id : std::string();
  }

  void ReadRoute() {
    const std::string route = TextAt(mapping_.route);
    const auto* categories = context_.routes.CategoriesOf(route);
    if (categories == nullptr) return;
    draft_.route = route;
    draft_.categories = *categories;
  }

  void ReadFacts() {
    if (std::string event = TextAt(mapping_.event); IsWord(event))
      draft_.facts.push_back({"event", std::move(event)});
    for (const Mapping::FactAt& fact : mapping_.facts) {
      const Json* value = fact.at.In(json_);
      if (value == nullptr) continue;
      // The one fact of text is the method: a word out of a table, since free text holds names.
      if (fact.type == trail::FactType::kText && value->is_string())
        draft_.facts.push_back(
            {fact.name, std::string(KnownMethod(value->get_ref<const std::string&>()))});
      if (fact.type == trail::FactType::kInt && value->is_number())
        AddNumber(fact.name, value->get<double>() * fact.times);
    }
  }

  void AddNumber(const std::string& name, double number) {
    constexpr double kMost = 9e15;  // up to there a double is exact
    if (std::abs(number) <= kMost)
      draft_.facts.push_back({name, static_cast<int64_t>(std::llround(number))});
  }

  void AddPersons(const Mapping::PersonAt& person, std::vector<Person>& persons) const {
    const Json* value = person.at.In(json_);
    if (value == nullptr) return;
    const auto add = [&](const Json& one) {
      std::string name;
      if (one.is_string()) name = one.get<std::string>();
      if (one.is_number_integer()) name = one.dump();
      const Person found{person.issuer, name};
      if (!name.empty() && name.size() <= kLongestId && persons.size() < kMostSubjects &&
          std::find(persons.begin(), persons.end(), found) == persons.end())
        persons.push_back(found);
    };
    if (value->is_array())
      for (const Json& one : *value) add(one);
    else
      add(*value);
  }

  void ReadPersons() {
    std::vector<Person> actors;
    if (mapping_.actor) AddPersons(*mapping_.actor, actors);
    if (actors.size() == 1) draft_.actor = actors.front();
    for (const Mapping::PersonAt& subject : mapping_.subjects) AddPersons(subject, draft_.subjects);
  }

  // A line that was written within a span has none of its own, and that one for its parent.
  void SealSpans(const std::optional<TraceParent>& traceparent) {
    const auto span = SpanAt(mapping_.span);
    auto parent = SpanAt(mapping_.parent);
    if (!parent && traceparent) parent = SpanOf(traceparent->parent);
    if (!span && !parent) return;
    const Bytes none(8);
    Bytes spans = span.value_or(none);
    const Bytes& below = parent ? *parent : none;
    spans.insert(spans.end(), below.begin(), below.end());
    draft_.sealed.push_back(
        {KeyClass::kTransient, std::string(trail::kSpanCategory), std::move(spans), std::nullopt});
  }
  std::optional<Bytes> SpanAt(const std::optional<Pointer>& at) const { return SpanOf(TextAt(at)); }
  static std::optional<Bytes> SpanOf(const std::string& text) {
    if (text.size() != 16) return {};
    auto bytes = base::FromHex(text);
    return bytes ? std::optional(std::move(*bytes)) : std::nullopt;
  }

  const Json& json_;
  const LineContext& context_;
  const Mapping& mapping_;
  trail::Draft& draft_;
};

// What stands against its being one object; else the object.
std::variant<Json, Reason> Parse(const Line& line, Form form) {
  if (line.refused) return *line.refused;
  if (line.length > kLongestLine) return Reason::kTooLong;
  return ReadForm(form, line.bytes);
}

// Of one person alone the line is theirs, and goes with their key.
trail::SealedDraft Sealed(const Line& line, const trail::Draft& draft) {
  trail::SealedDraft sealed{KeyClass::kTransient, "line",
                            Bytes(line.bytes.begin(), line.bytes.end()), std::nullopt};
  if (draft.subjects.size() == 1) sealed.about = draft.subjects.front();
  if (draft.subjects.empty()) sealed.about = draft.actor;
  if (sealed.about) sealed.key_class = KeyClass::kSubject;
  return sealed;
}

}  // namespace

trail::Draft LineToDraft(Line line, const LineContext& context) {
  const auto parsed = Parse(line, context.mapping.form);
  if (const auto* reason = std::get_if<Reason>(&parsed)) return Refused(line, *reason, context);
  const Json& json = std::get<Json>(parsed);
  const Json* at = context.mapping.time.In(json);
  const auto time =
      at == nullptr ? std::optional<base::Time>{} : TimeOf(*at, context.mapping.time_unit);
  if (!time) return Refused(line, Reason::kNoTime, context);
  if (!IsUsable(*time, context.now, context.kept))
    return Refused(line, Reason::kTimeOutOfRange, context);
  trail::Draft draft;
  draft.time = *time;
  draft.kind = "event";
  draft.service = context.service;
  draft.source = context.source;
  draft.sequence = line.sequence;
  LineReader(json, context, draft).Read();
  draft.sealed.push_back(Sealed(line, draft));
  return draft;
}

}  // namespace garant::ingest
