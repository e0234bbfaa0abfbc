// Passkeys: asks the server for a challenge, the authenticator for its answer, and sends the form.
// Forms with data-passkey are seen where scripts run and the browser knows passkeys; without them
// the pages work as before.
(() => {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) {
    for (const form of document.querySelectorAll("form[data-passkey]")) form.hidden = true;
    return;
  }

  const bytes = (text) => {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
  };
  const text = (buffer) => {
    const plain = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  };
  const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  // What the server sends as text, the authenticator takes as bytes; and back.
  const options = (sent) => ({
    ...sent,
    challenge: bytes(sent.challenge),
    ...(sent.user && { user: { ...sent.user, id: bytes(sent.user.id) } }),
    ...(sent.excludeCredentials && { excludeCredentials: named(sent.excludeCredentials) }),
    ...(sent.allowCredentials && { allowCredentials: named(sent.allowCredentials) }),
  });
  const answer = (credential) => {
    const response = {};
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle",
      "clientDataJSON"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response,
    });
  };

  // One question at a time: the button ends the one that waits in the field.
  let waiting = new AbortController();

  const ask = async (form, mediation) => {
    waiting.abort();
    waiting = new AbortController();
    const { signal } = waiting;
    const body = new URLSearchParams({ csrf: form.elements.csrf.value });
    const reply = await fetch(form.dataset.begin, { method: "POST", body, signal });
    if (!reply.ok) throw new Error(String(reply.status));
    const begun = await reply.json();
    const publicKey = options(begun.options);
    const made = form.dataset.passkey === "add"
      ? await navigator.credentials.create({ publicKey, signal })
      : await navigator.credentials.get({ publicKey, signal, ...(mediation && { mediation }) });
    form.elements.ceremony.value = begun.ceremony;
    form.elements.answer.value = answer(made);
    form.submit();
  };

  // Whoever cancels at the authenticator knows it; everything else is said below the button.
  const failed = (form, error) => {
    const quiet = ["AbortError", "NotAllowedError"].includes(error.name);
    form.querySelector("[data-passkey-failed]").hidden = quiet;
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form).catch((error) => failed(form, error));
    });
  }

  // A browser that can offers passkeys in the field for the address, once somebody goes there.
  const form = document.querySelector('form[data-passkey="sign-in"]');
  const field = document.querySelector('input[autocomplete~="webauthn"]');
  const able = PublicKeyCredential.isConditionalMediationAvailable;
  if (!form || !field || !able) return;
  field.addEventListener("focus", async () => {
    if (await able.call(PublicKeyCredential)) ask(form, "conditional").catch(() => {});
  }, { once: true });
})();
