// Check a draw of seats by drawing it again. One file, plain JavaScript, no library: in a Web Worker of the page
// "periksa", or under node: node -e 'console.log(require("./ampera_verify.js").check(fs.readFileSync("BUNDLE.zip")))'
//
// Written from docs/methods/allocation.md, section by section; it shares no code with the program that draws. The way
// through is `check`, at the bottom. What a verifier finds is data, { what, file, where, have, want }; the page words it.
"use strict";

const CODE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const NUMBER = /^(0|[1-9][0-9]{0,8})$/;
const UNLISTED = 1e9; // the tier of a pair that priorities.csv doesn't list: after every other
const INPUTS = ["rule.toml", "blocks.csv", "priorities.csv", "applicants.csv", "beacon.toml"];

class Unreadable extends Error {} // no bundle, or one that this file can't read: no verdict
class Differs extends Error {     // the first thing that is not as it should be
  constructor(difference) { super(JSON.stringify(difference)); this.difference = difference; }
}
const differs = (what, file, where = "", have = "", want = "") => { throw new Differs({ what, file, where, have, want }); };
const demand = (holds, file, where, have = "") => { if (!holds) differs("format", file, where, have); };
const unreadable = (why) => { throw new Unreadable(why); };

// --- SHA-256 (FIPS 180-4), synchronous: promises would cost more than the hashing itself --------------------------

const K = new Int32Array(64), START = new Int32Array(8);
for (let n = 2, i = 0; i < 64; n++) { // the first 64 primes: fractional bits of their cube and square roots
  let prime = true;
  for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
  if (!prime) continue;
  if (i < 8) START[i] = (Math.sqrt(n) % 1) * 2 ** 32;
  K[i++] = (Math.cbrt(n) % 1) * 2 ** 32;
}
const STATE = new Int32Array(8), W = new Int32Array(64), TAIL = new Uint8Array(128);

