// Conveniences of the staff's screens: keys, focus, and nothing typed lost by leaving by mistake.
// Every page works without it.
"use strict";

(() => {
  const KEYS = "casework-keys";

  // ── Keys on the work list; switched off in this browser with one tick (WCAG 2.1.4) ───────────
  const sheet = document.getElementById("keys");
  const find = document.getElementById("q");
  const next = document.getElementById("next-case");
  const rows = [...document.querySelectorAll("[data-open]")];
  const remembered = () => {
    try { return window.localStorage.getItem(KEYS) !== "off"; } catch { return true; }
  };
  let on = remembered();

  if (sheet) {
    const tick = document.getElementById("keys-on");
    sheet.hidden = false;
    tick.checked = on;
    tick.addEventListener("change", () => {
      on = tick.checked;
      try { window.localStorage.setItem(KEYS, on ? "on" : "off"); } catch { /* this visit only */ }
    });
  }

  const isTyping = (element) =>
    element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName);

  const step = (by) => {
    if (!rows.length) return;
    const here = rows.indexOf(document.activeElement);
    const there = here < 0 ? (by > 0 ? 0 : rows.length - 1) : here + by;
    rows[Math.max(0, Math.min(there, rows.length - 1))].focus();
  };

  const actions = {
    j: () => step(1),
    k: () => step(-1),
    n: () => next && next.click(),
    "/": () => find && find.focus(),
    "?": () => { if (sheet) { sheet.open = !sheet.open; sheet.querySelector("summary").focus(); } },
  };

  document.addEventListener("keydown", (event) => {
    if (!on || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    const action = actions[event.key];
    if (action) {
      event.preventDefault();
      action();
    }
  });

  // ── What a step did is read first, and the keyboard goes on from there ───────────────────────
  const told = document.querySelector("#main > .usa-alert");
  if (told && !window.location.hash) {
    told.tabIndex = -1;
    told.focus();
  }

  // ── A form with something typed in it asks before the page is left ───────────────────────────
  const form = document.querySelector("form[data-keep]");
  if (form) {
    let touched = false;
    form.addEventListener("input", () => { touched = true; });
    form.addEventListener("submit", () => { touched = false; });
    window.addEventListener("beforeunload", (event) => {
      if (touched) event.preventDefault();
    });
  }
})();
