"use strict";
// How things are said and shown on the scanning page. Text only: nothing that was scanned becomes markup.

const Words = (() => {
  const KINDS = { collected: "collected", delivered: "delivered", failed: "could not be delivered", hub_in: "handed in" };
  const clock = (at) => new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const isToday = (at) => new Date(at).toDateString() === new Date().toDateString();
  const moment = (at) => (isToday(at) ? clock(at) : `${new Date(at).toLocaleDateString("en-GB")}, ${clock(at)}`);
  const counted = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;

  // As the portal keeps a label's code, however it was scanned or typed.
  function plain(code) {
    const letters = code.toUpperCase().replace(/[^0-9A-Z]/g, "");
    return letters.length > 8 ? `${letters.slice(0, -8)}-${letters.slice(-8, -4)}-${letters.slice(-4)}` : letters;
  }

  function item(...lines) {
    const made = document.createElement("li");
    for (const line of lines) {
      const text = document.createElement("div");
      text.textContent = line;
      made.append(text);
    }
    return made;
  }

  function buttonOf(words, about, pressed) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "nhsuk-button nhsuk-button--secondary nhsuk-button--small";
    made.textContent = words;
    made.setAttribute("aria-label", `${words}: ${about}`);
    made.addEventListener("click", pressed);
    return made;
  }

  return { KINDS, clock, isToday, moment, counted, plain, item, buttonOf };
})();
