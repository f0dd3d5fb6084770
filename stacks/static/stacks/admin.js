/* Names the autocomplete boxes for screen readers, and asks before anything throws away what was typed. */

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

/* A further row of evidence begins with source, place and dates of the one above it: a write-up says more than one thing. */

document.addEventListener("formset:added", ({ target, detail }) => {
  const above = target.previousElementSibling;
  if (detail?.formsetName !== "evidence" || !above?.id.startsWith("evidence-")) return;
  for (const name of ["source", "edition_on", "locator", "accessed_on"]) {
    const from = above.querySelector(`[name$="-${name}"]`);
    const to = target.querySelector(`[name$="-${name}"]`);
    if (!from?.value || !to || to.value) continue;
    if (to.options) to.add(new Option(from.selectedOptions[0].text, from.value, true, true));
    to.value = from.value;
    django.jQuery(to).trigger("change");
  }
});

/* What a date is taken for stands under its field as soon as it is typed: "June 2021", or why it cannot be read. */

const readsDates = document.currentScript.dataset.readsDates;
document.addEventListener("change", async (event) => {
  const field = event.target;
  if (!readsDates || !field.matches?.("input.vTypedDate")) return;
  const typed = field.value;
  const answer = await fetch(`${readsDates}?${new URLSearchParams({ text: typed })}`).catch(() => null);
  if (!answer?.ok || answer.redirected || field.value !== typed) return;
  const { told = "", problem = "" } = await answer.json();
  const row = field.closest(".flex-container") ?? field;
  let line = row.nextElementSibling;
  if (!line?.classList.contains("taken")) {
    line = document.createElement("p");
    line.setAttribute("role", "status");
    row.after(line);
  }
  line.className = problem ? "taken problem" : "taken";
  line.textContent = problem || told;
});

/* Whatever differs from what the server filled in is typed: text, ticks, choices, rows added and rows marked to go. A form
   that came back with an error holds what is not saved, even where nobody touched it since. */

const form = document.querySelector("#content-main > form");
const chosenAtFirst = new WeakMap();
const note = (within) => {
  for (const select of within.querySelectorAll("select")) {
    chosenAtFirst.set(select, [...select.options].filter((option) => option.defaultSelected).map((option) => option.value).join());
  }
};
const differs = (field) => {
  if (!field.name || ["hidden", "submit", "button"].includes(field.type)) return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.options) return [...field.selectedOptions].map((option) => option.value).join() !== chosenAtFirst.get(field);
  return field.value !== field.defaultValue;
};
const isTyped = () => Boolean(form) && (Boolean(form.querySelector(".errornote")) || [...form.elements].some(differs));
note(document);
document.addEventListener("formset:added", (event) => note(event.target));

let leaving = false;
document.addEventListener("submit", (event) => {
  if (event.target.closest(".object-tools") && isTyped()) {
    leaving = confirm("What you typed here is not saved and would be lost. Go on?");
    if (!leaving) event.preventDefault();
  } else if (event.target === form) {
    leaving = true;
  }
});
addEventListener("pageshow", () => { leaving = false; });
addEventListener("beforeunload", (event) => {
  if (!leaving && isTyped()) event.preventDefault();
});

/* Markdown is shown under its field, as the server renders it. Without a script, one button shows all of it in a new window:
   it stands behind the others, as the first of a form is the one that Enter presses. */

const shows = document.querySelector("[data-markdown]");
const showMarkdown = async (field, shown) => {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.append(field.name, field.value);
  const answer = await fetch(shows.formAction, { method: "POST", body }).catch(() => null);
  const page = answer?.ok && !answer.redirected ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  const rendered = page?.querySelector(`[data-field="${CSS.escape(field.name)}"]`);
  shown.replaceChildren(...(rendered ? rendered.childNodes : ["It cannot be shown just now: log in again in another window."]));
  shown.hidden = false;
};
for (const name of shows?.dataset.markdown.split(" ") ?? []) {
  const field = form.elements[name];
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: "Preview" });
  const shown = Object.assign(document.createElement("div"), { className: "rendered", hidden: true });
  button.setAttribute("aria-label", `Preview of ${name}`);
  shown.setAttribute("role", "status");
  button.addEventListener("click", () => showMarkdown(field, shown));
  (field.closest(".flex-container") ?? field).after(button, shown);
  shows.parentElement.hidden = true;
}

/* The link to a preview is copied, or marked where the browser does not let a script copy. */

for (const button of document.querySelectorAll("[data-copies]")) {
  const field = document.getElementById(button.dataset.copies);
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    const copied = await navigator.clipboard?.writeText(field.value).then(() => true, () => false);
    button.textContent = copied ? "Copied" : "Marked: copy it";
  });
}
