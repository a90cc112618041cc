"use strict";
// Sends what waits. A scan has a key of its own, so sending it twice does no harm, and it waits until the portal has
// answered for that very key: a lost answer, a broken server or somebody else's sign-in page loses nothing.

const Sending = (() => {
  const AT_ONCE = 50;
  const PATIENCE = 30_000; // milliseconds
  // Told to people, and no reason to put the bag aside.
  const NOTED = ["missing_scan", "found_again"];

  const asSent = ({ key, kind, label, place, at, reason }) => {
    const scan = { key, kind, label, place, at };
    return reason ? { ...scan, reason } : scan;
  };

  async function ask(address, body) {
    const given = { signal: AbortSignal.timeout(PATIENCE), cache: "no-store", redirect: "error" };
    if (body) {
      given.method = "POST";
      given.headers = { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() };
      given.body = JSON.stringify(body);
    }
    try {
      const response = await fetch(address, given);
      const wait = Number(response.headers.get("Retry-After"));
      return { status: response.status, wait, said: await response.json() };
    } catch {
      return { status: 0 }; // no network, no answer in time, or an answer that is none of ours
    }
  }

  // What an answer other than "taken" means: `later` is tried again by itself, `ended` and `stuck` need a person,
  // `changed` says that the device was set up for another courier since the scans were made.
  function trouble({ status, wait, said }) {
    if (status === 401) return { state: "ended" };
    if (status === 409) return { state: "changed" };
    if (status === 429) return { state: "later", seconds: wait || 60 };
    if (status >= 400 && status < 500) return { state: "stuck", sentence: said?.detail ?? "" };
    return { state: "later" };
  }

  async function keepAnswers(scans, answers) {
    const waiting = new Map(scans.map((scan) => [scan.key, scan]));
    let kept = 0;
    for (const answer of answers ?? []) {
      const scan = waiting.get(answer.key);
      if (!scan) continue;
      const found = answer.discrepancies ?? [];
      scan.wrong = found.filter((each) => !NOTED.includes(each.kind)).map((each) => each.means);
      scan.noted = found.filter((each) => NOTED.includes(each.kind)).map((each) => each.means);
      scan.state = "sent";
      await Queue.change(scan);
      kept += 1;
    }
    return kept;
  }

  async function keepRefusals(scans, errors) {
    let kept = 0;
    for (const error of errors ?? []) {
      const scan = scans[Number(/^\/scans\/(\d+)/.exec(error.pointer)?.[1])];
      if (!scan) continue;
      scan.state = "refused";
      scan.because = error.detail;
      await Queue.change(scan);
      kept += 1;
    }
    return kept;
  }

  async function sendAll(courier, progress) {
    for (let sent = null; ; sent = { state: "sent" }) {
      const waiting = (await Queue.all()).filter((scan) => scan.state === "waiting" && scan.courier === courier);
      if (waiting.length === 0) return sent;
      const batch = waiting.slice(0, AT_ONCE);
      const answer = await ask(`scans?courier=${encodeURIComponent(courier)}`, { scans: batch.map(asSent) });
      if (answer.status === 200 && (await keepAnswers(batch, answer.said.scans))) {
        await Queue.keepFact("lastSent", new Date().toISOString());
      } else if (!(answer.status === 422 && (await keepRefusals(batch, answer.said?.errors)))) {
        return trouble(answer);
      }
      await progress();
    }
  }

  // Two open pages do not send at the same time. It would do no harm, only work twice.
  function alone(work) {
    if (!navigator.locks) return work();
    return navigator.locks.request("courier-sending", { ifAvailable: true }, (lock) => (lock ? work() : null));
  }

  return {
    // {state: "sent"}, or what `trouble` says; null when nothing waits, or another page is sending.
    send: (courier, progress) => alone(() => sendAll(courier, progress)),
    // The round as the portal has it now; {state} as `trouble` says when it does not come.
    round: async () => {
      const answer = await ask("round");
      return answer.status === 200 && answer.said?.scanner ? { state: "sent", round: answer.said } : trouble(answer);
    },
  };
})();
