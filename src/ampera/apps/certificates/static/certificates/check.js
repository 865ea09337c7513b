"use strict";
/* The page that checks: files and pasted text are judged here, by `Verifier`; links, and what `Verifier` can't decide,
   by the server while there is a network. Without this script the form goes to the server as ever. */
(() => {
  const home = document.getElementById("checking");
  const words = JSON.parse(home.dataset.words);
  const UNDECIDED = ["other_form", "not_json", "not_a_credential", "issuer_unresolved", "status_list_missing", "stale_status_list", "old_browser"];

  if ("serviceWorker" in navigator && home.dataset.worker) navigator.serviceWorker.register(home.dataset.worker, { scope: home.dataset.scope });

  /* Keys and lists; an archive brings them along in a script, since a file can't ask for a file. */
  async function material() {
    return globalThis.MATERIAL ?? (await fetch(home.dataset.material, { cache: "no-cache" })).json();
  }

  async function judge(data) {
    try {
      const at = { ...(await material()), now: Date.now(), fallback: new URL(home.dataset.fallback, document.baseURI).href };
      return await Verifier.verify(data, at);
    } catch {
      return { verdict: "undetermined", code: "issuer_unresolved", checked: [], asOf: null, shown: null };
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
    const data = file ? new Uint8Array(await file.arrayBuffer()) : link ? null : form.elements.text.value;
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

  /* The camera, where the browser itself can read a QR code. */
  const camera = document.getElementById("camera");
  if (camera && "BarcodeDetector" in globalThis && navigator.mediaDevices) {
    camera.hidden = false;
    camera.querySelector("button").addEventListener("click", async () => {
      const video = camera.querySelector("video");
      let stream;
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      } catch {
        return; // no camera, or it may not be used: the other ways stand on the page
      }
      video.srcObject = stream;
      video.hidden = false;
      await video.play();
      const detector = new BarcodeDetector({ formats: ["qr_code"] });
      const look = async () => {
        const [code] = await detector.detect(video).catch(() => []);
        if (!code) return setTimeout(look, 200);
        stream.getTracks().forEach((track) => track.stop());
        video.hidden = true;
        form.reset();
        form.elements.link.value = code.rawValue;
        return check(form);
      };
      look();
    });
  }
})();
