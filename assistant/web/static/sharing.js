// Copying, sharing and saving. Gradio runs this once, with `element` (the part where links and reports are shown) and
// `trigger`. The texts were made and escaped by the server; here they are only read.
const tools = () => document.querySelector(".conversation-tools");
let fileSeen = "";
let linkSeen = "";

async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without HTTPS a browser has no clipboard for pages but this old way.
    const held = document.createElement("textarea");
    const focused = document.activeElement;
    held.value = text;
    held.style.position = "fixed";
    held.style.opacity = "0";
    document.body.append(held);
    held.select();
    let done = false;
    try {
      done = document.execCommand("copy");
    } catch {
      done = false;
    }
    held.remove();
    focused?.focus({ preventScroll: true });
    return done;
  }
}

function say(text) {
  const said = document.createElement("p");
  said.className = "sharing-said";
  said.setAttribute("role", "status");
  element.querySelector(".sharing-said")?.remove();
  element.append(said);
  said.textContent = text;
}

async function copy(button) {
  const text = button.closest(".answer-actions").querySelector(`[data-copied="${button.dataset.copy}"]`).textContent;
  say((await toClipboard(text)) ? tools().dataset.copied : tools().dataset.failed);
}

function onReport() {
  const link = element.querySelector("[data-answer]");
  if (link && link.dataset.answer !== linkSeen) {
    linkSeen = link.dataset.answer;
    const address = new URL(window.location.href);
    address.search = "";
    address.hash = "";
    address.searchParams.set("answer", link.dataset.answer);
    link.value = address.href;
    link.focus();
    link.select();
    toClipboard(address.href).then((done) => {
      link.focus();
      link.select();
      if (done) say(tools().dataset.shared);
    });
  }
  const file = element.querySelector("[data-file]");
  if (file && file.dataset.number !== fileSeen) {
    fileSeen = file.dataset.number;
    const held = document.createElement("a");
    held.href = URL.createObjectURL(new Blob([file.textContent], { type: `${file.dataset.type};charset=utf-8` }));
    held.download = file.dataset.file;
    held.click();
    setTimeout(() => URL.revokeObjectURL(held.href), 10_000);
  }
}

function onSharingClick(event) {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (!button) return;
  if (button.dataset.copy !== undefined) copy(button);
  else if (button.dataset.share !== undefined) trigger("link", { exchange: button.dataset.share });
  else if (button.dataset.save !== undefined) trigger("save", { format: button.dataset.save });
}

// A shared answer takes the place of the welcome, so it is asked for when that is there.
function openShared() {
  const answer = new URL(window.location.href).searchParams.get("answer");
  if (answer === null) return;
  const seeker = new MutationObserver(seek);
  function seek() {
    if (!document.querySelector("#page .page")) return false;
    seeker.disconnect();
    trigger("reopen", { answer });
    return true;
  }
  if (!seek()) {
    seeker.observe(document.body, { childList: true, subtree: true });
    sharingControl.signal.addEventListener("abort", () => seeker.disconnect());
  }
}

window.articleSharing?.abort();
const sharingControl = new AbortController();
window.articleSharing = sharingControl;
document.addEventListener("click", onSharingClick, { signal: sharingControl.signal });
const sharingObserver = new MutationObserver(onReport);
sharingObserver.observe(element, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-answer", "data-number"] });
sharingControl.signal.addEventListener("abort", () => sharingObserver.disconnect());
openShared();
