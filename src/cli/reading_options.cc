#include "cli/reading_options.h"

namespace garant::cli {

std::unique_ptr<ReadingRoom> ReadingRoom::Enter(const Invocation& call, int& status) {
  if (const auto wrong = MayBeACopy(call)) {
    status = call.Misuse(*wrong);
    return nullptr;
  }
  const std::string file = call.Value("service", "garant.yaml");
  const auto model = ReadModel(call, file, status);
  if (model == nullptr) return nullptr;
  const auto fail = [&](const base::Error& error) {
    status = call.Fail(error);
    return nullptr;
  };
  auto reader = reading::Admit(
      *model, {call.Value("purpose"), call.Value("role"), call.Value("as"), call.Value("reason")});
  if (!reader) return fail(reader.error());
  Places places = PlacesOf(call, file, *model);
  auto trail = trail::TrailReader::Open(places.trail);
  if (!trail) return fail(trail.error());
  auto keys = trail::KeyRing::Open(places.trail, places.root_key);
  if (!keys) return fail(keys.error());
  return std::unique_ptr<ReadingRoom>(new ReadingRoom(std::string(model->id()), std::move(places),
                                                      std::move(*reader), std::move(*trail),
                                                      std::move(*keys)));
}

reading::Opening ReadingRoom::Open(reading::Filters filters, const std::string& source) {
  return {reader_, std::move(filters), service_, source, keys_, sink_};
}

}  // namespace garant::cli
