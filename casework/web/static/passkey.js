// Passkeys: asks the browser what the page says, and sends its answer with the page's own form.
"use strict";

(() => {
  const can = window.PublicKeyCredential !== undefined && navigator.credentials !== undefined;
  for (const way of document.querySelectorAll("[data-passkey-way]")) way.hidden = !can;
  const form = document.querySelector("form[data-passkey]");
  if (!form) return;
  const button = form.querySelector("[data-passkey-go]");
  const failed = document.getElementById("passkey-failed");
  const without = document.getElementById("passkey-without");
  if (!can || !form.dataset.question) return;
  if (without) without.hidden = true;
  button.hidden = false;

  const bytes = (text) => Uint8Array.from(
    atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const question = () => {
    const asked = JSON.parse(form.dataset.question);
    asked.challenge = bytes(asked.challenge);
    if (asked.user) asked.user.id = bytes(asked.user.id);
    for (const list of ["excludeCredentials", "allowCredentials"]) {
      for (const one of asked[list] || []) one.id = bytes(one.id);
    }
    return asked;
  };

  const plain = (credential) => {
    const said = credential.response;
    const response = { clientDataJSON: text(said.clientDataJSON) };
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (said[part]) response[part] = text(said[part]);
    }
    if (said.getTransports) response.transports = said.getTransports();
    return {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      clientExtensionResults: {},
      response,
    };
  };

  button.addEventListener("click", async () => {
    failed.hidden = true;
    button.disabled = true;
    try {
      const publicKey = question();
      const credential = form.dataset.passkey === "new"
        ? await navigator.credentials.create({ publicKey })
        : await navigator.credentials.get({ publicKey });
      form.elements.answer.value = JSON.stringify(plain(credential));
      form.requestSubmit();
    } catch {
      button.disabled = false;
      failed.hidden = false;
      failed.focus();
    }
  });
})();
