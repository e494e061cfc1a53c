// Second part: the card that shows a quote while its mark is hovered or focused, a copy of the source below the answer.
// It stays while the pointer is over it, and Escape takes it away (WCAG 2.2, 1.4.13). Screen readers have the source
// itself, by which each mark is described.
const card = document.createElement("div");
card.id = "quote-card";
card.setAttribute("aria-hidden", "true");
body.append(card);
const LINGER = 250; // milliseconds in which the pointer can go from the mark to the card
let cardMark = null;
let leaving = 0;
let quietly = false;

function showCard(mark) {
  clearTimeout(leaving);
  const source = document.getElementById(`source-${mark.dataset.exchange}-${mark.dataset.cite}`);
  const content = source && source.querySelector(".source-body");
  if (!content) return;
  const copy = content.cloneNode(true);
  for (const part of copy.querySelectorAll("[id]")) part.removeAttribute("id");
  card.replaceChildren(copy);
  card.dataset.shown = "";
  cardMark = mark;
  placeCard();
}

function placeCard() {
  if (!cardMark) return;
  const at = cardMark.getBoundingClientRect();
  if (!cardMark.isConnected || at.bottom < 0 || at.top > window.innerHeight) return hideCard();
  const size = card.getBoundingClientRect();
  const left = Math.max(12, Math.min(at.left - 24, window.innerWidth - size.width - 12));
  const above = at.top - size.height - 8;
  card.style.left = `${left}px`;
  card.style.top = `${above > 8 ? above : at.bottom + 8}px`;
}

function hideCard() {
  clearTimeout(leaving);
  delete card.dataset.shown;
  cardMark = null;
}

// The focus that comes back from the reader brings no card with it.
function focusQuietly(part) {
  quietly = true;
  part.focus({ preventScroll: true });
  quietly = false;
}

const markAt = (event) => (event.target instanceof Element ? event.target.closest(".citation-mark") : null);
const overCard = (event) => event.target instanceof Node && card.contains(event.target);

function onPointerOver(event) {
  if (event.pointerType === "touch") return; // a touch opens the article
  if (overCard(event)) clearTimeout(leaving);
  else if (markAt(event)) showCard(markAt(event));
}

function onPointerOut(event) {
  if (!overCard(event) && !markAt(event)) return;
  clearTimeout(leaving);
  leaving = setTimeout(() => document.activeElement !== cardMark && hideCard(), LINGER);
}

function onFocusIn(event) {
  const mark = markAt(event);
  if (mark && !quietly && mark.matches(":focus-visible")) showCard(mark);
}

const onFocusOut = (event) => markAt(event) && hideCard();
