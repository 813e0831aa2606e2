// The only script: everything works without it. `/` goes to the search field.
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
