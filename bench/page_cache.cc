#include "page_cache.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

#include "figures.h"

namespace garant::bench {

void LeavePageCache(const std::string& folder) {
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    if (!file.is_regular_file()) continue;
    const int descriptor = ::open(file.path().c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) Fail("a file of the trail cannot be opened");
    const int failed = ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
    ::close(descriptor);
    if (failed != 0) Fail("the page cache cannot be emptied");
  }
}

}  // namespace garant::bench
