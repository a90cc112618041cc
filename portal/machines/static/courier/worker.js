// The service worker of the scanning page: the page and its files come from this device, everything else from the
// portal. `kept` stands in the line before: the addresses, and a name that changes with what is behind them.

async function keep() {
  const cache = await caches.open(kept.name);
  // All or none: a page whose scripts are missing would be worse than the one before.
  await cache.addAll(kept.addresses.map((address) => new Request(address, { cache: "reload" })));
  await self.skipWaiting();
}

async function takeOver() {
  const old = (await caches.keys()).filter((name) => name.startsWith("courier-") && name !== kept.name);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function fromDevice(address, request) {
  const cache = await caches.open(kept.name);
  return (await cache.match(address, { ignoreVary: true })) ?? fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url).pathname;
  if (event.request.method === "GET" && kept.addresses.includes(address)) {
    event.respondWith(fromDevice(address, event.request));
  }
});
