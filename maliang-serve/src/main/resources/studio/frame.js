import { byId, el, kept } from "./dom.js";
import { onLanguage, switchLanguage, t, translate } from "./i18n.js";

const PAGES = { write: "/", models: "/models.html", runs: "/runs.html" };
const dark = matchMedia("(prefers-color-scheme: dark)");

const isDark = () => (document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";

/** Fills in the head of a page, and its words. */
export function frame(page) {
  const theme = el("button", { type: "button", class: "plain icon", onclick: () => turn() });
  const name = () => {
    theme.textContent = isDark() ? "☀" : "☾";
    theme.setAttribute("aria-label", t(isDark() ? "theme.light" : "theme.dark"));
    theme.title = theme.getAttribute("aria-label");
    document.title = t(`title.${page}`);
  };
  const turn = () => {
    const chosen = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = chosen;
    kept.set("theme", chosen);
    name();
  };
  const nav = (key) => (key === "write" && page === "task" ? page : key); // a model that does not write is tried there
  const links = Object.entries(PAGES).map(([key, href]) =>
    el("a", { href, "data-words": `nav.${nav(key)}`, "aria-current": nav(key) === page ? "page" : undefined }),
  );
  byId("top").append(
    el("a", { class: "skip", href: "#main", "data-words": "nav.skip" }),
    el(
      "a",
      { class: "brand", href: "/" },
      el("img", { src: "/assets/seal.svg", alt: "", width: 44, height: 44 }),
      el("span", {}, el("b", { "data-words": "brand" }), el("small", { "data-words": "brand.motto" })),
    ),
    el("nav", {}, links),
    el(
      "div",
      { class: "tools" },
      el("button", { type: "button", class: "plain", "data-words": "language", onclick: switchLanguage }),
      theme,
    ),
  );
  onLanguage(name);
  dark.addEventListener("change", name);
  name();
  translate();
}
