/* Names the autocomplete boxes for screen readers, and asks before a button of the page throws away what was typed. */

const nameBoxes = (within) => {
  for (const select of within.querySelectorAll("select.admin-autocomplete")) {
    const box = select.nextElementSibling?.querySelector(".select2-selection");
    if (!box || box.id) continue;
    const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    const chosen = box.querySelector(".select2-selection__rendered");
    chosen?.removeAttribute("role"); // a text box within a combo box would need a name of its own
    chosen?.removeAttribute("aria-readonly");
    box.id = `${select.id}-box`;
    box.setAttribute("aria-label", select.getAttribute("aria-label") || label?.textContent.replace(/:\s*$/, "").trim() || "Choose");
    box.setAttribute("aria-labelledby", `${box.id} ${box.getAttribute("aria-labelledby") || ""}`.trim());
  }
};

// Django turns the fields into boxes in a callback of its own at this moment: after that.
django.jQuery(() => setTimeout(() => nameBoxes(document)));
document.addEventListener("formset:added", (event) => setTimeout(() => nameBoxes(event.target)));

let typed = false;
document.addEventListener("input", (event) => { typed ||= Boolean(event.target.closest("#content-main > form")); });
document.addEventListener("submit", (event) => {
  if (typed && event.target.closest(".object-tools") && !confirm("What you typed here is not saved and would be lost. Go on?")) event.preventDefault();
});
