// Third part: questions, and what the keys and buttons do.
let exchangesSeen = 0;
let lastSeen = "";
let sent = null; // a question that the server has not taken yet
let checking = 0;
let refocus = false;
const PATIENCE = 4000; // milliseconds until the server is asked whether it is there

function onPage() {
  const page = element.querySelector(".page");
  if (!page) return;
  root.lang = page.lang;
  document.title = page.dataset.title;
  const exchanges = element.querySelectorAll(".exchange");
  const last = exchanges[exchanges.length - 1];
  if (last && last.id !== lastSeen) {
    arrived();
    showUnreachable(false);
    if (exchanges.length >= exchangesSeen) last.scrollIntoView({ block: "start", behavior: scrolling() });
  }
  lastSeen = last ? last.id : "";
  exchangesSeen = exchanges.length;
  // A button that was pressed and is gone leaves the focus nowhere.
  if (refocus && last && !hasFocus()) last.querySelector(".question").focus({ preventScroll: true });
  refocus = false;
  if (!exchanges.length) closeReader();
}

function hasFocus() {
  const focused = document.activeElement?.closest("button, textarea, input, a");
  return Boolean(focused && focused.isConnected && focused.checkVisibility({ visibilityProperty: true }));
}

// The question box. It belongs to the browser alone: its text goes out when a question is sent, at once, and comes back
// only if the question was refused or never arrived, into a box that is empty.
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
  askWhenThere(question);
}

// Not before the first page came: it would come after the question, and show in its place.
function askWhenThere(question) {
  whenThere(() => element.querySelector(".page"), () => ask({ question }));
}

// Gradio loads the page anew after a lost connection: a question that did not arrive outlives that in the tab's storage.
function remember(question) {
  try {
    if (question) sessionStorage.setItem("unsent", question);
    else sessionStorage.removeItem("unsent");
  } catch {
    // without storage, which a browser may forbid, it lives as long as the page
  }
}

function remembered() {
  try {
    return sessionStorage.getItem("unsent");
  } catch {
    return null;
  }
}

function arrived() {
  sent = null;
  remember(null);
}

function ask(data) {
  sent = data;
  remember(data.question);
  trigger("ask", data);
  clearTimeout(checking);
  checking = setTimeout(checkServer, PATIENCE);
}

function onNotice() {
  if (document.querySelector("#notice .notice")) arrived();
  const returned = document.querySelector("#notice [data-returned]");
  if (returned) giveBack(returned.textContent);
}

// A server that does not answer cannot say so: the page does.
async function checkServer() {
  const waiting = sent !== null || element.querySelector(".working") !== null;
  if (!waiting || control.signal.aborted) return;
  let there = false;
  try {
    const top = document.documentElement.dataset.compact === undefined ? "." : ".."; // the compact chat is at /embed/
    const live = new URL(`${top}/api/v1/health/live`, document.baseURI);
    there = (await fetch(live, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) })).ok;
  } catch {
    there = false;
  }
  showUnreachable(!there);
  if (!there && sent) {
    if (sent.question) giveBack(sent.question);
    sent = null;
  }
  clearTimeout(checking);
  checking = setTimeout(checkServer, PATIENCE);
}

function showUnreachable(shown) {
  const composer = document.getElementById("composer");
  const there = document.getElementById("unreachable");
  if (shown === Boolean(there) || !composer) return;
  if (!shown) return there.remove();
  const notice = document.createElement("p");
  notice.id = "unreachable";
  notice.className = "notice";
  notice.setAttribute("role", "alert");
  composer.prepend(notice);
  notice.textContent = element.querySelector(".page").dataset.unreachable;
}

function changeQuestion(button) {
  write(button.closest(".exchange").querySelector(".question-text").textContent);
  box().focus();
}

function onClick(event) {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (!button || button.getAttribute("aria-disabled") === "true") return;
  if (button.dataset.cite !== undefined) {
    hideCard();
    openReader(button);
  } else if (button.dataset.ask !== undefined) {
    refocus = true;
    ask({ question: button.textContent });
  } else if (button.dataset.again !== undefined) {
    refocus = true;
    ask({ retry: button.dataset.again });
  } else if (button.dataset.change !== undefined) {
    changeQuestion(button);
  } else if (button.dataset.close !== undefined) {
    closeReader();
  } else if (button.id === "stop") {
    refocus = true;
  } else if (button.id === "new-conversation") {
    closeReader();
    box()?.focus();
  }
}

function onSubmit(event) {
  const form = event.target instanceof Element ? event.target.closest("form[data-search]") : null;
  if (!form) return;
  event.preventDefault();
  ask({ again: form.dataset.search, search_for: form.elements.query.value });
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
document.addEventListener("article-question", (event) => askWhenThere(event.detail), listening); // by another script
document.addEventListener("keydown", onKey, listening);
document.addEventListener("pointerover", onPointerOver, listening);
document.addEventListener("pointerout", onPointerOut, listening);
document.addEventListener("focusin", onFocusIn, listening);
document.addEventListener("focusout", onFocusOut, listening);
document.addEventListener("scroll", placeCard, { capture: true, passive: true, signal: control.signal });
covering.addEventListener("change", setBehind, listening);

const watching = { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["data-opening", "data-returned"] };
const pageObserver = new MutationObserver(onPage);
pageObserver.observe(element, watching);
const readerObserver = new MutationObserver(onReader);
whenThere(panel, (part) => readerObserver.observe(part, watching));
const composerObserver = new ResizeObserver(([composer]) => {
  root.style.setProperty("--composer", `${composer.target.offsetHeight}px`);
});
whenThere(() => document.getElementById("composer"), (part) => composerObserver.observe(part));
const noticeObserver = new MutationObserver(onNotice);
whenThere(() => document.getElementById("notice"), (part) => noticeObserver.observe(part, watching));
control.signal.addEventListener("abort", () => {
  pageObserver.disconnect();
  readerObserver.disconnect();
  noticeObserver.disconnect();
  composerObserver.disconnect();
  card.remove();
});
onPage();
if (remembered()) {
  whenThere(box, () => {
    giveBack(remembered());
    remember(null);
  });
}
