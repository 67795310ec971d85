// The switch of the keys (WCAG 2.1.4): what the person chose counts in every browser, and at once.
// Whoever listens to keys asks `document.body.dataset.keys`.
"use strict";

(() => {
  const sheet = document.getElementById("keys");
  const tick = document.getElementById("keys-on");
  if (!sheet || !tick) return;
  sheet.hidden = false;
  tick.checked = document.body.dataset.keys !== "off";
  tick.addEventListener("change", () => {
    document.body.dataset.keys = tick.checked ? "on" : "off";
    fetch(document.body.dataset.keysAt, {
      method: "POST",
      headers: {
        ...JSON.parse(document.body.getAttribute("hx-headers")),
        "Content-Type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams({ on: tick.checked ? "yes" : "no" }),
    });
  });
})();
