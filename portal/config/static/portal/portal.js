// Enhances pages that already work without it. Nothing is sent or changed by this file.

// The page names the design system's file, because its real name holds a hash of what is in it.
const components = document.querySelector("link[rel=modulepreload]");
if (components) {
  const { initAll } = await import(components.href);
  initAll();
}

// A form is sent once, also by the Enter key or a hand scanner that sends two line ends.
// The server has its own guard; this only spares people a surprise.
for (const form of document.querySelectorAll("form[method=post]")) {
  let sentAt = 0;
  form.addEventListener("submit", (event) => {
    if (event.timeStamp - sentAt < 1500 && sentAt > 0) {
      event.preventDefault();
      return;
    }
    sentAt = event.timeStamp;
  });
}

// "Print" buttons are hidden where they could do nothing.
for (const button of document.querySelectorAll("button[data-portal-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
