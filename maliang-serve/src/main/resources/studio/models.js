import { get } from "./api.js";
import { byId, el } from "./dom.js";
import { frame } from "./frame.js";
import { locale, onLanguage, t } from "./i18n.js";
import { clear, say } from "./notice.js";

frame("models");
let models = [];

/** A number as people write it: 1142 万 or 11.4M; sizes of files in bytes. */
function amount(name, value) {
  if (name === "bytes") return `${new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 }).format(value / 1e6)} MB`;
  if (name === "parameters") return new Intl.NumberFormat(locale(), { notation: "compact", maximumSignificantDigits: 3 }).format(value);
  return typeof value === "number" ? new Intl.NumberFormat(locale()).format(value) : value;
}

/** The card, whose HTML the server made of Markdown without letting any through. */
function card(html) {
  const node = el("div", { class: "card" });
  node.innerHTML = html;
  for (const code of node.querySelectorAll("code.language-mermaid")) {
    const block = code.parentElement;
    const folded = el("details", {}, el("summary", {}, t("models.chart")));
    block.replaceWith(folded);
    folded.append(block);
  }
  for (const table of node.querySelectorAll("table")) {
    const scroller = el("div", { class: "wide", tabindex: 0 });
    table.replaceWith(scroller);
    scroller.append(table);
  }
  for (const heading of node.querySelectorAll("h1, h2, h3")) {
    heading.replaceWith(el(`h${Number(heading.tagName[1]) + 2}`, {}, heading.textContent));
  }
  return el("details", {}, el("summary", {}, t("models.card")), node);
}

function article(model) {
  const facts = Object.entries(model.facts)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => el("div", {}, el("dt", {}, t(`fact.${name}`)), el("dd", {}, amount(name, value))));
  return el(
    "article",
    { class: "sheet" },
    el("h2", {}, model.name, model.served ? el("span", { class: "mark" }, t("models.served")) : null),
    model.problem ? el("p", { class: "problem" }, t("models.problem", { message: model.problem })) : null,
    el("dl", { class: "facts" }, facts),
    model.card ? card(model.card) : el("p", { class: "quiet" }, t("models.nocard")),
  );
}

const draw = () => byId("content").replaceChildren(...models.map(article));

async function load() {
  try {
    models = await get("/studio/models");
    draw();
  } catch (trouble) {
    say(trouble, () => {
      clear();
      load();
    });
  }
}

onLanguage(draw);
await load();
document.body.dataset.ready = "true";
