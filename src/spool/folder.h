#pragma once

#include <dirent.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "spool/layout.h"
#include "spool/reader.h"

// The files of docs/formats/spool.md, as both ends handle them. Names within the folder are never
// followed where they are links.
namespace garant::spool {

// What could not be done with a file, with errno's reason.
[[nodiscard]] base::Error FileError(const base::Text& doing, const std::string& path, int number);

// Memory of a whole file, shared with the other end.
class Mapping {
 public:
  enum class Pages { kAtOnce, kWhenTouched };
  // A file that its owner shortens later ends whoever touches the memory (SIGBUS).
  [[nodiscard]] static base::Result<Mapping> Of(int file, size_t size, Pages pages,
                                                const std::string& path);
  Mapping(Mapping&& other) noexcept;
  Mapping& operator=(Mapping&&) = delete;
  ~Mapping();
  [[nodiscard]] uint8_t* data() const { return data_; }
  [[nodiscard]] size_t size() const { return size_; }

 private:
  Mapping(uint8_t* data, size_t size) : data_(data), size_(size) {}
  uint8_t* data_;
  size_t size_;
};

struct Bell {
  [[nodiscard]] bool IsRemoved() const;
  std::unique_ptr<base::Descriptor> file;
  Mapping mapping;
  [[nodiscard]] BellMemory& memory() const {
    return *reinterpret_cast<BellMemory*>(mapping.data());
  }
};

class Folder {
 public:
  // Makes it where there is none; kInvalid where others may enter it.
  [[nodiscard]] static base::Result<Folder> Open(const std::string& path);
  [[nodiscard]] base::Result<Bell> OpenBell() const;

  // The names of the form "<prefix><32 hex>".
  [[nodiscard]] base::Result<std::vector<std::string>> Names(std::string_view prefix) const;
  [[nodiscard]] bool IsRemoved() const;

  [[nodiscard]] int number() const { return descriptor_->number(); }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string PathOf(std::string_view name) const {
    return path_ + "/" + std::string(name);
  }

 private:
  struct Close {
    void operator()(DIR* listing) const { ::closedir(listing); }
  };
  using Listing = std::unique_ptr<DIR, Close>;
  Folder(std::string path, std::unique_ptr<base::Descriptor> descriptor, Listing listing)
      : path_(std::move(path)), descriptor_(std::move(descriptor)), listing_(std::move(listing)) {}
  std::string path_;
  std::unique_ptr<base::Descriptor> descriptor_;
  Listing listing_;
};

[[nodiscard]] std::string NameOf(std::string_view prefix, const RingId& id);  // "ring-<32 hex>"
// The id where `name` is `prefix` and 32 lower-case digits.
[[nodiscard]] std::optional<RingId> IdIn(std::string_view prefix, std::string_view name);

constexpr std::string_view kRingPrefix = "ring-";
constexpr std::string_view kNewPrefix = "new-";
constexpr std::string_view kBrokenPrefix = "broken-";

}  // namespace garant::spool
