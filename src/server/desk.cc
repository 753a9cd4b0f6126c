#include "server/desk.h"

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "service/model.h"
#include "trail/tree/merkle.h"

namespace garant::server {

using base::Code;
using base::Error;
using base::Filled;
using base::Language;
using base::Result;

Judged::Judged(assess::Sitting sitting, const Sources& sources)
    : sitting_(std::move(sitting)),
      view_(report::ViewOf(sitting_, {.service_file = sources.service_file,
                                      .trail_folder = sources.trail.folder,
                                      .version = sources.version})) {}
Judged::~Judged() = default;

const nlohmann::json& Judged::Document() const {
  std::call_once(documented_, [this] {
    document_ =
        std::make_unique<const nlohmann::json>(nlohmann::json::parse(report::RenderJson(view_)));
  });
  return *document_;
}

const std::string& Judged::Page(Language language) const {
  const size_t at = language == Language::kFrench ? 1 : 0;
  std::call_once(printed_[at], [&] { pages_[at] = report::RenderHtml(view_, language); });
  return pages_[at];
}

Result<std::shared_ptr<const Judged>> Desk::Now() {
  const std::lock_guard lock(mutex_);
  const auto model = TRY(ReadModel());
  auto vouched = TRY(proof::ReadVouched(sources_.trail.folder, sources_.trail.witnesses));
  const auto stored = TRY(ReadTrail());
  if (evidence_ == nullptr || judged_trail_ != stored || evidence_model_ != model ||
      vouched.policy_text != vouched_.policy_text || vouched.notes != vouched_.notes) {
    evidence_ = std::make_shared<const proof::StoredEvidence>(TRY(
        proof::ReadEvidence(sources_.trail, *stored ? &**stored : nullptr, model->id(), vouched)));
    vouched_ = std::move(vouched);
    judged_trail_ = stored;
    evidence_model_ = model;
    judged_.reset();
  }
  const base::Time as_of = std::chrono::ceil<std::chrono::seconds>(clock_.Now());
  if (judged_ == nullptr || judged_->sitting().judgement.as_of != as_of)
    judged_ = std::make_shared<const Judged>(
        assess::Sit(sources_.standard, model, evidence_,
                    {.as_of = as_of, .stage = sources_.stage, .trust = {}}),
        sources_);
  return judged_;
}

Result<std::shared_ptr<const service::Model>> Desk::ReadModel() {
  std::string text = TRY(base::ReadFile(sources_.service_file, service::kLargestFile));
  if (model_ != nullptr && text == text_) return model_;
  base::Diagnostics faults;
  model_ = service::Model::Parse(text, sources_.service_file, faults);
  if (model_ == nullptr) {
    const std::string more = std::to_string(faults.size());
    return Error{Code::kInvalid,
                 Filled("the service file has {} errors; the first: {}",
                        "le fichier de service a {} erreurs; la première : {}",
                        {more, base::Text{faults.front().ToString(Language::kEnglish),
                                          faults.front().ToString(Language::kFrench)}}),
                 {}};
  }
  text_ = std::move(text);
  return model_;
}

bool Desk::Continues(const Stored& stored) const {
  if (held_.size == 0) return true;
  if (!stored || stored->size() < held_.size) return false;
  const auto root = trail::TreeRoot(stored->hashes(), held_.size);
  return root && *root == held_.root;
}

Result<std::shared_ptr<const Desk::Stored>> Desk::ReadTrail() {
  // Looked at before it is read: what changes in between is seen the next time.
  const TrailMarks marks = MarksOf(sources_.trail);
  if (stored_ != nullptr && marks == marks_) return stored_;
  stored_.reset();
  auto stored = std::make_shared<const Stored>(TRY(proof::OpenEvidence(sources_.trail)));
  if (!Continues(*stored))
    return Error{Code::kUntrusted,
                 Filled("the trail in {} no longer holds the {} entries that it held: somebody "
                        "took entries back, or put another trail in its place; look with `garant "
                        "trail verify`, and start garant serve anew if it is as it should be",
                        "le journal dans {} n’a plus les {} entrées qu’il avait : quelqu’un en a "
                        "retiré, ou l’a remplacé par un autre; voyez avec `garant trail verify`, "
                        "et redémarrez garant serve s’il est tel qu’il doit être",
                        {sources_.trail.folder, held_.size}),
                 {}};
  if (*stored) held_ = (*stored)->checkpoint();
  // The files' times are the system's, whatever clock judges.
  if (AreSettled(marks, base::SystemClock().Now())) {
    marks_ = marks;
    stored_ = stored;
  }
  return stored;
}

Result<std::shared_ptr<const trail::TrailReader>> Desk::Trail() {
  const std::lock_guard lock(mutex_);
  const auto stored = TRY(ReadTrail());
  if (!*stored)
    return Error{
        Code::kNotFound,
        {"nothing was ever recorded of this service", "rien n’a encore été consigné de ce service"},
        {}};
  return std::shared_ptr<const trail::TrailReader>(stored, &**stored);
}

Result<std::shared_ptr<const service::Model>> Desk::Model() {
  const std::lock_guard lock(mutex_);
  return ReadModel();
}

Result<std::vector<trail::Note>> Desk::Cosigned() const {
  return trail::ReadCosigned(sources_.trail.folder);
}

Result<trail::KeyRing> Desk::Keys() const {
  return trail::KeyRing::Open(sources_.trail.folder, sources_.trail.root_key);
}

}  // namespace garant::server
