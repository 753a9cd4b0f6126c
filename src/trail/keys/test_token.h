#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/file.h"

// For tests: a token of softhsm2 in a folder of its own. The module reads its configuration once in
// a process, so all tests of one program share the folder, which goes with the process.
namespace garant::trail {

class TestToken {
 public:
  static constexpr const char* kModule = "/usr/lib/softhsm/libsofthsm2.so";
  [[nodiscard]] static bool Installed() {
    return base::Exists(kModule) && base::Exists("/usr/bin/softhsm2-util");
  }

  // False where softhsm2 could not make it.
  bool Make() {
    static const Folder kFolder;
    top_ = kFolder.path;
    return kFolder.made &&
           base::WriteFileDurably(pin_path(), "1234\n", base::FileMode::kPrivate).has_value();
  }
  [[nodiscard]] std::string pin_path() const { return top_ + "/pin"; }
  [[nodiscard]] std::string uri(const std::string& object,
                                const std::string& token = "garant-test") const {
    return "pkcs11:token=" + token + ";object=" + object + "?module-path=" + kModule +
           "&pin-source=file:" + pin_path();
  }

 private:
  struct Folder {
    Folder() {
      std::string name = (std::filesystem::temp_directory_path() / "garant-token-XXXXXX").string();
      if (::mkdtemp(name.data()) == nullptr) return;
      path = name;
      std::filesystem::create_directory(path + "/tokens");
      const std::string configuration = path + "/softhsm2.conf";
      if (!base::WriteFileDurably(configuration, "directories.tokendir = " + path + "/tokens\n"))
        return;
      ::setenv("SOFTHSM2_CONF", configuration.c_str(), 1);
      made = std::system(
                 "softhsm2-util --init-token --free --label garant-test --pin 1234 "
                 "--so-pin 5678 >/dev/null 2>&1") == 0;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
      std::error_code error;
      if (!path.empty()) std::filesystem::remove_all(path, error);
    }
    std::string path;
    bool made = false;
  };
  std::string top_;
};

}  // namespace garant::trail
