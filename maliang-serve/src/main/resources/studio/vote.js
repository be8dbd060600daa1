import { byId, el, show } from "./dom.js";
import { locale, t } from "./i18n.js";
import { shown } from "./script.js";

const BARS = 10;
const ENDS = ["\n", "，", "。"]; // of an answer, where a preset names none

/** The vote: how many answers, how long, among which; and the histogram. */
export class Vote {
  constructor(onvote) {
    for (const id of ["vote-n", "vote-tokens"]) byId(id).addEventListener("input", () => this.draw());
    byId("vote-go").addEventListener("click", onvote);
  }

  use(preset) {
    show(byId("vote-panel"), preset.vote > 0);
    byId("vote-n").value = preset.vote || 300;
    byId("vote-tokens").value = preset.id === "questions" ? 16 : 4;
    this.stop = preset.constraint.stop.length ? preset.constraint.stop : ENDS;
    this.choice = preset.constraint.choice;
    byId("vote-choice").value = this.choice.join(" ");
    this.draw();
  }

  draw() {
    byId("vote-go").textContent = t("vote.go", { n: this.n() });
  }

  n() {
    return Math.min(1000, Math.max(2, Number(byId("vote-n").value) || 300));
  }

  fields() {
    const choice = byId("vote-choice").value.trim().split(/\s+/).filter((word) => word);
    const tokens = Math.min(128, Math.max(1, Number(byId("vote-tokens").value) || 4));
    return { vote: this.n(), max_tokens: tokens, n: 1, stop: this.stop, ...(choice.length > 1 && { choice }) };
  }
}

/** The answers of a vote as bars, the most frequent first. */
export async function histogram({ answers, total }) {
  const first = answers.slice(0, BARS);
  const texts = await shown(first.map(({ text }) => text)).catch(() => first.map(({ text }) => text));
  const most = answers[0]?.count ?? 1;
  const bars = first.map(({ count }, i) => {
    const bar = el("i", { class: "bar" });
    bar.style.width = `${(100 * count) / most}%`;
    const share = new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 1 }).format(count / total);
    return el(
      "li",
      { class: i === 0 ? "winner" : "" },
      el("span", { class: "answer", lang: "zh" }, texts[i].trim() || t("vote.blank")),
      el("span", { class: "track" }, bar),
      el("span", { class: "share" }, `${count} · ${share}`),
    );
  });
  const rest = answers.slice(BARS);
  const others = rest.reduce((sum, { count }) => sum + count, 0);
  return el(
    "article",
    { class: "sheet votes" },
    el("h3", {}, t("vote.result", { total, kinds: answers.length })),
    el("ol", {}, bars),
    rest.length ? el("p", { class: "quiet" }, t("vote.more", { n: rest.length, count: others })) : null,
  );
}
