// Conveniences of the staff's screens: keys, focus, and nothing typed lost by leaving by mistake.
// Every page works without it.
"use strict";

(() => {
  // ── Keys on the work list; keys.js has their switch (WCAG 2.1.4) ─────────────────────────────
  const sheet = document.getElementById("keys");
  const find = document.getElementById("q");
  const next = document.getElementById("next-case");
  const all = document.getElementById("tick-all");
  const rows = [...document.querySelectorAll("[data-open]")];
  const ticks = [...document.querySelectorAll("[data-row] input[name=case]")];

  const isTyping = (element) =>
    element.isContentEditable || ["TEXTAREA", "SELECT"].includes(element.tagName) ||
    (element.tagName === "INPUT" && !["checkbox", "radio"].includes(element.type));

  // The row in which the focus is: on its number, on its tick, on its link.
  const here = () => {
    const row = document.activeElement.closest("[data-row]");
    return row ? row.querySelector("[data-open]") : null;
  };

  const step = (by) => {
    if (!rows.length) return;
    const from = rows.indexOf(here());
    const there = from < 0 ? (by > 0 ? 0 : rows.length - 1) : from + by;
    rows[Math.max(0, Math.min(there, rows.length - 1))].focus();
  };

  const tick = () => {
    const box = here() && here().closest("[data-row]").querySelector("input[name=case]");
    if (box) box.click();
  };

  const go = (address) => { if (address) window.location.assign(address); };

  const assign = () => {
    const bar = document.querySelector("#bulk-to, #bulk [data-key='a']");
    if (bar && ticks.some((box) => box.checked)) bar.focus();
    else if (here()) go(here().dataset.assign);
  };

  // The sheet of keys opens from anywhere; closed again, it leads back to where one was.
  let before = null;
  const keys = () => {
    if (!sheet) return;
    sheet.open = !sheet.open;
    const back = before;
    before = sheet.open ? document.activeElement : null;
    if (sheet.open || !back || back === document.body) sheet.querySelector("summary").focus();
    else back.focus();
  };
  if (sheet) sheet.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && sheet.open) keys();
  });

  const actions = {
    "?": keys,
    n: () => next && next.click(),
    "/": () => find && find.focus(),
    ...(rows.length && {
      j: () => step(1),
      k: () => step(-1),
      x: tick,
      a: assign,
      h: () => here() && go(here().dataset.hold),
    }),
  };

  document.addEventListener("keydown", (event) => {
    if (document.body.dataset.keys === "off") return;
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    const action = actions[event.key];
    if (action) {
      event.preventDefault();
      action();
    }
  });

  // ── All on this page at one tick ─────────────────────────────────────────────────────────────
  if (all && ticks.length) {
    all.hidden = false;
    const told = () => {
      const some = ticks.filter((box) => box.checked).length;
      all.checked = some === ticks.length;
      all.indeterminate = some > 0 && some < ticks.length;
    };
    all.addEventListener("change", () => {
      for (const box of ticks) box.checked = all.checked;
    });
    for (const box of ticks) box.addEventListener("change", told);
    told();
  }

  // ── What a step did is read first, and the keyboard goes on from there ───────────────────────
  const told = document.querySelector("#main > .usa-alert");
  if (told && !window.location.hash) {
    told.tabIndex = -1;
    told.focus();
  }

  // ── What the next Enter presses has the focus before the page is drawn: the browser itself sees
  // to `autofocus` only then, and the Enter of somebody quicker would fall on nothing ────────────
  const ready = document.querySelector("[autofocus]");
  if (ready && document.activeElement === document.body) ready.focus();

  // ── The page of a step begins at its form, whose top it leaves in sight; the next Tab goes in ──
  const stepForm = document.querySelector(".doing > #form");
  if (stepForm && !told && !window.location.hash && document.activeElement === document.body
    && !stepForm.querySelector("#error-summary, [autofocus]")) {
    stepForm.focus({ preventScroll: true });
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
