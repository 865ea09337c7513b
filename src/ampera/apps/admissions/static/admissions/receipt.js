// One receipt, recomputed: row and path → root; root, beacon and receipt → ticket; ticket against the cutoffs.
// What each step hashes is in docs/methods/allocation.md. Without scripts the page shows the same steps.
"use strict";
(async () => {
  const own = document.getElementById("own").dataset, verdict = document.getElementById("verdict");
  if (!globalThis.crypto?.subtle) return; // an old browser, or a page that came without https
  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  const hex = (hash) => Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const sha256 = async (...parts) => {
    const message = await new Blob(parts).arrayBuffer(); // text goes in as its bytes
    return new Uint8Array(await crypto.subtle.digest("SHA-256", message));
  };
  const wrong = [];

  let hash = await sha256("\0", own.row);
  for (const step of document.querySelectorAll("#path li")) {
    const other = bytes(step.querySelector("code").textContent);
    hash = "left" in step.dataset ? await sha256("\x01", other, hash) : await sha256("\x01", hash, other);
  }
  if (hex(hash) !== own.root || own.row.split(",")[1] !== own.receipt) wrong.push(hex(hash));

  const root = await sha256("ampera-draw-1\0", bytes(own.root), own.material);
  for (const line of document.querySelectorAll("#classes li")) {
    const { class: klass, ticket, cutoff } = line.dataset;
    const key = "perClass" in own ? await sha256(root, "c", klass) : root;
    let made = hex(await sha256(key, "r", own.receipt));
    if (own.household) made = hex(await sha256(key, "h", own.household)).slice(0, 32) + made.slice(32);
    const fits = !cutoff || ("before" in line.dataset ? made <= cutoff : made > cutoff);
    if (made !== ticket || !fits || !own.row.split(",")[3].split(";").includes(klass)) wrong.push(`${klass} ${made}`);
  }

  verdict.className = `notice ${wrong.length ? "danger" : "success"}`;
  verdict.firstElementChild.textContent = wrong.length ? `${verdict.dataset.bad} ${wrong.join("; ")}` : verdict.dataset.good;
  verdict.hidden = false;
})();
