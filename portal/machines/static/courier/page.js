"use strict";
// The scanning page: what is scanned goes into the queue first, and from there to the portal when it can be reached.

(() => {
  const part = (id) => document.getElementById(id);
  const page = part("courier");
  const DAY = 86_400_000; // milliseconds
  const KEPT = 3 * DAY; // how long scans that the portal has are shown here
  const ROUND_EVERY = 600_000;
  const SHOWN = 100; // scans in the list of all
  const LINES = {
    sent: { words: "Online", colour: "green" },
    later: { words: "Offline", colour: "yellow" },
    ended: { words: "Access ended", colour: "red" },
    stuck: { words: "Not sending", colour: "red" },
  };
  const { clock, isToday, moment, counted, item } = Words;

  let round = null; // {scanner, day, places}, as the portal last gave it
  let roundAt = 0;
  let scans = [];
  let lastSent = "";
  let found = { state: "sent" }; // what sending came to
  let delay = 5_000; // until the next try, when nothing else asks for one
  let timer = 0;
  let turn = Promise.resolve(); // one scan after the other, however fast they come

  function answer(kind, words) {
    part("answer").className = `courier-answer courier-answer--${kind}`;
    part("answer").textContent = words;
    Sounds.play(kind);
  }

  // ---- Where, and what

  const doing = () => document.querySelector("input[name=doing]:checked").value;
  const knownPlace = (code) => Round.placeOf(round, code);

  function placeNow() {
    const chosen = part("place").value;
    const code = chosen === "other" ? part("other").value.trim().toUpperCase() : chosen;
    return code ? { code, name: knownPlace(code)?.name ?? code, kind: knownPlace(code)?.kind ?? "" } : null;
  }

  // ---- Drawing

  function drawPlaces() {
    const before = part("place").value;
    const options = [new Option("Choose a place", "")];
    for (const place of round?.places ?? []) options.push(new Option(Words.placeLine(place), place.code));
    options.push(new Option("Another place", "other"));
    part("place").replaceChildren(...options);
    part("place").value = before && (before === "other" || knownPlace(before)) ? before : "";
  }

  function drawState() {
    const waiting = scans.filter((scan) => scan.state === "waiting").length;
    const last = lastSent ? `Last sent ${moment(lastSent)}.` : "Nothing was sent yet.";
    const words = waiting === 0 ? "Nothing waits" : `${counted(waiting, "scan")} ${waiting === 1 ? "waits" : "wait"}`;
    part("waiting").textContent = `${words} on this device. ${last}`;
    part("state").classList.toggle("courier-state--waits", waiting > 0);
    const line = navigator.onLine ? LINES[found.state] : LINES.later;
    [part("line").textContent, part("line").className] = [line.words, `nhsuk-tag nhsuk-tag--${line.colour}`];
    part("scanner").textContent = round ? `${round.scanner.name}, ${round.scanner.courierName}` : "";
    drawTrouble(waiting);
  }

  function drawTrouble(waiting) {
    const others = scans.filter((scan) => scan.state === "waiting" && round && scan.courier !== round.scanner.courier);
    const [heading, words] = Words.trouble(found, waiting, others.length, round);
    // An alert is read out when its words change, and only then.
    if (part("trouble-text").textContent !== words) {
      part("trouble-heading").textContent = heading;
      part("trouble-text").textContent = words;
    }
    part("trouble").hidden = !words;
  }

  function drawBags() {
    const place = placeNow();
    const kind = doing();
    part("other-group").hidden = part("place").value !== "other";
    part("why-group").hidden = kind !== "failed";
    if (!place) {
      part("count").textContent = "Choose where you are.";
      part("bags").replaceChildren();
      return;
    }
    const ready = Round.done(scans, place.code, kind);
    const all = Round.expected(round, scans, place.code, kind);
    const nothing = "Nothing is on the list for this place.";
    part("count").textContent = all.length ? `${ready.size} of ${all.length} scanned.` : nothing;
    const order = [...all].sort((a, b) => ready.has(a) - ready.has(b));
    const line = (label) => item(`${ready.has(label) ? "✓ Scanned" : "To scan"}: ${label}`);
    part("bags").replaceChildren(...order.map(line));
  }

  function drawWrong() {
    const wrong = scans.filter((scan) => !scan.seen && (scan.state === "refused" || scan.wrong?.length));
    part("wrong-none").hidden = wrong.length > 0;
    part("wrong-count").hidden = wrong.length === 0;
    part("wrong-link").textContent = `${counted(wrong.length, "scan")} ${wrong.length === 1 ? "does" : "do"} not fit`;
    part("wrong").replaceChildren(...wrong.map((scan) => {
      const what = `${scan.label}, ${Words.KINDS[scan.kind]}, ${scan.placeName}, ${moment(scan.at)}`;
      if (scan.state === "refused") {
        const made = item(what, `The portal did not take it: ${scan.because}`);
        made.append(Words.buttonOf("Send it for the place chosen above", scan.label, () => sendForPlace(scan)));
        return made;
      }
      const made = item(what, `${scan.wrong.join(". ")}. Put this bag aside. The records hub sees it, too.`);
      made.append(Words.buttonOf("I have put it aside", scan.label, () => putAside(scan)));
      return made;
    }));
  }

  function drawLog() {
    const words = { waiting: "waits here", sent: "the portal has it", refused: "not taken" };
    const newest = scans.slice(-SHOWN).reverse();
    part("log").replaceChildren(...newest.map((scan) => {
      const became = [words[scan.state], ...(scan.noted ?? [])].join(". ");
      return item(`${scan.label}, ${Words.KINDS[scan.kind]}, ${scan.placeName}`, `${moment(scan.at)}: ${became}`);
    }));
  }

  async function draw() {
    scans = await Queue.all();
    lastSent = (await Queue.fact("lastSent")) ?? "";
    drawState();
    drawBags();
    drawWrong();
    drawLog();
  }

  // ---- Scanning

  async function scanned(typed) {
    const place = placeNow();
    const kind = doing();
    const reason = kind === "failed" ? part("why").value : "";
    const label = Words.plain(typed);
    const wrong = Round.whyNot(round, { label, place, kind, reason });
    if (wrong) {
      part("code").value = typed;
      part("code").select(); // the next scan takes its place
      return answer("bad", wrong);
    }
    const isSame = (scan) => scan.label === label && scan.kind === kind && scan.place === place.code;
    const before = scans.find((scan) => isSame(scan) && isToday(scan.at));
    if (before) return answer("look", `${label}: scanned already at ${clock(before.at)}. It counts once.`);
    const listed = Round.expected(round, scans, place.code, kind).includes(label);
    const where = { place: place.code, placeName: place.name, courier: round.scanner.courier };
    const scan = { key: crypto.randomUUID(), kind, label, reason, at: new Date().toISOString(), state: "waiting" };
    try {
      await Queue.add({ ...scan, ...where });
    } catch {
      return answer("bad", `${label} was NOT kept: this device has no room. Write it down, and tell the records hub.`);
    }
    await draw();
    if (listed) answer("good", `${label}: ${Words.KINDS[kind]}, ${place.name}. ${part("count").textContent}`);
    else answer("look", `${label} is not on the list for ${place.name}. It is kept. Check the label and the place.`);
    send();
  }

  function take(typed) {
    turn = turn.then(() => scanned(typed)).catch(() => answer("bad", "That scan was NOT kept. Scan it again."));
    return turn;
  }

  async function sendForPlace(scan) {
    const place = placeNow();
    if (!place || place.code === scan.place) return answer("bad", "Choose the right place above first.");
    await Queue.change({ ...scan, place: place.code, placeName: place.name, state: "waiting", because: "" });
    await draw();
    send();
  }

  async function putAside(scan) {
    await Queue.change({ ...scan, seen: true });
    await draw();
    part("wrong-heading").scrollIntoView({ block: "nearest" });
  }

  // ---- Sending

  // Asks for the round when it is old, and where nothing waits also to learn whether the portal can be reached again.
  async function send() {
    clearTimeout(timer);
    const came = round && (await Sending.send(round.scanner.courier, draw));
    if (came) found = came;
    const isOld = Date.now() - roundAt > ROUND_EVERY;
    const isFine = found.state === "sent";
    if (found.state === "changed" || (came ? isFine && isOld : !isFine || isOld)) await refreshRound();
    delay = found.state === "sent" ? 60_000 : Math.min(delay * 2, 300_000);
    timer = setTimeout(send, found.seconds ? found.seconds * 1000 : delay);
    await draw();
  }

  async function refreshRound() {
    found = await Sending.round();
    if (found.state !== "sent") return;
    const here = knownPlace(part("place").value);
    round = found.round;
    roundAt = Date.now();
    // Whoever has collected everything here is still here.
    if (here && !knownPlace(here.code)) round.places.push({ ...here, collect: [], deliver: [], handIn: [] });
    await Queue.keepFact("round", round);
    drawPlaces();
  }

  async function sendNow() {
    delay = 5_000;
    roundAt = 0;
    await send();
  }

  async function forgetOld() {
    const old = new Date(Date.now() - KEPT).toISOString();
    const settled = (scan) => scan.state === "sent" && (scan.seen || !scan.wrong?.length);
    for (const scan of await Queue.all()) if (settled(scan) && scan.at < old) await Queue.forget(scan.key);
  }

  // ---- Beginning

  async function useCamera() {
    const on = !Camera.isOn();
    if (on) {
      try {
        await Camera.start(part("video"), take);
      } catch {
        return answer("bad", "The camera is not allowed or not there. Use a hand scanner, or type the code.");
      }
    } else Camera.stop(part("video"));
    part("video").hidden = !on;
    part("camera").setAttribute("aria-pressed", String(on));
    part("camera").textContent = on ? "Stop the camera" : "Scan with the camera";
  }

  async function begin() {
    round = (await Queue.fact("round")) ?? null;
    await forgetOld();
    part("plain").hidden = true;
    page.hidden = false;
    part("camera").hidden = !Camera.isUsable();
    part("no-camera").hidden = Camera.isUsable();
    drawPlaces();
    await draw();
    part("scan").addEventListener("submit", (event) => {
      event.preventDefault();
      const typed = part("code").value.trim();
      part("code").value = "";
      part("code").focus();
      take(typed);
    });
    part("scan").addEventListener("change", drawBags);
    part("other").addEventListener("input", drawBags);
    part("camera").addEventListener("click", useCamera);
    part("send").addEventListener("click", sendNow);
    window.addEventListener("online", sendNow);
    window.addEventListener("offline", drawState);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && sendNow());
    navigator.storage?.persist?.();
    // Without the worker the page needs a network to open, and works as well once it is open.
    navigator.serviceWorker.register(page.dataset.worker).catch(() => {});
    await sendNow();
  }

  // Without these the page stays the plain form, which sends at once.
  if (page && "serviceWorker" in navigator && "indexedDB" in window && "timeout" in AbortSignal) {
    begin().catch(() => {
      page.hidden = true;
      part("plain").hidden = false;
    });
  }
})();
