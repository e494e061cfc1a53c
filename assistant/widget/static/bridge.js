// In the compact chat inside a widget: what the page around may ask of it and is told of it. Gradio runs this once, with
// `element` (the part into which the server writes what was answered) and `trigger`.
const frame = window.articleFrame;
const answers = new Map(); // by exchange: the answer, as the API gives it
const waitingFor = new Map(); // by exchange: who waits for that
const told = new Set();
const choices = new Map(); // by number: who waits for what becomes of a citation
const PATIENCE_FOR_HOST = 3000; // milliseconds; then the chat goes on by itself
let choiceNumber = 0;
let passing = null; // the button whose click goes through to the chat
let height = 0;

const bridgeControl = new AbortController();
const part = (identity) => document.getElementById(identity);
const box = () => document.querySelector("#question textarea");

function answerOf(exchange) {
  if (answers.has(exchange)) return Promise.resolve(answers.get(exchange));
  return new Promise((resolve) => {
    waitingFor.set(exchange, resolve);
    setTimeout(() => resolve(null), PATIENCE_FOR_HOST);
  });
}

function onPage() {
  for (const exchange of document.querySelectorAll("#page .exchange")) {
    const identity = exchange.id.replace("exchange-", "");
    if (told.has(identity)) continue;
    if (exchange.querySelector(".answer")) {
      told.add(identity);
      trigger("told", { exchange: identity });
    } else if (exchange.querySelector(".failure")) {
      told.add(identity);
      frame.send("error", { code: "question", message: exchange.querySelector(".failure p")?.textContent ?? "" });
    }
  }
  measure();
}

function onTold() {
  for (const written of element.querySelectorAll("[data-exchange]")) {
    const exchange = written.dataset.exchange;
    if (answers.has(exchange)) continue;
    const answer = JSON.parse(written.textContent);
    answers.set(exchange, answer);
    waitingFor.get(exchange)?.(answer);
    frame.send("answer", { answer });
  }
}

function sameAs(button) {
  const { exchange, cite } = button.dataset;
  return [...document.querySelectorAll("#page [data-cite]")].find((each) =>
    each.dataset.exchange === exchange && each.dataset.cite === cite && each.className === button.className);
}

// A citation of an answer opens here, unless the page around opens it itself.
async function onCitation(event) {
  const button = event.target instanceof Element ? event.target.closest("#page [data-cite]") : null;
  if (!button || button === passing) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const answer = await answerOf(button.dataset.exchange);
  const citation = answer?.citations.find((each) => each.number === Number(button.dataset.cite));
  const number = ++choiceNumber;
  const handled = citation && (await new Promise((resolve) => {
    choices.set(number, resolve);
    setTimeout(() => resolve(false), PATIENCE_FOR_HOST);
    frame.send("citation", { number, citation });
  }));
  choices.delete(number);
  if (handled) return;
  passing = button.isConnected ? button : sameAs(button); // meanwhile the page may have been written anew
  passing?.click();
  passing = null;
}

// Escape first closes what is open in here.
function onEscape(event) {
  if (event.key !== "Escape" || event.isComposing || "reading" in document.body.dataset) return;
  if ("shown" in (part("quote-card")?.dataset ?? {}) || document.querySelector("[role=listbox]")) return;
  frame.send("escape");
}

// How high the chat is, so that the panel around it is no higher than it needs to be.
function measure() {
  const bottoms = ["page", "examples", "progress"].map((identity) => part(identity)?.getBoundingClientRect().bottom ?? 0);
  const needed = "reading" in document.body.dataset ? 100_000 : Math.ceil(Math.max(...bottoms) + window.scrollY);
  if (needed === height || !document.querySelector("#page .page")) return;
  height = needed;
  frame.send("size", { height });
}

const toFocus = () => ("reading" in document.body.dataset && document.querySelector(".reader mark")) || box();

function onMessage(message) {
  if (message.type === "ask") document.dispatchEvent(new CustomEvent("article-question", { detail: message.question }));
  else if (message.type === "focus") toFocus()?.focus({ preventScroll: true });
  else if (message.type === "new") part("new-conversation")?.click();
  else if (message.type === "room") document.documentElement.style.setProperty("--room", `${message.height}px`);
  else if (message.type === "choice") choices.get(message.number)?.(message.handled);
}

function start() {
  const listening = { signal: bridgeControl.signal };
  window.addEventListener("click", onCitation, { capture: true, ...listening });
  window.addEventListener("keydown", onEscape, { capture: true, ...listening });
  const sizes = new ResizeObserver(measure);
  const watched = { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["data-exchange"] };
  const pages = new MutationObserver(onPage);
  const seeker = new MutationObserver(seek);
  const reading = new MutationObserver(measure);
  const written = new MutationObserver(onTold);
  written.observe(element, watched);
  reading.observe(document.body, { attributes: true, attributeFilter: ["data-reading"] });
  bridgeControl.signal.addEventListener("abort", () => {
    for (const each of [sizes, pages, seeker, reading, written]) each.disconnect();
  });
  function seek() {
    const page = part("page");
    if (!page?.querySelector(".page") || !(box() || page.querySelector(".setup"))) return false;
    if (!window.articleAssistant) return false; // chat.js, which takes questions; it, too, adds something to the page
    seeker.disconnect();
    pages.observe(page, watched);
    for (const identity of ["page", "examples", "progress", "composer"]) if (part(identity)) sizes.observe(part(identity));
    frame.send("ready");
    frame.listen(onMessage);
    onPage();
    return true;
  }
  if (!seek()) seeker.observe(document.body, { childList: true, subtree: true });
}

window.articleBridge?.abort();
window.articleBridge = bridgeControl;
if (frame) start();
