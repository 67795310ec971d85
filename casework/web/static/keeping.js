// Nothing typed is lost: without a network a form is not sent but kept, and said so; when the sign-in
// ends while somebody writes, what was typed goes to the server, which gives it back after signing in.
// Without a script the server does the same with the form that comes too late.
"use strict";

(() => {
  const forms = () => [...document.querySelectorAll("main form")].filter((f) => f.method === "post");

  // Without a network the browser would put its own page in place of this one.
  const told = document.getElementById("no-network");
  document.addEventListener("submit", (event) => {
    if (navigator.onLine || event.target.method !== "post") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    document.querySelector(".no-network")?.remove();
    const words = told.content.firstElementChild.cloneNode(true);
    (event.submitter || event.target).after(words);
  }, true);
  window.addEventListener("online", () => {
    const words = document.querySelector(".no-network span");
    if (words) words.textContent = told.dataset.back;
  });

  const typed = (field) => {
    if (field.type === "file" || field.type === "password" || field.type === "hidden") return false;
    if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
    if (field.tagName === "SELECT") return [...field.options].some((o) => o.selected !== o.defaultSelected);
    return field.value !== field.defaultValue;
  };
  const kept = (field) => field.name && !["file", "password", "submit", "button"].includes(field.type)
    && (!["radio", "checkbox"].includes(field.type) || field.checked);

  // What is being sent stays in this tab until another page of ours shows that it came through:
  // should the network break, the back button finds it again.
  const SENT = "casework-being-sent";
  const store = (does) => { try { return does(window.sessionStorage); } catch { return null; } };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || !form.closest("main")) return;
    const fields = [...form.elements].filter((f) => kept(f) && f.type !== "hidden")
      .map((f) => [f.name, f.value]);
    store((s) => s.setItem(SENT, JSON.stringify({ path: window.location.pathname, fields })));
  });
  const [arrived] = performance.getEntriesByType("navigation");
  const before = store((s) => JSON.parse(s.getItem(SENT) || "null"));
  if (before && arrived?.type === "back_forward" && before.path === window.location.pathname) {
    for (const form of forms()) {
      for (const field of form.elements) {
        const said = before.fields.filter(([name]) => name === field.name).map(([, value]) => value);
        if (!said.length || !field.name || field.type === "hidden" || field.type === "file") continue;
        if (["radio", "checkbox"].includes(field.type)) field.checked = said.includes(field.value);
        else if (field.type !== "submit") field.value = said[0];
      }
    }
  } else if (before) store((s) => s.removeItem(SENT));

  document.addEventListener("sign-in-ends", (event) => {
    const form = forms().find((each) => [...each.elements].some((f) => f.name && typed(f)));
    const leaving = document.getElementById("leaving");
    if (!form || !leaving) return;
    event.preventDefault();
    const sent = leaving.content.firstElementChild.cloneNode(true);
    for (const field of form.elements) {
      if (!kept(field) || ["csrf_token", "page"].includes(field.name)) continue;
      const copy = document.createElement("textarea");
      copy.name = field.name;
      copy.value = field.value;
      sent.append(copy);
    }
    sent.hidden = true;
    document.body.append(sent);
    sent.submit();
  });
})();
