// the filters of a list stand folded above it where the window is narrow; who opens them finds them open on the next list
const filters = document.querySelector("#changelist-filter > .fold:not(.active)")
if (filters && matchMedia("(max-width: 1023px)").matches) filters.open = false
