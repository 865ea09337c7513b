"use strict";
/* Certificates kept on the phone, when their holder asks for it: the signed files, in a cache of their own. */
(() => {
  const home = document.getElementById("keeping");
  const words = JSON.parse(home.dataset.words);
  const labels = words.labels;
  const KEPT = "berkas-dompet";
  const { element } = Saying;
  const store = () => caches.open(KEPT);
  const qrOf = (path) => path.replace(/[^/]+$/, "qr.svg");

  async function keep(path) {
    const [file, qr] = await Promise.all([path, qrOf(path)].map((one) => fetch(one)));
    if (!file.ok) return;
    const cache = await store();
    await cache.put(path, file);
    if (qr.ok) await cache.put(qrOf(path), qr);
  }

  async function forget(path) {
    const cache = await store();
    await Promise.all([cache.delete(path), cache.delete(qrOf(path))]);
  }

  if (!("caches" in globalThis)) return; // then the saved file has to do
  navigator.serviceWorker?.register(home.dataset.worker, { scope: home.dataset.scope });

  function button(label, press) {
    const made = element("button", { type: "button", class: "button quiet" }, label);
    made.addEventListener("click", press);
    return made;
  }

  // --- on the page with all certificates: keep one, or remove it ---

  async function offer(link) {
    const path = new URL(link.href).pathname;
    const kept = await (await store()).match(path);
    const change = kept
      ? button(labels.remove, () => forget(path).then(again))
      : button(labels.keep, () => keep(path).then(again));
    const line = element("p", {}, change);
    const again = () => { line.remove(); offer(link).then(() => link.closest("li").querySelector("button").focus()); };
    link.closest("li").append(line);
  }

  for (const link of document.querySelectorAll("a[data-keep]")) offer(link);

  // --- on the page of what is kept: show each, with what it is worth, and hand its file on ---

  async function judge(text) {
    try {
      const material = await (await fetch(home.dataset.material)).json();
      const at = { ...material, now: Date.now(), fallback: new URL(home.dataset.fallback, document.baseURI).href };
      return await Verifier.verify(text, at);
    } catch {
      return { verdict: "undetermined", code: "issuer_unresolved", checked: [], asOf: null, shown: null };
    }
  }

  async function card(request) {
    const path = new URL(request.url).pathname;
    const text = await (await (await store()).match(request)).text();
    const name = `sertifikat-${path.split("/")[2]}.json`;
    const file = new File([text], name, { type: "application/json" });
    const save = element("a", { class: "button quiet", download: name, href: URL.createObjectURL(file) }, labels.save);
    const send = navigator.canShare?.({ files: [file] }) ? button(labels.send, () => navigator.share({ files: [file] }).catch(() => {})) : null;
    const remove = button(labels.remove, () => forget(path).then(list));
    const link = new URL(path.replace(/[^/]+$/, ""), location.origin).href;
    const share = navigator.share ? button(labels.send_link, () => navigator.share({ url: link }).catch(() => {})) : null;
    const title = JSON.parse(text).name;
    return element(
      "section",
      { class: "flow" },
      element("h2", {}, title),
      ...Saying.verdict(await judge(text), words, home.dataset.sprite, { heading: "h3" }),
      element("p", {}, `${labels.link}: `, element("span", { class: "number" }, link)),
      await code(path),
      element("p", { class: "buttons" }, share, send, save, remove),
    );
  }

  /* The code as the server drew it: whoever scans it from this screen needs nothing else. */
  async function code(path) {
    const kept = await (await store()).match(qrOf(path));
    if (!kept) return null;
    const drawn = document.importNode(new DOMParser().parseFromString(await kept.text(), "image/svg+xml").documentElement, true);
    for (const [name, value] of Object.entries({ width: "280", height: "280", role: "img", "aria-label": labels.code })) drawn.setAttribute(name, value);
    return element("details", {}, element("summary", {}, labels.code), drawn);
  }

  async function list() {
    const kept = (await (await store()).keys()).filter((request) => request.url.endsWith(".json"));
    const cards = await Promise.all(kept.map(card));
    home.replaceChildren(...(cards.length ? cards : [element("p", {}, labels.nothing)]));
  }

  if (home.dataset.list) list();
})();
