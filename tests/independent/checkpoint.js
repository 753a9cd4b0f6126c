// Verifies a served trail with @sigstore/verify: the checkpoint's signature, and that each entry is in
// the tree that it signed. node checkpoint.js NODE_MODULES URL VERIFIER_KEY COOKIE
"use strict";

const crypto = require("node:crypto");
const path = require("node:path");

const [modules, url, verifierKey, cookie] = process.argv.slice(2);
const theirs = (name) => require(path.join(modules, "@sigstore", "verify", "dist", "tlog", name));
const { verifyCheckpoint } = theirs("checkpoint.js");
const { verifyMerkleInclusion } = theirs("merkle.js");

async function get(target) {
  const answer = await fetch(new URL(target, url), { headers: { cookie } });
  if (!answer.ok) throw new Error(`${target}: ${answer.status} ${await answer.text()}`);
  return Buffer.from(await answer.arrayBuffer());
}

function number(n) {
  const threes = [];
  for (let rest = n, last = true; last || rest > 0; rest = Math.floor(rest / 1000), last = false)
    threes.unshift((last ? "" : "x") + String(rest % 1000).padStart(3, "0"));
  return threes.join("/");
}

async function entries(size) {
  const all = [];
  for (let first = 0; first < size; first += 256) {
    const width = Math.min(256, size - first);
    let rest = await get(`/tile/entries/${number(first / 256)}${width < 256 ? `.p/${width}` : ""}`);
    for (; rest.length > 0; rest = rest.subarray(2 + rest.readUInt16BE()))
      all.push(rest.subarray(2, 2 + rest.readUInt16BE()));
  }
  return all;
}

function log() {
  const [name, id, key] = [verifierKey.split("+", 1)[0], ...verifierKey.split("+").slice(1, 2),
    Buffer.from(verifierKey.split("+").slice(2).join("+"), "base64")];
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), key.subarray(1)]);
  return {
    logID: Buffer.from(id, "hex"), baseURL: name,
    publicKey: crypto.createPublicKey({ key: der, format: "der", type: "spki" }),
  };
}

async function main() {
  const size = Number((await get("/checkpoint")).toString().split("\n")[1]);
  // Each reading of entries becomes an entry: what is checked is the tree after them.
  const leaves = await entries(size);
  const envelope = (await get("/checkpoint")).toString();
  for (const [index, leaf] of leaves.entries()) {
    const { inclusion } = JSON.parse(await get(`/api/v1/entries/${index}`));
    const entry = {
      canonicalizedBody: leaf,
      inclusionProof: {
        checkpoint: { envelope }, logIndex: String(index),
        hashes: inclusion.map((hash) => Buffer.from(hash, "base64")),
      },
    };
    verifyMerkleInclusion(entry, verifyCheckpoint(entry, [log()]));
  }
  console.log(`${leaves.length} entries hold`);
}

main().catch((problem) => {
  console.error(`${problem.code ?? "ERROR"}: ${problem.message}`);
  process.exit(1);
});
