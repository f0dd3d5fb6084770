// Single letters can be switched off on a page that is worked by keyboard; the browser remembers it under the name that
// the box has. The page's own script asks the box.

for (const box of document.querySelectorAll("[data-letters]")) {
  const stored = (act) => {
    try {
      return act()
    } catch {
      return null // a browser that keeps nothing: it holds for this page
    }
  }
  const name = box.dataset.letters
  box.checked = stored(() => localStorage.getItem(name)) !== "off"
  box.addEventListener("change", () => stored(() => localStorage.setItem(name, box.checked ? "on" : "off")))
}
