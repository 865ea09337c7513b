"use strict";
/* A verdict as the server's page writes it: the same words (they come with the page), the same shape. */
const Saying = (() => {
  function element(name, attributes = {}, ...inside) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...inside.filter((part) => part !== null));
    return made;
  }

  function icon(sprite, name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    for (const [key, value] of Object.entries({ class: "icon", width: 24, height: 24, "aria-hidden": true, focusable: false })) svg.setAttribute(key, value);
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${sprite}#${name}`);
    svg.append(use);
    return svg;
  }

  const day = (at, words, more) => new Intl.DateTimeFormat(words.language, { dateStyle: "long", timeZone: words.zone, ...more }).format(new Date(at));

  /* A notice, what the certificate says if its signature holds, and what was checked. */
  function verdict(found, words, sprite, { heading = "h2" } = {}) {
    const [kind, title, meaning] = words.kinds[found.verdict];
    const [special, instead] = words.special[found.code] ?? [title, meaning];
    const why = words.why[found.code] ?? "";
    const parts = [notice(kind, special, [why, instead].filter(Boolean).join(" "), sprite)];
    if (found.shown) parts.push(summary(found.shown, words));
    if (found.checked.length) parts.push(...checks(found, words, heading));
    return parts;
  }

  function notice(kind, title, text, sprite) {
    return element(
      "div",
      { class: `notice ${kind}`, role: kind === "danger" ? "alert" : "status", tabindex: "-1" },
      icon(sprite, kind),
      element("div", {}, element("strong", { class: "title" }, title), text),
    );
  }

  function summary(shown, words) {
    const said = { ...shown, level: `DigComp 3.0: ${shown.level} / 8 (${words.labels.provisional})`, issued: day(shown.issued, words), until: day(shown.until, words) };
    const rows = ["name", "title", "level", "issuer", "issued", "until"].map((part) =>
      element("div", {}, element("dt", {}, words.labels[part]), element("dd", {}, said[part])),
    );
    return element("dl", { class: "summary" }, ...rows);
  }

  function checks(found, words, heading) {
    const names = Object.keys(words.checked);
    const last = Math.max(...found.checked.map((name) => names.indexOf(name)));
    const steps = names.slice(0, last + 2).map((name) => {
      const held = found.checked.includes(name);
      return element("li", {}, `${words.checked[name]}: `, held ? element("strong", {}, words.labels.yes) : words.labels.no);
    });
    const dated = found.asOf === null ? words.labels.no_list : words.labels.as_of.replace("%(at)s", day(found.asOf, words, { timeStyle: "short" }));
    return [element(heading, {}, words.labels.what), element("p", {}, dated), element("ul", {}, ...steps), element("p", {}, words.labels.here)];
  }

  return { element, verdict };
})();
