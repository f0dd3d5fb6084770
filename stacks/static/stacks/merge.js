// A merge by keyboard: each key presses what works without this file. `dialog` and `letters` are those of keys.js.

const pairs = () => [...document.querySelectorAll(".conflict")]
const isChosen = (pair) => pair.querySelector("input:checked")
let at = null

function standAt(pair) {
  at?.classList.remove("now")
  at = pair
  at.classList.add("now")
  at.scrollIntoView({ block: "nearest" })
  at.querySelector("input").focus({ preventScroll: true })
}

function next() {
  const all = pairs()
  const after = all.indexOf(at) + 1
  const open = [...all.slice(after), ...all.slice(0, after)].find((pair) => !isChosen(pair))
  if (open) standAt(open)
  else document.querySelector('[name="page"][value="open"]')?.click()
}

function choose(side) {
  const input = (at ?? pairs()[0])?.querySelector(`input[value="${side}"]`)
  if (!input) return
  input.checked = true
  standAt(input.closest(".conflict"))
}

const KEYS = {
  w: next,
  1: () => choose("kept"),
  2: () => choose("moved"),
  s: () => document.querySelector("#swap")?.click(),
  d: () => document.querySelector('[form="apart"]')?.click(),
}

document.addEventListener("focusin", (event) => {
  const pair = event.target.closest(".conflict")
  if (pair && pair !== at) standAt(pair)
})
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.metaKey || dialog?.open) return
  if (event.key === "Enter" && event.ctrlKey) {
    event.preventDefault()
    document.querySelector("#merge .submit-row .default")?.click()
    return
  }
  const typing = event.target.closest("input:not([type='checkbox'], [type='radio']), textarea, select, .select2")
  if (event.ctrlKey || typing) return
  const act = letters?.checked ? KEYS[event.key] : undefined
  if (!act) return
  event.preventDefault()
  act()
})
