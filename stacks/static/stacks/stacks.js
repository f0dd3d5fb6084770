// Type-ahead over names and aliases: what is typed into a field with data-suggest is looked up while it is typed.
// data-suggest="" leads to the page of what is chosen; with kinds (company, technology) its name stays in the field.
// data-from names another place to ask than the public search. A part of the page that came later says so: "stacks:added".
// Without this file each field works as it stands. Combobox of the ARIA Authoring Practices 1.2, "list autocomplete".

const SHOWN = 8
const WAIT = 150 // milliseconds after the last key

function enhance(input, number) {
  const kinds = input.dataset.suggest.split(" ").filter(Boolean)
  const kind = kinds.length === 1 ? kinds[0] : ""
  const box = input.closest(".combo")
  const list = make("ul", { id: `suggestions-${number}`, role: "listbox", "aria-label": "Suggestions" })
  const status = make("span", { role: "status", class: "vh" })
  list.hidden = true
  box.append(list, status)
  set(input, { role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-controls": list.id })
  // what was sent stands in the field again when the visitor comes back
  input.form?.addEventListener("submit", () => input.removeAttribute("autocomplete"))
  input.setAttribute("aria-expanded", "false")
  input.removeAttribute("list")

  let hits = []
  let active = -1
  let timer
  let request

  function stop() {
    clearTimeout(timer)
    request?.abort()
  }

  function close() {
    stop()
    list.hidden = true
    status.textContent = ""
    input.setAttribute("aria-expanded", "false")
    activate(-1)
  }

  function activate(index) {
    list.children[active]?.setAttribute("aria-selected", "false")
    active = index
    const option = list.children[active]
    if (option) {
      option.setAttribute("aria-selected", "true")
      option.scrollIntoView({ block: "nearest" })
      input.setAttribute("aria-activedescendant", option.id)
    } else {
      input.removeAttribute("aria-activedescendant")
    }
  }

  function show(found) {
    hits = found
    activate(-1)
    list.replaceChildren(...hits.map(line))
    settle()
    list.hidden = !hits.length
    input.setAttribute("aria-expanded", String(hits.length > 0))
    status.textContent = hits.length
      ? `${hits.length} ${hits.length === 1 ? "suggestion" : "suggestions"}, use the up and down arrows`
      : "No suggestion"
  }

  // towards the side of the window that has more room
  function settle() {
    const { left, right } = box.getBoundingClientRect()
    const width = document.documentElement.clientWidth
    const end = left + right > width
    list.classList.toggle("end", end)
    list.style.setProperty("--room", `${Math.floor(end ? right : width - left) - 8}px`)
  }

  function line(hit, index) {
    const option = make("li", { id: `${list.id}-${index}`, role: "option", "aria-selected": "false" })
    option.append(make("span", {}, hit.name))
    const also = hit.matched === hit.name ? "" : hit.matched
    if (also) option.append(" ", make("span", { class: "t" }, also))
    if (!kind) option.append(" ", make("span", { class: "n" }, hit.kind))
    option.setAttribute("aria-label", [hit.name, also && `also ${also}`, !kind && hit.kind].filter(Boolean).join(", "))
    option.addEventListener("click", () => choose(hit))
    return option
  }

  function choose(hit) {
    input.value = hit.name
    close()
    if (!kinds.length) location.assign(hit.html_url)
  }

  async function look() {
    stop()
    const q = input.value.trim()
    if (!q) return close()
    request = new AbortController()
    const { signal } = request
    try {
      const query = new URLSearchParams(kind ? { q, kind } : { q })
      const answer = await fetch(`${input.dataset.from || document.body.dataset.search}?${query}`, { signal })
      const { results = [], suggestions = [] } = answer.ok ? await answer.json() : {}
      const found = (results.length ? results : suggestions).filter((hit) => !kinds.length || kinds.includes(hit.kind))
      if (!signal.aborted) show(found.slice(0, SHOWN))
    } catch {
      // the network failed, or a later key made this answer stale: the field goes on without suggestions
      if (!signal.aborted) close()
    }
  }

  input.addEventListener("input", () => {
    stop()
    timer = setTimeout(look, WAIT)
  })
  input.addEventListener("blur", close)
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey) return
    const open = !list.hidden
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step && open) {
      // from the last option on to the field itself, then to the first
      const places = hits.length + 1
      activate(((active + 1 + step + places) % places) - 1)
    } else if (step && event.key === "ArrowDown") {
      look()
    } else if (event.key === "Enter" && open && active >= 0) {
      choose(hits[active])
    } else if (event.key === "Escape" && open) {
      close()
    } else {
      if (event.key === "Enter") stop()
      return
    }
    event.preventDefault()
  })
  // a press on the list must not take the focus from the field, or it would close before the click
  list.addEventListener("mousedown", (event) => event.preventDefault())
}

function make(tag, attributes, text = "") {
  const element = document.createElement(tag)
  set(element, attributes)
  element.textContent = text
  return element
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
}

let fields = 0
const enhanceAll = (within) => within.querySelectorAll(".combo [data-suggest]").forEach((input) => enhance(input, fields++))
enhanceAll(document)
document.addEventListener("stacks:added", (event) => enhanceAll(event.target))
