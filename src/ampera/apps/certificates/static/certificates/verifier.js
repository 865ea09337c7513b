"use strict";
/* Checks our own certificates in the browser: nothing is sent, nothing is fetched.

   What `ampera.cores.credentials` does with a JSON-LD processor, this does for one form only, the one that we write:
   the form fixes which statement each value makes, so its canonical N-Quads can be written down directly. A file of any
   other form is `undetermined` with the code `other_form`, and the site itself has to be asked. The codes are the core's;
   tests hold the two against each other. A VC-JWT of the same words is checked too, by a key given as JWK. */
const Verifier = (() => {
  const VC2 = "https://www.w3.org/ns/credentials/v2";
  const VC1 = "https://www.w3.org/2018/credentials/v1";
  const OB3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json";
  const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
  const OB = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#";
  const SO = "https://schema.org/";
  const CRED = "https://www.w3.org/2018/credentials#";
  const STATUS = "https://www.w3.org/ns/credentials/status#";
  const SEC = "https://w3id.org/security#";
  const URI = "https://www.w3.org/2001/XMLSchema#anyURI"; // Open Badges' context writes https, W3C's writes http
  const WHEN = "http://www.w3.org/2001/XMLSchema#dateTime";

  const SKEW = 5 * 60_000; // milliseconds
  const MOST = 1_048_576; // characters of a file
  const ENTRIES = [131_072, 128 * 131_072]; // bits of a status list, least and most
  const IRI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\u0000-\u0020<>"{}|^`\\]*$/;
  const TOKEN = /^[ \t-\r]*(eyJ[\w-]*)\.([\w-]*)\.([\w-]*)[ \t-\r]*$/;
  const CLAIMS = ["iss", "jti", "sub", "nbf", "exp", "iat"];
  const YEARS = [-62_135_596_800, 253_402_300_800]; // 0001 to 9999, in seconds
  const MARKED = /^x-(relative|undefined-term):/; // how the core marks what JSON-LD would drop
  const STAMP = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

  class Fault extends Error {
    constructor(verdict, code) {
      super(code);
      Object.assign(this, { verdict, code });
    }
  }
  const altered = (code) => new Fault("altered", code);
  const undetermined = (code) => new Fault("undetermined", code);
  const otherForm = () => undetermined("other_form");

  // --- from bytes to an object, with one reading only ---

  function parse(data) {
    let text, found;
    try {
      text = typeof data === "string" ? data : new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
      if (text.length <= MOST) found = JSON.parse(text);
    } catch {
      throw undetermined("not_json");
    }
    if (text.length > MOST) throw undetermined("too_large");
    checkNames(text);
    if (!isObject(found)) throw undetermined("not_a_credential");
    return found;
  }

  /* JSON.parse lets the last of two equal names win; other readers take the first. */
  function checkNames(text) {
    const open = [];
    let naming = false;
    for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/g)) {
      const names = open.at(-1);
      if (token[0] === '"') {
        const word = JSON.parse(token);
        if (/\p{Surrogate}/u.test(word)) throw undetermined("not_json");
        if (names && naming && names.size === names.add(word).size) throw altered("name_twice");
      } else if (token === "{") open.push(new Set());
      else if (token === "[") open.push(null);
      else if (token === "}" || token === "]") open.pop();
      naming = token === "{" || (token === "," && Boolean(open.at(-1)));
    }
  }

  const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  const asList = (value) => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]);
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

  // --- the form, as shapes that write N-Quads: shape(value, lines) gives the node's name ---

  const escape = (text) => text.replace(/[\\\t\n\r"]/g, (c) => ({ "\t": "\\t", "\n": "\\n", "\r": "\\r" })[c] ?? "\\" + c);

  function iri(value) {
    if (typeof value !== "string") throw otherForm();
    if (!IRI.test(value)) throw altered("bad_reference");
    if (MARKED.test(value)) throw otherForm();
    return `<${value}>`;
  }

  const text = (predicate, datatype) => (value, about, lines) => {
    if (typeof value !== "string") throw otherForm();
    lines.add(`${about} <${predicate}> "${escape(value)}"${datatype ? `^^<${datatype}>` : ""} .\n`);
  };
  const fixed = (wanted, object, predicate) => (value, about, lines) => {
    if (!same(value, wanted)) throw otherForm();
    if (predicate) lines.add(`${about} <${predicate}> ${object} .\n`);
  };
  const ref = (predicate) => (value, about, lines) => lines.add(`${about} <${predicate}> ${iri(value)} .\n`);
  const link = (predicate, shape) => (value, about, lines) => lines.add(`${about} <${predicate}> ${shape(value, lines)} .\n`);
  const links = (predicate, shape) => (value, about, lines) => {
    if (!Array.isArray(value) || !value.length) throw otherForm();
    for (const item of value) link(predicate, shape)(item, about, lines);
  };
  const oneOrMore = (predicate, shape) => (value, about, lines) =>
    (Array.isArray(value) && value.length > 1 ? links : link)(predicate, shape)(value, about, lines);

  /* types: name → IRI. fields: name → what writes it; exactly these names, those in `optional` may be missing. */
  function node(types, fields, { optional = [], blank = false, single = false } = {}) {
    const wanted = single ? Object.keys(types)[0] : Object.keys(types);
    const allowed = [...Object.keys(fields), ...(blank ? [] : ["id"]), ...(single === null ? [] : ["type"])];
    return (value, lines) => {
      if (!isObject(value)) throw otherForm();
      const names = Object.keys(value);
      if (names.some((n) => !allowed.includes(n)) || allowed.some((n) => !names.includes(n) && !optional.includes(n))) throw otherForm();
      if (single !== null && !same(value.type, wanted)) throw otherForm();
      const about = blank ? "_:c14n0" : iri(value.id);
      for (const type of Object.values(types)) lines.add(`${about} <${TYPE}> <${type}> .\n`);
      for (const [name, write] of Object.entries(fields)) if (name in value) write(value[name], about, lines);
      return about;
    };
  }

  const NAME = text(SO + "name");
  const NARRATIVE = text(OB + "narrative");
  const PROFILE = node({ Profile: OB + "Profile" }, { name: NAME, url: text(SO + "url", URI) });
  const IDENTITY = node(
    { IdentityObject: OB + "IdentityObject" },
    {
      hashed: fixed(false, `"false"^^<https://www.w3.org/2001/XMLSchema#boolean>`, OB + "hashed"),
      identityHash: text(OB + "identityHash"),
      identityType: text(OB + "identityType"),
    },
    { blank: true, single: true },
  );
  const ALIGNMENT = node(
    { Alignment: SO + "AlignmentObject" },
    {
      targetCode: text(OB + "targetCode"),
      targetFramework: text(SO + "targetFramework"),
      targetName: text(SO + "targetName"),
      targetType: text(OB + "targetType"),
      targetUrl: text(SO + "targetUrl", URI),
    },
  );
  const DESCRIBED = node(
    { ResultDescription: OB + "ResultDescription" },
    {
      name: NAME,
      resultType: text(OB + "resultType"),
      requiredValue: text(OB + "requiredValue"),
      valueMin: text(OB + "valueMin"),
      valueMax: text(OB + "valueMax"),
    },
    { optional: ["requiredValue", "valueMin", "valueMax"] },
  );
  const ACHIEVEMENT = node(
    { Achievement: OB + "Achievement" },
    {
      achievementType: text(OB + "achievementType"),
      inLanguage: text(SO + "inLanguage"),
      name: NAME,
      description: text(SO + "description"),
      criteria: link(OB + "Criteria", node({}, { narrative: NARRATIVE }, { single: null })),
      alignment: links(OB + "alignment", ALIGNMENT),
      resultDescription: links(OB + "resultDescription", DESCRIBED),
    },
  );
  const RESULT = node({ Result: OB + "Result" }, { resultDescription: text(OB + "resultDescription", URI), value: text(SO + "value") });
  const SUBJECT = node(
    { AchievementSubject: OB + "AchievementSubject" },
    { identifier: links(OB + "identifier", IDENTITY), achievement: link(OB + "achievement", ACHIEVEMENT), result: links(OB + "result", RESULT) },
  );
  const ENTRY = node(
    { BitstringStatusListEntry: STATUS + "BitstringStatusListEntry" },
    {
      statusPurpose: text(STATUS + "statusPurpose"),
      statusListIndex: text(STATUS + "statusListIndex"),
      statusListCredential: ref(STATUS + "statusListCredential"),
    },
    { single: true },
  );
  const VALIDITY = { validFrom: text(CRED + "validFrom", WHEN), validUntil: text(CRED + "validUntil", WHEN) };
  const CERTIFICATE = node(
    { VerifiableCredential: CRED + "VerifiableCredential", OpenBadgeCredential: OB + "OpenBadgeCredential" },
    {
      "@context": fixed([VC2, OB3]),
      name: NAME,
      issuer: link(CRED + "issuer", PROFILE),
      ...VALIDITY,
      credentialSubject: link(CRED + "credentialSubject", SUBJECT),
      evidence: links(CRED + "evidence", node({ Evidence: OB + "Evidence" }, { name: NAME, narrative: NARRATIVE })),
      credentialStatus: oneOrMore(CRED + "credentialStatus", ENTRY),
    },
    { optional: ["evidence"] },
  );
  const LIST = node(
    { VerifiableCredential: CRED + "VerifiableCredential", BitstringStatusListCredential: STATUS + "BitstringStatusListCredential" },
    {
      "@context": fixed([VC2]),
      issuer: ref(CRED + "issuer"),
      ...VALIDITY,
      credentialSubject: link(
        CRED + "credentialSubject",
        node(
          { BitstringStatusList: STATUS + "BitstringStatusList" },
          { statusPurpose: text(STATUS + "statusPurpose"), encodedList: text(STATUS + "encodedList", SEC + "multibase") },
          { single: true },
        ),
      ),
    },
  );
  const PROOF = node(
    { DataIntegrityProof: SEC + "DataIntegrityProof" },
    {
      cryptosuite: text(SEC + "cryptosuite", SEC + "cryptosuiteString"),
      created: text("http://purl.org/dc/terms/created", WHEN),
      verificationMethod: ref(SEC + "verificationMethod"),
      proofPurpose: fixed("assertionMethod", `<${SEC}assertionMethod>`, SEC + "proofPurpose"),
    },
    { blank: true, single: true },
  );

  /* Lines sort by code point; JavaScript compares code units, in which what lies beyond U+FFFF comes too early. */
  function byCodePoint(a, b) {
    const shift = (unit) => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit);
    for (let n = 0; n < Math.min(a.length, b.length); n++) {
      const [x, y] = [a.charCodeAt(n), b.charCodeAt(n)];
      if (x !== y) return shift(x) - shift(y);
    }
    return a.length - b.length;
  }

  function canonical(shape, document) {
    const lines = new Set();
    shape(document, lines);
    return [...lines].sort(byCodePoint).join("");
  }

  const sha256 = async (said) => new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(said)));

  // --- keys and signatures ---

  function base58(said) {
    const letters = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let number = 0n;
    for (const letter of said) {
      if (!letters.includes(letter)) return new Uint8Array();
      number = number * 58n + BigInt(letters.indexOf(letter));
    }
    const bytes = [];
    for (; number; number >>= 8n) bytes.unshift(Number(number & 255n));
    return new Uint8Array([...Array(said.match(/^1*/)[0].length).fill(0), ...bytes]);
  }

  const multibase = (value, longest) => (typeof value === "string" && value[0] === "z" && value.length < longest ? base58(value.slice(1)) : new Uint8Array());

  function fromMultikey({ publicKeyMultibase: value }) {
    const bytes = multibase(value, 80);
    if (bytes.length !== 34 || bytes[0] !== 0xed || bytes[1] !== 1) throw undetermined("unknown_key");
    return bytes.slice(2);
  }

  /* A P-256 key that is given as JWK; one given otherwise is the site's to read. */
  function fromJwk({ publicKeyJwk: jwk, publicKeyMultibase: other }) {
    if (!isObject(jwk)) throw other ? otherForm() : undetermined("unknown_key");
    const { kty, crv, x, y } = jwk;
    if (kty !== "EC" || crv !== "P-256" || "d" in jwk) throw undetermined("unknown_key");
    return { kty, crv, x, y };
  }

  /* The issuer's key that `method` names, and the moments from which its signatures no longer count. */
  function keyOf(issuer, method, issuers, read) {
    if (issuer.startsWith("did:key:")) {
      const value = issuer.slice("did:key:".length);
      if (method !== `${issuer}#${value}`) throw altered("wrong_controller");
      return { key: read({ publicKeyMultibase: value }), ends: [] };
    }
    const document = Object.hasOwn(issuers, issuer) ? issuers[issuer] : undefined;
    if (!document) throw undetermined("issuer_unresolved");
    const found = document.verificationMethod.find((item) => item.id === method);
    if (!found || !document.assertionMethod.includes(method) || found.controller !== issuer) throw altered("wrong_controller");
    return { key: read(found), ends: [found.expires, found.revoked].filter(Boolean).map(Date.parse) };
  }

  async function holds(key, signature, message, fallback) {
    try {
      const imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
      return await crypto.subtle.verify("Ed25519", imported, signature, message);
    } catch (error) {
      if (error.name !== "NotSupportedError" && !(error instanceof TypeError)) return false; // no point of the curve
    }
    let noble;
    try {
      noble = await import(fallback);
    } catch {
      throw undetermined("old_browser");
    }
    return noble.verifyAsync(signature, message, key, { zip215: false }).catch(() => false);
  }

  async function holdsES256(key, signature, message) {
    const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
    const imported = await crypto.subtle.importKey("jwk", key, algorithm, false, ["verify"]).catch(() => {
      throw undetermined("unknown_key"); // no point of the curve
    });
    return crypto.subtle.verify(algorithm, imported, signature, message);
  }

  // --- signed in itself: a VC-JWT, whose claims say again what its credential says ---

  function tokenIn(data) {
    return (typeof data === "string" ? data : new TextDecoder("latin1").decode(data)).match(TOKEN);
  }

  /* base64url without padding, in its one spelling. */
  function unpadded(part) {
    let bytes = "";
    try {
      bytes = atob(part.replace(/-/g, "+").replace(/_/g, "/"));
    } catch {
      // then it differs from what is encoded anew
    }
    if (btoa(bytes).replace(/=+$/, "").replace(/\+/g, "-").replace(/\//g, "_") !== part) throw altered("bad_proof");
    return Uint8Array.from(bytes, (c) => c.charCodeAt(0));
  }

  function objectIn(part) {
    try {
      return parse(unpadded(part));
    } catch (fault) {
      throw fault.verdict === "altered" || fault.code === "too_large" ? fault : altered("bad_proof");
    }
  }

  /* The credential in a token, whether its claims agree with it, and what seals it. */
  function fromToken([whole, header, payload, encoded]) {
    if (whole.length > 2 * MOST) throw undetermined("too_large");
    const { alg, typ = "vc+jwt", kid, cty = "vc", ...rest } = objectIn(header);
    const plain = (word) => (typeof word === "string" ? word.toLowerCase() : "");
    if (plain(alg) === "none") throw altered("no_proof");
    const kind = plain(typ).replace(/^application\//, "");
    if (alg !== "ES256" || "crit" in rest || "b64" in rest || !["vc+jwt", "jwt"].includes(kind) || typeof kid !== "string") throw undetermined("unknown_proof");
    if (typeof cty !== "string" || Object.keys(rest).length) throw otherForm();
    const claimed = objectIn(payload);
    const document = Object.fromEntries(Object.entries(claimed).filter(([name]) => !CLAIMS.includes(name)));
    if ("proof" in document) throw undetermined("several_proofs");
    const signature = unpadded(encoded);
    const agree = (begins, ends) => {
      checkClaims(claimed, { iss: document.issuer.id, jti: document.id, sub: document.credentialSubject.id, nbf: begins, exp: ends });
      if (signature.length !== 64) throw altered("bad_proof");
    };
    const message = new TextEncoder().encode(`${header}.${payload}`);
    const seal = () => ({ method: kid, signature, created: "iat" in claimed ? Math.round(claimed.iat * 1e6) / 1e3 : null, message, read: fromJwk, fits: holdsES256 });
    return { document, agree, seal };
  }

  function checkClaims(claimed, { nbf, exp, ...said }) {
    for (const [name, value] of Object.entries({ ...said, nbf: Math.floor(nbf / 1000), exp: Math.floor(exp / 1000) })) {
      const claim = name in claimed ? claimed[name] : value;
      if ((typeof claim === "number" ? Math.floor(claim) : claim) !== value) throw altered("claims_differ");
    }
    const at = "iat" in claimed ? claimed.iat : 0;
    if (typeof at !== "number" || at < YEARS[0] || at >= YEARS[1]) throw altered("bad_date");
  }

  // --- what it is worth ---

  /* An instant in milliseconds. A moment written otherwise than we do may be a good one: the site has to be asked. */
  function moment(value) {
    const at = typeof value === "string" && STAMP.test(value) ? Date.parse(value) : NaN;
    if (Number.isNaN(at)) throw altered("bad_date");
    if (new Date(at).toISOString().replace(".000Z", "Z") !== value) throw otherForm();
    return at;
  }

  function checkProof(document) {
    const proofs = asList(document.proof);
    if (!proofs.length) throw altered("no_proof");
    if (proofs.length > 1) throw undetermined("several_proofs");
    const [proof] = proofs;
    if (!isObject(proof)) throw altered("bad_proof");
    if (proof.type !== "DataIntegrityProof" || proof.cryptosuite !== "eddsa-rdfc-2022") throw undetermined("unknown_proof");
    if (proof.proofPurpose !== "assertionMethod") throw altered("wrong_purpose");
    if (typeof proof.verificationMethod !== "string" || "@context" in proof) throw altered("bad_proof");
    const signature = multibase(proof.proofValue, 100);
    if (signature.length !== 64) throw altered("bad_proof");
    if (!("created" in proof)) throw otherForm();
    return { proof, signature, created: moment(proof.created) };
  }

  function fromJson(data) {
    const document = parse(data);
    const seal = async (quads) => {
      const { proof, signature, created } = checkProof(document);
      const { proofValue: _, ...options } = proof;
      const message = new Uint8Array([...(await sha256(canonical(PROOF, options))), ...(await sha256(quads))]);
      return { method: proof.verificationMethod, signature, created, message, read: fromMultikey, fits: holds };
    };
    return { document, agree() {}, seal };
  }

  /* The document, if it is of this shape and its issuer signed it. */
  async function sound(data, shape, at, checked) {
    const token = shape === CERTIFICATE && tokenIn(data);
    const { document, agree, seal } = token ? fromToken(token) : fromJson(data);
    if (![VC1, VC2].includes(asList(document["@context"])[0]) || !asList(document.type).includes("VerifiableCredential")) throw undetermined("not_a_credential");
    const { proof: _, ...unsigned } = document;
    const quads = canonical(shape, unsigned);
    const [begins, ends] = [moment(document.validFrom), moment(document.validUntil)];
    if (ends <= begins) throw altered("bad_date");
    agree(begins, ends);
    checked.push("form");
    const { method, signature, created, message, read, fits } = await seal(quads);
    checked.push("proof");
    const issuer = document.issuer.id ?? document.issuer;
    const { key, ends: retired } = keyOf(issuer, method, at.issuers, read);
    checked.push("key");
    if (!(await fits(key, signature, message, at.fallback))) throw altered("bad_signature");
    checked.push("signature");
    if (retired.some((end) => created === null || created >= end)) throw altered("key_ended");
    if (created > at.now + SKEW) throw undetermined("not_yet");
    return { document, issuer, begins, ends };
  }

  /* The bits of a list; gzip inside base64url inside multibase. */
  async function bitsOf(encoded) {
    if (typeof DecompressionStream === "undefined") throw undetermined("old_browser");
    let bits;
    try {
      const packed = Uint8Array.from(atob(encoded.slice(1).replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
      bits = new Uint8Array(await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
    } catch {
      throw undetermined("bad_status_list");
    }
    if (encoded[0] !== "u" || bits.length * 8 < ENTRIES[0] || bits.length * 8 > ENTRIES[1]) throw undetermined("bad_status_list");
    return bits;
  }

  async function lookedUp(entry, issuer, at) {
    const { statusPurpose: purpose, statusListIndex: place, statusListCredential: url } = entry;
    if (!["revocation", "suspension"].includes(purpose) || !/^[0-9]{1,10}$/.test(place)) throw undetermined("bad_status_entry");
    if (!Object.hasOwn(at.lists, url)) throw undetermined("status_list_missing");
    const list = await sound(at.lists[url], LIST, at, []);
    if (list.document.id !== url || list.issuer !== issuer || list.document.credentialSubject.statusPurpose !== purpose) throw undetermined("wrong_status_list");
    if (list.begins > at.now + SKEW || list.ends <= at.now) throw undetermined("stale_status_list");
    const bits = await bitsOf(list.document.credentialSubject.encodedList);
    if (Number(place) >= bits.length * 8) throw undetermined("bad_status_entry");
    return { purpose, marked: Boolean(bits[place >> 3] & (0x80 >> (place & 7))), dated: list.begins };
  }

  /* Beside a list of revocations stands one of suspensions, with the same places: a badge may name one list only. */
  function withSuspensions(entries, at) {
    const beside = entries
      .filter((entry) => entry.statusPurpose === "revocation")
      .map((entry) => ({ ...entry, statusPurpose: "suspension", statusListCredential: `${entry.statusListCredential}/suspensions` }))
      .filter((entry) => Object.hasOwn(at.lists, entry.statusListCredential));
    return [...entries, ...beside];
  }

  async function standing({ document, issuer, begins, ends }, at, course) {
    const marks = new Set();
    let gap = null;
    for (const entry of withSuspensions(asList(document.credentialStatus), at)) {
      try {
        const { purpose, marked, dated } = await lookedUp(entry, issuer, at);
        if (marked) marks.add(purpose);
        course.asOf = Math.min(course.asOf ?? dated, dated);
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        gap ??= undetermined(fault.code);
      }
    }
    if (!gap) course.checked.push("status");
    if (marks.has("revocation")) return ["revoked", "revoked"];
    if (marks.has("suspension")) return ["suspended", "suspended"];
    if (ends <= at.now) return ["expired", "expired"];
    if (begins > at.now + SKEW) throw undetermined("not_yet");
    course.checked.push("dates");
    const sample = (issuer.startsWith("did:web:") && issuer.split(":").at(-1) === "contoh") || document.name.includes("CONTOH");
    if (sample) return ["foreign", "sample"];
    if (!at.trusted.includes(issuer)) return ["foreign", "issuer_unknown"];
    course.checked.push("issuer");
    if (gap) throw gap;
    return ["valid", "valid"];
  }

  /* What it says, to be shown. RDF keeps no order, so neither does the signature: the parts must stand where they belong. */
  function shown(document) {
    const { identifier, achievement, result } = document.credentialSubject;
    const parts = ["level", "ability", "error"].map((part) => `${document.id}#${part}`);
    if (identifier.length !== 1 || !same(result.map((r) => r.id), parts)) return null;
    return {
      name: identifier[0].identityHash,
      title: document.name,
      description: achievement.description,
      level: result[0].value,
      issuer: document.issuer.name,
      issued: document.validFrom,
      until: document.validUntil,
    };
  }

  /* Judge a certificate's file (bytes or text). at: now (ms), issuers (DID → document), lists (URL → signed text),
     trusted (DIDs), fallback (address of an Ed25519 for browsers that have none). Gives verdict, code, asOf (ms or null),
     checked, and shown, if one of those issuers signed it. */
  async function verify(data, at) {
    const course = { checked: [], asOf: null };
    let found = null;
    const ends = (verdict, code) => ({ verdict, code, ...course, shown: found && Object.hasOwn(at.issuers, found.issuer) ? shown(found.document) : null });
    try {
      if (!globalThis.crypto?.subtle) throw undetermined("old_browser");
      found = await sound(data, CERTIFICATE, at, course.checked);
      return ends(...(await standing(found, at, course)));
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      return ends(fault.verdict, fault.code);
    }
  }

  return { verify };
})();
