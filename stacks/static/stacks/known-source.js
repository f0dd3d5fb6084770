// What is known of a source: a known address fills in the form of a source, where that is empty; a chosen source tells
// its dates beside the box. In a window of its own a known source can be taken as it is.

const asks = document.currentScript.dataset.known
const ask = async (values) => {
  try {
    const answer = await fetch(`${asks}?${new URLSearchParams(values)}`)
    return answer.ok && !answer.redirected ? await answer.json() : null
  } catch {
    return null // the network failed: the form says the same once it is saved
  }
}
const told = ({ name, edition, cited }) =>
  [name, edition ? `newest edition ${edition}` : "undated", cited ? `cited ${cited} times` : "not cited yet"].join(", ")

function noteBeside(box, name) {
  const place = box.closest(".form-row, td, div")
  const known = place.querySelector(`.${name}`)
  if (known) return known
  const note = document.createElement("p")
  note.className = `help ${name}`
  note.setAttribute("role", "status")
  place.append(note)
  return note
}

// the form of a new source

const address = document.querySelector("#source_form #id_url")
const isNew = address && !document.querySelector("#id_seen_version")?.value

async function fillIn() {
  const found = await ask({ url: address.value })
  if (!found) return
  for (const [name, value] of Object.entries(found.values)) {
    const box = document.getElementById(`id_${name}`)
    if (!box || box.value) continue
    if (name === "company") box.append(new Option(found.values.company_name, value, true, true))
    box.value = value
    box.dispatchEvent(new Event("change", { bubbles: true }))
  }
  const note = noteBeside(address, "known")
  note.replaceChildren(found.source ? `Known: ${told(found.source)}. ` : "")
  if (found.source && window.opener?.dismissAddRelatedObjectPopup) note.append(take(found.source))
}

function take(source) {
  const button = document.createElement("button")
  button.type = "button"
  button.textContent = "Take this one"
  button.addEventListener("click", () => window.opener.dismissAddRelatedObjectPopup(window, source.key, source.name))
  return button
}
if (isNew) {
  address.addEventListener("change", fillIn)
}

// a source that is chosen

async function tellChosen(box) {
  const note = noteBeside(box, "chosen")
  const found = box.value ? await ask({ source: box.value }) : null
  note.textContent = found?.source ? told(found.source) : ""
  const edition = document.getElementById(box.id.replace(/source$/, "edition_on"))
  if (edition) edition.placeholder = found?.source?.edition || ""
}
django.jQuery(document).on("change", "select[name$='source']", (event) => tellChosen(event.target))
