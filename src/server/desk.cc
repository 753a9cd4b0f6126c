#include "server/desk.h"

#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "service/model.h"

namespace garant::server {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;

Desk::Desk(Sources sources, const base::Clock& clock, Ages ages)
    : sources_(std::move(sources)), clock_(clock), ages_(ages), judged_(Error{}) {}

Desk::Mark Desk::MarkOf(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return {};
  return {.inode = found.st_ino,
          .size = static_cast<uint64_t>(found.st_size),
          .changed = found.st_mtim.tv_sec * 1'000'000'000LL + found.st_mtim.tv_nsec};
}

Desk::Marks Desk::LookAtFiles() const {
  return {.file = MarkOf(sources_.service_file),
          .log = MarkOf(sources_.trail.folder + "/log"),
          .checkpoints = MarkOf(sources_.trail.folder + "/checkpoints"),
          .keys = MarkOf(sources_.trail.folder + "/keys")};
}

Result<std::shared_ptr<const Judged>> Desk::Now() {
  const std::lock_guard lock(judging_);
  const auto now = std::chrono::steady_clock::now();
  if (any_ && now - judged_at_ < ages_.young) return judged_;
  // Looked at before it is read: what changes in between is seen the next time.
  const Marks marks = LookAtFiles();
  if (any_ && judged_ && now - judged_at_ < ages_.old && marks == judged_marks_) return judged_;
  judged_ = JudgeAnew();
  judged_marks_ = marks;
  judged_at_ = now;
  any_ = true;
  return judged_;
}

Result<std::shared_ptr<const Judged>> Desk::JudgeAnew() const {
  const std::string text = TRY(base::ReadFile(sources_.service_file, service::kLargestFile));
  base::Diagnostics faults;
  std::shared_ptr<const service::Model> model =
      service::Model::Parse(text, sources_.service_file, faults);
  if (model == nullptr) {
    const std::string more = std::to_string(faults.size());
    return Error{Code::kInvalid,
                 Filled("the service file has {} errors; the first: {}",
                        "le fichier de service a {} erreurs; la première : {}",
                        {more, base::Text{faults.front().ToString(base::Language::kEnglish),
                                          faults.front().ToString(base::Language::kFrench)}}),
                 {}};
  }
  auto evidence = std::make_shared<const proof::StoredEvidence>(
      TRY(proof::ReadEvidence(sources_.trail, model->id())));
  auto sitting = std::make_shared<const assess::Sitting>(
      assess::Sit(sources_.standard, std::move(model), std::move(evidence),
                  {.as_of = std::chrono::ceil<std::chrono::seconds>(clock_.Now()),
                   .stage = sources_.stage,
                   .trust = {}}));
  const report::View view = report::ViewOf(*sitting, {.service_file = sources_.service_file,
                                                      .trail_folder = sources_.trail.folder,
                                                      .version = sources_.version});
  auto judged = std::make_shared<Judged>();
  judged->document =
      std::make_shared<const nlohmann::json>(nlohmann::json::parse(report::RenderJson(view)));
  judged->page_en = report::RenderHtml(view, base::Language::kEnglish);
  judged->page_fr = report::RenderHtml(view, base::Language::kFrench);
  judged->sitting = std::move(sitting);
  return std::shared_ptr<const Judged>(std::move(judged));
}

Result<std::shared_ptr<const trail::TrailReader>> Desk::Trail() {
  const std::lock_guard lock(reading_);
  const auto now = std::chrono::steady_clock::now();
  if (reader_ != nullptr && now - read_at_ < ages_.young) return reader_;
  const Marks marks = LookAtFiles();
  if (reader_ != nullptr && marks == reader_marks_) return reader_;
  reader_.reset();
  if (!base::Exists(sources_.trail.folder + "/log"))
    return Error{
        Code::kNotFound,
        {"nothing was ever recorded of this service", "rien n’a encore été consigné de ce service"},
        {}};
  std::optional<std::string> pinned;
  if (!sources_.trail.verifier_key.empty()) pinned = sources_.trail.verifier_key;
  reader_ = std::make_shared<const trail::TrailReader>(
      TRY(trail::TrailReader::Open(sources_.trail.folder, pinned)));
  reader_marks_ = marks;
  read_at_ = now;
  return reader_;
}

Result<trail::KeyRing> Desk::Keys() const {
  return trail::KeyRing::Open(sources_.trail.folder, sources_.trail.root_key);
}

}  // namespace garant::server
