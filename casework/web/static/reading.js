// Keys for whatever says `data-key`, and drawing on the picture of a page. All of it works without.
"use strict";

(() => {
  const sheet = document.getElementById("keys");
  const on = () => document.body.dataset.keys !== "off";
  const isTyping = (element) =>
    element.isContentEditable || ["TEXTAREA", "SELECT"].includes(element.tagName) ||
    (element.tagName === "INPUT" && !["checkbox", "radio"].includes(element.type));
  // On pages without the desk's own script this one opens the list of keys.
  const alone = sheet && !document.querySelector("script[src*='/staff.']");

  document.addEventListener("keydown", (event) => {
    if (!on() || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (isTyping(event.target)) return;
    if (alone && event.key === "?") {
      sheet.open = !sheet.open;
      sheet.querySelector("summary").focus();
      return;
    }
    const found = [...document.querySelectorAll("[data-key]")].find(
      (element) => element.dataset.key === event.key,
    );
    if (!found) return;
    event.preventDefault();
    if (found.tagName === "INPUT" || found.tagName === "TEXTAREA") {
      const folded = found.closest("details");
      if (folded) folded.open = true;
      found.focus();
    } else if (found.tagName === "SUMMARY") {
      found.parentElement.open = true;
      const first = found.parentElement.querySelector("input:not([type=hidden]), select");
      (first || found).focus();
    } else if (found.tagName === "SECTION") {
      found.focus();
    } else {
      found.click();
    }
  });

  // ── A rectangle that is drawn on the picture fills in the four numbers of the form ───────────
  const leaf = document.querySelector("[data-leaf]");
  const form = document.querySelector(".marking__form");
  if (!leaf || !form) return;
  const names = ["left", "top", "width", "height"];
  const field = (name) => form.querySelector(`#${name}`);
  const svg = leaf.querySelector("svg");
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  drawn.setAttribute("class", "leaf__mark leaf__mark--drawn");
  let start = null;
  const at = (event) => {
    const box = leaf.getBoundingClientRect();
    const within = (value) => Math.min(100, Math.max(0, value));
    return [
      within(((event.clientX - box.left) / box.width) * 100),
      within(((event.clientY - box.top) / box.height) * 100),
    ];
  };
  const draw = ([left, top, width, height]) => {
    drawn.setAttribute("x", left);
    drawn.setAttribute("y", top);
    drawn.setAttribute("width", width);
    drawn.setAttribute("height", height);
    svg.append(drawn);
  };
  leaf.dataset.ready = "";
  leaf.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" || event.button !== 0) return;
    start = at(event);
    leaf.setPointerCapture(event.pointerId);
  });
  leaf.addEventListener("pointermove", (event) => {
    if (!start) return;
    const end = at(event);
    const box = [
      Math.min(start[0], end[0]), Math.min(start[1], end[1]),
      Math.abs(start[0] - end[0]), Math.abs(start[1] - end[1]),
    ];
    if (box[2] < 0.5 && box[3] < 0.5) return;
    draw(box);
    names.forEach((name, index) => { field(name).value = box[index].toFixed(1); });
    form.closest("details").open = true;
  });
  leaf.addEventListener("pointerup", () => { start = null; });
  const typed = () => {
    const numbers = names.map((name) => Number.parseFloat(field(name).value));
    if (numbers.every((value) => Number.isFinite(value))) draw(numbers);
  };
  for (const name of names) field(name).addEventListener("input", typed);
})();
