"use strict";
/* The page that checks: files and pasted text are judged here, by `Verifier`; links, and what `Verifier` can't decide,
   by the server while there is a network. Without this script the form goes to the server as ever. */
(() => {
  const home = document.getElementById("checking");
  const words = JSON.parse(home.dataset.words);
  const UNDECIDED = ["no_reader", "template_missing", "other_form", "not_json", "not_a_credential", "issuer_unresolved", "status_list_missing", "stale_status_list", "old_browser"];

  if ("serviceWorker" in navigator && home.dataset.worker)
    for (const scope of [home.dataset.scope, "/Q/"]) navigator.serviceWorker.register(home.dataset.worker, { scope });

  /* Keys and lists; an archive brings them along in a script, since a file can't ask for a file. */
  async function material() {
    return globalThis.MATERIAL ?? (await fetch(home.dataset.material, { cache: "no-cache" })).json();
  }

  async function judge(data) {
    const stopped = (verdict, code) => ({ verdict, code, checked: [], asOf: null, shown: null });
    let at;
    try {
      at = { ...(await material()), now: Date.now(), fallback: new URL(home.dataset.fallback, document.baseURI).href };
    } catch {
      return stopped("undetermined", "issuer_unresolved");
    }
    try {
      return await Verifier.verify(await Opening.opened(data, at.templates), at);
    } catch (fault) {
      if (!(fault instanceof Opening.Closed)) throw fault;
      return stopped(fault.verdict, fault.code);
    }
  }

  function show(parts) {
    home.replaceChildren(...parts, Saying.element("h2", {}, words.labels.another));
    for (const error of document.querySelectorAll(".error-summary")) error.remove();
    const notice = home.querySelector(".notice, .error-summary");
    notice?.setAttribute("tabindex", "-1");
    notice?.focus();
  }

  /* The server's own answer to the form, put where ours would stand; null without a network. */
  async function ask(form) {
    if (!home.dataset.worker) return null; // an archive has no server
    try {
      const answer = await fetch(form.action || location.pathname, { method: "POST", body: new FormData(form) });
      if (!answer.ok) return null;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const main = page.querySelector("main");
      for (const part of main.querySelectorAll("h1, .lead, form, #checking, #camera, .after")) part.remove();
      return [...main.children].filter((part) => part.textContent.trim() !== words.labels.another).map((part) => document.adoptNode(part));
    } catch {
      return null;
    }
  }

  async function check(form) {
    const [file] = form.elements.file.files;
    const link = form.elements.link?.value.trim();
    const typed = Opening.isCode(link ?? "") ? link : form.elements.text.value;
    const data = file ? new Uint8Array(await file.arrayBuffer()) : link && typed !== link ? null : typed;
    const found = data === null ? { verdict: "undetermined", code: "no_network", checked: [], asOf: null, shown: null } : await judge(data);
    const asked = data === null || UNDECIDED.includes(found.code) ? await ask(form) : null;
    show(asked ?? Saying.verdict(found, words, home.dataset.sprite));
  }

  const form = document.querySelector("main form");
  form.addEventListener("submit", (event) => {
    const given = ["file", "link", "text"].some((name) => form.elements[name]?.value.trim());
    if (!given) return; // the server says what is missing
    event.preventDefault();
    check(form);
  });

  for (const kind of ["dragover", "drop"]) {
    document.addEventListener(kind, (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      if (kind !== "drop") return;
      form.reset();
      form.elements.file.files = event.dataTransfer.files;
      check(form);
    });
  }

  /* A printed code that the phone's own camera app opened without a network: the worker leads here with it. */
  const opened = location.origin + location.hash.slice(1);
  if (form.elements.link && Opening.isCode(opened)) {
    form.elements.link.value = opened;
    check(form);
  }

  /* The camera, where the browser itself can read a QR code. */
  const camera = document.getElementById("camera");

  async function scan() {
    const [video, none] = [camera.querySelector("video"), camera.querySelector(".no-camera")];
    none.hidden = true;
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      none.hidden = false; // the other ways stand on the page
      return;
    }
    video.srcObject = stream;
    video.hidden = false;
    await video.play();
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    const look = async () => {
      const codes = await detector.detect(video).catch(() => []);
      const code = codes.find((one) => /^https?:/i.test(one.rawValue));
      if (!code) return setTimeout(look, 200);
      stream.getTracks().forEach((track) => track.stop());
      video.hidden = true;
      form.reset();
      const field = form.elements.link ?? form.elements.text;
      field.value = code.rawValue;
      return check(form);
    };
    look();
  }

  camera.hidden = false;
  const reads = Opening.canRead() && Boolean(navigator.mediaDevices);
  camera.querySelector(".no-reader").hidden = reads;
  camera.querySelector(".buttons").hidden = !reads;
  camera.querySelector("button").addEventListener("click", scan);
})();
