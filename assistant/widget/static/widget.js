// The widget: a button and a dialog on any page, the chat in a frame inside. The server puts WORDS (what is said, by
// language) and STYLE before this, and a function around it. Nothing is made from strings of HTML, and no style or script
// is written into the page, so that a strict Content-Security-Policy and Trusted Types let it work.
const script = document.currentScript ?? document.querySelector("script[src*='/widget.js']");
const home = new URL(".", script.src); // where the assistant is, wherever a proxy put it
const NAME = "article-assistant";
const PATIENCE = 4000; // milliseconds after the frame has loaded something that does not speak
const phone = window.matchMedia("(max-width: 40rem), (max-height: 26rem)"); // as in widget.css
const systemIsDark = window.matchMedia("(prefers-color-scheme: dark)");
const ICONS = {
  chat: ["M21 11.5a8.4 8.4 0 0 1-12.2 7.5L3 21l2-5.8A8.5 8.5 0 1 1 21 11.5Z", "M9 10h7M9 13.5h4.5"],
  close: ["M6 6l12 12M18 6 6 18"],
  renew: ["M12 5v14M5 12h14"],
};

function made(name, attributes = {}, ...inside) {
  const part = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
  part.append(...inside);
  return part;
}

function icon(name) {
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawn.setAttribute("viewBox", "0 0 24 24");
  drawn.setAttribute("aria-hidden", "true");
  for (const line of ICONS[name]) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", line);
    drawn.append(path);
  }
  return drawn;
}

// The address of a cited article, so that the browser shows the quote in it (text fragments).
function addressOf(citation) {
  let address;
  try {
    address = new URL(citation.url ?? "");
  } catch {
    return null;
  }
  if (address.protocol !== "https:" && address.protocol !== "http:") return null;
  const words = citation.quote.trim().split(/\s+/);
  const ends = words.length > 10 ? [words.slice(0, 5), words.slice(-5)] : [words];
  const told = ends.map((some) => encodeURIComponent(some.join(" ")).replaceAll("-", "%2D")).join(",");
  return `${address.href}${address.hash ? "" : "#"}:~:text=${told}`;
}

class ArticleAssistant extends HTMLElement {
  static observedAttributes = ["data-theme", "data-language", "data-title"];

