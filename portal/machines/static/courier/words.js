"use strict";
// How things are said and shown on the scanning page. Text only: nothing that was scanned becomes markup.

const Words = (() => {
  const KINDS = {
    collected: "collected",
    delivered: "delivered",
    failed: "could not be delivered",
    hub_in: "handed in",
  };
  const clock = (at) => new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const isToday = (at) => new Date(at).toDateString() === new Date().toDateString();
  const moment = (at) => (isToday(at) ? clock(at) : `${new Date(at).toLocaleDateString("en-GB")}, ${clock(at)}`);
  const counted = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;

  // As the portal keeps a label's code, however it was scanned or typed.
  function plain(code) {
    const letters = code.toUpperCase().replace(/[^0-9A-Z]/g, "");
    return letters.length > 8 ? `${letters.slice(0, -8)}-${letters.slice(-8, -4)}-${letters.slice(-4)}` : letters;
  }

  // A place in the list: what is to be done there, and when it expects somebody.
  function placeLine({ code, name, visit, collect, deliver }) {
    const work = [collect.length && `collect ${collect.length}`, deliver.length && `deliver ${deliver.length}`];
    const words = [work.filter(Boolean).join(", "), visit && `visit ${visit}`].filter(Boolean).join("; ");
    return `${name} (${code})${words ? `: ${words}` : ""}`;
  }

  // Heading and words of what needs a person; empty where nothing does. `others` counts scans for another courier.
  function trouble(found, waiting, others, round) {
    if (found.state === "ended") {
      const kept = `${counted(waiting, "scan")} on it are kept until then.`;
      return [
        "The access of this device has ended",
        `Ask the records hub for a new link, and open it on this device. ${kept} Go on scanning.`,
      ];
    }
    if (found.state === "stuck") {
      const words = `${found.sentence} They are kept on this device. Show this to the records hub.`;
      return ["The portal does not take the scans", words];
    }
    if (others > 0) {
      const now = round.scanner.courierName;
      const made = `${counted(others, "scan")} were made before this device was set up for ${now}.`;
      return ["Scans of another courier wait here", `${made} Show this to the records hub.`];
    }
    return ["", ""];
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

  return { KINDS, clock, isToday, moment, counted, plain, placeLine, trouble, item, buttonOf };
})();
