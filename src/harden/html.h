#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harden/url.h"

namespace garant::harden {

inline constexpr size_t kMostForms = 40;  // read of one page

struct Link {
  Url to;
  std::string text;      // what the person reads on it; short
  std::string language;  // hreflang, else lang, in lower case; empty where neither stands
};

struct FormField {
  std::string name;      // safe to record
  std::string category;  // of service::DataCategories(); "none"; empty where not recognised
};

struct Form {
  Url action;
  std::vector<FormField> fields;  // those that a person fills in
  // The surroundings of a form are its nearest ancestor section, article, main or dialog, and where
  // there is none its parent; of these, what is hidden, in other forms, or in nav, header and
  // footer does not count. A notice is what is said there, in the form or beside it:
  bool notice_text = false;  // text that names personal information and what it is for
  std::vector<Link> beside;  // links there
  bool notice_cut = false;   // more is said or linked there than is read
  bool operator==(const Form& other) const;  // same action and fields
};

struct Page {
  std::string title;
  std::vector<Link> links;                 // where a person or browser may go, on any host
  std::vector<std::string> third_parties;  // hosts other than the page's own, sorted; untrusted
  std::vector<Form> forms;
  std::vector<std::string> languages;  // en, fr: in which it says something, sorted
  std::string text;                    // what a person can read; at most 256 KiB
  bool scripts_restricted = false;     // by a Content-Security-Policy in a meta element
  bool partial = false;                // it nests or repeats too much to be read whole
};

// Reads any bytes as a page found at `url`; never fails. `charset` is what the header said.
[[nodiscard]] Page ReadPage(std::string_view body, const Url& url, const std::string& charset);

}  // namespace garant::harden
