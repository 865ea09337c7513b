"use strict";
/* Keeps a page and what it needs, for when there is no network. KEEPS is written before this by the server:
   its name and version, the pages (asked anew while there is a network) and the files (never: a changed one is another). */
const CACHE = `${KEEPS.name}-${KEEPS.version}`;
const PATIENCE = 3000; // ms that a page is waited for before the kept one is shown

self.addEventListener("install", (event) => {
  const keep = async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll([...KEEPS.files, ...KEEPS.pages].map((url) => new Request(url, { cache: "no-cache" })));
    await self.skipWaiting();
  };
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  const renew = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith(`${KEEPS.name}-`) && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(renew());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (KEEPS.files.includes(url.pathname)) event.respondWith(kept(url.pathname, event.request));
  else if (KEEPS.codes && /^\/q\/[0-9]+$/i.test(url.pathname)) event.respondWith(fetch(event.request).catch(() => Response.redirect(`${KEEPS.codes}#${url.pathname}`)));
  else if (KEEPS.pages.includes(url.pathname)) event.respondWith(fresh(url, event.request));
  else if (url.pathname in KEEPS.instead) event.respondWith(fetch(event.request).catch(() => kept(KEEPS.instead[url.pathname], event.request)));
});

async function kept(path, request) {
  return (await (await caches.open(CACHE)).match(path, { ignoreVary: true })) ?? fetch(request);
}

/* The network's answer if there is one in time, else the kept one. An answer to a question (?id=…) is not kept. */
async function fresh(url, request) {
  const cache = await caches.open(CACHE);
  const old = await cache.match(url.pathname, { ignoreVary: true });
  const asked = fetch(request).then(async (answer) => {
    if (answer.ok && !answer.redirected && !url.search) await cache.put(url.pathname, answer.clone());
    return answer;
  });
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, null));
  try {
    return (await (old ? Promise.race([asked, late]) : asked)) ?? old;
  } catch (error) {
    if (old) return old;
    throw error;
  } finally {
    asked.catch(() => {}); // an answer that came too late, or not at all, is nobody's worry any more
  }
}
