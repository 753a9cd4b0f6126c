#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "report/escape.h"
#include "server/api.h"

namespace garant::server {
namespace {

constexpr std::string_view kStyle =
    "body{font:1.1rem/1.6 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem;"
    "color-scheme:light dark;overflow-wrap:anywhere}h1{font-size:1.6rem}";

base::Text Title(int status) {
  switch (status) {
    case 400:
      return {"The request cannot be understood", "La requête ne peut être comprise"};
    case 401:
      return {"Nobody has shown that they may read this",
              "Rien n’indique que vous pouvez lire ceci"};
    case 403:
      return {"This is not for you", "Ceci ne vous est pas destiné"};
    case 404:
      return {"There is no such thing", "Il n’y a rien de tel"};
    case 405:
      return {"This can only be read", "Ceci ne peut être que lu"};
    case 410:
      return {"This was deleted when its time had come", "Ceci a été supprimé à son échéance"};
    case 413:
      return {"The request is too large", "La requête est trop volumineuse"};
    case 421:
      return {"This host is not served here", "Cet hôte n’est pas servi ici"};
    case 431:
      return {"The request's header is too large", "L’en-tête de la requête est trop volumineux"};
    case 500:
      return {"Something failed here", "Quelque chose a échoué ici"};
    case 503:
      return {"There can be no verdict now", "Aucun verdict n’est possible pour l’instant"};
    default:
      return {"This went wrong", "Une erreur s’est produite"};
  }
}

}  // namespace

std::string_view Reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 303:
      return "See Other";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 410:
      return "Gone";
    case 413:
      return "Content Too Large";
    case 421:
      return "Misdirected Request";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "Error";
  }
}

Reply Problem(int status, const base::Text& detail, base::Language language, bool page) {
  const std::string title = Title(status).In(language);
  const std::string_view code = language == base::Language::kFrench ? "fr" : "en";
  Reply reply;
  reply.status = status;
  reply.headers = {{"Content-Language", std::string(code)}, {"Vary", "Accept, Accept-Language"}};
  if (page) {
    reply.media_type = "text/html; charset=utf-8";
    reply.policy = "default-src 'none'; style-src 'sha256-" +
                   base::ToBase64(base::Sha256(base::AsBytes(kStyle))) +
                   "'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    reply.body = "<!DOCTYPE html>\n<html lang=\"" + std::string(code) +
                 "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                 "content=\"width=device-width, initial-scale=1\"><title>" +
                 report::Html(title) +
                 " · Garant</title><link rel=\"icon\" href=\"data:,\"><style>" +
                 std::string(kStyle) + "</style></head><body><main><h1>" + report::Html(title) +
                 "</h1><p>" + report::Html(detail.In(language)) + "</p></main></body></html>\n";
    return reply;
  }
  reply.media_type = "application/problem+json";
  const nlohmann::json json = {{"type", "about:blank"},
                               {"title", title},
                               {"status", status},
                               {"detail", detail.In(language)}};
  reply.body = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  return reply;
}

Reply Failed(const base::Error& error, base::Language language) {
  if (error.code == base::Code::kInvalid) return Problem(400, error.message, language, false);
  return NoTrail(error, language);
}

Reply NoTrail(const base::Error& error, base::Language language) {
  const int status = error.code == base::Code::kNotFound ? 404
                     : error.code == base::Code::kGone   ? 410
                                                         : 503;
  return Problem(status, error.message, language, false);
}

Reply Failure(base::Language language) {
  return Problem(500,
                 {"nothing is answered rather than something untrue; ask again",
                  "rien n’est répondu plutôt qu’une chose fausse; redemandez"},
                 language, false);
}

}  // namespace garant::server
