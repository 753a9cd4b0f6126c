#include "spool/memory_model.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace garant::spool {
namespace {

constexpr size_t kStack = 64U << 10U;
Model* g_current = nullptr;  // NOLINT: one model runs at a time

bool Has(const auto& list, const auto& what) {
  return std::find(list.begin(), list.end(), what) != list.end();
}

uint64_t Mixed(uint64_t a, uint64_t b) {
  uint64_t x = (a ^ (b + 0x9e3779b97f4a7c15U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 29U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 32U);
}

}  // namespace

void Model::View::Join(const View& other) {
  for (size_t i = 0; i < seen.size(); ++i) seen[i] = std::max(seen[i], other.seen[i]);
  for (size_t i = 0; i < clock.size(); ++i) clock[i] = std::max(clock[i], other.clock[i]);
}

Model& Model::Current() { return *g_current; }

Model::Found Model::Explore(const Options& options, const std::function<Script()>& make) {
  Model model(options);
  g_current = &model;
  Found found;
  do {
    model.Run(make());
    ++found.runs;
  } while (model.failure_.empty() && model.Backtrack());
  found.failure = model.failure_;
  found.states = model.known_.size();
  g_current = nullptr;
  return found;
}

// The next run takes the next way at the last place where there is one.
bool Model::Backtrack() {
  decisions_.resize(next_decision_);
  while (!decisions_.empty() && decisions_.back().taken + 1 == decisions_.back().of)
    decisions_.pop_back();
  if (decisions_.empty()) return false;
  ++decisions_.back().taken;
  prefix_ = decisions_.size();
  return true;
}

uint32_t Model::Choose(size_t of) {
  if (of == 1) return 0;
  if (next_decision_ == decisions_.size()) decisions_.push_back({0, static_cast<uint32_t>(of)});
  if (decisions_[next_decision_].of != of) std::abort();  // the script is not the same each time
  return decisions_[next_decision_++].taken;
}

void Model::Reset(const Script& script) {
  threads_.resize(script.threads.size());
  for (size_t i = 0; i < threads_.size(); ++i) {
    auto& thread = threads_[i];
    std::vector<char> stack = thread ? std::move(thread->stack) : std::vector<char>(kStack);
    thread = std::make_unique<Thread>();
    thread->stack = std::move(stack);
    thread->body = script.threads[i];
    thread->view.clock[i] = 1;
    ::getcontext(&thread->start);
    thread->start.uc_stack.ss_sp = thread->stack.data();
    thread->start.uc_stack.ss_size = thread->stack.size();
    thread->start.uc_link = nullptr;
    ::makecontext(&thread->start, &Model::Enter, 0);
  }
  words_ = script.words;
  history_.assign(words_.size(), {Message{0, {}}});
  memory_ = script.memory;
  cells_.assign(memory_.size() / 8, {});
  fences_ = {};
  somebody_killed_ = given_up_ = false;
  next_decision_ = 0;
}

void Model::Enter() {
  Model& model = Current();
  model.Note(12);
  model.me().body();
  model.me().status = Status::kDone;
  model.Return();
}

bool Model::IsAble(const Thread& thread) const {
  switch (thread.status) {
    case Status::kReady:
    case Status::kWoken:
      return true;
    case Status::kAsleep:
      return somebody_killed_;
    case Status::kAwaits:
      return threads_[thread.awaited]->gone;
    case Status::kDone:
    case Status::kKilled:
      return false;
  }
  return false;
}

void Model::Run(const Script& script) {
  Reset(script);
  while (!given_up_) {
    std::array<size_t, kMostThreads> able{};
    size_t count = 0;
    bool ended = true;
    for (size_t i = 0; i < threads_.size(); ++i) {
      const Status status = threads_[i]->status;
      if (IsAble(*threads_[i])) able[count++] = i;
      ended = ended && (status == Status::kDone || status == Status::kKilled);
    }
    if (ended) {
      failure_ = script.check();
      return;
    }
    if (count == 0) return Fail("sleeps for ever");
    if (next_decision_ >= prefix_ && Known()) return;
    Resume(able[Choose(count)]);
  }
}

bool Model::Known() {
  uint64_t state = somebody_killed_ ? 1 : 0;
  for (const auto& thread : threads_)
    state = Mixed(Mixed(state, thread->trace), static_cast<uint64_t>(thread->status));
  return !known_.insert(state).second;
}

void Model::Resume(size_t thread) {
  running_ = thread;
  if (__builtin_setjmp(scheduler_.data()) == 0) Go();
}

void Model::Go() {
  if (me().started) __builtin_longjmp(me().place.data(), 1);
  me().started = true;
  ::setcontext(&me().start);
}

void Model::Return() {
  if (__builtin_setjmp(me().place.data()) == 0) GoBack();
}

void Model::GoBack() { __builtin_longjmp(scheduler_.data(), 1); }

void Model::Step() {
  Return();
  PlainStep();
}

void Model::PlainStep() {
  Note(10);
  if (options_.killable != static_cast<int>(running_) || somebody_killed_ || Choose(2) == 0) return;
  somebody_killed_ = true;
  me().gone = true;
  me().status = Status::kKilled;
  Note(1);
  Return();
}

void Model::Fail(const std::string& why) {
  if (failure_.empty()) failure_ = why;
  given_up_ = true;
  if (me().status == Status::kReady) Return();
}

void Model::Note(uint64_t what) { me().trace = Mixed(me().trace, what); }

int Model::WordAt(const void* at) const {
  for (size_t i = 0; i < words_.size(); ++i)
    if (words_[i].at == at) return static_cast<int>(i);
  return -1;
}

bool Model::Relaxed(std::memory_order order, const std::vector<Role>& roles, int word) const {
  return order == std::memory_order_relaxed || Has(roles, words_[static_cast<size_t>(word)].role);
}

uint64_t Model::Load(int word, std::memory_order order) {
  Step();
  const auto& history = history_[static_cast<size_t>(word)];
  uint16_t& seen = me().view.seen[static_cast<size_t>(word)];
  seen = static_cast<uint16_t>(seen + Choose(history.size() - seen));
  Note(seen);
  const Message& message = history[seen];
  if (!Relaxed(order, options_.without.loads, word)) me().view.Join(message.view);
  return message.value;
}

void Model::Store(int word, uint64_t value, std::memory_order order) {
  Step();
  Note(value);
  Publish(word, value, !Relaxed(order, options_.without.stores, word));
}

uint64_t Model::Change(int word, const std::function<uint64_t(uint64_t)>& change,
                       std::memory_order order) {
  Step();
  const auto& history = history_[static_cast<size_t>(word)];
  Note(history.size());
  const uint64_t old = history.back().value;
  const bool counted =
      !(options_.without.rings_stay && words_[static_cast<size_t>(word)].role == Role::kRings);
  Publish(word, counted ? change(old) : old, !Relaxed(order, options_.without.stores, word));
  return old;
}

void Model::Publish(int word, uint64_t value, bool release) {
  const auto index = static_cast<size_t>(word);
  View& mine = me().view;
  mine.seen[index] = static_cast<uint16_t>(history_[index].size());
  View said;
  if (release) said = mine;
  said.seen[index] = mine.seen[index];
  history_[index].push_back({value, said});
  // What this thread does from now on is not what was released.
  if (release) ++mine.clock[running_];
}

void Model::FullFence() {
  Step();
  if (Has(options_.without.unfenced, running_)) return;
  // Of coherence only: weaker than C++, where a fence also releases and acquires.
  for (size_t i = 0; i < fences_.seen.size(); ++i)
    fences_.seen[i] = me().view.seen[i] = std::max(fences_.seen[i], me().view.seen[i]);
  for (const uint16_t seen : fences_.seen) Note(seen);
}

bool Model::Sleep(int word, uint64_t value) {
  Step();
  const auto& history = history_[static_cast<size_t>(word)];
  const bool differs = history.back().value != value;
  Note(Mixed(differs ? 2 : 3, history.size()));
  // The system looked for us: we never see an older value again.
  me().view.seen[static_cast<size_t>(word)] = static_cast<uint16_t>(history.size() - 1);
  if (differs) return true;
  me().status = Status::kAsleep;
  Return();
  const bool woken = me().status == Status::kWoken;
  me().status = Status::kReady;
  Note(woken ? 4 : 5);
  return woken;
}

void Model::Wake(int) {
  Step();
  Note(6);
  for (auto& thread : threads_) {
    if (thread->status != Status::kAsleep) continue;
    thread->status = Status::kWoken;
    return;
  }
}

void Model::Unlock() {
  Step();
  Note(7);
  me().gone = true;
}

bool Model::IsGone(size_t thread) {
  Step();
  const bool gone = threads_[thread]->gone;
  Note(gone ? 8 : 9);
  if (gone) me().view.Join(threads_[thread]->view);
  return gone;
}

void Model::Await(size_t thread) {
  me().awaited = thread;
  me().status = Status::kAwaits;
  Return();
  me().status = Status::kReady;
  Note(13);
  me().view.Join(threads_[thread]->view);
}

void Model::PlainRead(const void* at, size_t count) { Touch(at, count, false); }
void Model::PlainWrite(const void* at, size_t count) { Touch(at, count, true); }

void Model::Touch(const void* at, size_t count, bool write) {
  if (count == 0) return;
  const auto first = static_cast<size_t>(static_cast<const uint8_t*>(at) - memory_.data());
  if (first + count > memory_.size()) std::abort();  // outside
  const View& mine = me().view;
  for (size_t i = first / 8; i <= (first + count - 1) / 8; ++i) {
    Cell& cell = cells_[i];
    bool before = cell.write <= mine.clock[cell.writer];
    for (size_t t = 0; write && t < threads_.size(); ++t)
      before = before && cell.reads[t] <= mine.clock[t];
    if (!before) return Fail(write ? "written while it was read" : "read while it was written");
    (write ? cell.write : cell.reads[running_]) = mine.clock[running_];
    if (write) cell.writer = static_cast<uint8_t>(running_);
  }
}

uint64_t ModelAtomics::Peek(const uint8_t* from) noexcept {
  Model::Current().PlainRead(from, sizeof(uint64_t));
  uint64_t value = 0;
  std::memcpy(&value, from, sizeof value);
  return value;
}

void ModelAtomics::CopyOut(uint8_t* to, const uint8_t* from, size_t count) noexcept {
  Model::Current().PlainRead(from, count);
  if (count != 0) std::memcpy(to, from, count);
}

void ModelAtomics::CopyIn(uint8_t* to, const void* from, size_t count) noexcept {
  Model::Current().PlainWrite(to, count);
  if (count != 0) std::memcpy(to, from, count);
}

}  // namespace garant::spool
