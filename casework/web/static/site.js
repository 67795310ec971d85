// The few conveniences that need a script; every page works without it.
"use strict";

(() => {
  const WARN_SECONDS = 120;

  // What must be corrected is read first.
  const summary = document.getElementById("error-summary");
  if (summary) summary.focus();

  // htmx notes the page's address in the browser's store, for a history that we do not use.
  document.addEventListener("DOMContentLoaded", () => {
    try { window.sessionStorage.removeItem("htmx-current-path-for-history"); } catch { /* no store */ }
  });

  // The menu of a narrow screen. Without a script it is simply open.
  const menu = document.querySelector(".site-header__menu");
  if (menu) {
    const nav = document.getElementById(menu.getAttribute("aria-controls"));
    menu.hidden = false;
    nav.classList.add("is-folded");
    menu.addEventListener("click", () => {
      const open = nav.classList.toggle("is-folded") === false;
      menu.setAttribute("aria-expanded", String(open));
    });
  }

  // A group of the menu closes by Escape, and when somebody goes on elsewhere.
  for (const group of document.querySelectorAll(".site-nav details")) {
    group.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !group.open) return;
      group.open = false;
      group.querySelector("summary").focus();
      event.stopPropagation();
    });
    const close = (event) => {
      if (event && !group.contains(event)) group.open = false;
    };
    group.addEventListener("focusout", (event) => close(event.relatedTarget));
    document.addEventListener("click", (event) => close(event.target));
  }

  // Show and hide what is typed into a password field.
  for (const button of document.querySelectorAll("[data-reveal]")) {
    const field = document.getElementById(button.dataset.reveal);
    const show = button.textContent;
    button.hidden = false;
    button.addEventListener("click", () => {
      const shown = field.type === "password";
      field.type = shown ? "text" : "password";
      button.setAttribute("aria-pressed", String(shown));
      button.textContent = shown ? button.dataset.hide : show;
    });
    // A browser must not keep it as ordinary text.
    field.form.addEventListener("submit", () => { field.type = "password"; });
  }

  // Printing needs a script; the browser's own menu does not.
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  // A form is sent once, however often somebody clicks.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    window.setTimeout(() => { delete form.dataset.sent; }, 4000);
  });
  // Coming back with the back button, the form may be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
  });

  // A page of the staff that stays open still tells within a minute when the timers stop, and when
  // they run again. It keeps no session alive.
  const timers = document.getElementById("timers");
  if (timers) {
    window.setInterval(async () => {
      try {
        const answer = await fetch(timers.dataset.ask);
        if (answer.status === 204) timers.replaceChildren();
        else if (answer.status === 200 && !answer.redirected && !timers.firstElementChild) {
          timers.innerHTML = await answer.text();
        }
      } catch { /* the server is away; the next minute asks again */ }
    }, Number(timers.dataset.every || 60000));
  }

  // The sign-in ends after a rest: warn two minutes before, and let people stay.
  const idle = Number(document.body.dataset.idleSeconds || 0);
  const warning = document.getElementById("session-warning");
  if (idle && warning) {
    let seen = Date.now();
    const stay = warning.querySelector("[data-stay]");
    // What a page asks for by itself keeps no session alive, so it does not put off the warning.
    document.addEventListener("htmx:afterRequest", (event) => {
      if (!event.detail.elt.hasAttribute("data-passive")) seen = Date.now();
    });
    window.setInterval(() => {
      const rest = (Date.now() - seen) / 1000;
      if (rest >= idle) {
        // keeping.js takes over where something was typed.
        const plain = document.dispatchEvent(new Event("sign-in-ends", { cancelable: true }));
        if (plain) window.location.assign("/?said=timed-out");
      } else warning.hidden = rest < idle - WARN_SECONDS;
    }, 5000);
    stay.addEventListener("click", async () => {
      const answer = await fetch(stay.dataset.stay, {
        method: "POST",
        headers: { "X-CSRF-Token": stay.dataset.token },
      });
      if (answer.ok) {
        seen = Date.now();
        warning.hidden = true;
      }
    });
  }
})();
