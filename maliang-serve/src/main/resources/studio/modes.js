import { byId, choices, el, kept } from "./dom.js";
import { either, t } from "./i18n.js";

/** The row of modes. `onmode` is called with the chosen one, which the model may be unable to do. */
export class Modes {
  constructor(modes, onmode) {
    this.modes = modes;
    this.onmode = onmode;
    const last = modes.find((mode) => mode.preset.id === kept.get("mode", ""));
    this.chosen = last ?? modes.find((mode) => mode.able) ?? modes[0];
    this.draw();
  }

  draw() {
    byId("modes").replaceChildren(
      choices({
        name: "mode",
        legend: t("mode"),
        className: "modes",
        items: this.modes.map((mode) => ({
          value: mode.preset.id,
          label: either(mode.preset.names),
          dim: !mode.able,
          title: mode.able ? "" : t("mode.unable"),
        })),
        value: this.chosen.preset.id,
        onchange: (id) => this.choose(id),
      }),
    );
    this.reveal();
  }

  choose(id) {
    this.chosen = this.modes.find((mode) => mode.preset.id === id);
    kept.set("mode", id);
    byId("modes").querySelector(`input[value="${id}"]`).checked = true;
    this.reveal();
    this.onmode(this.chosen);
  }

  /** Scrolls the row to the chosen mode. */
  reveal() {
    byId("modes").querySelector("input:checked").parentElement.scrollIntoView({ block: "nearest", inline: "center" });
  }

  /** Why the chosen mode cannot be, and what can. */
  reason() {
    const able = this.modes.filter((mode) => mode.able);
    const links = able.map((mode) =>
      el(
        "button",
        {
          type: "button",
          class: "link",
          onclick: () => {
            this.choose(mode.preset.id);
            byId("prompt").focus();
          },
        },
        either(mode.preset.names),
      ),
    );
    return [el("p", {}, either(this.chosen.reason)), el("p", { class: "row" }, t("mode.instead"), links)];
  }
}