  #launcher = made("button", { type: "button", class: "launcher", part: "button", "aria-haspopup": "dialog" });
  #label = made("span");
  #heading = made("h2", { id: "title" });
  #renew = made("button", { type: "button", hidden: "" }, icon("renew"));
  #closer = made("button", { type: "button" }, icon("close"));
  #waiting = made("div", { class: "waiting", role: "status" }, made("span", { class: "dots" }, made("i"), made("i"), made("i")));
  #told = made("p", { role: "alert" });
  #again = made("button", { type: "button" });
  #apart = made("a", { href: home.href, target: "_blank", rel: "noopener" });
  #trouble = made("div", { class: "trouble", hidden: "" }, this.#told, this.#again, this.#apart);
  #room = made("div", { class: "frame" }, this.#waiting, this.#trouble);
  #panel = made("dialog", { class: "panel", part: "panel", "aria-labelledby": "title" },
    made("header", {}, this.#heading, this.#renew, this.#closer), this.#room);
  #frame = null;
  #hellos = 0;
  #ready = false;
  #asking = [];
  #before = null;
  #token = null;
  #listening = null;
  #opened = false;

  constructor() {
    super();
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    const shadow = this.attachShadow({ mode: "open", delegatesFocus: false });
    shadow.adoptedStyleSheets = [style];
    this.#launcher.append(icon("chat"), this.#label);
    shadow.append(this.#launcher, this.#panel);
    this.#launcher.addEventListener("click", () => this.toggle());
    this.#closer.addEventListener("click", () => this.close());
    this.#renew.addEventListener("click", () => this.#startAnew());
    this.#again.addEventListener("click", () => this.#load());
    this.#panel.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.close();
    });
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.close();
    });
    new ResizeObserver(() => this.#tellRoom()).observe(this.#room);
  }

  connectedCallback() {
    this.#listening = new AbortController();
    const listening = { signal: this.#listening.signal };
    window.addEventListener("message", (event) => this.#onMessage(event), listening);
    window.addEventListener("resize", () => this.#tellRoom(), listening);
    phone.addEventListener("change", () => this.isOpen && this.#show(), listening);
    systemIsDark.addEventListener("change", () => this.#dress(), listening);
    document.addEventListener("securitypolicyviolation", (event) => this.#onPolicy(event), listening);
    this.#dress();
  }

  disconnectedCallback() {
    this.#listening?.abort();
    this.#unload();
    this.#panel.close();
  }

  attributeChangedCallback(name, before, now) {
    if (!this.#listening || before === now) return;
    this.#dress();
    if (name === "data-theme") this.#send("theme", { theme: now });
  }

  get isOpen() {
    return this.#panel.open;
  }

  open() {
    if (this.isOpen || !this.isConnected) return;
    const focused = document.activeElement;
    this.#before = focused && focused !== document.body && focused !== this ? focused : null;
    this.#show();
    this.#launcher.setAttribute("aria-expanded", "true");
    if (!this.#frame) this.#load();
    if (!this.#opened && this.dataset.question) this.ask(this.dataset.question);
    this.#opened = true;
    this.#tell("open");
  }

  close() {
    if (!this.isOpen) return;
    this.#panel.close();
    this.#launcher.setAttribute("aria-expanded", "false");
    (this.#before?.isConnected ? this.#before : this.#launcher).focus({ preventScroll: true });
    this.#tell("close");
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.open();
  }

  ask(question) {
    if (typeof question !== "string" || !question.trim()) throw new TypeError("ask() needs a question, as text.");
    this.#opened = true; // whoever asks at once does not want the question of the attribute as well
    this.open();
    if (this.#ready) this.#send("ask", { question });
    else this.#asking.push(question);
  }

  // A token, or a function that gives one or the promise of one; null ends the session.
  setToken(token) {
    if (token !== null && typeof token !== "string" && typeof token !== "function") {
      throw new TypeError("setToken() needs a token, a function that gives one, or null.");
    }
    this.#token = token;
    if (token === null) this.#send("sign-out");
    else if (this.#hellos) this.#giveToken();
    else if (this.isOpen) this.#load();
  }

  #tell(name, detail = null, cancelable = false) {
    return this.dispatchEvent(new CustomEvent(name, { detail, cancelable }));
  }

  #say(key) {
    return (WORDS[this.#language] ?? WORDS.en)[key];
  }

  get #language() {
    const wanted = [this.dataset.language, document.documentElement.lang, ...navigator.languages];
    return wanted.map((each) => (each ?? "").toLowerCase().split("-")[0]).find((each) => each in WORDS) ?? "en";
  }

  // Words and colours, by the attributes as they are now.
  #dress() {
    const theme = this.dataset.theme;
    this.dataset.look = theme === "dark" || (theme !== "light" && systemIsDark.matches) ? "dark" : "light";
    const shown = this.dataset.title || this.#say("title");
    const language = this.#language;
    for (const part of [this.#launcher, this.#panel]) part.lang = language;
    this.#label.textContent = this.dataset.title || this.#say("open");
    this.#heading.textContent = shown;
    for (const [button, key] of [[this.#closer, "close"], [this.#renew, "new"]]) {
      button.setAttribute("aria-label", this.#say(key));
      button.title = this.#say(key);
    }
    this.#waiting.setAttribute("aria-label", this.#say("waiting"));
    this.#again.textContent = this.#say("again");
    this.#apart.textContent = this.#say("apart");
    if (this.#frame) this.#frame.title = shown;
    if (!this.#launcher.hasAttribute("aria-expanded")) this.#launcher.setAttribute("aria-expanded", "false");
  }

  // On a phone nothing behind the dialog can be reached; elsewhere the page goes on beside it.
  #show() {
    if (this.#panel.open) this.#panel.close();
    if (phone.matches) this.#panel.showModal();
    else this.#panel.show();
    this.#closer.focus({ preventScroll: true });
    if (this.#ready) this.#focusFrame();
    this.#tellRoom();
  }

  #focusFrame() {
    this.#frame.focus({ preventScroll: true });
    this.#send("focus");
  }

  #load() {
    this.#unload();
    this.#trouble.hidden = true;
    this.#waiting.hidden = false;
    const address = new URL("embed/login", home); // goes on to the chat at once, where no token is needed
    address.searchParams.set("host", window.location.origin);
    address.searchParams.set("page_language", this.#language);
    if (["light", "dark"].includes(this.dataset.theme)) address.searchParams.set("__theme", this.dataset.theme);
    const frame = made("iframe", {
      title: this.#heading.textContent, allow: "clipboard-write", referrerpolicy: "origin", part: "frame",
    });
    let pages = 0; // each of them says hello, or else it is what a browser shows in place of one
    frame.addEventListener("load", () => {
      pages += 1;
      setTimeout(() => frame === this.#frame && this.#hellos < pages && this.#fail("unreachable"), PATIENCE);
    });
    frame.src = address.href;
    this.#frame = frame;
    this.#room.append(frame);
  }

  #unload() {
    this.#frame?.remove();
    this.#frame = null;
    this.#hellos = 0;
    this.#ready = false;
    this.#renew.hidden = true;
    this.#panel.style.removeProperty("--needed");
  }

  #fail(code, message = "") {
    this.#waiting.hidden = true;
    this.#trouble.hidden = false;
    this.#told.textContent = this.#say(code);
    this.#unload();
    if (code === "unreachable") {
      console.warn(`Article assistant: ${home} cannot be shown here. Either it cannot be reached, or the policy of this`
        + ` page (Content-Security-Policy) lacks frame-src ${home.origin}, or ${window.location.origin} is not among its`
        + " embed_origins; its log says which.");
    }
    this.#tell("error", { code, message: message || this.#told.textContent });
  }

  #onPolicy(event) {
    const ours = event.effectiveDirective === "frame-src" && event.blockedURI.startsWith(home.origin);
    if (ours && this.#frame && !this.#hellos) this.#fail("unreachable");
  }

  #startAnew() {
    this.#send("new");
    this.#renew.hidden = true;
    this.#focusFrame();
  }

  #send(type, data = {}) {
    if (this.#hellos) this.#frame.contentWindow.postMessage({ articleAssistant: 1, type, ...data }, home.origin);
  }

  #tellRoom() {
    if (!this.isOpen || !this.#ready) return;
    const most = parseFloat(getComputedStyle(this.#panel).maxHeight) || window.innerHeight;
    this.#send("room", { height: Math.round(most - (this.#panel.offsetHeight - this.#room.offsetHeight)) });
  }

  async #giveToken() {
    let token = null;
    try {
      token = typeof this.#token === "function" ? await this.#token() : this.#token;
    } catch (error) {
      console.warn("Article assistant: the function given to setToken() failed.", error);
    }
    this.#send("token", { token: typeof token === "string" ? token : null });
  }

  // Only what this widget's own frame says counts, and only while it shows the assistant.
  #onMessage(event) {
    if (event.origin !== home.origin || !this.#frame || event.source !== this.#frame.contentWindow) return;
    const message = event.data;
    if (message?.articleAssistant !== 1) return;
    const react = {
      "hello": () => this.#onHello(),
      "ready": () => this.#onReady(),
      "token-wanted": () => this.#giveToken(),
      "signed-out": () => this.isOpen ? this.#load() : this.#unload(),
      "size": () => this.#panel.style.setProperty("--needed", `${Number(message.height) || 0}px`),
      "escape": () => this.close(),
      "answer": () => this.#onAnswer(message.answer),
      "citation": () => this.#onCitation(message),
      "error": () => this.#onError(message),
    }[message.type];
    react?.();
  }

  #onHello() {
    this.#hellos += 1;
    this.#ready = false;
  }

  #onReady() {
    this.#ready = true;
    this.#waiting.hidden = true;
    this.#frame.dataset.ready = "";
    this.#tellRoom();
    if (this.isOpen && this.shadowRoot.activeElement === this.#closer) this.#focusFrame();
    for (const question of this.#asking.splice(0)) this.#send("ask", { question });
  }

  #onAnswer(answer) {
    this.#renew.hidden = false;
    this.#tell("answer", answer);
  }

  #onError({ code, message }) {
    if (code === "login") this.#fail("login");
    else this.#tell("error", { code, message });
  }

  #onCitation({ number, citation }) {
    const address = addressOf(citation);
    const goesOn = this.#tell("citation", { ...citation, address }, true);
    const host = goesOn && this.dataset.citations === "host" && address !== null;
    if (host) window.open(address, "_blank", "noopener");
    this.#send("choice", { number, handled: host || !goesOn });
  }
}

function begin() {
  let widget = document.querySelector(NAME);
  if (!widget) {
    widget = document.createElement(NAME);
    Object.assign(widget.dataset, script.dataset);
    document.body.append(widget);
  }
  if (window.ArticleAssistant === widget) return; // a second tag
  window.ArticleAssistant = widget;
  window.dispatchEvent(new CustomEvent("article-assistant-ready", { detail: widget }));
}

// Some sites exchange the whole body for that of the next page, and run its scripts again.
if (!customElements.get(NAME)) customElements.define(NAME, ArticleAssistant);
if (document.body) begin();
else document.addEventListener("DOMContentLoaded", begin);
