#include "postgresql_peer.h"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <thread>

#include "figures.h"

namespace garant::bench {
namespace {

constexpr size_t kColumns = 11;
constexpr std::array<Oid, kColumns> kTypes = {20, 20, 25, 25, 25, 17, 1001, 17, 17, 1009, 17};
constexpr uint32_t kByteaType = 17;
constexpr uint32_t kTextType = 25;

constexpr const char* kSchema = R"(
DROP TABLE IF EXISTS entry;
CREATE TABLE entry(number bigint NOT NULL, time bigint NOT NULL, kind text NOT NULL, part text,
                   outcome text, actor bytea, subjects bytea[], session bytea, trace bytea,
                   categories text[], leaf bytea NOT NULL);
CREATE INDEX ON entry(actor);
CREATE INDEX ON entry USING gin(subjects);
CREATE INDEX ON entry(session);
CREATE INDEX ON entry(trace);
CREATE INDEX ON entry(kind);
CREATE INDEX ON entry(part);
CREATE INDEX ON entry USING gin(categories);
CREATE INDEX ON entry(outcome);
)";

struct Freed {
  void operator()(PGresult* result) const { PQclear(result); }
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using Answer = std::unique_ptr<PGresult, Freed>;

class Connection {
 public:
  explicit Connection(const PostgresqlServer& server)
      : connection_(PQconnectdb(server.connection().c_str())) {
    if (PQstatus(get()) != CONNECTION_OK) Fault();
    PQsetNoticeProcessor(
        get(), [](void*, const char*) {}, nullptr);
  }
  [[nodiscard]] PGconn* get() const { return connection_.get(); }
  [[noreturn]] void Fault() const { Fail(std::string("PostgreSQL: ") + PQerrorMessage(get())); }
  Answer Need(PGresult* result, ExecStatusType status) const {
    Answer answer(result);
    if (PQresultStatus(answer.get()) != status) Fault();
    return answer;
  }
  void Run(const char* sql) const { Need(PQexec(get(), sql), PGRES_COMMAND_OK); }
  [[nodiscard]] uint64_t Number(const char* sql, base::ByteView value) const {
    const char* values[] = {reinterpret_cast<const char*>(value.data())};
    const int lengths[] = {static_cast<int>(value.size())};
    const int formats[] = {1};
    const int parameters = value.empty() ? 0 : 1;
    const Answer answer =
        Need(PQexecParams(get(), sql, parameters, nullptr, values, lengths, formats, 0),
             PGRES_TUPLES_OK);
    return std::strtoull(PQgetvalue(answer.get(), 0, 0), nullptr, 10);
  }

