// The text of an import: its size is told before it is sent, a known address says so, and leaving asks.

const form = document.querySelector("form.give")
const field = form.elements.text
const file = form.elements.file
const problem = document.querySelector("#text-problem")
const mostBytes = Number(field.dataset.mostBytes)
const mostLines = Number(field.dataset.mostLines)
const AS_FILE_FROM = 500_000 // characters: what is longer travels as a file, which has no other limit on its way

const tooLong = (bytes, lines) => {
  if (bytes > mostBytes) return `This has ${(bytes / 1e6).toFixed(1)} MB; ${mostBytes / 1e6} MB is the most. Nothing is cut.`
  if (lines > mostLines) return `This has ${lines.toLocaleString("en")} lines; ${mostLines.toLocaleString("en")} is the most. Nothing is cut.`
  return ""
}

function check() {
  const given = file.files[0]
  const text = field.value
  problem.textContent = given ? tooLong(given.size, 0) : tooLong(new Blob([text]).size, text.split("\n").length)
  return !problem.textContent
}

field.addEventListener("change", check)
file.addEventListener("change", check)

// a file may be dropped anywhere
document.addEventListener("dragover", (event) => event.preventDefault())
document.addEventListener("drop", (event) => {
  if (!event.dataTransfer.files.length) return
  event.preventDefault()
  file.files = event.dataTransfer.files
  check()
})

let sent = false
form.addEventListener("submit", (event) => {
  if (check()) {
    sent = true
  } else {
    event.preventDefault()
    field.focus()
  }
})
form.addEventListener("formdata", ({ formData }) => {
  if (field.value.length < AS_FILE_FROM || file.files.length) return
  formData.delete("text")
  formData.set("file", new File([field.value], "pasted"))
})
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return
  event.preventDefault()
  form.requestSubmit()
})

// company or technology: the other field has no say
function about() {
  const technology = form.elements.about.value === "technology"
  for (const [name, hidden] of [["company", technology], ["own_words", technology], ["technology", !technology]]) {
    form.elements[name].closest(".field, .tick").hidden = hidden
  }
}
form.addEventListener("change", about)
about()

// what is known of the page
const known = document.querySelector("#known-source")
const { url, title, publisher } = form.elements
async function look() {
  const address = url.value.trim()
  if (!address) return tell(null)
  try {
    const answer = await fetch(`${form.dataset.sourceUrl}?${new URLSearchParams({ url: address })}`)
    if (answer.ok && !answer.redirected) tell((await answer.json()).source)
  } catch {
    // the network failed: the server says the same once the form is sent
  }
}
function tell(source) {
  for (const box of [title, publisher]) box.readOnly = Boolean(source)
  if (!source) {
    known.textContent = ""
    return
  }
  title.value = source.title
  publisher.value = source.publisher
  known.textContent = [
    `Known: ${source.title}`,
    source.company && `the words of ${source.company}`,
    source.cited ? `cited ${source.cited} times` : "not cited yet",
    source.edition && `newest edition ${source.edition}`,
  ].filter(Boolean).join(", ")
}
url.addEventListener("change", look)
if (url.value) look()

const typed = () => [...form.elements].some((one) => {
  if (!one.name || one.readOnly || ["hidden", "submit"].includes(one.type)) return false
  if (["checkbox", "radio"].includes(one.type)) return one.checked !== one.defaultChecked
  if (one.options) return [...one.options].some((option) => option.selected !== option.defaultSelected) && one.selectedIndex > 0
  return one.type === "file" ? one.files.length > 0 : one.value !== one.defaultValue
})
addEventListener("pageshow", () => { sent = false })
addEventListener("beforeunload", (event) => {
  if (!sent && (typed() || document.querySelector(".errornote"))) event.preventDefault()
})
