// The keys of the review. Single letters count only while the passage has the focus (WCAG 2.2, 2.1.4); there they press
// the buttons, which do the work. A new proposal brings the focus back to its passage.
const KEYS = { a: "accept", r: "reject", n: "unanswerable", u: "undo" };
let shown = "";
let waiting = false; // for what a key began
let asked = false; // whether anything was pressed yet: the first proposal takes no focus from a reader of the page

const passage = () => element.querySelector(".review-passage");
const field = (name) => document.querySelector(`#review-${name} textarea`);
const inField = (target) => target === field("question") || target === field("answers");

function press(name) {
  if (waiting) return;
  const button = document.querySelector(`#review-${name}`);
  if (!button) return;
  button.click();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("#review-accept, #review-reject, #review-unanswerable, #review-undo");
  if (!button) return;
  asked = waiting = true;
  setTimeout(() => (waiting = false), 1000); // a refusal shows no new proposal
});

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey || event.metaKey || event.repeat) return;
  if (inField(event.target)) {
    if (event.key === "Escape") passage()?.focus();
    else if (event.key === "Enter" && event.ctrlKey) press("accept");
    else return;
    event.preventDefault();
  } else if (event.target === passage() && !event.ctrlKey && !event.shiftKey) {
    const key = event.key.toLowerCase();
    if (key === "e") field("question")?.focus();
    else if (KEYS[key]) press(KEYS[key]);
    else return;
    event.preventDefault();
  }
});

function onShown() {
  const now = passage()?.dataset.shown ?? "";
  if (!now || now === shown) return;
  shown = now;
  waiting = false;
  document.documentElement.lang = document.querySelector(".review-page")?.lang || "en";
  if (asked) passage().focus({ preventScroll: true });
  passage().querySelector("mark")?.scrollIntoView({ block: "nearest" });
}

new MutationObserver(onShown).observe(element, { subtree: true, childList: true, attributes: true });
onShown();
