#pragma once

// Made with OpenSSH 9.2's ssh-keygen: public keys as it writes them, the fingerprints that it
// prints, and what `ssh-keygen -Y sign` wrote for kPayload. The private keys were thrown away.
namespace garant::identity::vectors {

constexpr const char* kPayload = R"(garant-act/1
kind: excuse
service: parking-permits
item: 9.4-17
by: security
at: 2026-11-20T09:00:00Z
expires: 2027-05-20T00:00:00Z
covers: risks,threats
digest: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
mode: accepted
statement: The second reviewer joins in March; until then the owner reviews alone.
)";

constexpr const char* kEd25519Key =
    R"(ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINkMJvPmdj7upE9aJKHNnzXNRe7El8HaLHPE4F/OxJhd security officer
)";

constexpr const char* kEd25519Fingerprint = R"(SHA256:oAdUV6kj2ACT4gWWntE/rOx1TWXA+9N/sObwDP+9S6s)";

constexpr const char* kEd25519Signature = R"(-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg2Qwm8+Z2Pu6kT1okoc2fNc1F7s
SXwdosc8TgX87EmF0AAAARZ2FyYW50LWFjdEBnYXJhbnQAAAAAAAAABnNoYTUxMgAAAFMA
AAALc3NoLWVkMjU1MTkAAABAXjkl2OcR1iC2FzbyU5E/toakUUb4Qedu9OS7pN5i5t4R6y
Ksk58K8YiAFAunZmeTVa+cgy7AS7LYL3kQYeDxDA==
-----END SSH SIGNATURE-----
)";

constexpr const char* kEcdsaKey =
    R"(ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBKi1FxJasBOwkVNqY7K8ThATRhqDdZ8Ldms2MlaQj69Vbyu3YP2S5HE8v2cxEE4ipDiDB2F7fo7GRDmr0tpL0KQ= clerk
)";

constexpr const char* kEcdsaFingerprint = R"(SHA256:Xdr1LZQTIlOb0RmvsHZnlE2+B6iPeKyRe8FcZ9SljRY)";

constexpr const char* kEcdsaSignature = R"(-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAAGgAAAATZWNkc2Etc2hhMi1uaXN0cDI1NgAAAAhuaXN0cDI1NgAAAE
EEqLUXElqwE7CRU2pjsrxOEBNGGoN1nwt2azYyVpCPr1VvK7dg/ZLkcTy/ZzEQTiKkOIMH
YXt+jsZEOavS2kvQpAAAABFnYXJhbnQtYWN0QGdhcmFudAAAAAAAAAAGc2hhNTEyAAAAYw
AAABNlY2RzYS1zaGEyLW5pc3RwMjU2AAAASAAAACBsgkUq8L4r4A+0oIxNeFkbXen7flr0
RvWjqBy1PkxOGAAAACA5qWjX6KzYO6LkXYkR2W2vOi6/O/PNTx2vu6LyVWqihw==
-----END SSH SIGNATURE-----
)";

constexpr const char* kEd25519Sha256Signature = R"(-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg2Qwm8+Z2Pu6kT1okoc2fNc1F7s
SXwdosc8TgX87EmF0AAAARZ2FyYW50LWFjdEBnYXJhbnQAAAAAAAAABnNoYTI1NgAAAFMA
AAALc3NoLWVkMjU1MTkAAABAFzV51ZF5IfnVwe1qns6nK/MmZgO/0coMxfSK2g9euXPya4
z64el+8kW7eqK/EEeHiFEpgKS3pJDdTb0STJvOBA==
-----END SSH SIGNATURE-----
)";

constexpr const char* kEd25519FileSignature = R"(-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg2Qwm8+Z2Pu6kT1okoc2fNc1F7s
SXwdosc8TgX87EmF0AAAAEZmlsZQAAAAAAAAAGc2hhNTEyAAAAUwAAAAtzc2gtZWQyNTUx
OQAAAEBN3zEE2WXytGNqDVAwi9E/Zf+as3C24jCHEg5nGX5g4NxntvWwACjmFOBeUbYufC
J0Su4JY8HQhKtbw6ZvSeAB
-----END SSH SIGNATURE-----
)";

constexpr const char* kRsaKey =
    R"(ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDPOSpTDKYDwPeRmEp7dHqGqFsianLxoWwuPFodgUeS/wG+WAV29XepaCFrEPG1G8W2vhl2644j4Tf4pjouOthTNd3rTrowq2ni6E4ddk3kHcVxp4ng6ZKnTyTKCiwahaRlDkjsAAnBN0JmC1PmUCgxt44p484anzhz7LnaKxQJK9MtGTZ4VZE0r0EwoWEDvvNJYs7fbJ6JrkeguhUnKNOCOBfRxUOVxlw0IkFmk2OaamWDdbRNAoyBWeXRmnxlP62XhChYhDa3RYkaZWfzKbPaCN7uVmvwqjPJLmgCyvP55iG7dcGbp+MCQdAC9hcdqhMkLVpXyEkkw4flBmcOCq+D old
)";

constexpr const char* kRsaSignature = R"(-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAARcAAAAHc3NoLXJzYQAAAAMBAAEAAAEBAM85KlMMpgPA95GYSnt0eo
aoWyJqcvGhbC48Wh2BR5L/Ab5YBXb1d6loIWsQ8bUbxba+GXbrjiPhN/imOi462FM13etO
ujCraeLoTh12TeQdxXGnieDpkqdPJMoKLBqFpGUOSOwACcE3QmYLU+ZQKDG3jinjzhqfOH
PsudorFAkr0y0ZNnhVkTSvQTChYQO+80lizt9snomuR6C6FSco04I4F9HFQ5XGXDQiQWaT
Y5pqZYN1tE0CjIFZ5dGafGU/rZeEKFiENrdFiRplZ/Mps9oI3u5Wa/CqM8kuaALK8/nmIb
t1wZun4wJB0AL2Fx2qEyQtWlfISSTDh+UGZw4Kr4MAAAARZ2FyYW50LWFjdEBnYXJhbnQA
AAAAAAAABnNoYTUxMgAAARQAAAAMcnNhLXNoYTItNTEyAAABAIt8Xc++1Un42d0w/1bOOI
sLoTqu8xTPGaA1as+v4SZ7NgkvBVfE8p0YqLo5rmOo8AWq5yef0UnjSmqOWDBHAxkcnD9D
yWyFmkVRcWSap+Y6rncuJ0m3ZTCAJIyqYRmCGnC63QjLJxGrFXvcBz0AIjpThCKt05p8p/
KND29+2u31+XVLzj0KgEY8sLkDif4eMZGr/ebp+FAb4G88qufztMQXVkRCePV2x3VxUQrn
3wCzuCP4qQYkwkSUJCCBxjRQBHWBTtPe31lqvHQEzvxcVuMZPtIT3J1eS4tNxCD0yzfuJ0
+sfXFA+cUAtTYV8vrfOiz8FWTaS5eevmJJVjSL08Y=
-----END SSH SIGNATURE-----
)";

}  // namespace garant::identity::vectors
