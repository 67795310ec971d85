// What the lines come to, told while they are decided; the server says it again and judges.
"use strict";

(() => {
  const told = document.querySelector("[data-sum]");
  const form = document.getElementById("step-form");
  if (!told || !form) return;
  const confirm = document.getElementById("confirm");
  const WORDS = {
    approved: "approved as asked", approved_other: "approved other than asked", denied: "denied",
  };
  const tell = () => {
    const chosen = [...form.querySelectorAll("input[type=radio][name$='-result']:checked")]
      .map((radio) => radio.value);
    const kinds = Object.keys(WORDS).filter((kind) => chosen.includes(kind));
    const counts = kinds.map((kind) => `${chosen.filter((c) => c === kind).length} ${WORDS[kind]}`);
    const start = kinds.length === 1 && kinds[0] === "approved" ? "approve all"
      : kinds.length === 1 && kinds[0] === "denied" ? "deny all" : "approve in part";
    const words = `${start} (${counts.join(", ")})`;
    told.textContent = words;
    if (confirm) confirm.textContent = words[0].toUpperCase() + words.slice(1);
    const barrier = document.querySelector("[data-barrier]");
    if (barrier) barrier.hidden = true;
  };
  form.addEventListener("change", (event) => {
    if (event.target.name && event.target.name.endsWith("-result")) tell();
  });
})();
