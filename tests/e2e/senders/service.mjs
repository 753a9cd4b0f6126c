// A small web service as OpenTelemetry's SDK, PostgreSQL's client and syslog make it tell of itself.
// Its environment says where it answers and what it talks to; it knows nothing of Garant.

import { createServer } from "node:http";
import { connect } from "node:net";
import { writeFileSync } from "node:fs";
import { SpanKind, SpanStatusCode, context, propagation, trace } from "@opentelemetry/api";
import { OTLPLogExporter as JsonLogs } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as BinaryLogs } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPTraceExporter as JsonTraces } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as BinaryTraces } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import pg from "pg";

const { COLLECTOR, TOKEN, ENCODING, DATABASE, SYSLOG, READY } = process.env;
const binary = ENCODING === "protobuf";
const how = (path) => ({
  url: `${COLLECTOR}${path}`,
  compression: binary ? "gzip" : "none",
  headers: TOKEN ? { Authorization: `Bearer ${TOKEN}` } : {},
});
const often = { scheduledDelayMillis: 50 };
const resource = resourceFromAttributes({ "service.name": "licences-api" });

const spans = new (binary ? BinaryTraces : JsonTraces)(how("/v1/traces"));
const tracing = new NodeTracerProvider({
  resource, spanProcessors: [new BatchSpanProcessor(spans, often)],
});
tracing.register();
const tracer = tracing.getTracer("licences");

const exporter = new (binary ? BinaryLogs : JsonLogs)(how("/v1/logs"));
const logging = new LoggerProvider({
  resource, processors: [new BatchLogRecordProcessor({ exporter, ...often })],
});
const logger = logging.getLogger("licences");

const database = DATABASE ? new pg.Pool({ connectionString: DATABASE }) : null;
const syslog = SYSLOG ? connect(Number(SYSLOG), "127.0.0.1") : null;

function traceparent(span) {
  const { traceId, spanId } = span.spanContext();
  return `00-${traceId}-${spanId}-01`;
}

async function tellDatabase(span, name) {
  await database.query(
    `INSERT INTO licences(name) VALUES ($1) /*traceparent='${traceparent(span)}'*/`, [name]);
}

function tellSyslog(span, name) {
  const { traceId, spanId } = span.spanContext();
  syslog.write(`<134>1 ${new Date().toISOString()} licences.example licences ${process.pid} applied ` +
    `[opentelemetry trace_id="${traceId}" span_id="${spanId}" trace_flags="01"] ${name} applied\n`);
}

async function answer(request, response) {
  const caller = propagation.extract(context.active(), request.headers);
  const span = tracer.startSpan("POST /licences", {
    kind: SpanKind.SERVER,
    attributes: { "http.route": "/licences", "http.request.method": request.method },
  }, caller);
  const name = "Jeanne Tremblay";
  await context.with(trace.setSpan(caller, span), async () => {
    logger.emit({ eventName: "licence.applied", severityNumber: 9, body: `${name} applied` });
    if (syslog) tellSyslog(span, name);
    if (database) await tellDatabase(span, name);
  });
  span.setAttribute("http.response.status_code", 201);
  span.setStatus({ code: SpanStatusCode.OK });
  span.end();
  response.writeHead(201, { "Content-Length": "0" });
  response.end();
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    response.writeHead(500, { "Content-Length": "0" });
    response.end();
  });
});
server.listen(0, "127.0.0.1", () => writeFileSync(READY, String(server.address().port)));

process.on("SIGTERM", async () => {
  server.close();
  server.closeAllConnections();
  await Promise.allSettled([tracing.shutdown(), logging.shutdown(), database?.end()]);
  syslog?.end();
  process.exit(0);
});
