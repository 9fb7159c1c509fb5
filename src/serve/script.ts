/** The one script of the pages: a slider over the snapshots, keys, a search that answers while it is typed. @module */

/** JavaScript for all pages; each of them works without it. */
export const SERVE_SCRIPT = `
"use strict";
(() => {
  const select = document.getElementById("at");
  if (select && select.options.length > 1) {
    const slider = document.createElement("input");
    slider.type = "range";
    slider.min = "0";
    slider.max = String(select.options.length - 1);
    slider.value = String(select.options.length - 1 - select.selectedIndex);
    slider.setAttribute("aria-label", document.querySelector("label[for=at]").textContent);
    const chosen = () => select.options[select.options.length - 1 - Number(slider.value)];
    slider.addEventListener("input", () => {
      select.value = chosen().value;
      slider.setAttribute("aria-valuetext", chosen().textContent);
    });
    slider.addEventListener("change", () => select.form.requestSubmit());
    slider.setAttribute("aria-valuetext", chosen().textContent);
    select.form.append(slider);
  }
  const find = document.getElementById("q");
  const found = document.getElementById("found");
  if (find && found) {
    let asked = 0;
    find.addEventListener("input", async () => {
      const mine = ++asked;
      await new Promise((go) => setTimeout(go, 150));
      if (mine !== asked || find.value.trim() === "") return;
      const address = find.form.action + "?part=1&q=" + encodeURIComponent(find.value);
      const answer = await fetch(address).catch(() => undefined);
      if (mine !== asked) return;
      if (answer === undefined || !answer.ok) {
        const warning = document.createElement("p");
        warning.className = "warn";
        warning.textContent = found.dataset[answer === undefined ? "ended" : "failed"];
        return found.replaceChildren(warning);
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      found.replaceChildren(...page.body.childNodes);
    });
  }
  addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && find) {
      event.preventDefault();
      find.focus();
    }
    const rel = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    const link = rel && document.querySelector("form.slider a[rel=" + rel + "]");
    if (link) link.click();
  });
})();
`.trim();
