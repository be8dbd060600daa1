// Every text that can be seen whose contrast with its ground is below arguments[0], by WCAG 2's formula.
const least = arguments[0];
const parse = (colour) => {
  const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
  return { r, g, b, a };
};
const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
const luminance = ({ r, g, b }) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
const over = (top, below) => ({
  r: top.r * top.a + below.r * (1 - top.a),
  g: top.g * top.a + below.g * (1 - top.a),
  b: top.b * top.a + below.b * (1 - top.a),
  a: 1,
});
const ground = (node) => {
  if (!node) return { r: 255, g: 255, b: 255, a: 1 };
  const colour = parse(getComputedStyle(node).backgroundColor);
  return colour.a === 1 ? colour : over(colour, ground(node.parentElement));
};
const ratio = (node, colour) => {
  const below = ground(node);
  const [a, b] = [luminance(over(parse(colour), below)), luminance(below)].sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
};
const poor = [];
let seen = 0;
const check = (node, colour, text) => {
  seen++;
  const found = ratio(node, colour);
  if (found < least) poor.push(`${text.trim().slice(0, 20)} (${node.tagName} ${node.className}): ${found.toFixed(2)}`);
};
for (const node of document.querySelectorAll("body *")) {
  if (!node.checkVisibility({ visibilityProperty: true }) || node.closest("[aria-hidden=true]")) continue;
  const text = [...node.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE).map((child) => child.data).join("");
  const style = getComputedStyle(node);
  if (text.trim()) check(node, style.fill !== "rgb(0, 0, 0)" && node instanceof SVGElement ? style.fill : style.color, text);
  if (node.placeholder && !node.value) check(node, getComputedStyle(node, "::placeholder").color, node.placeholder);
}
return { seen, poor };
