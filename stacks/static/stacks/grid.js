// The grid by keyboard: Enter and Ctrl with an arrow go from cell to cell, Alt with an arrow moves a row within its
// category. Without this file each cell is a field like any other, and Enter saves.

const form = document.querySelector("form.stack")
const fresh = document.querySelector("#new-rows")
const rows = () => [...form.querySelectorAll("tr.row")]
const boxes = (row) => [...row.querySelectorAll("input:not([type=hidden]), select")]
const rowOf = (box) => box.closest("tr.row")
const cell = (row, name) => row.querySelector(`[name$="-${name}"]`)

function go(box, down, across) {
  const all = rows()
  const here = rowOf(box)
  const row = all[all.indexOf(here) + down]
  if (!row) return
  const at = boxes(here).indexOf(box) + across
  const there = boxes(row)
  stand(there[Math.min(Math.max(at, 0), there.length - 1)])
}
function stand(box) {
  box?.focus()
  if (box?.matches("input:not([type=checkbox])")) box.select()
}

// a new row is a copy of the last one, with nothing typed into it
function add() {
  const last = fresh.querySelector("tr.row:last-child")
  const row = last.cloneNode(true)
  const number = Number(cell(last, "technology").name.split("-")[1]) + 1
  for (const list of row.querySelectorAll(".errorlist, ul[role=listbox], [role=status]")) list.remove()
  for (const box of boxes(row)) {
    const name = box.name.replace(/^row-\d+/, `row-${number}`)
    box.name = name
    box.id = `id_${name}`
    box.removeAttribute("role")
    if (box.type === "checkbox") box.checked = false
    else if (box.options) for (const option of box.options) option.selected = option.value === DEFAULTS[name.split("-")[2]]
    else box.value = DEFAULTS[name.split("-")[2]] || ""
    box.defaultValue = box.value
  }
  fresh.append(row)
  row.dispatchEvent(new CustomEvent("stacks:added", { bubbles: true }))
  return row
}
const DEFAULTS = { stage: "in_use", hosting: "unknown", position: "0" }

function below(box) {
  const all = rows()
  if (rowOf(box) === all.at(-1)) add()
  go(box, 1, 0)
}

// rows of one category follow one another: a row that moves changes place with its neighbour, and both tell their order
function move(row, by) {
  const mine = (other) => cell(other, "category").value === cell(row, "category").value
  const group = rows().filter((other) => other.parentElement === row.parentElement && mine(other))
  const at = group.indexOf(row)
  const other = group[at + by]
  if (!other) return
  group.splice(at, 1)
  group.splice(at + by, 0, row)
  if (by > 0) other.after(row)
  else other.before(row)
  group.forEach((each, number) => { cell(each, "position").value = (number + 1) * 10 })
}

function copyAbove(box) {
  const all = rows()
  const above = all[all.indexOf(rowOf(box)) - 1]
  const same = above && cell(above, box.name.split("-")[2])
  if (same) box.value = same.value
}

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }
form.addEventListener("keydown", (event) => {
  const box = event.target
  const row = rowOf(box)
  if (event.isComposing || event.defaultPrevented) return
  if (event.key === "Enter" && event.ctrlKey) {
    event.preventDefault()
    form.requestSubmit(form.elements._save)
    return
  }
  if (!row || !box.matches("input, select")) return
  const arrow = ARROWS[event.key]
  if (arrow && event.ctrlKey) go(box, ...arrow)
  else if (arrow && event.altKey && arrow[0]) {
    move(row, arrow[0])
    box.focus()
  } else if (event.key === "Enter" && box.getAttribute("aria-activedescendant")) return
  else if (event.key === "Enter") event.shiftKey ? go(box, -1, 0) : below(box)
  else if (event.key.toLowerCase() === "d" && event.ctrlKey) copyAbove(box)
  else return
  event.preventDefault()
})

const wrong = form.querySelector(".errorlist")
if (wrong) stand(wrong.closest("td")?.querySelector("input, select"))
