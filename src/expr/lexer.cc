#include <charconv>
#include <cstdlib>
#include <limits>
#include <string>
#include <utility>

#include "expr/token.h"

namespace garant::expr {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsWord(char c) { return IsLetter(c) || IsDigit(c); }
bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Lexer {
 public:
  Lexer(std::string_view source, const base::Where& where, Arena& arena,
        base::Diagnostics& diagnostics)
      : source_(source), where_(where), arena_(arena), diagnostics_(diagnostics) {}

  std::vector<Token> Run() {
    for (SkipBlanks(); at_ < source_.size(); SkipBlanks()) Next();
    Add(Token::Kind::kEnd, at_);
    return std::move(tokens_);
  }

 private:
  void SkipBlanks() {
    while (at_ < source_.size() && (IsSpace(source_[at_]) || source_[at_] == '#')) {
      if (source_[at_] == '#') {
        while (at_ < source_.size() && source_[at_] != '\n') ++at_;
      } else {
        ++at_;
      }
    }
  }

  [[nodiscard]] char Peek(size_t ahead = 0) const {
    return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
  }

  Token& Add(Token::Kind kind, size_t begin) {
    Token token;
    token.kind = kind;
    token.begin = static_cast<uint32_t>(begin);
    token.end = static_cast<uint32_t>(at_);
    token.word = source_.substr(begin, at_ - begin);
    return tokens_.emplace_back(token);
  }

  void Complain(size_t offset, std::string en, std::string fr) {
    diagnostics_.push_back({PositionIn(source_, where_, offset), {std::move(en), std::move(fr)}});
  }

  void Next() {
    const char c = source_[at_];
    if (IsLetter(c)) return Name();
    if (IsDigit(c)) return Integer();
    if (c == '"') return TextLiteral();
    if (c == '@') return TimeLiteral();
    Symbol();
  }

  void Name() {
    const size_t begin = at_;
    while (IsWord(Peek()) || (Peek() == '-' && IsWord(Peek(1)) && Peek(1) != '_')) ++at_;
    const std::string_view word = source_.substr(begin, at_ - begin);
    const bool after_dot = !tokens_.empty() && tokens_.back().Is(".");
    if (word.size() > 2 && word[0] == 'P' && !after_dot) {
      if (auto duration = base::ParseDuration(word)) {
        Add(Token::Kind::kLiteral, begin).value =
            Value::Duration(*duration, {}, base::DurationSpelling(word));
        return;
      }
    }
    Add(Token::Kind::kName, begin);
  }

  void Integer() {
    const size_t begin = at_;
    while (IsDigit(Peek())) ++at_;
    uint64_t magnitude = 0;
    const auto [end, error] =
        std::from_chars(source_.data() + begin, source_.data() + at_, magnitude);
    constexpr auto kMost = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
    if (error != std::errc() || magnitude > kMost) {
      Complain(begin, "this integer does not fit in 64 bits; the greatest is 9223372036854775807",
               "cet entier ne tient pas en 64 bits; le plus grand est 9223372036854775807");
      magnitude = 0;
    }
    Add(Token::Kind::kLiteral, begin).value = Value::Int(static_cast<int64_t>(magnitude));
  }

  void TextLiteral() {
    const size_t begin = at_++;
    std::string text;
    while (Peek() != '"') {
      if (at_ >= source_.size()) {
        Complain(begin, "this text has no closing quote; add \" at its end",
                 "ce texte n’a pas de guillemet fermant; ajoutez \" à la fin");
        break;
      }
      if (Peek() != '\\') {
        text += source_[at_++];
        continue;
      }
      const char escaped = Peek(1);
      if (escaped != '"' && escaped != '\\' && escaped != 'n') {
        Complain(at_, "unknown escape in a text; there are \\\", \\\\ and \\n",
                 "échappement inconnu dans un texte; il y a \\\", \\\\ et \\n");
        ++at_;
        continue;
      }
      text += escaped == 'n' ? '\n' : escaped;
      at_ += 2;
    }
    if (at_ < source_.size()) ++at_;
    if (!base::IsUtf8(text)) {
      Complain(begin, "this text is not well-formed UTF-8", "ce texte n’est pas de l’UTF-8 valide");
      text.clear();
    }
    Add(Token::Kind::kLiteral, begin).value = Value::Text(arena_.Keep(std::move(text)));
  }

  void TimeLiteral() {
    const size_t begin = at_++;
    while (IsDigit(Peek()) || (Peek() == '-' && IsDigit(Peek(1)))) ++at_;
    if (Peek() == 'T') {
      while (IsDigit(Peek(1)) || ((Peek(1) == ':' || Peek(1) == '.') && IsDigit(Peek(2)))) ++at_;
      ++at_;
      if (Peek() == 'Z') ++at_;
    }
    const auto time = base::ParseTime(source_.substr(begin + 1, at_ - begin - 1));
    if (!time) {
      Complain(begin,
               "not a time; write a date as @2026-11-23 or a moment as @2026-11-23T20:30:00Z",
               "ce n’est pas un moment; écrivez une date comme @2026-11-23 ou un moment comme "
               "@2026-11-23T20:30:00Z");
    }
    Add(Token::Kind::kLiteral, begin).value = Value::Time(time ? *time : base::Time{});
  }

  void Symbol() {
    const size_t begin = at_;
    const std::string_view two = source_.substr(at_, 2);
    if (two == "==" || two == "!=" || two == "<=" || two == ">=") {
      at_ += 2;
      Add(Token::Kind::kSymbol, begin);
      return;
    }
    if (std::string_view("<>+-*.,:()[]").find(source_[at_]) != std::string_view::npos) {
      ++at_;
      Add(Token::Kind::kSymbol, begin);
      return;
    }
    // A character of several bytes is one character to whoever reads the complaint.
    do ++at_;
    while (at_ < source_.size() && (static_cast<unsigned char>(source_[at_]) & 0xC0U) == 0x80U);
    std::string seen(source_.substr(begin, at_ - begin));
    if (!base::IsUtf8(seen) || static_cast<unsigned char>(seen[0]) < 0x20) seen = "?";
    const std::string hint_en = seen == "=" ? "; compare with ==" : "";
    const std::string hint_fr = seen == "=" ? "; comparez avec ==" : "";
    Complain(begin, "unexpected character '" + seen + "'" + hint_en,
             "caractère inattendu « " + seen + " »" + hint_fr);
  }

  std::string_view source_;
  const base::Where& where_;
  Arena& arena_;
  base::Diagnostics& diagnostics_;
  size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

base::Where PositionIn(std::string_view source, const base::Where& where, size_t offset) {
  base::Where position = where;
  for (size_t i = 0; i < offset && i < source.size(); ++i) {
    if (source[i] == '\n') {
      ++position.line;
      position.column = where.column;
    } else {
      ++position.column;
    }
  }
  return position;
}

std::vector<Token> Tokenize(std::string_view source, const base::Where& where, Arena& arena,
                            base::Diagnostics& diagnostics) {
  return Lexer(source, where, arena, diagnostics).Run();
}

}  // namespace garant::expr
