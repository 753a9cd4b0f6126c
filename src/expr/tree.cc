#include "expr/tree.h"

#include <algorithm>

namespace garant::expr {

TreeBuilder::TreeBuilder(Program& program, base::Diagnostics& diagnostics)
    : program_(program),
      diagnostics_(diagnostics),
      tokens_(Tokenize(program.source, program.where, program.arena, diagnostics)),
      depths_(1, 0) {
  program.nodes.assign(1, Node{});
}

const Token& TreeBuilder::Peek(size_t ahead) const {
  return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
}

const Token& TreeBuilder::Take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }

uint32_t TreeBuilder::TakenUpTo() const { return tokens_[at_ == 0 ? 0 : at_ - 1].end; }

bool TreeBuilder::TakeIf(std::string_view word) {
  if (!Peek().Is(word)) return false;
  Take();
  return true;
}

uint16_t TreeBuilder::Fail(const Token& token, base::Text message) {
  if (!failed_) program_.Complain(token.begin, std::move(message), diagnostics_);
  failed_ = true;
  return 0;
}

uint16_t TreeBuilder::Expected(const std::string& en, const std::string& fr) {
  const Token& token = Peek();
  std::string found_en = "the end";
  std::string found_fr = "la fin";
  if (token.kind != Token::Kind::kEnd) {
    const std::string written = program_.source.substr(token.begin, token.end - token.begin);
    found_en = "'" + written + "'";
    found_fr = "« " + written + " »";
  }
  return Fail(token, {"expected " + en + ", found " + found_en,
                      "attendu : " + fr + "; trouvé : " + found_fr});
}

bool TreeBuilder::Require(std::string_view word) {
  if (TakeIf(word)) return true;
  Expected("'" + std::string(word) + "'", "« " + std::string(word) + " »");
  return false;
}

uint16_t TreeBuilder::Add(Node node, size_t begin) {
  uint16_t depth = 1;
  const auto under = [&](uint16_t child) {
    depth = std::max<uint16_t>(depth, static_cast<uint16_t>(depths_[child] + 1));
  };
  if (node.op == Op::kList) {
    for (uint16_t i = 0; i < node.b; ++i) under(program_.lists[node.a + i]);
  } else if (node.op != Op::kConstant) {
    under(node.a);
    under(node.b);
    under(node.c);
  }
  if (depth > kMostDepth) return TooDeep();
  node.begin = static_cast<uint16_t>(begin);
  node.end = static_cast<uint16_t>(TakenUpTo());
  program_.nodes.push_back(node);
  depths_.push_back(depth);
  return static_cast<uint16_t>(program_.nodes.size() - 1);
}

uint16_t TreeBuilder::TooDeep() {
  return Fail(Peek(), {"the expression nests more than 200 deep; split it",
                       "l’expression s’imbrique sur plus de 200 niveaux; divisez-la"});
}

uint16_t TreeBuilder::Join(Op op, uint16_t left, uint16_t right) {
  if (left == 0 || right == 0) return 0;
  Node node;
  node.op = op;
  node.a = left;
  node.b = right;
  return Add(node, program_.nodes[left].begin);
}

Node TreeBuilder::Named(Op op, const Token& name) {
  Node node;
  node.op = op;
  node.name_begin = static_cast<uint16_t>(name.begin);
  node.name_end = static_cast<uint16_t>(name.end);
  return node;
}

uint16_t TreeBuilder::Constant(Value value, size_t begin) {
  Node node;
  node.op = Op::kConstant;
  node.a = static_cast<uint16_t>(program_.constants.size());
  program_.constants.push_back(value);
  return Add(node, begin);
}

}  // namespace garant::expr
