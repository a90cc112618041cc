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

  return { placeOf, done, expected };
})();
