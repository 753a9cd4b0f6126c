#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "service/complaints.h"
#include "service/grammar.h"

namespace garant::service {
namespace {

using base::Text;
constexpr size_t kNone = std::string_view::npos;

// Takes an unsigned big-endian length and that many bytes from the front of `text`; nothing where
// it is too short (RFC 4251 section 5, string).
std::optional<std::string_view> TakeString(std::string_view& text) {
  if (text.size() < 4) return std::nullopt;
  size_t size = 0;
  for (size_t i = 0; i < 4; ++i) size = (size << 8U) | static_cast<uint8_t>(text[i]);
  if (text.size() - 4 < size) return std::nullopt;
  const std::string_view taken = text.substr(4, size);
  text.remove_prefix(4 + size);
  return taken;
}

// RFC 8709 section 4 for ssh-ed25519; OpenSSH PROTOCOL.u2f for sk-ssh-ed25519@openssh.com, which
// adds the application.
bool IsKeyBlob(std::string_view type, std::string_view blob) {
  const auto inner = TakeString(blob);
  const auto key = TakeString(blob);
  if (!inner || *inner != type || !key || key->size() != 32) return false;
  if (type == "ssh-ed25519") return blob.empty();
  const auto application = TakeString(blob);
  return application && !application->empty() && blob.empty();
}

}  // namespace

Fault FaultOfKey(std::string_view text) {
  const size_t first = text.find(' ');
  const std::string_view type = text.substr(0, first);
  if (first == kNone || (type != "ssh-ed25519" && type != "sk-ssh-ed25519@openssh.com"))
    return Text{
        "this is not an Ed25519 public key of OpenSSH; copy the line of a .pub file, such as "
        "ssh-ed25519 AAAAC3Nz… (`ssh-keygen -t ed25519` makes one)",
        "ceci n’est pas une clé publique Ed25519 d’OpenSSH; copiez la ligne d’un fichier "
        ".pub, comme ssh-ed25519 AAAAC3Nz… (`ssh-keygen -t ed25519` en crée une)"};
  std::string_view data = text.substr(std::min(text.find_first_not_of(' ', first), text.size()));
  data = data.substr(0, data.find(' '));
  const auto blob = base::FromBase64(data);
  if (blob && IsKeyBlob(type, base::AsText(*blob))) return std::nullopt;
  return Text{
      fmt::format("this key is damaged: what follows '{}' does not hold a key of that type; "
                  "copy the whole line of the .pub file",
                  type),
      fmt::format("cette clé est abîmée : ce qui suit « {} » ne contient pas une clé de ce "
                  "type; copiez toute la ligne du fichier .pub",
                  type)};
}

Fault FaultOfDigest(std::string_view text) {
  const bool lower =
      std::none_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'F'; });
  if (lower && text.starts_with("sha256:") && base::ParseDigest(text)) return std::nullopt;
  return Text{
      fmt::format("'{}' is not a digest; write sha256: and 64 hexadecimal digits in lower case, "
                  "as `sha256sum FILE` gives them",
                  Quote(text)),
      fmt::format("« {} » n’est pas une empreinte; écrivez sha256: et 64 chiffres hexadécimaux "
                  "en minuscules, comme les donne `sha256sum FICHIER`",
                  Quote(text))};
}

}  // namespace garant::service
