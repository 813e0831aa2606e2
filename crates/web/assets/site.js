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
