#pragma once

#include <ucontext.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/time.h"

// For tests: runs a few threads step by step in every order, over every memory that the C++ memory
// model allows them to see.
//
// What it covers. Each shared word keeps all that was ever stored in it; a load may give any value
// that is not older than what its thread knows, and a thread gets to know by an acquire that reads
// a release, by a full fence against earlier full fences, by a lock. So stores and loads are seen
// late and in another order, as on the weakest machines. All other memory (records, counts) is
// plain: an access that does not happen after the last conflicting one is a failure, so every order
// of them counts without being tried. A thread may be killed before each of its stores and loads. A
// sleeper wakes where it is woken, or where somebody was killed (the reader looks around each
// second); threads that all sleep are a failure.
//
// What it does not cover: a load that sees a store which its own thread's later store made possible
// ("out of thin air" and load buffering); modification orders other than that of the run, which
// make no difference where each word is stored by one thread or only read, modified and written at
// once, as here; fences as a means to order plain memory; threads that are killed within a copy of
// bytes.
namespace garant::spool {

constexpr size_t kMostThreads = 3;
constexpr size_t kMostWords = 12;

enum class Role : uint8_t { kHead, kTail, kDropped, kWaiting, kRings };

class Model {
 public:
  // What a mutant leaves out.
  struct Weakening {
    std::vector<Role> stores{};      // relaxed
    std::vector<Role> loads{};       // relaxed
    std::vector<size_t> unfenced{};  // threads without fences
    bool rings_stay = false;         // a bell that nobody counts
  };
  struct Word {
    const void* at;
    Role role;
  };
  struct Script {
    std::vector<std::function<void()>> threads;
    std::vector<Word> words;
    std::span<uint8_t> memory;           // holds the words and the plain memory
    std::function<std::string()> check;  // once all ended: what is wrong, or nothing
  };
  struct Options {
    Weakening without{};
    int killable = -1;  // the thread that may be killed
  };
  struct Found {
    std::string failure;  // of the first run that failed; empty where every run is right
    uint64_t runs = 0;
    uint64_t states = 0;
  };
  // `make` gives the same script each time, with its memory as new.
  static Found Explore(const Options& options, const std::function<Script()>& make);

  // The model whose thread calls this.
  static Model& Current();

  // For the scripts. Locks: each thread holds its own until it unlocks or is killed.
  void Unlock();
  bool IsGone(size_t thread);
  void Await(size_t thread);  // until it is gone
  void Fail(const std::string& why);

  // For ModelAtomics.
  [[nodiscard]] int WordAt(const void* at) const;
  uint64_t Load(int word, std::memory_order order);
  void Store(int word, uint64_t value, std::memory_order order);
  uint64_t Change(int word, const std::function<uint64_t(uint64_t)>& change,
                  std::memory_order order);
  void FullFence();
  bool Sleep(int word, uint64_t value);
  void Wake(int word);
  void PlainRead(const void* at, size_t count);
  void PlainWrite(const void* at, size_t count);
  void PlainStep();  // where a thread may be killed

 private:
  enum class Status : uint8_t { kReady, kAsleep, kWoken, kAwaits, kDone, kKilled };
  using Place = std::array<void*, 5>;  // of __builtin_setjmp: swapcontext asks the system each time
  struct View {
    std::array<uint16_t, kMostWords> seen{};     // index of the oldest value that may be read
    std::array<uint16_t, kMostThreads> clock{};  // what happened before
    void Join(const View& other);
  };
  struct Message {
    uint64_t value;
    View view;
  };
  struct Thread {
    std::function<void()> body;
    ucontext_t start{};
    Place place{};
    bool started = false;
    std::vector<char> stack;
    Status status = Status::kReady;
    bool gone = false;
    size_t awaited = 0;
    View view;
    uint64_t trace = 0;  // a digest of all that it did and saw
  };
  struct Cell {
    std::array<uint16_t, kMostThreads> reads{};
    uint16_t write = 0;
    uint8_t writer = 0;
  };
  struct Decision {
    uint32_t taken;
    uint32_t of;
  };

  explicit Model(const Options& options) : options_(options) {}
  static void Enter();
  void Run(const Script& script);
  void Reset(const Script& script);
  [[gnu::noinline]] void Resume(size_t thread);
  [[gnu::noinline]] void Go();
  [[gnu::noinline]] void GoBack();
  void Step();  // the scheduler's turn
  [[gnu::noinline]] void Return();
  uint32_t Choose(size_t of);
  bool Backtrack();
  [[nodiscard]] bool Known();
  [[nodiscard]] bool Relaxed(std::memory_order order, const std::vector<Role>& roles,
                             int word) const;
  [[nodiscard]] bool IsAble(const Thread& thread) const;
  void Publish(int word, uint64_t value, bool release);
  void Touch(const void* at, size_t count, bool write);
  void Note(uint64_t what);
  Thread& me() { return *threads_[running_]; }

  Options options_;
  std::vector<std::unique_ptr<Thread>> threads_;
  std::vector<Word> words_;
  std::vector<std::vector<Message>> history_;
  std::span<uint8_t> memory_;
  std::vector<Cell> cells_;
  View fences_;
  size_t running_ = 0;
  bool somebody_killed_ = false;
  bool given_up_ = false;
  std::string failure_;
  Place scheduler_{};

  std::vector<Decision> decisions_;
  size_t next_decision_ = 0;
  size_t prefix_ = 0;  // decisions before this one were made in an earlier run too
  std::unordered_set<uint64_t> known_;
};

// Takes the place of Atomics.
struct ModelAtomics {
  template <class T>
  static T Load(const T& word, std::memory_order order) noexcept {
    Model& model = Model::Current();
    if (const int known = model.WordAt(&word); known >= 0)
      return static_cast<T>(model.Load(known, order));
    model.PlainRead(&word, sizeof word);
    return word;
  }
  template <class T>
  static void Store(T& word, T value, std::memory_order order) noexcept {
    Model& model = Model::Current();
    if (const int known = model.WordAt(&word); known >= 0) return model.Store(known, value, order);
    model.PlainStep();
    model.PlainWrite(&word, sizeof word);
    word = value;
  }
  template <class T>
  static T Exchange(T& word, T value, std::memory_order order) noexcept {
    Model& model = Model::Current();
    return static_cast<T>(model.Change(
        model.WordAt(&word), [&](uint64_t) { return value; }, order));
  }
  template <class T>
  static T Add(T& word, T value, std::memory_order order) noexcept {
    Model& model = Model::Current();
    return static_cast<T>(model.Change(
        model.WordAt(&word), [&](uint64_t old) { return old + value; }, order));
  }
  static void FullFence() noexcept { Model::Current().FullFence(); }
  static uint64_t Peek(const uint8_t* from) noexcept;
  static void CopyOut(uint8_t* to, const uint8_t* from, size_t count) noexcept;
  static void CopyIn(uint8_t* to, const void* from, size_t count) noexcept;
  static bool Sleep(uint32_t& word, uint32_t value, base::Duration) noexcept {
    return Model::Current().Sleep(Model::Current().WordAt(&word), value);
  }
  static void Wake(uint32_t& word) noexcept {
    Model::Current().Wake(Model::Current().WordAt(&word));
  }
};

}  // namespace garant::spool
