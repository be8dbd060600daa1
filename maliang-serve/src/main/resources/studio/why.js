import { byId, el } from "./dom.js";
import { t } from "./i18n.js";

const SHOWN = 5;
const fingers = matchMedia("(pointer: coarse)"); // which would cover what is below

/** A token as readers can see it. */
export function visible(token) {
  if (token.trim() === "") return token.includes("\n") ? t("why.newline") : "␣";
  return token.startsWith("<|") ? t("why.end") : token;
}

export const percent = (logprob) => {
  const share = Math.exp(logprob) * 100;
  return `${share >= 10 ? share.toFixed(0) : share.toFixed(1)}%`;
};

/** Shows beside `node` how likely its token was and what else could have been there. */
export function explain(node, token) {
  const panel = byId("why");
  if (!token.alternatives) {
    hide();
    return;
  }
  const rows = Object.entries(token.alternatives).sort((a, b) => b[1] - a[1]).slice(0, SHOWN);
  if (!rows.some(([text]) => text === token.text)) rows.push([token.text, token.logprob]);
  panel.replaceChildren(
    el("b", {}, t("why", { token: visible(token.text) })),
    el(
      "ol",
      {},
      rows.map(([text, logprob]) => {
        const bar = el("i", { class: "bar" });
        bar.style.width = `${Math.max(1, Math.exp(logprob) * 100)}%`;
        return el(
          "li",
          { class: text === token.text ? "chosen" : "" },
          el("span", { class: "token" }, visible(text)),
          el("span", { class: "track" }, bar),
          el("span", { class: "share" }, percent(logprob)),
        );
      }),
    ),
  );
  panel.hidden = false;
  node.setAttribute("aria-describedby", "why");
  place(panel, node.getBoundingClientRect());
}

function place(panel, spot) {
  const { width, height } = panel.getBoundingClientRect();
  const left = Math.min(Math.max(8, spot.left + spot.width / 2 - width / 2), innerWidth - width - 8);
  const above = spot.top > height + 16 && (fingers.matches || spot.bottom + height + 16 > innerHeight);
  panel.style.left = `${left + scrollX}px`;
  panel.style.top = `${(above ? spot.top - height - 10 : spot.bottom + 10) + scrollY}px`;
}

export function hide() {
  byId("why").hidden = true;
}
