import { byId, kept } from "./dom.js";

/** Resolves to whether the terms are accepted; asks only once. */
export function accepted() {
  if (kept.get("terms", 0)) return Promise.resolve(true);
  const dialog = byId("terms");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        const yes = dialog.returnValue === "yes";
        if (yes) kept.set("terms", Date.now());
        resolve(yes);
      },
      { once: true },
    );
  });
}
