// The plan by keyboard: each press is stored at once by the same buttons that work without this file.

const form = document.querySelector("#choose")
const bar = document.querySelector("#bar")
const told = document.querySelector("#told")
const letters = document.querySelector("#letters")
const find = document.querySelector("#find")
const dialog = document.querySelector("#keys")
const token = form.elements.csrfmiddlewaretoken.value
const HEADERS = { Accept: "application/json", "X-CSRFToken": token }

document.querySelector(".tools").hidden = false

// the line one is on

const rows = () => [...form.querySelectorAll(".row:not([hidden])")]
let now = null

function stand(row, scroll = true) {
  if (!row) return
  now?.classList.remove("now")
  now = row
  now.closest("details").open = true
  now.classList.add("now")
  if (scroll) now.scrollIntoView({ block: "center" })
  told.textContent = `${row.querySelector(".n").textContent} ${row.querySelector(".what b").textContent}, ${row.querySelector(".will").textContent.trim()}`
}
const step = (by) => {
  const all = rows()
  stand(all[Math.min(Math.max(all.indexOf(now) + by, 0), all.length - 1)])
}
const undecided = () => {
  const all = rows()
  const after = all.slice(all.indexOf(now) + 1).concat(all)
  const next = after.find((row) => row.classList.contains("ask") && !row.classList.contains("done"))
  if (next) stand(next)
  else if (bar.querySelector(".elsewhere")) turn(bar.querySelector(".elsewhere"))
  else told.textContent = "Nothing is undecided."
  return next
}

// to another page of a long plan, once all is stored
async function turn(link) {
  if (!link) return
  await queue
  if (!waiting.size) link.click()
}

// storing: one after the other, and what could not be stored is said and asked about on leaving

let queue = Promise.resolve()
let unsaved = 0
let leaving = false
const waiting = new Set()

const send = (url, body) => {
  unsaved += 1
  const sent = queue.then(async () => {
    const answer = await fetch(url, { method: "POST", body, headers: HEADERS, redirect: "manual" })
    if (answer.type === "opaqueredirect" || !(answer.headers.get("Content-Type") || "").startsWith("application/json")) {
      throw new Error("This is not stored: the server asks you to log in again, in another tab. Then press once more.")
    }
    return { ok: answer.ok, ...(await answer.json()) }
  })
  queue = sent.then(() => {}, () => {})
  return sent.finally(() => { unsaved -= 1 })
}

async function press(action, key) {
  const body = new FormData()
  body.set("csrfmiddlewaretoken", token)
  body.set("do", action)
  waiting.add(action)
  try {
    const answer = await send(form.action, body)
    waiting.delete(action)
    if (answer.problem) say(answer.problem, true)
    else take(answer, key)
    return !answer.problem
  } catch (error) {
    say(error instanceof TypeError ? "This is not stored: the server cannot be reached. Press once more." : error.message, true)
    return false
  }
}

function say(text, isProblem = false) {
  told.textContent = text
  told.classList.toggle("problem", isProblem)
}

function take(answer, key) {
  if (answer.reload) {
    leaving = true
    sessionStorage.setItem("stacks.import.at", String(scrollY))
    location.reload()
    return
  }
  const old = document.getElementById(`l-${key}`)
  if (old) {
    const part = fragment(answer.row)
    const wasNow = old === now
    old.replaceWith(part)
    if (wasNow) stand(document.getElementById(`l-${key}`), false)
  }
  document.querySelector("#totals").innerHTML = answer.totals
  bar.innerHTML = answer.bar
  enliven()
  say("")
}

function fragment(html) {
  const holder = document.createElement("template")
  holder.innerHTML = html.trim()
  return holder.content.firstElementChild
}

const keyOf = (action) => action.split(" ")[1]

form.addEventListener("submit", (event) => {
  const action = event.submitter?.value
  if (event.target !== form || !action) return
  event.preventDefault()
  const row = event.submitter.closest(".row")
  if (row) stand(row, false)
  press(action, keyOf(action))
})

// the form of a line, below it

async function edit(field = "") {
  if (!now) return
  const link = now.querySelector('.do a[href*="/plan/"]')
  if (!link) return
  const row = now
  if (!row.nextElementSibling?.matches(".editing")) {
    const answer = await fetch(link.href, { headers: HEADERS, redirect: "manual" }).catch(() => null)
    if (!answer?.ok) return say("The form of this line cannot be reached: open it by its link.", true)
    row.after(editing((await answer.json()).editor, row.dataset.key))
    tellAdded(row.nextElementSibling)
  }
  const box = row.nextElementSibling
  const wanted = box.querySelector(`[name="${field}"]`) || (field === "reason" && box.querySelector("[name=remarks]")) || box.querySelector("input:not([type=hidden]), select")
  wanted.focus()
  if (field === "technology") wanted.select?.()
}

const tellAdded = (item) => item.dispatchEvent(new CustomEvent("stacks:added", { bubbles: true }))

function editing(html, key) {
  const item = document.createElement("li")
  item.className = "editing"
  item.dataset.key = key
  item.append(fragment(html))
  item.addEventListener("submit", save) // a form within another tells nobody outside of that one that it is sent
  return item
}

function close(item) {
  const row = item.previousElementSibling
  item.remove()
  stand(row, false)
  document.activeElement?.blur()
}

