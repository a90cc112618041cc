"use strict";
// What a scan sounds and feels like, so that nobody has to look at the screen. Silence where a browser has no sound.

const Sounds = (() => {
  const TONES = { good: [[880, 0.12]], look: [[440, 0.12], [440, 0.12]], bad: [[180, 0.5]] };
  const SHAKES = { good: [60], look: [60, 60, 60], bad: [400] };
  let context;

  return {
    play: (kind) => {
      navigator.vibrate?.(SHAKES[kind]);
      try {
        context ??= new AudioContext();
        let starts = context.currentTime;
        for (const [pitch, lasts] of TONES[kind]) {
          const tone = new OscillatorNode(context, { frequency: pitch });
          tone.connect(context.destination);
          tone.start(starts);
          tone.stop(starts + lasts);
          starts += lasts + 0.06;
        }
      } catch {
        // The words and the colour say it, too.
      }
    },
  };
})();
