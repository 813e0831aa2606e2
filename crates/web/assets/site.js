// The only script of every page: everything but passkeys works without it. `/` goes to the search field.
document.addEventListener("keydown", (event) => {
  const here = document.activeElement;
  const isTyping = here && /^(INPUT|TEXTAREA|SELECT)$/.test(here.tagName);
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const field = document.querySelector("[data-key='/']");
    if (field) {
      event.preventDefault();
      field.focus();
    }
  }
});
// A refused form is read out first.
document.getElementById("fault")?.focus();
// Passkeys: shown where the browser knows them. What the device signs is sent as any form is.
for (const form of document.querySelectorAll("form[data-passkey]")) {
  const how = form.dataset.passkey;
  const keys = window.PublicKeyCredential;
  const read = how === "get" ? keys?.parseRequestOptionsFromJSON : keys?.parseCreationOptionsFromJSON;
  if (!read) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = form.querySelector("[role=alert]");
    said.textContent = "";
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.dataset.begin, { method: "POST", body });
      const begun = await answer.json();
      if (!answer.ok) throw new Error(begun.detail);
      const publicKey = read.call(keys, begun.options);
      const made = await navigator.credentials[how]({ publicKey });
      form.elements.ceremony.value = begun.ceremony;
      form.elements.answer.value = JSON.stringify(made.toJSON());
      form.submit();
    } catch (error) {
      said.textContent =
        error.name === "Error"
          ? error.message
          : error.name === "SecurityError"
            ? "Passkeys do not work at this address: open the one that they were made for."
            : "Your device gave no passkey. Try again, or come in another way.";
    }
  });
}
// What the search fields offer while somebody types.
document.querySelectorAll("[data-suggest]").forEach((field, at) => {
  const list = document.createElement("datalist");
  list.id = `suggestions-${at}`;
  field.after(list);
  field.setAttribute("list", list.id);
  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const text = field.value;
      const answer = await fetch(`/api/v1/suggestions?q=${encodeURIComponent(text)}`).catch(() => null);
      if (!answer?.ok || field.value !== text) return;
      const { suggestions } = await answer.json();
      list.replaceChildren(...suggestions.map((own) => {
        const option = document.createElement("option");
        option.value = own.text;
        option.label = own.note;
        return option;
      }));
    }, 200);
  });
});
// What a job does is told as it happens; without this the page is loaded again every few seconds.
const told = document.querySelector("[data-events]");
if (told && window.EventSource) {
  const source = new EventSource(told.dataset.events);
  source.addEventListener("progress", (event) => {
    told.textContent = JSON.parse(event.data).words;
  });
  source.addEventListener("over", () => {
    source.close();
    location.reload();
  });
}