async function save(event) {
  const editor = event.target
  event.preventDefault()
  const item = editor.closest(".editing")
  const { key } = item.dataset
  try {
    const answer = await send(editor.action, new FormData(editor))
    if (answer.editor) {
      item.replaceChildren(fragment(answer.editor))
      tellAdded(item)
      item.querySelector(".wrong input, .wrong select")?.focus()
      return
    }
    close(item)
    take(answer, key)
  } catch (error) {
    say(error instanceof TypeError ? "This is not stored: the server cannot be reached. What you typed is still here." : error.message, true)
  }
}
form.addEventListener("click", (event) => {
  const link = event.target.closest("a")
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
  if (link.matches(".cancel")) {
    event.preventDefault()
    close(link.closest(".editing"))
  } else if (link.closest(".do")) {
    event.preventDefault()
    stand(link.closest(".row"), false)
    edit()
  }
})
form.addEventListener("click", (event) => {
  const row = event.target.closest(".row")
  if (row && !event.target.closest("button, a")) stand(row, false)
})

// keys

const BESIDE = { m: "technology", n: "new_name", c: "category", g: "stage", h: "hosting", v: "via", e: "purpose", t: "quote", r: "reason" }

const button = (start) => [...(now?.querySelectorAll(".do button") || [])].find((one) => one.value.startsWith(start))
const action = (start) => {
  const found = button(start)
  return found && press(found.value, now.dataset.key)
}

async function answer(number) {
  const found = now?.querySelectorAll(".do kbd")[number - 1]?.closest("button, a")
  if (!found) return
  if (found.matches("a")) return edit("new_name")
  if (await press(found.value, now.dataset.key)) undecided()
}

// what an older edition said has no words here that could be skipped or be no technology
const hasWords = () => now && !now.dataset.key.startsWith("missing")

const LETTERS = {
  j: () => step(1),
  k: () => step(-1),
  w: undecided,
  s: () => hasWords() && press(`${now.classList.contains("no") ? "take" : "skip"} ${now.dataset.key}`, now.dataset.key),
  x: () => hasWords() && press(`never ${now.dataset.key}`, now.dataset.key),
  u: () => action("undo"),
  o: openAll,
  f: () => find.focus(),
  "[": () => turn(document.querySelector(".pager [rel=prev]")),
  "]": () => turn(document.querySelector(".pager [rel=next]")),
}

function openAll() {
  const parts = [...form.querySelectorAll("details")]
  const open = parts.some((part) => !part.open)
  for (const part of parts) part.open = open
}

document.addEventListener("keydown", (event) => {
  const target = event.target
  const inField = target.closest("input:not([type=checkbox]), select, textarea")
  if (event.isComposing || event.altKey || event.defaultPrevented || dialog.open) return
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault()
    const editor = target.closest(".editor") || form.querySelector(".editor")
    ;(editor || document.querySelector("form.confirm"))?.requestSubmit()
    return
  }
  if (event.ctrlKey || event.metaKey) return
  if (event.key === "Escape" && (inField || target.closest(".editing"))) {
    const item = target.closest(".editing")
    if (item) close(item)
    else target.blur()
    return
  }
  if (inField) return
  if (event.key === "Enter" && !target.closest("button, a, summary")) {
    event.preventDefault()
    answer(1)
    return
  }
  if (!letters.checked || event.key.length > 1) return
  if (/^[1-9]$/.test(event.key)) answer(Number(event.key))
  else if (BESIDE[event.key]) edit(BESIDE[event.key])
  else if (LETTERS[event.key]) LETTERS[event.key]()
  else return
  event.preventDefault()
})

document.querySelector("#open-all").addEventListener("click", openAll)

// finding a line

const isThrough = Boolean(find.closest(".through")) // all pages: the server looks, when it is sent
find.addEventListener("input", () => {
  if (isThrough) return
  const wanted = find.value.trim().toLowerCase()
  for (const row of form.querySelectorAll(".row")) row.hidden = Boolean(wanted) && !row.textContent.toLowerCase().includes(wanted)
  for (const part of form.querySelectorAll("details")) {
    part.hidden = Boolean(wanted) && !part.querySelector(".row:not([hidden])")
    if (wanted && !part.hidden) part.open = true
  }
  if (wanted) stand(rows()[0])
})
find.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !isThrough) find.blur()
})

// the bar

function enliven() {
  const next = bar.querySelector(".next")
  next.hidden = !form.querySelector(".row.ask:not(.done)")
  next.addEventListener("click", undecided)
  bar.querySelector("form.confirm")?.addEventListener("submit", async (event) => {
    if (leaving) return
    event.preventDefault()
    if (form.querySelector(".editor")) return say("A line is open: save it, or leave it as it is.", true)
    await queue
    if (waiting.size) return say("Something is not stored yet: press it once more.", true)
    leaving = true
    if (event.submitter?.name) {
      // a form that is sent by a script has no button that sent it
      const pressed = Object.assign(document.createElement("input"), { type: "hidden" })
      pressed.name = event.submitter.name
      pressed.value = event.submitter.value
      event.target.append(pressed)
    }
    event.target.submit()
  })
}
enliven()

addEventListener("pageshow", () => { leaving = false })
addEventListener("beforeunload", (event) => {
  if (!leaving && (unsaved || waiting.size || form.querySelector(".editor"))) event.preventDefault()
})

const at = sessionStorage.getItem("stacks.import.at")
sessionStorage.removeItem("stacks.import.at")
if (at) scrollTo(0, Number(at))
else stand(location.hash.startsWith("#l-") ? document.getElementById(location.hash.slice(1)) : form.querySelector(".row"), Boolean(location.hash))
