/* Drawing a rectangle on the picture of a page fills in the four numbers of the form. */
(() => {
  "use strict";
  const place = document.querySelector("[data-withhold]");
  const field = (name) => document.getElementById(name);
  if (!place || !field("left")) return;
  const shown = document.createElement("div");
  shown.className = "casefile__drawn";
  let start = null;
  const at = (event) => {
    const box = place.getBoundingClientRect();
    const within = (value) => Math.min(100, Math.max(0, value));
    return [
      within(((event.clientX - box.left) / box.width) * 100),
      within(((event.clientY - box.top) / box.height) * 100),
    ];
  };
  const draw = (left, top, width, height) => {
    shown.style.left = `${left}%`;
    shown.style.top = `${top}%`;
    shown.style.width = `${width}%`;
    shown.style.height = `${height}%`;
    place.append(shown);
  };
  place.dataset.ready = "";
  place.addEventListener("pointerdown", (event) => {
    start = at(event);
    place.setPointerCapture(event.pointerId);
  });
  place.addEventListener("pointermove", (event) => {
    if (!start) return;
    const end = at(event);
    const values = {
      left: Math.min(start[0], end[0]),
      top: Math.min(start[1], end[1]),
      width: Math.abs(start[0] - end[0]),
      height: Math.abs(start[1] - end[1]),
    };
    draw(values.left, values.top, values.width, values.height);
    for (const [name, value] of Object.entries(values)) field(name).value = value.toFixed(1);
    field("what-box").checked = true;
  });
  place.addEventListener("pointerup", () => { start = null; });
  const typed = () => {
    const numbers = ["left", "top", "width", "height"].map((name) => Number.parseFloat(field(name).value));
    if (numbers.every((value) => Number.isFinite(value))) draw(...numbers);
  };
  for (const name of ["left", "top", "width", "height"]) field(name).addEventListener("input", typed);
})();
