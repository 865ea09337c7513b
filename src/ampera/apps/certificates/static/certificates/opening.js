"use strict";
/* From whatever carries a certificate to its JSON, without a network: a PDF, a QR code's text, a picture of one.

   What `cores.credentials.opening` and `carrier` do, with their codes; what comes out goes through `Verifier` like any
   other file, so nothing here is trusted. Templates arrive as [text, {number of a piece: another piece}, …]: most differ
   from the first of their kind in a few dates. */
const Opening = (() => {
  const FORMAT = 1n;
  const DIGITS = 1500;
  const HEAD = [10n, 2n ** 48n, 2n ** 128n];
  const BODY = [2n ** 128n, 2n ** 512n, 9n, 2n, 10_001n, 10_001n];
  const PLACES = 128n * 131_072n;
  const SMALL = "abcdefghijklmnopqrstuvwxyz '.,-";
  const capitals = (text) => text.replace(/(?:^|(?<=[ .,-]))[a-z]/g, (letter) => letter.toUpperCase());
  const STYLES = [
    [SMALL, capitals],
    [SMALL, (text) => text.toUpperCase()],
    [`${SMALL}ABCDEFGHIJKLMNOPQRSTUVWXYZ`, (text) => text],
  ];

  class Closed extends Error {
    constructor(code, verdict = "undetermined") {
      super(code);
      Object.assign(this, { code, verdict });
    }
  }

  const isCode = (text) => /^https?:\/\/[^/\s]+\/q\/[0-9]+$/i.test(text) && text.match(/[0-9]+$/)[0].length <= DIGITS;

  // --- a QR code's digits: one number in mixed radix ---

  function taken(number, radices) {
    const values = [];
    for (const radix of radices) {
      values.push(number % radix);
      number /= radix;
    }
    return [values, number];
  }

  function places(number, radix) {
    const found = [];
    for (; number; number = (number - 1n) / radix) found.unshift(Number((number - 1n) % radix));
    return found;
  }

  function nameOf(style, number) {
    if (style === STYLES.length) return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(new Uint8Array(places(number, 256n)));
    const [letters, spelled] = STYLES[style];
    return spelled(places(number, BigInt(letters.length)).map((place) => letters[place]).join(""));
  }

  /* The first style that gives back exactly this name: a name is written in one way only. */
  function styleOf(name) {
    const found = STYLES.findIndex(([letters, spelled]) => {
      const plain = letters === SMALL ? name.toLowerCase() : name;
      return [...plain].every((letter) => letters.includes(letter)) && spelled(plain) === name;
    });
    return found < 0 ? STYLES.length : found;
  }

  const hex = (number, digits) => number.toString(16).padStart(digits, "0");
  const uuid = (number) => hex(number, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  const decimal = (hundredths) => `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, "0")}`;

  function base58(number, bytes) {
    const letters = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    const zeros = hex(number, 2 * bytes).match(/^(?:00)*/)[0].length / 2;
    let text = "";
    for (; number; number /= 58n) text = letters[number % 58n] + text;
    return "1".repeat(zeros) + text;
  }

  async function idOf(text) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
    return Array.from(digest.slice(0, 6), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async function templateOf(id, templates) {
    for (const [text, ...others] of templates) {
      const pieces = text.split(',"');
      for (const changes of [{}, ...others]) {
        const one = pieces.map((piece, n) => changes[n] ?? piece).join(',"');
        if ((await idOf(one)) === id) return one;
      }
    }
    throw new Closed("template_missing");
  }

  async function rebuilt(said, templates) {
    const number = BigInt(said.match(/[0-9]+$/)[0]);
    if (number % 10n !== FORMAT) throw new Closed("not_a_carrier");
    const [[, blank]] = taken(number, HEAD);
    const template = await templateOf(hex(blank, 12), templates);
    const document = JSON.parse(template);
    const lists = [document.credentialStatus].flat().map(() => PLACES);
    const [[, , id, subject, signature, level, minus, ability, error, ...rest], name] = taken(number, [...HEAD, ...BODY, ...lists, 4n]);
    const style = Number(rest.pop());
    const holder = called(style, name);
    if (said.match(/^.*\/q\//i)[0].toUpperCase() !== `${new URL(document.issuer.url).origin}/Q/`.toUpperCase()) throw new Closed("bad_carrier", "altered");
    const filled = {
      id: uuid(id),
      subject_id: uuid(subject),
      holder_name: JSON.stringify(holder).slice(1, -1),
      level: String(level),
      ability: (minus ? "-" : "") + decimal(ability),
      error: decimal(error),
      proof: `z${base58(signature, 64)}`,
    };
    rest.forEach((place, n) => (filled[`index${n}`] = String(place)));
    return template.replace(/~slot:(\w+)~/g, (_, slot) => filled[slot]);
  }

  function called(style, number) {
    let name = "";
    try {
      name = nameOf(style, number);
    } catch {
      // no UTF-8, so no name
    }
    if (!name || name !== name.normalize("NFC").trim() || [...name].length > 120 || styleOf(name) !== style) throw new Closed("bad_carrier", "altered");
    return name;
  }

  // --- a PDF's attachment: found by its dictionary, since streams stand outside of compressed objects ---

  async function attached(bytes) {
    const text = new TextDecoder("latin1").decode(bytes); // one character a byte
    const found = new Set();
    for (const stream of text.matchAll(/\bobj\s*<<((?:(?!endobj)[^]){0,2000}?)>>\s*stream\r?\n/g)) {
      if (!stream[1].includes("/EmbeddedFile")) continue;
      const begins = stream.index + stream[0].length;
      const length = stream[1].match(/\/Length\s+(\d+)(?!\s+\d+\s+R)/);
      const packed = bytes.subarray(begins, length ? begins + Number(length[1]) : text.indexOf("endstream", begins));
      const file = stream[1].includes("/FlateDecode") ? await inflated(packed) : packed;
      const json = file && new TextDecoder("utf-8", { ignoreBOM: true }).decode(file);
      if (json?.trimStart().startsWith("{")) found.add(json);
    }
    if (found.size !== 1) throw new Closed(found.size ? "several_attachments" : "no_attachment");
    return [...found][0];
  }

  async function inflated(packed) {
    if (typeof DecompressionStream === "undefined") throw new Closed("old_browser");
    try {
      return new Uint8Array(await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"))).arrayBuffer());
    } catch {
      return null;
    }
  }

  // --- a picture of a QR code, where the browser itself can read one ---

  const canRead = () => "BarcodeDetector" in globalThis;

  async function scanned(bytes) {
    if (!canRead()) throw new Closed("no_reader");
    let picture;
    try {
      picture = await createImageBitmap(new Blob([bytes]));
    } catch {
      throw new Closed("not_a_picture");
    }
    const codes = await new BarcodeDetector({ formats: ["qr_code"] }).detect(picture);
    const texts = [...new Set(codes.map((code) => code.rawValue).filter(isCode))];
    if (texts.length !== 1) throw new Closed("no_code");
    return texts[0];
  }

  const PICTURES = [[0x89, 0x50, 0x4e, 0x47], [0xff, 0xd8, 0xff], [0x52, 0x49, 0x46, 0x46], [0x49, 0x49, 0x2a, 0], [0x4d, 0x4d, 0, 0x2a]];

  /* The certificate's JSON out of bytes or text; what is none of the other carriers comes back as it is. Throws Closed. */
  async function opened(data, templates) {
    if (typeof data === "string") return isCode(data.trim()) ? rebuilt(data.trim(), templates) : data;
    if (new TextDecoder("latin1").decode(data.subarray(0, 1024)).includes("%PDF-")) return attached(data);
    if (PICTURES.some((begins) => begins.every((byte, n) => data[n] === byte))) return rebuilt(await scanned(data), templates);
    const text = data.length <= 2 * DIGITS ? new TextDecoder("latin1").decode(data).trim() : "";
    return isCode(text) ? rebuilt(text, templates) : data;
  }

  return { opened, isCode, canRead, Closed };
})();
