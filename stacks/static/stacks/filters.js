// The filters of a list stand folded above it where the window is narrow. Who opens or closes them finds them so on the
// next list: the script of Django's admin, which ran before, remembers that by their title.

const filters = document.querySelector("#changelist-filter > .fold:not(.active)")
const remembered = sessionStorage.getItem("django.admin.filtersState") || "{}"
if (filters && !(filters.dataset.filterTitle in JSON.parse(remembered)) && matchMedia("(max-width: 1023px)").matches) filters.open = false
