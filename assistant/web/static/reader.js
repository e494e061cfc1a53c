// The page's script, first part: the reader. The parts are joined in the order of SCRIPTS in page.py, and Gradio runs
// them once, when the page part is there, with `element` (that part) and `trigger` (sends an event to the server).
// Gradio patches the HTML inside `element` in place whenever it changes, so every listener sits above what it listens
// to. Nothing is made from strings: text stays what the server escaped.
const root = document.documentElement;
const body = document.body;
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
const covering = window.matchMedia("(max-width: 60rem)"); // as in reader.css: there the reader covers the chat
let opener = null;
let keepTop = null;
let openingSeen = "";

const panel = () => document.getElementById("reader-panel");
const reading = () => "reading" in body.dataset;
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

// What the reader covers can neither be seen nor reached; beside it, the chat stays as usable as it was.
function setBehind() {
  const covered = reading() && covering.matches;
  for (const part of document.querySelectorAll("#top-bar, #page, #examples, #progress, #composer")) part.inert = covered;
  if (covered) {
    panel().setAttribute("role", "dialog");
    panel().setAttribute("aria-modal", "true");
    panel().setAttribute("aria-labelledby", "reader-title");
  } else if (panel()) {
    for (const name of ["role", "aria-modal", "aria-labelledby"]) panel().removeAttribute(name);
  }
}

function closeReader() {
  if (!reading()) return;
  delete body.dataset.reading;
  setBehind();
  markOpen(null);
  if (!opener) return;
  for (const button of element.querySelectorAll("[data-cite]")) {
    if (button.dataset.exchange === opener.exchange && Number(button.dataset.cite) === opener.cite
        && button.className === opener.source) {
      focusQuietly(button);
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
  if (!reading()) return;
  const text = reader.querySelector(".reader-text");
  const mark = reader.querySelector("mark");
  if (text && mark && keepTop !== null) {
    text.scrollTop += mark.getBoundingClientRect().top - keepTop;
  } else if (text && mark) {
    const above = mark.getBoundingClientRect().top - text.getBoundingClientRect().top;
    text.scrollTop += above - text.clientHeight / 4;
  }
  const first = mark || reader.querySelector(".reader-close"); // from there, reading and scrolling go on
  if (keepTop === null && !panel().contains(document.activeElement)) focusWhenShown(first);
  else setBehind();
  keepTop = null;
}

function focusWhenShown(part) {
  // A part that is still sliding in cannot take the focus; what is behind lets it go only after that.
  part.focus({ preventScroll: true });
  if (document.activeElement === part) setBehind();
  else requestAnimationFrame(() => part.isConnected && reading() && focusWhenShown(part));
}
