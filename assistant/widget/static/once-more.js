// The server was not told whose page loads the widget: the same script is asked for so that the browser tells it. A copy of
// the element would count as run already.
(() => {
  const script = document.currentScript;
  const again = document.createElement("script");
  const kept = window.trustedTypes?.createPolicy("article-assistant", { createScriptURL: (address) => address });
  again.crossOrigin = "anonymous";
  again.nonce = script.nonce;
  Object.assign(again.dataset, script.dataset);
  again.src = kept ? kept.createScriptURL(script.src) : script.src;
  script.replaceWith(again);
})();
