"use strict";
// Reads bar codes with the camera where the browser can. No picture leaves the device or is kept.

const Camera = (() => {
  const FORMATS = ["code_128", "data_matrix", "qr_code"];
  const EVERY = 200; // milliseconds between looks
  const AGAIN = 3_000; // the same code counts anew when it was out of sight for so many milliseconds
  let stream = null;

  async function look(video, found) {
    const detector = new BarcodeDetector({ formats: FORMATS });
    let last = { code: "", at: 0 };
    while (stream) {
      const [seen] = await detector.detect(video).catch(() => []);
      const now = Date.now();
      const isNew = seen && (seen.rawValue !== last.code || now - last.at > AGAIN);
      if (seen) last = { code: seen.rawValue, at: now };
      if (isNew) await found(seen.rawValue);
      await new Promise((resolve) => setTimeout(resolve, EVERY));
    }
  }

  return {
    isUsable: () => "BarcodeDetector" in window && Boolean(navigator.mediaDevices?.getUserMedia),
    isOn: () => stream !== null,
    // Rejects when the person or the device does not allow it.
    start: async (video, found) => {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      await video.play();
      look(video, found);
    },
    stop: (video) => {
      stream?.getTracks().forEach((track) => track.stop());
      stream = video.srcObject = null;
    },
  };
})();
