import { post } from "./api.js";
import { curl, java } from "./copies.js";
import { el } from "./dom.js";
import { t } from "./i18n.js";

const button = (key, attributes) => el("button", { type: "button", class: "plain", "data-words": key, ...attributes }, t(key));

/** What can be done with a text: copy it, or what writes it again; judge it; use its seed. */
export function tools(sheet, { path, body, typed, model, feedback, onseed }) {
  const said = el("span", { class: "quiet", role: "status" });
  const tell = async (work, good, bad) => {
    try {
      await work();
      said.textContent = t(good);
    } catch {
      said.textContent = t(bad);
    }
  };
  const copy = (key, content) =>
    button(key, { onclick: () => tell(() => navigator.clipboard.writeText(content()), "copied", "copy.failed") });
  const judge = (verdict) =>
    button(verdict, { "aria-pressed": "false", onclick: (event) => tell(() => keep(verdict, event.currentTarget), "thanks", "feedback.failed") });
  const keep = async (verdict, pressed) => {
    await post("/studio/feedback", { prompt: typed, options: body, text: sheet.plain(), verdict });
    for (const other of pressed.parentElement.children) other.setAttribute("aria-pressed", String(other === pressed));
  };
  const whole = () => `${sheet.heading.textContent}${body.form ? "\n" : ""}${sheet.shownText()}`;
  return [
    el(
      "span",
      { class: "row", role: "group", "aria-label": t("copy"), "data-label": "copy" },
      el("span", { class: "quiet", "data-words": "copy" }, t("copy")),
      copy("copy.text", whole),
      copy("copy.curl", () => curl(path, body)),
      path.includes("chat") ? null : copy("copy.java", () => java(model, body)),
    ),
    feedback ? el("span", { class: "row" }, judge("up"), judge("down")) : null,
    el(
      "span",
      { class: "row" },
      el(
        "button",
        { type: "button", class: "plain", title: t("seed.use"), onclick: () => onseed(body.seed) },
        el("span", { "data-words": "seed" }, t("seed")),
        ` ${body.seed}`,
      ),
      said,
    ),
  ];
}
