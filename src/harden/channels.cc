#include "harden/channels.h"

#include <algorithm>

#include "harden/tls_hello.h"

namespace garant::harden {
namespace {

bool Connects(const Channel& channel) { return channel.reach == Reach::kConnected; }

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

std::vector<Channel> OpenEach(const Url& url, const ProbeTarget& target, Deadline deadline,
                              bool& more) {
  Addresses found;
  if (const auto told = target.addresses.find(url.host); told != target.addresses.end())
    found.list = told->second;
  else if (TimeLeft(deadline).count() > 0)
    found = Resolve(url.host);
  more = more || found.more || found.list.size() > kMostAddresses;
  found.list.resize(std::min(found.list.size(), kMostAddresses));
  std::vector<Channel> channels;
  for (const std::string& address : found.list) {
    Channel channel;
    channel.base = url;
    channel.endpoint = {url.host, url.port, address, false, found.list.size() > 1};
    channel.reach = TryToReach(channel.endpoint, target.limits.connect, deadline);
    channels.push_back(std::move(channel));
  }
  return channels;
}

Opened OpenAll(const Channels& channels, const ProbeTarget& target, Deadline deadline) {
  Opened opened;
  std::vector<OtherAddress>& all = opened.all;
  for (Channel& secure : OpenEach(channels.secure, target, deadline, opened.more)) {
    OtherAddress& one = all.emplace_back();
    one.secure = std::move(secure);
    one.plain.base = channels.plain;
  }
  std::vector<Channel> plains;
  if (channels.plain.host != channels.secure.host) {
    plains = OpenEach(channels.plain, target, deadline, opened.more);
    std::stable_partition(plains.begin(), plains.end(), Connects);
  }
  const bool apart = !plains.empty();
  for (OtherAddress& one : all) {
    if (apart || channels.plain.host != channels.secure.host) break;
    one.plain.endpoint = one.secure.endpoint;
    one.plain.endpoint.port = channels.plain.port;
    one.plain.reach = TryToReach(one.plain.endpoint, target.limits.connect, deadline);
  }
  std::stable_partition(all.begin(), all.end(), [&](const OtherAddress& one) {
    return Connects(channels.secure_guessed && !apart ? one.plain : one.secure);
  });
  if (!std::any_of(all.begin(), all.end(), [&](const OtherAddress& one) {
        return Connects(channels.secure_guessed && !apart ? one.plain : one.secure);
      }))
    std::stable_partition(all.begin(), all.end(), [](const OtherAddress& one) {
      return Connects(one.secure) || Connects(one.plain);
    });
  if (all.empty()) {
    all.emplace_back();
    all[0].secure.base = channels.secure;
    all[0].plain.base = channels.plain;
  }
  for (size_t i = 0; i < plains.size(); ++i) {
    if (i == 0) {
      all[0].plain = std::move(plains[0]);
      continue;
    }
    OtherAddress& one = all.emplace_back();
    one.secure.base = channels.secure;
    one.plain = std::move(plains[i]);
  }
  return opened;
}

bool OtherAddress::Closed() const {
  const auto closed = [](const Channel& channel) {
    return channel.endpoint.address.empty() || channel.reach == Reach::kRefused;
  };
  return closed(secure) && closed(plain);
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
