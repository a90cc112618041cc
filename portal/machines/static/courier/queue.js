"use strict";
// What was scanned on this device, in the browser's own database until the portal has it. No patient is in it.
// A scan: {key, kind, label, place, placeName, at, reason, courier, state, wrong, noted, because}; its state is
// "waiting" until the portal answers, then "sent", or "refused" with the reason in `because`.

const Queue = (() => {
  const database = new Promise((resolve, reject) => {
    const request = indexedDB.open("courier", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("scans", { keyPath: "key" });
      request.result.createObjectStore("facts");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  // Resolves when it is on the disk, with what the request found. Rejects when it is not.
  async function run(store, mode, ask) {
    const opened = await database;
    return new Promise((resolve, reject) => {
      const transaction = opened.transaction(store, mode, { durability: "strict" });
      const request = ask(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  return {
    add: (scan) => run("scans", "readwrite", (scans) => scans.add(scan)),
    change: (scan) => run("scans", "readwrite", (scans) => scans.put(scan)),
    forget: (key) => run("scans", "readwrite", (scans) => scans.delete(key)),
    all: async () => (await run("scans", "readonly", (scans) => scans.getAll())).sort((a, b) => (a.at < b.at ? -1 : 1)),
    fact: (name) => run("facts", "readonly", (facts) => facts.get(name)),
    keepFact: (name, value) => run("facts", "readwrite", (facts) => facts.put(value, name)),
  };
})();
