/* Goes back to the form at once, where that is what the page is for: the form is shown there, and not saved. */

document.querySelector("form[data-kept='at-once']")?.requestSubmit();