function block(bytes, at) {
  for (let t = 0; t < 16; t++, at += 4) {
    W[t] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }
  for (let t = 16; t < 64; t++) {
    const x = W[t - 15], y = W[t - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    W[t] = (W[t - 16] + s0 + W[t - 7] + s1) | 0;
  }
  let a = STATE[0], b = STATE[1], c = STATE[2], d = STATE[3], e = STATE[4], f = STATE[5], g = STATE[6], h = STATE[7];
  for (let t = 0; t < 64; t++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[t] + W[t]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  STATE[0] += a; STATE[1] += b; STATE[2] += c; STATE[3] += d; STATE[4] += e; STATE[5] += f; STATE[6] += g; STATE[7] += h;
}

/** Hash the first `length` bytes; the digest's eight words are left in STATE. */
function sha256(bytes, length) {
  STATE.set(START);
  let at = 0;
  for (; at + 64 <= length; at += 64) block(bytes, at);
  const rest = length - at, end = rest < 56 ? 64 : 128;
  TAIL.fill(0);
  TAIL.set(bytes.subarray(at, length));
  TAIL[rest] = 0x80;
  new DataView(TAIL.buffer).setUint32(end - 8, Math.floor(length / 2 ** 29));
  new DataView(TAIL.buffer).setUint32(end - 4, length << 3);
  block(TAIL, 0);
  if (end === 128) block(TAIL, 64);
}

const hex = (words, at = 0) => {
  let text = "";
  for (let i = 0; i < 8; i++) text += (words[at + i] >>> 0).toString(16).padStart(8, "0");
  return text;
};
const hashOf = (bytes) => (sha256(bytes, bytes.length), hex(STATE));
const encoder = new TextEncoder();

/** A message that is put together in one buffer, again and again. */
class Message {
  constructor() { this.bytes = new Uint8Array(1 << 16); this.length = 0; }
  start(byte) { this.bytes[0] = byte; this.length = 1; return this; }
  words(words, at = 0) {
    for (let i = 0; i < 8; i++) {
      const w = words[at + i];
      this.bytes[this.length++] = w >>> 24; this.bytes[this.length++] = w >>> 16;
      this.bytes[this.length++] = w >>> 8; this.bytes[this.length++] = w;
    }
    return this;
  }
  text(ascii) {
    while (this.length + ascii.length > this.bytes.length) {
      const larger = new Uint8Array(2 * this.bytes.length);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    for (let i = 0; i < ascii.length; i++) this.bytes[this.length++] = ascii.charCodeAt(i);
    return this;
  }
  hash() { sha256(this.bytes, this.length); return STATE; }
}
const MESSAGE = new Message();

// --- The zip: stored entries only -----------------------------------------------------------------------------------

const CRC = Int32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});
const crc32 = (bytes) => {
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) crc = CRC[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
};

function unzip(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), files = new Map();
  const u16 = (at) => view.getUint16(at, true), u32 = (at) => view.getUint32(at, true);
  const name = (at, length) => new TextDecoder().decode(bytes.subarray(at, at + length));
  try {
    let end = bytes.length - 22;
    while (end >= 0 && u32(end) !== 0x06054b50) end--;
    if (end < 0) unreadable("no end of a zip");
    for (let left = u16(end + 10), at = u32(end + 16); left > 0; left--) {
      if (u32(at) !== 0x02014b50) unreadable("a damaged directory");
      const size = u32(at + 24), local = u32(at + 42), named = name(at + 46, u16(at + 28));
      if (u16(at + 10) !== 0 || u16(at + 8) & 1 || u32(at + 20) !== size) unreadable("compressed or encrypted entries");
      if (u32(local) !== 0x04034b50 || name(local + 30, u16(local + 26)) !== named) unreadable("a damaged entry");
      const start = local + 30 + u16(local + 26) + u16(local + 28);
      if (start + size > bytes.length) unreadable("a cut-off entry");
      if (files.has(named)) unreadable("two files of one name");
      files.set(named, bytes.subarray(start, start + size));
      if (crc32(files.get(named)) !== u32(at + 16)) unreadable(`a damaged file, ${named}`);
      at += 46 + u16(at + 28) + u16(at + 30) + u16(at + 32);
    }
  } catch (error) {
    if (error instanceof RangeError) unreadable("a damaged zip");
    throw error;
  }
  return files;
}

function textOf(files, name) {
  if (!files.has(name)) differs("missing", name);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(files.get(name));
  } catch { return differs("format", name, "", "UTF-8"); }
}

// --- The rule: TOML as rules are written (strings, whole numbers, lists, tables); anything rarer is refused ----------

