// The only script of every page: everything works without it. `/` goes to the search field.
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
