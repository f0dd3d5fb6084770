// A source by keyboard: o opens it, j and k go through its citations, s, x and m mark one, c marks the rest as still true.
// `dialog` and `letters` are those of keys.js.

const rows = [...document.querySelectorAll(".citations tbody tr")]
const boxes = (row) => [...row.querySelectorAll("input[type=radio]")]
const all = document.querySelector("#all-still")

const here = () => rows.findIndex((row) => row.contains(document.activeElement))
function stand(at) {
  const row = rows[Math.min(Math.max(at, 0), rows.length - 1)]
  row?.querySelector("input:checked, input[type=radio]")?.focus()
}
function mark(value) {
  const at = here()
  const box = at < 0 ? null : rows[at].querySelector(`input[value=${value}]`)
  if (!box || box.matches(":disabled")) return
  box.checked = true
  stand(at + 1)
}
function confirmRest() {
  if (document.querySelector(".citations fieldset").disabled) return
  for (const row of rows) {
    if (!boxes(row).some((box) => box.checked)) row.querySelector("input[value=still]").checked = true
  }
}

if (all) {
  all.hidden = false
  all.addEventListener("click", confirmRest)
}

const KEYS = {
  o: () => document.querySelector(".open button")?.click(),
  j: () => stand(here() + 1),
  k: () => stand(here() - 1),
  s: () => mark("still"),
  x: () => mark("left"),
  m: () => mark("missing"),
  c: confirmRest,
}

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.metaKey || dialog.open) return
  if (event.ctrlKey) {
    if (event.key === "Enter") document.querySelector(".citations .go")?.click()
    return
  }
  if (event.target.matches("input:not([type=radio]), textarea, select")) return
  const act = letters.checked ? KEYS[event.key] : undefined
  if (!act) return
  event.preventDefault()
  act()
})

// what was opened in another tab is known here when one comes back
document.querySelector(".open")?.addEventListener("submit", () => {
  document.querySelector(".origin-of b").textContent = "You opened it from here."
  document.querySelector(".unread")?.remove()
  const offered = document.querySelector(".citations fieldset")
  if (offered) offered.disabled = false
})
