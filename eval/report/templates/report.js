"use strict";
(() => {
  const form = document.getElementById("filter");
  const questions = [...document.querySelectorAll("details.question")];
  const texts = new Map();
  const selects = [...form.querySelectorAll("select")];
  const search = form.elements.namedItem("text");
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  const textOf = (question) => {
    if (!texts.has(question)) texts.set(question, plain(question.textContent));
    return texts.get(question);
  };

  const filter = () => {
    const words = plain(search.value).split(/\s+/).filter(Boolean);
    const wanted = selects.filter((select) => select.value).map((select) => [select.dataset.property, select.value]);
    let shown = 0;
    for (const question of questions) {
      const fits = wanted.every(([name, value]) => question.getAttribute(`data-${name}`) === value)
        && words.every((word) => textOf(question).includes(word));
      question.hidden = !fits;
      shown += fits;
    }
    form.querySelector("output").textContent = `${shown} of ${questions.length} questions`;
  };

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", filter);
  let waiting;
  search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 150); });
  filter();
})();
