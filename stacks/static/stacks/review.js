// The review by keyboard: each key presses the button that works without this file. `dialog` and `letters` are those of
// keys.js.

const items = () => [...document.querySelectorAll(".item")]

// the proposal one is on

let now = null

function stand(item) {
  if (!item) return
  now?.classList.remove("now")
  now = item
  now.classList.add("now")
  now.focus({ preventScroll: true })
  now.scrollIntoView({ block: "nearest" })
}
const step = (by) => {
  const all = items()
  stand(all[Math.min(Math.max(all.indexOf(now) + by, 0), all.length - 1)])
}

const press = (selector, within = now) => within?.querySelector(selector)?.click()

function openReason() {
  const details = now?.querySelector(".return")
  if (!details) return
  details.open = true
  details.querySelector("textarea").focus()
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  a: () => press('button[value="accept"].go'),
  A: () => press(".all button", now?.closest(".group")),
  r: openReason,
  e: () => press("a.edit"),
  o: () => press(".cite a"),
  h: () => press("a.history"),
  u: () => press('button[value="undo"]'),
}

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.metaKey || dialog?.open) return
  const typing = event.target.matches("input:not([type='checkbox']), textarea, select")
  if (event.key === "Enter" && event.ctrlKey) {
    event.preventDefault()
    const button = typing ? event.target.form?.querySelector("button") : document.querySelector("#publish button")
    if (button && !button.disabled) button.click()
    return
  }
  if (event.ctrlKey) return
  if (event.key === "Escape" && typing) {
    event.target.blur()
    stand(now)
    return
  }
  if (typing) return
  const act = letters?.checked ? KEYS[event.key] : undefined
  if (!act) return
  event.preventDefault()
  act()
})

document.addEventListener("focusin", (event) => {
  const item = event.target.closest(".item")
  if (item && item !== now) {
    now?.classList.remove("now")
    now = item
    now.classList.add("now")
  }
})

// one press is one post: a second one while the first is under way does nothing
let sending = false
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return
  if (sending) event.preventDefault()
  sending = true
})
addEventListener("pageshow", () => { sending = false })

const named = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null
// an address that was kept may name what has been accepted since, where `a` would find nothing to press
const first = named?.matches(".item:not(.accepted)") ? named : document.querySelector(".item:not(.accepted)")
stand(first || items()[0])
