#include "sqlite_peer.h"

#include <sqlite3.h>

#include <algorithm>

#include "figures.h"

namespace garant::bench {
namespace {

// Subjects and categories, of which an entry has none to many, stand in tables that are their own
// index: no row is stored twice.
constexpr const char* kSchema = R"(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA cache_size = -1048576;
PRAGMA wal_autocheckpoint = 65536;
CREATE TABLE entry(number INTEGER PRIMARY KEY, time INTEGER NOT NULL, kind TEXT NOT NULL, part TEXT,
                   outcome TEXT, actor BLOB, session BLOB, trace BLOB, leaf BLOB NOT NULL);
CREATE INDEX entry_actor ON entry(actor);
CREATE INDEX entry_session ON entry(session);
CREATE INDEX entry_trace ON entry(trace);
CREATE INDEX entry_kind ON entry(kind);
CREATE INDEX entry_part ON entry(part);
CREATE INDEX entry_outcome ON entry(outcome);
CREATE TABLE about(subject BLOB, number INTEGER, PRIMARY KEY(subject, number)) WITHOUT ROWID;
CREATE TABLE of_category(category TEXT, number INTEGER, PRIMARY KEY(category, number)) WITHOUT ROWID;
)";

class Database {
 public:
  explicit Database(const std::string& path) {
    if (sqlite3_open(path.c_str(), &database_) != SQLITE_OK) Fault();
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() { sqlite3_close(database_); }

  void Run(const char* sql) {
    if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) Fault();
  }
  [[noreturn]] void Fault() const { Fail(std::string("SQLite: ") + sqlite3_errmsg(database_)); }
  [[nodiscard]] sqlite3* get() const { return database_; }

 private:
  sqlite3* database_ = nullptr;
};

class Statement {
 public:
  Statement(Database& database, const char* sql) : database_(database) {
    if (sqlite3_prepare_v2(database.get(), sql, -1, &statement_, nullptr) != SQLITE_OK)
      database.Fault();
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(statement_); }

  // What is bound must live until Run.
  Statement& Bind(base::ByteView bytes) {
    return Need(sqlite3_bind_blob(statement_, ++bound_, bytes.data(),
                                  static_cast<int>(bytes.size()), SQLITE_STATIC));
  }
  Statement& Bind(const std::string& text) {
    if (text.empty()) return Need(sqlite3_bind_null(statement_, ++bound_));
    return Need(sqlite3_bind_text(statement_, ++bound_, text.data(), static_cast<int>(text.size()),
                                  SQLITE_STATIC));
  }
  Statement& Bind(const std::optional<trail::Token>& token) {
    if (!token) return Need(sqlite3_bind_null(statement_, ++bound_));
    return Bind(base::ByteView(*token));
  }
  Statement& Bind(int64_t number) { return Need(sqlite3_bind_int64(statement_, ++bound_, number)); }
  void Run() {
    const int done = sqlite3_step(statement_);
    if (done != SQLITE_DONE) database_.Fault();
    Reset();
  }
  uint64_t Number() {
    if (sqlite3_step(statement_) != SQLITE_ROW) database_.Fault();
    const auto number = static_cast<uint64_t>(sqlite3_column_int64(statement_, 0));
    Reset();
    return number;
  }

 private:
  Statement& Need(int done) {
    if (done != SQLITE_OK) database_.Fault();
    return *this;
  }
  void Reset() {
    sqlite3_reset(statement_);
    bound_ = 0;
  }
  Database& database_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
};

void Check(Database& database, const PeerExpects& expects) {
  const auto need = [](uint64_t found, uint64_t expected) {
    if (found != expected) Fail("SQLite does not hold what it was given");
  };
  need(Statement(database, "SELECT count(*) FROM entry").Number(), expects.rows);
  need(Statement(database, "SELECT count(*) FROM entry WHERE actor = ?")
           .Bind(base::ByteView(expects.actor))
           .Number(),
       expects.of_actor);
  need(Statement(database, "SELECT count(*) FROM entry WHERE trace = ?")
           .Bind(base::ByteView(expects.trace))
           .Number(),
       1);
  need(Statement(database, "SELECT count(*) FROM about WHERE subject = ?")
           .Bind(base::ByteView(expects.subject))
           .Number(),
       expects.of_subject);
  const std::string category = PeerExpects::kCategory;
  need(Statement(database, "SELECT count(*) FROM of_category WHERE category = ?")
           .Bind(category)
           .Number(),
       expects.of_category);
}

}  // namespace

PeerSpent AppendToSqlite(const std::string& folder, const std::vector<PeerRow>& rows,
                         size_t batch) {
  Database database(folder + "/peer.sqlite");
  database.Run(kSchema);
  PeerSpent spent;
  {
    Statement entry(database, "INSERT INTO entry VALUES(?,?,?,?,?,?,?,?,?)");
    Statement about(database, "INSERT INTO about VALUES(?,?)");
    Statement of_category(database, "INSERT INTO of_category VALUES(?,?)");
    const double start = WallSeconds();
    const double cpu = ProcessCpuSeconds();
    for (size_t first = 0; first < rows.size(); first += batch) {
      database.Run("BEGIN");
      for (size_t i = first; i < std::min(first + batch, rows.size()); ++i) {
        const PeerRow& row = rows[i];
        const auto number = static_cast<int64_t>(row.number);
        entry.Bind(number).Bind(row.time_ns).Bind(row.kind).Bind(row.part).Bind(row.outcome);
        entry.Bind(row.actor).Bind(row.session).Bind(row.trace).Bind(base::ByteView(row.leaf));
        entry.Run();
        for (const trail::Token& one : row.subjects)
          about.Bind(base::ByteView(one)).Bind(number).Run();
        for (const std::string& one : row.categories) of_category.Bind(one).Bind(number).Run();
      }
      database.Run("COMMIT");
    }
    spent = {WallSeconds() - start, ProcessCpuSeconds() - cpu};
  }
  Check(database, PeerExpects(rows));
  return spent;
}

}  // namespace garant::bench
