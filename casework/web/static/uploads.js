// Files that are too large together are told before they are sent: a server that refuses the whole
// form could not give back what was typed. Without a script the answer of the server says it.
"use strict";

(() => {
  for (const place of document.querySelectorAll("[data-most-bytes]")) {
    const inputs = [...place.querySelectorAll("input[type=file]")];
    const most = Number(place.dataset.mostBytes);
    const words = document.createElement("div");
    words.className = "usa-error-message";
    words.setAttribute("role", "alert");
    inputs.at(-1).after(words);

    const tooMuch = () => {
      let size = 0;
      for (const input of inputs) for (const file of input.files) size += file.size;
      words.textContent = size > most ? place.dataset.tooMuch : "";
      return size > most;
    };
    for (const input of inputs) input.addEventListener("change", tooMuch);
    inputs[0].form.addEventListener("submit", (event) => {
      if (!tooMuch()) return;
      event.preventDefault();
      event.stopPropagation();
      inputs.at(-1).focus();
    });
  }
})();
