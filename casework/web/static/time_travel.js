// After time was moved, what happens is shown as it happens: the page looks again each second, for
// as long as the server says. Without it the link "Look again" does the same.
"use strict";

(() => {
  const place = document.getElementById("time-since");
  if (!place) return;
  const seconds = () => Number(place.firstElementChild?.dataset.seconds || 0);

  const look = async () => {
    try {
      const answer = await fetch(place.dataset.look, { headers: { "HX-Request": "true" } });
      if (answer.status !== 200) return;
      const fresh = document.createElement("div");
      fresh.innerHTML = await answer.text();
      // Only what is new is put in, so that nothing is read out twice.
      if (fresh.textContent !== place.textContent) place.replaceChildren(...fresh.childNodes);
      else place.firstElementChild.dataset.seconds = fresh.firstElementChild.dataset.seconds;
    } catch { return; }
    if (seconds()) window.setTimeout(look, 1000);
  };

  if (seconds()) window.setTimeout(look, 1000);
})();
