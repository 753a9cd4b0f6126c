#include <algorithm>
#include <cstring>
#include <string>

#include "base/bytes.h"
#include "trail/keys/custody.h"
#include "trail/keys/pkcs11_module.h"
#include "trail/keys/pkcs11_uri.h"

// Roots as AES-256 keys on a PKCS#11 token (v2.40): sensitive, never extractable, found by label
// and CKA_ID. The token itself wraps and unwraps, so no root is ever in this process.
namespace garant::trail {
namespace {

using base::Bytes;
using base::ByteView;
using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;
using base::Text;

constexpr size_t kIvBytes = 12;
constexpr CK_ULONG kMostObjects = 1024;

CK_ATTRIBUTE Attribute(CK_ATTRIBUTE_TYPE type, const void* value, size_t size) {
  return {type, const_cast<void*>(value), size};
}

class Pkcs11Custody final : public RootCustody {
 public:
  Pkcs11Custody(CK_FUNCTION_LIST& module, std::string label)
      : module_(module), label_(std::move(label)) {}
  Pkcs11Custody(const Pkcs11Custody&) = delete;
  Pkcs11Custody& operator=(const Pkcs11Custody&) = delete;
  ~Pkcs11Custody() override {
    if (open_) module_.C_CloseSession(session_);
  }

  Status LogIn(CK_SLOT_ID slot, std::string pin) {
    TRY(CheckPkcs11(module_.C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr,
                                          nullptr, &session_),
                    "open a session", "d’ouvrir une session"));
    open_ = true;
    const CK_RV code =
        module_.C_Login(session_, CKU_USER, reinterpret_cast<CK_UTF8CHAR*>(pin.data()), pin.size());
    Wipe({reinterpret_cast<uint8_t*>(pin.data()), pin.size()});
    if (code == CKR_USER_ALREADY_LOGGED_IN) return Ok{};
    return CheckPkcs11(code, "log in", "d’ouvrir l’accès");
  }

  Status Make(const RootId& id) override {
    if (!TRY(Find(&id)).empty())
      return Error{Code::kConflict,
                   Filled("there is such a root '{}' on the token already",
                          "cette racine « {} » est déjà sur le jeton", {label_}),
                   {}};
    CK_MECHANISM mechanism{CKM_AES_KEY_GEN, nullptr, 0};
    const CK_BBOOL yes = CK_TRUE;
    const CK_BBOOL no = CK_FALSE;
    const CK_ULONG length = 32;
    CK_ATTRIBUTE wanted[] = {Attribute(CKA_LABEL, label_.data(), label_.size()),
                             Attribute(CKA_ID, id.data(), id.size()),
                             Attribute(CKA_VALUE_LEN, &length, sizeof length),
                             Attribute(CKA_TOKEN, &yes, sizeof yes),
                             Attribute(CKA_PRIVATE, &yes, sizeof yes),
                             Attribute(CKA_SENSITIVE, &yes, sizeof yes),
                             Attribute(CKA_EXTRACTABLE, &no, sizeof no),
                             Attribute(CKA_ENCRYPT, &yes, sizeof yes),
                             Attribute(CKA_DECRYPT, &yes, sizeof yes),
                             Attribute(CKA_WRAP, &no, sizeof no),
                             Attribute(CKA_UNWRAP, &no, sizeof no)};
    CK_OBJECT_HANDLE made = 0;
    return CheckPkcs11(
        module_.C_GenerateKey(session_, &mechanism, wanted, std::size(wanted), &made),
        "make a root", "de créer une racine");
  }

  Status Destroy(const RootId& id) override {
    for (const CK_OBJECT_HANDLE object : TRY(Find(&id)))
      TRY(CheckPkcs11(module_.C_DestroyObject(session_, object), "destroy a root",
                      "de détruire une racine"));
    return Ok{};
  }

  Result<std::vector<RootId>> List() override {
    std::vector<RootId> ids;
    for (const CK_OBJECT_HANDLE object : TRY(Find(nullptr))) {
      RootId id{};
      CK_ATTRIBUTE asked = Attribute(CKA_ID, id.data(), id.size());
      if (module_.C_GetAttributeValue(session_, object, &asked, 1) == CKR_OK &&
          asked.ulValueLen == id.size())
        ids.push_back(id);
    }
    return ids;
  }

  Result<Bytes> Wrap(const RootId& id, const Key& table_key) override {
    Bytes wrapped(kIvBytes);
    base::FillRandom(wrapped);
    Key plain = table_key;
    Bytes sealed(plain.size() + kTagBytes);
    CK_ULONG length = sealed.size();
    GcmMechanism gcm(id, wrapped);
    const CK_OBJECT_HANDLE root = TRY(Only(id));
    TRY(CheckPkcs11(module_.C_EncryptInit(session_, gcm.get(), root), "wrap a key",
                    "d’envelopper une clé"));
    const CK_RV code =
        module_.C_Encrypt(session_, plain.data(), plain.size(), sealed.data(), &length);
    Wipe(plain);
    TRY(CheckPkcs11(code, "wrap a key", "d’envelopper une clé"));
    if (length != sealed.size())
      return TokenError({"wrap a key", "d’envelopper une clé"}, CKR_GENERAL_ERROR);
    wrapped.insert(wrapped.end(), sealed.begin(), sealed.end());
    return wrapped;
  }

