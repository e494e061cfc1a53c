// The chips of the filters: removing one, and keeping them in the page's address. Gradio runs this once, with `element`
// (the part of the chips) and `trigger`; it patches the HTML inside `element` whenever it changes.
const names = ["language", "from", "to", "source"];
let removed = false;
let typing = 0;
const dateFields = () => document.querySelectorAll(".filter-dates input");

function onFilters() {
  const bar = element.querySelector(".filter-bar");
  if (!bar) return;
  const address = new URL(window.location.href);
  for (const name of names) address.searchParams.delete(name);
  for (const [name, value] of new URLSearchParams(bar.dataset.query)) address.searchParams.append(name, value);
  if (address.href !== window.location.href) window.history.replaceState(window.history.state, "", address);
  for (const field of dateFields()) {
    const kept = address.searchParams.get(field.name) || "";
    if (field !== document.activeElement && field.value !== kept) field.value = kept;
  }
  if (removed) {
    removed = false;
    (bar.querySelector("button") || document.querySelector("#question textarea"))?.focus();
  }
}

function onRemove(event) {
  const button = event.target instanceof Element ? event.target.closest("[data-unfilter]") : null;
  if (!button) return;
  removed = true;
  trigger("remove", { name: button.dataset.unfilter, value: button.dataset.value });
}

// While a year is typed, each of its digits makes a date: the last one counts.
function onDate(event) {
  if (!(event.target instanceof Element) || !event.target.matches(".filter-dates input")) return;
  clearTimeout(typing);
  typing = setTimeout(() => {
    const [from, to] = [...dateFields()].map((field) => field.value);
    trigger("dates", { from, to });
  }, 500);
}

window.articleFilters?.abort();
const filtersControl = new AbortController();
window.articleFilters = filtersControl;
element.addEventListener("click", onRemove, { signal: filtersControl.signal });
document.addEventListener("change", onDate, { signal: filtersControl.signal });
document.addEventListener(
  "submit",
  (event) => event.target instanceof Element && event.target.matches(".filter-dates") && event.preventDefault(),
  { signal: filtersControl.signal },
);
const filtersObserver = new MutationObserver(onFilters);
filtersObserver.observe(element, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-query"] });
filtersControl.signal.addEventListener("abort", () => filtersObserver.disconnect());
onFilters();
