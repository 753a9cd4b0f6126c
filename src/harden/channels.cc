#include "harden/channels.h"

#include "harden/tls_hello.h"

namespace garant::harden {
namespace {

constexpr unsigned kTries = 2;

}  // namespace

base::Result<Channels> ChannelsOf(const ProbeTarget& target) {
  const auto base = ParseUrl(target.url);
  if (!base)
    return base::Error{
        base::Code::kInvalid,
        base::Filled("not an http:// or https:// address: '{}'; set service.url in the "
                     "service file, or give --url",
                     "ce n’est pas une adresse http:// ou https:// : « {} »; indiquez "
                     "service.url dans le fichier de service, ou donnez --url",
                     {target.url}),
        {}};
  Channels channels{*base, *base};
  channels.secure.scheme = "https";
  channels.plain.scheme = "http";
  if (!base->secure()) {
    channels.secure_guessed = true;
    if (base->port == 80) channels.secure.port = 443;
    return channels;
  }
  if (target.plain_url.empty()) {
    channels.plain_guessed = base->port != 443;
    if (base->port == 443) channels.plain.port = 80;
    return channels;
  }
  const auto plain = ParseUrl(target.plain_url);
  if (!plain || plain->secure())
    return base::Error{
        base::Code::kInvalid,
        base::Filled("not an http:// address: '{}'", "ce n’est pas une adresse http:// : « {} »",
                     {target.plain_url}),
        {}};
  channels.plain = *plain;
  return channels;
}

Channel Open(const Url& url, const Limits& limits) {
  Channel channel;
  channel.base = url;
  for (unsigned i = 0; i < kTries; ++i) {
    Reached reached = FindEndpoint(url.host, url.port, limits.connect);
    channel.endpoint = std::move(reached.endpoint);
    channel.reach = reached.reach;
    if (reached.reach != Reach::kSilent) break;
  }
  return channel;
}

bool SpeaksTls(const Endpoint& endpoint, Deadline deadline) {
  static constexpr uint16_t kSuites[] = {0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8,
                                         0x009e, 0x009f, 0xc013, 0xc014, 0x009c, 0x002f};
  const auto socket = Connect(endpoint, deadline);
  if (!socket || !socket->Send(ClientHello(kTls12, kSuites, ""), deadline)) return false;
  // A plain server may wait for the end of a line that a handshake never sends. Half-closing tells
  // it that no more comes; a TLS server has answered by then.
  socket->EndSending();
  std::string bytes;
  while (bytes.size() < 2 && socket->Receive(bytes, deadline) == Socket::Received::kBytes) {
  }
  return bytes.size() >= 2 && (bytes[0] == 21 || bytes[0] == 22) && bytes[1] == 3;
}

}  // namespace garant::harden