 private:
  std::unique_ptr<PGconn, Freed> connection_;
};

void PutBig(std::string& out, uint64_t value, int bytes) {
  while (bytes-- > 0) out.push_back(static_cast<char>(value >> (8 * bytes)));
}

template <typename T>
std::string Array(const std::vector<T>& values, uint32_t type) {
  std::string out;
  PutBig(out, 1, 4);  // dimension
  PutBig(out, 0, 4);  // no nulls
  PutBig(out, type, 4);
  PutBig(out, values.size(), 4);
  PutBig(out, 1, 4);  // counted from 1
  for (const T& value : values) {
    PutBig(out, value.size(), 4);
    out.append(value.begin(), value.end());
  }
  return out;
}

// The columns of a row in their binary form; nothing is null.
using Columns = std::array<std::optional<std::string>, kColumns>;

Columns ColumnsOf(const PeerRow& row) {
  const auto number = [](uint64_t value) {
    std::string out;
    PutBig(out, value, 8);
    return out;
  };
  const auto text = [](const std::string& of) {
    return of.empty() ? std::nullopt : std::optional(of);
  };
  const auto token = [](const std::optional<trail::Token>& of) {
    return of ? std::optional(std::string(of->begin(), of->end())) : std::nullopt;
  };
  Columns columns = {number(row.number),
                     number(static_cast<uint64_t>(row.time_ns)),
                     row.kind,
                     text(row.part),
                     text(row.outcome),
                     token(row.actor),
                     std::nullopt,
                     token(row.session),
                     token(row.trace),
                     std::nullopt,
                     std::string(row.leaf.begin(), row.leaf.end())};
  if (!row.subjects.empty()) columns[6] = Array(row.subjects, kByteaType);
  if (!row.categories.empty()) columns[9] = Array(row.categories, kTextType);
  return columns;
}

// One batch as it goes over the wire, made before the clock runs.
struct Batch {
  std::string copy;
  std::vector<Columns> columns;
};

Batch BatchOf(std::span<const PeerRow> rows, PostgresqlWay way) {
  Batch batch;
  if (way == PostgresqlWay::kInsert) {
    for (const PeerRow& row : rows) batch.columns.push_back(ColumnsOf(row));
    return batch;
  }
  batch.copy.assign("PGCOPY\n\377\r\n\0", 11);
  PutBig(batch.copy, 0, 8);  // no flags, no extension
  for (const PeerRow& row : rows) {
    PutBig(batch.copy, kColumns, 2);
    for (const auto& column : ColumnsOf(row)) {
      PutBig(batch.copy, column ? column->size() : 0xffffffff, 4);
      if (column) batch.copy += *column;
    }
  }
  PutBig(batch.copy, 0xffff, 2);
  return batch;
}

void Copy(const Connection& to, const Batch& batch) {
  to.Need(PQexec(to.get(), "COPY entry FROM STDIN WITH (FORMAT binary)"), PGRES_COPY_IN);
  if (PQputCopyData(to.get(), batch.copy.data(), static_cast<int>(batch.copy.size())) != 1 ||
      PQputCopyEnd(to.get(), nullptr) != 1)
    to.Fault();
  to.Need(PQgetResult(to.get()), PGRES_COMMAND_OK);
  if (PQgetResult(to.get()) != nullptr) to.Fault();
}

std::string NameOf(size_t rows) { return "insert" + std::to_string(rows); }

void PrepareInsert(const Connection& on, size_t rows) {
  std::string sql = "INSERT INTO entry VALUES";
  std::vector<Oid> types;
  for (size_t row = 0; row < rows; ++row) {
    sql += row == 0 ? "(" : ",(";
    for (size_t i = 0; i < kColumns; ++i) {
      types.push_back(kTypes[i]);
      sql += (i == 0 ? "$" : ",$") + std::to_string(types.size());
    }
    sql += ")";
  }
  on.Need(PQprepare(on.get(), NameOf(rows).c_str(), sql.c_str(), static_cast<int>(types.size()),
                    types.data()),
          PGRES_COMMAND_OK);
}

void Insert(const Connection& to, const Batch& batch) {
  std::vector<const char*> values;
  std::vector<int> lengths;
  for (const Columns& columns : batch.columns)
    for (const auto& column : columns) {
      values.push_back(column ? column->data() : nullptr);
      lengths.push_back(column ? static_cast<int>(column->size()) : 0);
    }
  const std::vector<int> formats(values.size(), 1);
  to.Need(PQexecPrepared(to.get(), NameOf(batch.columns.size()).c_str(),
                         static_cast<int>(values.size()), values.data(), lengths.data(),
                         formats.data(), 0),
          PGRES_COMMAND_OK);
}

void Check(const Connection& in, const PeerExpects& expects) {
  const auto need = [&in](const char* where, base::ByteView value, uint64_t expected) {
    const std::string sql = std::string("SELECT count(*) FROM entry ") + where;
    if (in.Number(sql.c_str(), value) != expected)
      Fail("PostgreSQL does not hold what it was given");
  };
  need("", {}, expects.rows);
  need("WHERE actor = $1::bytea", expects.actor, expects.of_actor);
  need("WHERE trace = $1::bytea", expects.trace, 1);
  need("WHERE subjects @> ARRAY[$1::bytea]", expects.subject, expects.of_subject);
  need("WHERE categories @> ARRAY[$1::text]", base::AsBytes(PeerExpects::kCategory),
       expects.of_category);
}

}  // namespace

std::vector<std::string> PostgresqlSettings() {
  return {"fsync=on",          "synchronous_commit=on",     "full_page_writes=on",
          "wal_level=minimal", "max_wal_senders=0",         "shared_buffers=1GB",
          "wal_buffers=64MB",  "max_wal_size=16GB",         "checkpoint_timeout=1h",
          "autovacuum=off",    "maintenance_work_mem=256MB"};
}

PeerSpent AppendToPostgresql(const PostgresqlServer& server, const std::vector<PeerRow>& rows,
                             size_t batch, PostgresqlWay way, size_t connections) {
  const Connection first(server);
  first.Run(kSchema);
  first.Run("CHECKPOINT");
  std::vector<Batch> batches;
  for (size_t at = 0; at < rows.size(); at += batch)
    batches.push_back(BatchOf(std::span(rows).subspan(at, std::min(batch, rows.size() - at)), way));
  std::vector<Connection> to;
  for (size_t i = 0; i < connections; ++i) {
    to.emplace_back(server);
    if (way != PostgresqlWay::kInsert) continue;
    PrepareInsert(to.back(), batches.front().columns.size());
    if (batches.back().columns.size() != batches.front().columns.size())
      PrepareInsert(to.back(), batches.back().columns.size());
  }
  const double start = WallSeconds();
  const double cpu = ProcessCpuSeconds() + server.CpuSeconds();
  std::atomic<size_t> next = 0;
  const auto append = [&](const Connection& over) {
    for (size_t at = next++; at < batches.size(); at = next++)
      way == PostgresqlWay::kCopy ? Copy(over, batches[at]) : Insert(over, batches[at]);
  };
  std::vector<std::thread> threads;
  for (size_t i = 1; i < connections; ++i) threads.emplace_back(append, std::cref(to[i]));
  append(to[0]);
  for (std::thread& thread : threads) thread.join();
  const PeerSpent spent = {WallSeconds() - start, ProcessCpuSeconds() + server.CpuSeconds() - cpu};
  Check(first, PeerExpects(rows));
  return spent;
}

}  // namespace garant::bench
