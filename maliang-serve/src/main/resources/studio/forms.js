import { byId, choices, el, kept, show } from "./dom.js";
import { t } from "./i18n.js";
import { post } from "./api.js";

const FREE = "";

/** The clauses of a shape such as 7，7。/7，7。 */
const clauses = (layout) => [...layout.matchAll(/(\d+)([^\d/]?)(\/?)/g)].map(([, n, stop, end]) => ({ n: Number(n), stop, end }));

/** The shape as empty squares, as long in characters as the verse will be. */
export function squares(layout) {
  return clauses(layout)
    .map(({ n, stop, end }) => "□".repeat(n) + stop + (end ? "\n" : ""))
    .join("");
}

/** Form, tune and acrostic of a verse. */
export class Forms {
  constructor(all, onform) {
    this.all = all;
    this.onform = onform;
    this.preset = null;
    this.form = FREE;
    this.tunes = kept.get("tunes", { 词: "如梦令", 曲: "天净沙" });
    byId("tune").addEventListener("change", () => this.pickTune(byId("tune").value));
  }

  /** Takes the forms of a preset; `form` is the one to begin with. */
  use(preset, form) {
    this.preset = preset;
    this.form = form ?? preset.constraint.forms.find((label) => label === "七言绝句") ?? preset.constraint.forms[0] ?? FREE;
    this.draw();
  }

  draw() {
    const labels = this.preset.constraint.forms;
    show(byId("verse"), labels.length > 1);
    const items = labels.map((label) => ({ value: label, label: t(`form.${label}`) }));
    byId("form").replaceChildren(
      choices({
        name: "form",
        legend: t("form"),
        items: [...items, { value: FREE, label: t("form.free") }],
        value: this.form,
        onchange: (form) => {
          this.form = form;
          this.update();
        },
      }),
    );
    this.update();
  }

  update() {
    const tuned = this.form in this.tunes;
    show(byId("tune-field"), tuned);
    show(byId("acrostic-field"), this.form !== FREE && this.form !== "对联");
    byId("acrostic").placeholder = t("acrostic.hint");
    if (tuned) {
      byId("tune-label").textContent = t(`tune.${this.form}`);
      byId("tune").value = this.tunes[this.form];
      byId("tunes").replaceChildren(
        ...this.all.filter(({ form }) => form === this.form).map(({ tune }) => el("option", { value: tune })),
      );
    }
    const layout = clauses(this.layout());
    const characters = layout.reduce((sum, { n }) => sum + n, 0);
    byId("shape").textContent = layout.length ? t("shape", { clauses: layout.length, characters }) : "";
    byId("shape").title = squares(this.layout());
    this.onform();
  }

  async pickTune(typed) {
    let tune = typed.trim();
    if (!tune) {
      this.update();
      return;
    }
    if (!this.find(tune)) [tune] = (await post("/studio/convert", { texts: [tune], to: "hans" })).texts;
    if (this.find(tune)) {
      this.tunes[this.form] = tune;
      kept.set("tunes", this.tunes);
      byId("tune").setCustomValidity("");
    } else {
      byId("tune").setCustomValidity(t("tune.unknown", { tune: typed }));
      byId("tune").reportValidity();
      byId("tune").setCustomValidity("");
    }
    this.update();
  }

  find(tune) {
    return this.all.find((known) => known.form === this.form && known.tune === tune);
  }

  /** The form as a request names it, empty for none. */
  name() {
    return this.form in this.tunes ? `${this.form}:${this.tunes[this.form]}` : this.form;
  }

  layout() {
    return this.all.find(({ name }) => name === this.name())?.layout ?? "";
  }

  /** The fields of a request. */
  fields() {
    const form = this.preset.constraint.forms.length ? this.name() : FREE;
    const acrostic = byId("acrostic-field").hidden ? "" : byId("acrostic").value.trim();
    return { ...(form && { form }), ...(form && acrostic && { acrostic }) };
  }
}
