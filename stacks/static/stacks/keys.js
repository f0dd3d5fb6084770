// The keys of a page: `?` and every [data-shows-keys] open their list, Escape closes it. Single letters can be switched
// off there, for all pages that are worked by keyboard; the browser remembers it. The page's own script asks the box.

const dialog = document.querySelector("#keys")
const letters = document.querySelector("#letters")
const SWITCH = "stacks.letters"

const stored = (act) => {
  try {
    return act()
  } catch {
    return null // a browser that keeps nothing: it holds for this page
  }
}
if (letters) {
  letters.checked = stored(() => localStorage.getItem(SWITCH)) !== "off"
  letters.addEventListener("change", () => stored(() => localStorage.setItem(SWITCH, letters.checked ? "on" : "off")))
}

for (const button of document.querySelectorAll("[data-shows-keys]")) {
  button.hidden = false
  button.addEventListener("click", () => dialog.showModal())
}

const isTyping = (target) => target.closest("input:not([type=checkbox], [type=radio]), select, textarea")
document.addEventListener("keydown", (event) => {
  if (event.key !== "?" || event.ctrlKey || event.altKey || event.metaKey) return
  if (!dialog || dialog.open || isTyping(event.target)) return
  event.preventDefault()
  dialog.showModal()
})