function toml(text) {
  let at = 0;
  const root = Object.create(null);
  const no = () => unreadable(`TOML that this page doesn't read, near ${JSON.stringify(text.slice(at, at + 30))}`);
  const take = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at = pattern.lastIndex;
    return found;
  };
  const blank = () => take(/(?:[ \t\r\n]|#[^\n]*)*/y), space = () => take(/[ \t]*/y);
  const ESCAPES = { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r", '"': '"', "\\": "\\" };
  const string = () => {
    let found = take(/'([^'\n]*)'(?!')/y);
    if (found) return found[1];
    found = take(/"((?:[^"\\\n]|\\(?:[btnfr"\\]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}))*)"(?!")/y);
    if (!found) return no();
    return found[1].replace(/\\(?:u(.{4})|U(.{8})|(.))/g, (_, u, U, c) => c ? ESCAPES[c] : String.fromCodePoint(parseInt(u || U, 16)));
  };
  const value = () => {
    if (text[at] === '"' || text[at] === "'") return string();
    if (take(/\[/y)) {
      const list = [];
      for (blank(); !take(/\]/y); blank()) {
        list.push(value());
        blank();
        if (!take(/,/y) && text[at] !== "]") no();
      }
      return list;
    }
    const found = take(/(true|false)|[+-]?(?:0|[1-9][0-9]*)(?=[\s,\]#]|$)/y) || no();
    return found[1] ? found[1] === "true" : Number(found[0]);
  };
  const key = () => (take(/[A-Za-z0-9_-]+/y) || [string()])[0];
  let table = root;
  for (blank(); at < text.length; blank()) {
    const header = take(/\[[ \t]*/y), name = key();
    space();
    if (name in (header ? root : table)) no();
    if (header) {
      table = root[name] = Object.create(null);
      take(/\]/y) || no();
    } else {
      take(/=/y) || no();
      space();
      table[name] = value();
    }
    space();
    take(/(?:#[^\n]*)?(?:\r?\n|$)/y) || no();
  }
  return root;
}

const isText = (v) => typeof v === "string";
const isCount = (v, least) => Number.isSafeInteger(v) && v >= least;
const areNames = (v, least) => Array.isArray(v) && v.length >= least && v.every((x) => isText(x) && x.trim()) && new Set(v).size === v.length;
const FIELDS = { dice: ["dice", "witnesses"], drand: ["round"], rfc3797: ["sources"] };

function readRule(files) {
  const rule = toml(textOf(files, "rule.toml"));
  const asked = (key, holds) => demand(holds, "rule.toml", key, JSON.stringify(rule[key]) ?? "");
  asked("tie_break", ["single", "per-class"].includes(rule.tie_break));
  asked("reversion", ["open", "none"].includes(rule.reversion));
  asked("horizon", isText(rule.horizon) && /^[1-9][0-9]{0,3}(\.[0-9]{1,6})?$/.test(rule.horizon));
  asked("beacon", "beacon" in rule !== "seed" in rule);
  for (const key in rule) asked(key, ["tie_break", "reversion", "horizon", "beacon", "seed", "about"].includes(key));
  if ("seed" in rule) {
    asked("seed", isText(rule.seed) && /^[0-9a-f]{64}$/.test(rule.seed));
    return rule;
  }
  const b = rule.beacon;
  asked("beacon", typeof b === "object" && Object.hasOwn(FIELDS, b.kind) && isText(b.outage) && b.outage.trim() && isText(b.when ?? ""));
  for (const key in b) asked("beacon", ["kind", "outage", "when", ...FIELDS[b.kind]].includes(key));
  if (b.kind === "dice") asked("beacon", isCount(b.dice, 10) && areNames(b.witnesses, 2));
  if (b.kind === "drand") asked("beacon", isCount(b.round, 1));
  if (b.kind === "rfc3797") asked("beacon", areNames(b.sources, 1));
  return rule;
}

// --- The list: blocks, applicants, priorities, and the rows under the root -------------------------------------------

/** Calls `each(field, row number)` for every row of a CSV file; `field(column)` is empty for a column that isn't there. */
function table(files, name, must, may, each) {
  const lines = textOf(files, name).replace(/^\ufeff/, "").split("\n");
  if (lines[lines.length - 1] === "") lines.pop();
  const head = (lines[0] ?? "").replace(/\r$/, "").split(",");
  const fits = must.every((c) => head.includes(c)) && head.every((c) => must.includes(c) || may.includes(c));
  demand(fits && new Set(head).size === head.length, name, 1, lines[0]);
  const place = Object.fromEntries(head.map((column, i) => [column, i]));
  for (let row = 1; row < lines.length; row++) {
    const fields = lines[row].replace(/\r$/, "").split(",");
    demand(fields.length === head.length, name, row + 1, lines[row]);
    each((column) => fields[place[column]] ?? "", row + 1, lines[row]);
  }
}

/** The problem in arrays. Applicants are numbered in the file's order; a "choice" is one applicant at one ranked class:
 *  those of applicant i are first[i] … first[i + 1] − 1, best first. */
function readProblem(files) {
  const p = { rule: readRule(files), blocks: [], classes: [], receipts: [], households: [], kind: [], kinds: [] };
  const rows = { block: [], priority: [], applicant: [] };
  const byClass = new Map();
  let name = "blocks.csv";
  table(files, name, ["class", "block", "seats", "group", "order"], ["cap_group", "cap"], (field, row, line) => {
    const b = { klass: field("class"), name: field("block"), group: field("group"), capGroup: field("cap_group") };
    const numbers = ["seats", "order", ...(field("cap") ? ["cap"] : [])].map(field);
    demand([b.klass, b.name].every((c) => CODE.test(c)) && [b.group, b.capGroup].every((c) => !c || CODE.test(c)), name, row, line);
    demand(numbers.every((n) => NUMBER.test(n)) && numbers[1] !== "0" && !b.capGroup === !field("cap"), name, row, line);
    [b.seats, b.order, b.cap = null] = numbers.map(Number);
    const others = byClass.get(b.klass) ?? [];
    demand(others.every((o) => o.name !== b.name && o.order !== b.order), name, row, line);
    byClass.set(b.klass, [...others, b]);
    rows.block.push(["block", b.klass, b.name, b.seats, b.group, b.order, b.capGroup, b.cap ?? ""].join());
  });
  p.classes = [...byClass.keys()].sort();
  p.blocks = p.classes.map((klass) => byClass.get(klass).sort((a, b) => a.order - b.order));
  const classNumber = new Map(p.classes.map((klass, c) => [klass, c])), number = new Map(), kindOf = new Map();

  const first = [0], klass = [];
  name = "applicants.csv";
  table(files, name, ["receipt", "groups", "ranking"], ["household"], (field, row, line) => {
    const receipt = field("receipt"), household = field("household"), groups = field("groups"), ranking = field("ranking");
    demand(CODE.test(receipt) && (!household || CODE.test(household)) && !number.has(receipt), name, row, line);
    if (!kindOf.has(groups)) { // applicants with the same groups share a kind
      const list = groups ? groups.split(";").sort() : [];
      demand(list.every((g) => CODE.test(g)) && new Set(list).size === list.length, name, row, line);
      kindOf.set(groups, p.kinds.push(list) - 1);
    }
    const classes = ranking ? ranking.split(";") : [];
    demand(classes.every((k) => classNumber.has(k)) && new Set(classes).size === classes.length, name, row, line);
    number.set(receipt, p.receipts.push(receipt) - 1);
    p.households.push(household);
    p.kind.push(kindOf.get(groups));
    for (const k of classes) klass.push(classNumber.get(k));
    first.push(klass.length);
    rows.applicant.push(`applicant,${receipt},${p.kinds[kindOf.get(groups)].join(";")},${ranking},${household}`);
  });
  p.first = Int32Array.from(first);
  p.klass = Int32Array.from(klass);

  const tiers = new Map();
  name = "priorities.csv";
  if (files.has(name)) {
    table(files, name, ["class", "receipt", "tier"], [], (field, row, line) => {
      const pair = `${field("class")},${field("receipt")}`, tier = field("tier");
      demand(classNumber.has(field("class")) && number.has(field("receipt")) && !tiers.has(pair), name, row, line);
      demand(NUMBER.test(tier) && tier !== "0", name, row, line);
      tiers.set(pair, Number(tier));
      rows.priority.push(`priority,${pair},${tier}`);
    });
  }
  p.owner = new Int32Array(p.klass.length);
  for (let i = 0; i < p.receipts.length; i++) p.owner.fill(i, p.first[i], p.first[i + 1]);
  p.tier = Float64Array.from(p.klass, (c, choice) => tiers.get(`${p.classes[c]},${p.receipts[p.owner[choice]]}`) ?? UNLISTED);
  p.rows = [...rows.block.sort(), ...rows.priority.sort(), ...rows.applicant.sort()];
  return p;
}

/** The root: RFC 6962 over the bytes of rule.toml and the rows. Eight words. */
function rootOf(rule, rows, progress) {
  let level = new Int32Array(8 * (rows.length + 1));
  const leaf = new Uint8Array(rule.length + 1);
  leaf.set(rule, 1);
  sha256(leaf, leaf.length);
  level.set(STATE);
  rows.forEach((row, i) => {
    level.set(MESSAGE.start(0).text(row).hash(), 8 * (i + 1));
    if (i % 20000 === 0) progress(i / rows.length / 2);
  });
  for (let size = rows.length + 1; size > 1; size = (size + 1) >> 1) {
    for (let i = 0; i + 1 < size; i += 2) {
      level.set(MESSAGE.start(1).words(level, 8 * i).words(level, 8 * i + 8).hash(), 4 * i);
    }
    if (size % 2) level.copyWithin(4 * (size - 1), 8 * (size - 1), 8 * size); // left over: goes up alone
  }
  return level.slice(0, 8);
}

// --- Beacon and tickets ---------------------------------------------------------------------------------------------

/** The one spelling of a beacon's value; null if it can't be one of the beacon that the rule names. */
function canonical(rule, value) {
  if ("seed" in rule) return value === "" || value === rule.seed ? rule.seed : null;
  const b = rule.beacon;
  if (b.kind === "dice") {
    const faces = value.replace(/[\s,-]/g, "");
    return /^[1-6]+$/.test(faces) && faces.length === b.dice ? faces : null;
  }
  const text = value.trim();
  if (b.kind === "drand") return /^[0-9a-f]{96}$/.test(text.toLowerCase()) ? text.toLowerCase() : null;
  if (!/^(([0-9]+\.)+\/)+$/.test(text)) return null;
  const sources = text.split("/").slice(0, -1).map((source) => source.split(".").slice(0, -1).map(BigInt));
  if (sources.length !== b.sources.length) return null;
  return sources.map((numbers) => numbers.sort((x, y) => (x < y ? -1 : x > y ? 1 : 0)).map((n) => `${n}.`).join("") + "/").join("");
}

const randomness = (signature) => hashOf(Uint8Array.from(signature.match(/../g), (pair) => parseInt(pair, 16)));

/** Tickets, eight words each: of every applicant, or with per-class tickets of every choice. And the rank of each. */
function ticketsOf(p, root, value, progress) {
  const material = p.rule.beacon?.kind === "drand" ? randomness(value) : value;
  const start = () => { MESSAGE.length = 0; return MESSAGE; };
  const key = Int32Array.from(start().text("ampera-draw-1\0").words(root).text(material).hash());
  const single = p.rule.tie_break === "single";
  const keys = single ? [key] : p.classes.map((k) => Int32Array.from(start().words(key).text(`c${k}`).hash()));
  const count = single ? p.receipts.length : p.klass.length;
  const words = new Uint32Array(8 * count), rank = new Float64Array(count);
  for (let t = 0; t < count; t++) {
    const i = single ? t : p.owner[t], own = single ? key : keys[p.klass[t]];
    words.set(start().words(own).text(`r${p.receipts[i]}`).hash(), 8 * t);
    if (p.households[i]) words.set(start().words(own).text(`h${p.households[i]}`).hash().subarray(0, 4), 8 * t);
    if (t % 20000 === 0) progress(t / count);
  }
  const order = Uint32Array.from({ length: count }, (_, t) => t).sort((s, t) => {
    for (let w = 0; w < 8; w++) {
      const difference = words[8 * s + w] - words[8 * t + w];
      if (difference) return difference;
    }
    return 0;
  });
  order.forEach((t, place) => { rank[t] = place; }); // over all classes: within one, the order is the same
  return { words, rank, of: (choice) => (single ? p.owner[choice] : choice) };
}

// --- Matching: deferred acceptance, round by round ---------------------------------------------------------------------

const stretched = (count, k) => {
  const [whole, decimals = ""] = k.split("."), scale = 10n ** BigInt(decimals.length);
  return Number((BigInt(count) * BigInt(whole + decimals) + scale - 1n) / scale);
};

/** For every block, which kinds of applicants it is for, and which its cap counts. */
function eligibility(p) {
  for (const b of p.blocks.flat()) {
    b.members = p.kinds.map((groups) => !b.group || groups.includes(b.group));
    b.counted = p.kinds.map((groups) => b.cap !== null && groups.includes(b.capGroup));
  }
}

/** Whom a class takes of those who ask (choices, by place), into which block (choice → block number). */
function choose(p, blocks, asking, seats, caps) {
  const taken = new Map();
  let left = asking;
  blocks.forEach((b, n) => {
    let free = seats[n], room = caps[n];
    const passes = p.rule.reversion === "open" && b.group ? [true, false] : [true];
    for (const members of passes) { // members first, then, if seats revert, the others
      for (const choice of left) {
        if (!free) break;
        const kind = p.kind[p.owner[choice]];
        if (b.members[kind] !== members || (b.counted[kind] && !room)) continue;
        if (b.counted[kind]) room--;
        free--;
        taken.set(choice, n);
      }
    }
    if (n + 1 < blocks.length) left = left.filter((choice) => !taken.has(choice));
  });
  return taken;
}

/** Choice and block that each class holds in the end: one Map a class. k: seats and caps times this, rounded up. */
function match(p, place, k) {
  const seats = p.blocks.map((blocks) => blocks.map((b) => stretched(b.seats, k)));
  const caps = p.blocks.map((blocks) => blocks.map((b) => (b.cap === null ? 0 : stretched(b.cap, k))));
  const held = p.classes.map(() => new Map()), next = p.first.slice(0, -1);
  let refused = Array.from(next.keys());
  while (refused.length) {
    const asking = new Map();
    for (const i of refused) {
      if (next[i] === p.first[i + 1]) continue; // the list is at its end
      const c = p.klass[next[i]];
      if (!asking.has(c)) asking.set(c, []);
      asking.get(c).push(next[i]++);
    }
    refused = [];
    for (const [c, fresh] of asking) {
      const all = [...held[c].keys(), ...fresh].sort((x, y) => place[x] - place[y]);
      held[c] = choose(p, p.blocks[c], all, seats[c], caps[c]);
      for (const choice of all) if (!held[c].has(choice)) refused.push(p.owner[choice]);
    }
  }
  return held;
}

// --- What the draw must have written --------------------------------------------------------------------------------

/** The lines of the files that a draw makes, as the format has them. */
function made(p, tickets, place, held, inside) {
  const n = p.receipts.length, single = p.rule.tie_break === "single";
  const ticket = (choice) => hex(tickets.words, 8 * tickets.of(choice));
  const byReceipt = Array.from({ length: n }, (_, i) => i).sort((i, j) => (p.receipts[i] < p.receipts[j] ? -1 : 1));
  const seat = new Array(n).fill(",,");
  held.forEach((taken, c) => taken.forEach((b, choice) => {
    const i = p.owner[choice];
    seat[i] = `${p.classes[c]},${p.blocks[c][b].name},${choice - p.first[i] + 1}`;
  }));
  const files = { "assignments.csv": ["receipt,class,block,rank,ticket"], "calls.csv": ["receipt,class,order"],
    "cutoffs.csv": ["class,block,for,tier,ticket,filled,seats"] };
  for (const i of byReceipt) files["assignments.csv"].push(`${p.receipts[i]},${seat[i]},${single ? hex(tickets.words, 8 * i) : ""}`);
  if (!single) {
    files["tickets.csv"] = ["receipt,class,ticket"];
    for (const i of byReceipt) {
      const choices = Array.from(p.klass.subarray(p.first[i], p.first[i + 1]), (c, j) => [c, p.first[i] + j]);
      choices.sort((x, y) => x[0] - y[0]);
      for (const [c, choice] of choices) files["tickets.csv"].push(`${p.receipts[i]},${p.classes[c]},${ticket(choice)}`);
    }
  }
  const queues = p.classes.map(() => []);
  for (const i of inside) for (let j = p.first[i]; j < p.first[i + 1]; j++) queues[p.klass[j]].push(j);
  queues.forEach((queue, c) => queue.sort((x, y) => place[x] - place[y]).forEach((choice, at) => {
    files["calls.csv"].push(`${p.receipts[p.owner[choice]]},${p.classes[c]},${at + 1}`);
  }));
  p.classes.forEach((klass, c) => p.blocks[c].forEach((b, number) => {
    const holding = [...held[c].keys()].filter((choice) => held[c].get(choice) === number);
    const kind = (choice) => p.kind[p.owner[choice]];
    const members = holding.filter((choice) => b.members[kind(choice)]), others = holding.filter((choice) => !b.members[kind(choice)]);
    const row = (what, those, seats) => { // `those` with members before others; the last of them by place is the last one in
      const last = those.length === seats && seats ? those[those.length - 1] : undefined;
      const tier = last === undefined || p.tier[last] === UNLISTED ? "" : p.tier[last];
      files["cutoffs.csv"].push([klass, b.name, what, tier, last === undefined ? "" : ticket(last), those.length, seats].join());
    };
    for (const those of [members, others]) those.sort((x, y) => place[x] - place[y]);
    row("group", members, b.seats);
    if (b.group && p.rule.reversion === "open" && b.members.includes(false)) row("other", others, b.seats - members.length);
    if (b.cap !== null) row("capped", [...members, ...others].filter((choice) => b.counted[kind(choice)]), Math.min(b.cap, b.seats));
  }));
  return files;
}

function compareFile(files, name, want) {
  const have = textOf(files, name).split("\n");
  for (let row = 0; row <= want.length; row++) {
    const right = want[row] ?? ""; // after the last line end comes nothing
    if (have[row] !== right) differs("row", name, row + 1, have[row] ?? "", right);
  }
  if (have.length > want.length + 1) differs("row", name, want.length + 2, have[want.length + 1], "");
}

function compareFacts(where, have, want) {
  const isTable = (v) => typeof v === "object" && v !== null && !Array.isArray(v);
  if (isTable(have) && isTable(want)) {
    for (const key of [...new Set([...Object.keys(have), ...Object.keys(want)])].sort()) {
      if (where || key !== "ampera") compareFacts(`${where} ${key}`.trim(), Object.hasOwn(have, key) ? have[key] : undefined, want[key]);
    }
  } else if (have !== want) differs("fact", "manifest.json", where, JSON.stringify(have) ?? "", JSON.stringify(want) ?? "");
}

// --- The check -------------------------------------------------------------------------------------------------------

/** Draw again from a bundle's own problem and compare.
 *
 * bytes: Uint8Array of the zip. root, beacon: as published, "" if not known. progress: called with a share of the work.
 * Gives { verdict: "agrees" | "differs" | "unreadable", difference, why, root, beacon, counts, unchecked }; unchecked is
 * a list of "root", "short", "beacon", "seed", "bls".
 */
function check(bytes, { root = "", beacon = "", progress = () => {} } = {}) {
  const result = { verdict: "agrees", unchecked: [] };
  try {
    compare(unzip(bytes), root.replace(/\s/g, "").toLowerCase(), beacon, result, progress);
  } catch (error) {
    if (error instanceof Differs) Object.assign(result, { verdict: "differs", difference: error.difference });
    else if (error instanceof Unreadable) Object.assign(result, { verdict: "unreadable", why: error.message });
    else throw error;
  }
  progress(1);
  return result;
}

function compare(files, root, beacon, result, progress) {
  const p = readProblem(files), { rule } = p;
  progress(0.15);
  const top = rootOf(files.get("rule.toml"), p.rows, (share) => progress(0.15 + 0.2 * share));
  result.root = hex(top);
  if (!root) result.unchecked.push("root");
  else if (root.length < 16 || !result.root.startsWith(root)) differs("root", "", "", root, result.root);
  else if (root.length < 64) result.unchecked.push("short"); // newspapers print the first 16 digits

  let given = "";
  if ("beacon" in rule) {
    const table = toml(textOf(files, "beacon.toml"));
    demand(Object.keys(table).join() === "value" && isText(table.value), "beacon.toml", "value");
    given = table.value;
  }
  const value = canonical(rule, given);
  demand(value !== null, "beacon.toml", "value", given);
  result.beacon = value;
  if (beacon) { if (canonical(rule, beacon) !== value) differs("beacon", "", "", beacon, value); }
  else if ("beacon" in rule) result.unchecked.push("beacon");
  if ("seed" in rule) result.unchecked.push("seed");
  if (rule.beacon?.kind === "drand") Object.assign(result, { round: rule.beacon.round, randomness: randomness(value) }).unchecked.push("bls");

  progress(0.35);
  const tickets = ticketsOf(p, top, value, (share) => progress(0.35 + 0.2 * share));
  const level = new Map([...new Set(p.tier)].sort((x, y) => x - y).map((tier, i) => [tier, i]));
  const place = p.tier.map((tier, choice) => level.get(tier) * tickets.rank.length + tickets.rank[tickets.of(choice)]);
  eligibility(p);
  progress(0.6);
  const held = match(p, place, "1");
  progress(0.65);
  const inside = match(p, place, rule.horizon).flatMap((taken) => Array.from(taken.keys(), (choice) => p.owner[choice]));
  progress(0.7);
  const expected = made(p, tickets, place, held, inside);
  progress(0.85);
  for (const name in expected) compareFile(files, name, expected[name]);

  const known = new Set([...INPUTS, ...Object.keys(expected), "manifest.json"]);
  if ("seed" in rule) known.delete("beacon.toml");
  for (const name of files.keys()) if (!known.has(name)) differs("foreign", name);
  const hashes = {};
  for (const [name, data] of files) if (name !== "manifest.json") hashes[name] = hashOf(data);
  let facts;
  try { facts = JSON.parse(textOf(files, "manifest.json")); } catch (error) {
    if (error instanceof Differs) throw error;
    differs("format", "manifest.json");
  }
  const seated = held.reduce((sum, taken) => sum + taken.size, 0);
  result.counts = { applicants: p.receipts.length, seated, inside: inside.length };
  compareFacts("", facts, {
    format: "ampera-draw/1", root: result.root, beacon: { kind: rule.beacon?.kind ?? "seed", value },
    rule: { tie_break: rule.tie_break, reversion: rule.reversion, horizon: rule.horizon },
    counts: result.counts, files: hashes,
  });
}

if (typeof WorkerGlobalScope !== "undefined" && self instanceof WorkerGlobalScope) {
  self.onmessage = ({ data: { bytes, root, beacon } }) => {
    let shown = 0;
    const progress = (share) => { if (share >= shown + 0.01) self.postMessage({ progress: shown = share }); };
    self.postMessage({ result: check(bytes, { root, beacon, progress }) });
  };
}
if (typeof module !== "undefined") module.exports = { check, hashOf };
if (typeof require === "function" && require.main === module) {
  const [path, root, beacon] = process.argv.slice(2); // node ampera_verify.js BUNDLE.zip [ROOT [BEACON]]
  const result = path ? check(new Uint8Array(require("fs").readFileSync(path)), { root, beacon }) : { verdict: "unreadable", why: "usage: node ampera_verify.js BUNDLE.zip [ROOT [BEACON]]" };
  console.log(JSON.stringify(result, null, 2));
  process.exitCode = { agrees: 0, differs: 1, unreadable: 2 }[result.verdict];
}
