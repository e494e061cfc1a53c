// The page's only script. Gradio runs it once, when the page part is there, with `element` (that part) and `trigger`
// (sends an event to the server). Gradio patches the HTML inside `element` in place whenever it changes, so every
// listener here sits above what it listens to. Nothing is made from strings: text stays what the server escaped.
const root = document.documentElement;
const body = document.body;
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
let opener = null;
let keepTop = null;
let exchangesSeen = 0;
let openingSeen = "";
let failureSeen = "";

const panel = () => document.getElementById("reader-panel");
const scrolling = () => (calm.matches ? "auto" : "smooth");

function openReader(button) {
  const data = { exchange: button.dataset.exchange, cite: Number(button.dataset.cite) };
  if (button.dataset.start !== undefined) {
    data.start = Number(button.dataset.start);
    data.end = Number(button.dataset.end);
    const mark = panel().querySelector("mark");
    keepTop = mark ? mark.getBoundingClientRect().top : null;
  } else {
    keepTop = null;
  }
  if (!panel().contains(button)) opener = { exchange: data.exchange, cite: data.cite, source: button.className };
  body.dataset.reading = "";
  panel().setAttribute("aria-busy", "true");
  markOpen(data);
  trigger("read", data);
}

function markOpen(data) {
  for (const button of element.querySelectorAll("[data-cite]")) {
    const open = data && button.dataset.exchange === data.exchange && Number(button.dataset.cite) === data.cite;
    if (open) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}

function closeReader() {
  if (!("reading" in body.dataset)) return;
  delete body.dataset.reading;
  markOpen(null);
  if (!opener) return;
  for (const button of element.querySelectorAll("[data-cite]")) {
    if (button.dataset.exchange === opener.exchange && Number(button.dataset.cite) === opener.cite
        && button.className === opener.source) {
      button.focus({ preventScroll: true });
      break;
    }
  }
  opener = null;
}

function onReader() {
  const reader = panel().querySelector(".reader");
  const opening = reader ? reader.dataset.opening : "";
  if (opening === openingSeen) return; // something of Gradio's own changed around it
  openingSeen = opening;
  panel().removeAttribute("aria-busy");
  if (!reader) return closeReader();
  if (!("reading" in body.dataset)) return;
  const text = reader.querySelector(".reader-text");
  const mark = reader.querySelector("mark");
  if (text && mark && keepTop !== null) {
    text.scrollTop += mark.getBoundingClientRect().top - keepTop;
  } else if (text && mark) {
    const above = mark.getBoundingClientRect().top - text.getBoundingClientRect().top;
    text.scrollTop += above - text.clientHeight / 4;
    const first = reader.querySelector("#reader-title");
    if (first && !reader.contains(document.activeElement)) focusWhenShown(first);
  }
  keepTop = null;
}

function focusWhenShown(part) {
  // A part that is still sliding in cannot take the focus.
  part.focus({ preventScroll: true });
  if (document.activeElement !== part) requestAnimationFrame(() => part.isConnected && "reading" in body.dataset && focusWhenShown(part));
}

function onPage() {
  const page = element.querySelector(".page");
  if (!page) return;
  root.lang = page.lang;
  document.title = page.dataset.title;
  const exchanges = element.querySelectorAll(".exchange");
  if (exchanges.length > exchangesSeen) {
    exchanges[exchanges.length - 1].scrollIntoView({ block: "start", behavior: scrolling() });
  }
  exchangesSeen = exchanges.length;
  const last = exchanges[exchanges.length - 1];
  if (last && last.id !== failureSeen && last.querySelector(".failure")) {
    failureSeen = last.id;
    giveBack(last.querySelector(".question-text").textContent);
  }
  if (!exchanges.length) closeReader();
}

// The question box. It belongs to the browser alone: its text goes out when a question is sent, at once, and comes back
// only if the question was refused or failed, into a box that is empty.
const box = () => document.querySelector("#question textarea");

function write(text) {
  box().value = text;
  box().dispatchEvent(new Event("input", { bubbles: true }));
}

function giveBack(text) {
  if (box() && !box().value) write(text);
}

function send(event) {
  event.preventDefault();
  event.stopPropagation();
  const question = box().value;
  if (!question.trim()) return;
  write("");
  // Not before the first page came: it would come after the question, and show in its place.
  whenThere(() => element.querySelector(".page"), () => trigger("ask", { question }));
}

function onNotice() {
  const returned = document.querySelector("#notice [data-returned]");
  if (returned) giveBack(returned.textContent);
}

// The card that shows a quote while its mark is hovered or focused: a copy of the source below the answer.
const card = document.createElement("div");
card.id = "quote-card";
card.setAttribute("aria-hidden", "true");
body.append(card);

function showCard(mark) {
  const source = document.getElementById(`source-${mark.dataset.exchange}-${mark.dataset.cite}`);
  const content = source && source.querySelector(".source-body");
  if (!content) return;
  const copy = content.cloneNode(true);
  for (const part of copy.querySelectorAll("[id]")) part.removeAttribute("id");
  card.replaceChildren(copy);
  card.dataset.shown = "";
  const at = mark.getBoundingClientRect();
  const size = card.getBoundingClientRect();
  const left = Math.max(12, Math.min(at.left - 24, window.innerWidth - size.width - 12));
  const above = at.top - size.height - 8;
  card.style.left = `${left}px`;
  card.style.top = `${above > 8 ? above : at.bottom + 8}px`;
}

const hideCard = () => delete card.dataset.shown;
const markAt = (event) => (event.target instanceof Element ? event.target.closest(".citation-mark") : null);

function onClick(event) {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (!button) return;
  if (button.dataset.cite !== undefined) {
    hideCard();
    openReader(button);
  } else if (button.dataset.ask !== undefined) {
    trigger("ask", { question: button.textContent });
  } else if (button.dataset.close !== undefined) {
    closeReader();
  } else if (button.id === "new-conversation") {
    closeReader();
    box()?.focus();
  }
}

function onSubmit(event) {
  const form = event.target instanceof Element ? event.target.closest("form[data-search]") : null;
  if (!form) return;
  event.preventDefault();
  trigger("ask", { again: form.dataset.search, search_for: form.elements.query.value });
}

function onSendClick(event) {
  if (event.target instanceof Element && event.target.closest("#question .submit-button")) {
    send(event);
    box().focus();
  }
}

function onKey(event) {
  if (event.key !== "Escape") return;
  if ("shown" in card.dataset) hideCard();
  else closeReader();
}

// The parts of the page are mounted one after another, and on a busy machine some of them after this script has run.
function whenThere(find, start) {
  if (find()) return start(find());
  const seeker = new MutationObserver(() => {
    if (!find()) return;
    seeker.disconnect();
    start(find());
  });
  seeker.observe(body, { childList: true, subtree: true });
  control.signal.addEventListener("abort", () => seeker.disconnect());
}

// A reconnect may build the page anew: the listeners of the old one are taken off first.
window.articleAssistant?.abort();
const control = new AbortController();
window.articleAssistant = control;
const listening = { signal: control.signal };
// Sending is taken before Gradio sees it. Enter that ends the choice of a character (an input method) does not send.
const before = { capture: true, signal: control.signal };
document.addEventListener("keydown", (event) => {
  if (event.target === box() && event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
}, before);
document.addEventListener("click", onSendClick, before);
document.addEventListener("click", onClick, listening);
document.addEventListener("submit", onSubmit, listening);
document.addEventListener("keydown", onKey, listening);
for (const name of ["pointerover", "focusin"]) {
  document.addEventListener(name, (event) => markAt(event) && showCard(markAt(event)), listening);
}
for (const name of ["pointerout", "focusout"]) {
  document.addEventListener(name, (event) => markAt(event) && hideCard(), listening);
}
document.addEventListener("scroll", hideCard, { capture: true, passive: true, signal: control.signal });

const watching = { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["data-opening", "data-returned"] };
const pageObserver = new MutationObserver(onPage);
pageObserver.observe(element, watching);
const readerObserver = new MutationObserver(onReader);
whenThere(panel, (part) => readerObserver.observe(part, watching));
const noticeObserver = new MutationObserver(onNotice);
whenThere(() => document.getElementById("notice"), (part) => noticeObserver.observe(part, watching));
control.signal.addEventListener("abort", () => {
  pageObserver.disconnect();
  readerObserver.disconnect();
  noticeObserver.disconnect();
  card.remove();
});
onPage();
