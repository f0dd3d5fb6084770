// While a row is added: what stands already and looks like it is told beside the form, with a link; “They are two”
// answers the question that a save would ask.

const hint = document.querySelector("[data-doubles]")
const watched = hint.dataset.fields.split(" ").map((name) => document.getElementById(`id_${name}`)).filter(Boolean)
const apart = document.getElementById("id_apart")
const answered = () => apart.value.split(",").filter(Boolean)
let timer
let asked = 0

async function look() {
  const values = new URLSearchParams(watched.map((field) => [field.name, field.value]))
  const number = ++asked
  try {
    const answer = await fetch(`${hint.dataset.doubles}?${values}`)
    if (number !== asked || !answer.ok || answer.redirected) return
    tell((await answer.json()).doubles.filter((one) => !answered().includes(String(one.key))))
  } catch {
    // the network failed: a save asks the same
  }
}

function tell(doubles) {
  hint.hidden = !doubles.length
  hint.replaceChildren(...doubles.map(line))
}

function line(one) {
  const row = document.createElement("p")
  const link = document.createElement("a")
  const two = document.createElement("button")
  link.href = one.address
  link.target = "_blank"
  link.textContent = one.name
  two.type = "button"
  two.textContent = "They are two"
  two.addEventListener("click", () => {
    apart.value = [...answered(), one.key].join()
    row.remove()
    hint.hidden = !hint.children.length
  })
  const known = [one.edition && `newest edition ${one.edition}`, one.cited && `cited ${one.cited} times`].filter(Boolean)
  const why = [one.why, ...known].join(", ")
  row.append("Is it there already? ", link, ` (${why}). `)
  if (!one.same) row.append(two) // else no save would take both
  return row
}

for (const field of watched) {
  field.addEventListener("input", () => {
    clearTimeout(timer)
    timer = setTimeout(look, 300)
  })
}
if (watched.some((field) => field.value) && !document.querySelector(".errornote")) look()
