import { el } from "./dom.js";
import { t } from "./i18n.js";

const SHOWN = 8; // numbers of a vector

const isList = Array.isArray;
const isPlain = (value) => typeof value !== "object";

const name = (key) => el("th", { scope: "col" }, t(`key.${key}`));

function cell(value, locale) {
  if (isList(value)) return el("td", {}, list(value, locale));
  if (typeof value !== "number") return el("td", { lang: "zh" }, String(value));
  const format = new Intl.NumberFormat(locale, { maximumSignificantDigits: 4 });
  return el("td", { class: "number" }, Number.isInteger(value) ? String(value) : format.format(value));
}

function list(values, locale) {
  const some = values.slice(0, SHOWN).map((value) => (typeof value === "number" ? value.toFixed(4) : value));
  return some.join(", ") + (values.length > SHOWN ? ` … (${new Intl.NumberFormat(locale).format(values.length)})` : "");
}

/** A table with a row for each of `rows`, which are lists as long as `keys`. */
function table(keys, rows, locale) {
  const head = el("thead", {}, el("tr", {}, keys.map(name)));
  const body = el("tbody", {}, rows.map((row) => el("tr", {}, row.map((value) => cell(value, locale)))));
  return el("div", { class: "wide", tabindex: 0 }, el("table", {}, head, body));
}

/** The output of a task for people: lists that belong together side by side, objects as rows, texts as texts. */
export function readable(output, locale) {
  const entries = Object.entries(output);
  const plain = entries.filter(([, value]) => isPlain(value));
  const columns = entries.filter(([key, value]) => isList(value) && key !== "text_embedding" && value.every(isPlain));
  const nodes = plain.map(([key, value]) =>
    key === "text" ? el("p", { class: "said", lang: "zh" }, value) : el("p", {}, `${t(`key.${key}`)} ${list([value], locale)}`),
  );
  if (columns.length) {
    const rows = columns[0][1].map((unused, i) => columns.map(([, values]) => values[i]));
    nodes.push(table(columns.map(([key]) => key), rows, locale));
  }
  for (const [key, value] of entries.filter((entry) => isList(entry[1]) && !columns.includes(entry))) {
    if (key === "text_embedding") nodes.push(table([key], value.map((vector) => [vector]), locale));
    else if (value.length && isList(Object.values(value[0])[0])) nodes.push(...value.map((one) => readable(one, locale)));
    else if (value.length) nodes.push(table(Object.keys(value[0]), value.map(Object.values), locale));
  }
  return el("div", { class: "readable" }, nodes.length ? nodes : el("p", {}, t("task.nothing")));
}
