// In the frame: what of the look the widget asked for, and the channel to the page around it. This runs in the head of the
// compact chat and of its login page, before anything is shown.
//
// The page around it is `host`, by the frame's own address. The server refuses the address unless `host` is listed, and a
// browser shows the frame in listed pages only; here each message must come from the window around the frame and from
// that origin, and each one is sent to that origin alone.
(() => {
  // A sheet that did not load has rules that nobody may read.
  function rulesOf(sheet) {
    try {
      return [...sheet.cssRules];
    } catch {
      return [];
    }
  }

  const root = document.documentElement;
  const asked = new URLSearchParams(window.location.search);
  const darkRules = [...document.styleSheets]
    .flatMap(rulesOf)
    .filter((rule) => rule instanceof CSSMediaRule && rule.conditionText.includes("prefers-color-scheme: dark"));
  const asWritten = darkRules.map((rule) => rule.media.mediaText);
  const systemIsDark = window.matchMedia("(prefers-color-scheme: dark)");

  function look(theme) {
    const forced = { dark: "all", light: "not all" }[theme];
    darkRules.forEach((rule, at) => { rule.media.mediaText = forced ?? asWritten[at]; });
    // Gradio's own parts go by this class; before the body is there, by `__theme` in the address.
    document.body?.classList.toggle("dark", theme === "dark" || (theme !== "light" && systemIsDark.matches));
  }
  if (asked.has("__theme")) look(asked.get("__theme"));
  if (!/\/embed\/(login)?$/.test(window.location.pathname)) return;
  root.dataset.compact = "";

  const host = asked.get("host");
  const around = window.parent;
  if (!host || around === window) return;
  root.dataset.framed = "";
  const kept = []; // messages that came before anybody listened
  let listener = (message) => kept.push(message);
  let renewing = null; // the promise of a session, while a token is awaited
  let settle = null;
  const fetchAsItIs = window.fetch.bind(window);

  function send(type, data = {}) {
    around.postMessage({ articleAssistant: 1, type, ...data }, host);
  }

  function listen(listening) {
    listener = listening;
    kept.splice(0).forEach(listening);
  }

  // A token becomes the cookie of this frame; without one, the cookie ends. Whether it was taken.
  async function session(token) {
    const request = token
      ? { method: "POST", headers: { Authorization: `Bearer ${token}`, "X-Embedding-Origin": host } }
      : { method: "DELETE" };
    try {
      const answer = await fetchAsItIs(new URL("../session", window.location.href), { cache: "no-store", ...request });
      return answer.ok;
    } catch {
      return false;
    }
  }

  // A new session by a token that the page around gives; its requests meanwhile wait for the same one.
  function renewed() {
    renewing ??= new Promise((resolve) => {
      settle = resolve;
      send("token-wanted");
    }).finally(() => { renewing = settle = null; });
    return renewing;
  }

  async function onToken(token) {
    const wanted = settle;
    const taken = Boolean(token) && (await session(token));
    if (!taken) send("error", { code: "login" });
    wanted?.(taken);
  }

  async function onSignOut() {
    await session(null);
    send("signed-out");
  }

  window.addEventListener("message", (event) => {
    if (event.source !== around || event.origin !== host || event.data?.articleAssistant !== 1) return;
    const message = event.data;
    if (message.type === "token") onToken(message.token);
    else if (message.type === "sign-out") onSignOut();
    else if (message.type === "theme") look(message.theme);
    else listener(message);
  });

  // A session that has expired is made anew, and what was refused is asked once more.
  window.fetch = async (...request) => {
    const answer = await fetchAsItIs(...request);
    return answer.status === 401 && (await renewed()) ? fetchAsItIs(...request) : answer;
  };

  window.articleFrame = { send, listen, renewed };
  send("hello");
})();