  Result<Key> Unwrap(const RootId& id, ByteView wrapped) override {
    const Error changed{
        Code::kUntrusted,
        {"the wrapped table key was changed", "la clé de table enveloppée a été modifiée"},
        {}};
    Key plain{};
    if (wrapped.size() != kIvBytes + plain.size() + kTagBytes) return changed;
    Bytes iv(wrapped.begin(), wrapped.begin() + kIvBytes);
    Bytes sealed(wrapped.begin() + kIvBytes, wrapped.end());
    GcmMechanism gcm(id, iv);
    const CK_OBJECT_HANDLE root = TRY(Only(id));
    TRY(CheckPkcs11(module_.C_DecryptInit(session_, gcm.get(), root), "unwrap a key",
                    "de dégager une clé"));
    // Some modules want room for the tag as well.
    std::array<uint8_t, 64> room{};
    CK_ULONG length = room.size();
    const CK_RV code =
        module_.C_Decrypt(session_, sealed.data(), sealed.size(), room.data(), &length);
    if (code == CKR_ENCRYPTED_DATA_INVALID || code == CKR_GENERAL_ERROR ||
        code == CKR_FUNCTION_FAILED || code == CKR_ENCRYPTED_DATA_LEN_RANGE)
      return changed;
    TRY(CheckPkcs11(code, "unwrap a key", "de dégager une clé"));
    if (length != plain.size()) return changed;
    std::copy_n(room.begin(), plain.size(), plain.begin());
    Wipe(room);
    return plain;
  }

 private:
  class GcmMechanism {
   public:
    GcmMechanism(const RootId& id, Bytes& iv) : id_(id) {
      parameters_.pIv = iv.data();
      parameters_.ulIvLen = kIvBytes;
      parameters_.ulIvBits = 8 * kIvBytes;
      parameters_.pAAD = id_.data();
      parameters_.ulAADLen = id_.size();
      parameters_.ulTagBits = 8 * kTagBytes;
    }
    CK_MECHANISM* get() { return &mechanism_; }

   private:
    RootId id_;
    CK_GCM_PARAMS parameters_{};
    CK_MECHANISM mechanism_{CKM_AES_GCM, &parameters_, sizeof parameters_};
  };

  // This trail's roots, or the one of that name.
  Result<std::vector<CK_OBJECT_HANDLE>> Find(const RootId* id) {
    const CK_OBJECT_CLASS secret = CKO_SECRET_KEY;
    std::vector<CK_ATTRIBUTE> wanted = {Attribute(CKA_CLASS, &secret, sizeof secret),
                                        Attribute(CKA_LABEL, label_.data(), label_.size())};
    if (id != nullptr) wanted.push_back(Attribute(CKA_ID, id->data(), id->size()));
    TRY(CheckPkcs11(module_.C_FindObjectsInit(session_, wanted.data(), wanted.size()),
                    "look for roots", "de chercher des racines"));
    std::vector<CK_OBJECT_HANDLE> found(kMostObjects);
    CK_ULONG count = 0;
    const CK_RV code = module_.C_FindObjects(session_, found.data(), found.size(), &count);
    module_.C_FindObjectsFinal(session_);
    TRY(CheckPkcs11(code, "look for roots", "de chercher des racines"));
    found.resize(std::min<size_t>(found.size(), count));
    return found;
  }

  Result<CK_OBJECT_HANDLE> Only(const RootId& id) {
    const auto found = TRY(Find(&id));
    if (found.size() == 1) return found.front();
    return Error{
        Code::kNotFound,
        Filled("there is no such root '{}' on the token (or more than one)",
               "cette racine « {} » n’est pas sur le jeton (ou il y en a plus d’une)", {label_}),
        {}};
  }

  CK_FUNCTION_LIST& module_;
  std::string label_;
  CK_SESSION_HANDLE session_ = 0;
  bool open_ = false;
};

}  // namespace

Result<std::unique_ptr<RootCustody>> OpenPkcs11Custody(const std::string& uri) {
  const Pkcs11Uri parsed = TRY(ParsePkcs11Uri(uri));
  std::string pin = TRY(ReadPin(parsed.pin_source));
  CK_FUNCTION_LIST* const module = TRY(LoadPkcs11Module(parsed.module));
  const CK_SLOT_ID slot = TRY(FindPkcs11Slot(*module, parsed));
  auto custody = std::make_unique<Pkcs11Custody>(*module, parsed.object);
  TRY(custody->LogIn(slot, std::move(pin)));
  return std::unique_ptr<RootCustody>(std::move(custody));
}

}  // namespace garant::trail
