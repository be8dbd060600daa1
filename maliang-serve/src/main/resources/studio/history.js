import { byId, el, kept, show } from "./dom.js";
import { locale, onLanguage, t } from "./i18n.js";

const MOST = 100;

/** Earlier texts, kept in this browser. An entry is {time, mode, request, texts}. */
export class History {
  constructor(onopen) {
    this.entries = kept.get("history", []);
    this.onopen = onopen;
    byId("history-clear").addEventListener("click", () => {
      if (confirm(t("history.clear.sure"))) this.keep([]);
    });
    byId("history-export").addEventListener("click", () => this.export());
    onLanguage(() => this.draw());
    this.draw();
  }

  add(entry) {
    this.keep([entry, ...this.entries].slice(0, MOST));
  }

  keep(entries) {
    this.entries = entries;
    kept.set("history", entries);
    this.draw();
  }

  draw() {
    show(byId("history-none"), this.entries.length === 0);
    show(byId("history-tools"), this.entries.length > 0);
    const date = new Intl.DateTimeFormat(locale(), { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
    byId("history").replaceChildren(
      ...this.entries.map((entry) => {
        const title = entry.typed.slice(0, 16);
        return el(
          "li",
          {},
          el(
            "button",
            { type: "button", class: "plain entry", onclick: () => this.onopen(entry) },
            el("b", { lang: "zh" }, title),
            el("small", { lang: "zh" }, entry.texts[0]?.text.replace(/\s+/g, " ").slice(0, 24) ?? ""),
            el("time", { datetime: new Date(entry.time).toISOString() }, date.format(entry.time)),
          ),
          el(
            "button",
            {
              type: "button",
              class: "plain icon",
              "aria-label": t("history.delete", { title }),
              onclick: () => this.keep(this.entries.filter((other) => other !== entry)),
            },
            "×",
          ),
        );
      }),
    );
  }

  export() {
    const url = URL.createObjectURL(new Blob([JSON.stringify(this.entries, null, 2)], { type: "application/json" }));
    el("a", { href: url, download: "maliang-history.json" }).click();
    URL.revokeObjectURL(url);
  }
}
