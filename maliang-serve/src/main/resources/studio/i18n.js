import { kept } from "./dom.js";
import { WORDS } from "./words.js";

let language = document.documentElement.lang === "en" ? "en" : "zh";
const listeners = [];

/** The text for a key, in the language that is chosen; {name} is replaced by what `values` says. */
export function t(key, values = {}) {
  const pair = WORDS[key];
  if (!pair) throw new Error(`no words for ${key}`);
  return pair[language === "zh" ? 0 : 1].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Of a text in both languages the chosen one. */
export const either = (wording) => wording[language];

export const locale = () => (language === "zh" ? "zh-CN" : "en");

export function switchLanguage() {
  language = language === "zh" ? "en" : "zh";
  kept.set("language", language);
  document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
  translate();
  listeners.forEach((listener) => listener());
}

/** Calls back whenever the language changes. */
export const onLanguage = (listener) => listeners.push(listener);

/** Fills in every element that names its words. */
export function translate(root = document) {
  for (const node of root.querySelectorAll("[data-words]")) node.textContent = t(node.dataset.words);
  for (const node of root.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
}
