// The page around ampera_verify.js: fetches or opens a bundle, lets a worker draw it again, and says what came of it.
"use strict";
(() => {
  const form = document.getElementById("recheck"), found = document.getElementById("found");
  const work = document.getElementById("work"), bar = document.getElementById("progress");
  const button = form.querySelector("button");
  const say = (word, facts = {}) => document.querySelector(`[data-word="${word}"]`).textContent
    .replace(/\{(\w+)\}/g, (_, name) => String(facts[name] ?? "").slice(0, 300) || say("nothing"));
  const add = (parent, kind, text, name = "") => {
    const element = document.createElement(kind);
    element.textContent = text;
    if (name) element.className = name;
    return parent.appendChild(element);
  };

  const tell = (result) => {
    work.hidden = true;
    button.disabled = false;
    found.replaceChildren();
    const kinds = { agrees: "success", differs: "danger" };
    const notice = add(found, "div", "", `notice ${kinds[result.verdict] ?? "warning"}`), box = add(notice, "div", "");
    add(box, "strong", say(result.verdict, result), "title");
    if (result.difference) add(box, "p", say(result.difference.what, result.difference));
    if (result.counts) add(box, "p", say("counts", result.counts));
    if (result.beacon) {
      const published = result.verdict === "agrees" && !result.unchecked.length;
      add(found, "p", say(published ? "same" : "made"));
      for (const value of [result.root, result.beacon]) add(add(found, "p", ""), "code", value, "number");
    }
    for (const what of result.unchecked ?? []) add(found, "p", say(`no-${what}`, result));
    found.scrollIntoView({ block: "nearest" });
  };

  const bundle = async () => {
    const file = form.elements.file.files[0];
    if (file) return file.arrayBuffer();
    const response = await fetch(form.dataset.bundle);
    if (!response.ok) throw new Error(response.status);
    return response.arrayBuffer();
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    found.replaceChildren();
    bar.value = 0;
    work.hidden = false;
    button.disabled = true;
    let data;
    try { data = await bundle(); } catch { return tell({ verdict: "fetch" }); }
    const worker = new Worker(form.dataset.worker);
    const end = (result) => { worker.terminate(); tell(result); };
    worker.onmessage = ({ data: told }) => ("progress" in told ? bar.value = told.progress : end(told.result));
    worker.onerror = (error) => end({ verdict: "unreadable", why: error.message });
    const { root, beacon } = form.elements;
    worker.postMessage({ bytes: new Uint8Array(data), root: root.value, beacon: beacon.value }, [data]);
  });
  form.hidden = false;
})();
