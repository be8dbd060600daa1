// Before anything is painted: the theme and the language that were chosen.
(() => {
  const root = document.documentElement;
  const kept = (key) => JSON.parse(localStorage.getItem(`maliang.${key}`) ?? "null");
  const theme = kept("theme");
  if (theme) root.dataset.theme = theme;
  const language = kept("language") ?? (navigator.language.startsWith("zh") ? "zh" : "en");
  root.lang = language === "zh" ? "zh-Hans" : "en";
})();
