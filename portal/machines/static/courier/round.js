"use strict";
// What the round of the day wants at a place, and what of it is scanned. Pure: reads and changes nothing.

const Round = (() => {
  const LISTS = { collected: "collect", delivered: "deliver", failed: "deliver", hub_in: "handIn" };
  const isSameWork = (one, other) => LISTS[one] === LISTS[other];

  const placeOf = (round, code) => round?.places.find((each) => each.code === code);

  // Labels scanned today at the place for this kind of work. A bag that could not be delivered is done with, too.
  function done(scans, place, kind) {
    const here = scans.filter((scan) => scan.place === place && isSameWork(scan.kind, kind) && Words.isToday(scan.at));
    return new Set(here.filter((scan) => scan.state !== "refused").map((scan) => scan.label));
  }

  // Labels that belong at the place: those of the round, and at a hub what was collected since the round came.
  function expected(round, scans, place, kind) {
    const listed = placeOf(round, place)?.[LISTS[kind]] ?? [];
    const collected = scans.filter((scan) => scan.kind === "collected" && Words.isToday(scan.at));
    const brought = kind === "hub_in" ? collected.map((scan) => scan.label) : [];
    return [...new Set([...listed, ...brought, ...done(scans, place, kind)])];
  }

  // Why a scan cannot be kept, in a sentence; empty when it can. What may be a patient's number is never kept.
  function whyNot(round, { label, place, kind, reason }) {
    if (!round) return "This device has not got its round yet. Open the page once with a network.";
    if (!place) return "Choose where you are first.";
    if (!/^[0-9A-Z-]{1,20}$/.test(place.code)) return "Check the code of the place.";
    if (kind === "hub_in" && place.kind && place.kind !== "hub") return "Bags are handed in at a hub. Choose the hub.";
    if (kind === "failed" && !reason) return "Choose why you could not deliver first.";
    const instead = "Scan the label of the bag, RL or TB and more.";
    if (label.replace(/\D/g, "").length > 9) return `That number may be a patient's. ${instead}`;
    if (!label || label.length > 40) return `That is no label. ${instead}`;
    return "";
  }

  return { placeOf, done, expected, whyNot };
})();
