// The filters of a list stand folded above it where the window is narrow, and as somebody left them from then on.

const KEPT = "stacks.admin.filters"
const filters = document.querySelector("#changelist-filter > .fold")
const left = sessionStorage.getItem(KEPT)
const isNarrow = matchMedia("(max-width: 1023px)").matches
if (filters) {
  filters.open = left ? left === "open" : !isNarrow || filters.classList.contains("active")
  // by hand: the state that the page came with is an event as well
  filters.querySelector("summary").addEventListener("click", () => sessionStorage.setItem(KEPT, filters.open ? "folded" : "open"))
}
