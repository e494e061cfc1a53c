// The thumbs below an answer and the form of the second one. Gradio runs this once, with `element` (the part that says
// what was kept) and `trigger`. The answers stand elsewhere on the page and are patched there, so that what was said of
// them is remembered here.
const verdicts = new Map();
const partOf = (node) => (node instanceof Element ? node.closest("[data-exchange-feedback]") : null);
let openForm = "";

function showVerdicts() {
  for (const part of document.querySelectorAll("[data-exchange-feedback]")) {
    const exchange = part.dataset.exchangeFeedback;
    for (const thumb of part.querySelectorAll("[data-verdict]")) {
      const pressed = String(verdicts.get(exchange) === thumb.dataset.verdict);
      if (thumb.getAttribute("aria-pressed") !== pressed) thumb.setAttribute("aria-pressed", pressed);
      if (thumb.dataset.verdict === "bad") {
        const expanded = String(openForm === exchange);
        if (thumb.getAttribute("aria-expanded") !== expanded) thumb.setAttribute("aria-expanded", expanded);
      }
    }
    const form = part.querySelector("form");
    if (form.hidden !== (openForm !== exchange)) form.hidden = openForm !== exchange;
  }
}

function openOrClose(part, open) {
  const form = part.querySelector("form");
  openForm = open ? part.dataset.exchangeFeedback : "";
  showVerdicts();
  if (open) {
    const selected = document.getElementById("reader-panel")?.contains(window.getSelection()?.anchorNode)
      ? window.getSelection().toString().trim()
      : "";
    if (selected && !form.elements.passage.value) form.elements.passage.value = selected;
    form.querySelector("input").focus();
  } else {
    part.querySelector('[data-verdict="bad"]').focus();
  }
}

function onFeedbackClick(event) {
  const part = partOf(event.target);
  const button = part && event.target.closest("button");
  if (!button) return;
  const exchange = part.dataset.exchangeFeedback;
  if (button.dataset.verdict !== undefined && verdicts.get(exchange) === button.dataset.verdict) {
    trigger("feedback", { exchange, verdict: "none" });
  } else if (button.dataset.verdict === "good") {
    if (openForm === exchange) openOrClose(part, false);
    trigger("feedback", { exchange, verdict: "good" });
  } else if (button.dataset.verdict === "bad") {
    openOrClose(part, openForm !== exchange);
  } else if (button.dataset.cancel !== undefined) {
    openOrClose(part, false);
  }
}

function onFeedbackSubmit(event) {
  const part = partOf(event.target);
  if (!part) return;
  event.preventDefault();
  const fields = event.target.elements;
  trigger("feedback", {
    exchange: part.dataset.exchangeFeedback,
    verdict: "bad",
    reason: fields.reason.value,
    remark: fields.remark.value,
    passage: fields.passage.value,
  });
  openOrClose(part, false);
}

function onFeedbackKey(event) {
  const part = event.key === "Escape" && partOf(event.target);
  if (!part || openForm !== part.dataset.exchangeFeedback) return;
  event.stopImmediatePropagation(); // the reader beside it stays open
  openOrClose(part, false);
}

function onSaid() {
  const said = element.querySelector("[data-said]");
  if (!said || !said.dataset.kept) return;
  verdicts.set(said.dataset.said, said.dataset.kept);
  showVerdicts();
}

window.articleFeedback?.abort();
const feedbackControl = new AbortController();
window.articleFeedback = feedbackControl;
const heard = { signal: feedbackControl.signal };
document.addEventListener("click", onFeedbackClick, heard);
document.addEventListener("submit", onFeedbackSubmit, heard);
document.addEventListener("keydown", onFeedbackKey, { capture: true, signal: feedbackControl.signal });
const saidObserver = new MutationObserver(onSaid);
saidObserver.observe(element, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-said", "data-kept"] });
const answersObserver = new MutationObserver(showVerdicts);
answersObserver.observe(document.body, { childList: true, subtree: true });
feedbackControl.signal.addEventListener("abort", () => {
  saidObserver.disconnect();
  answersObserver.disconnect();
});
