// Single keys: whatever carries data-key is pressed by that key, outside of fields that are typed into. Can be switched off (WCAG 2.1.4).
// Of several options with one key, the first whose group is not answered yet is chosen: digits fill a form from top to bottom.
const onOff = document.getElementById("keys");
onOff.checked = localStorage.getItem("keys") !== "off";
onOff.addEventListener("change", () => localStorage.setItem("keys", onOff.checked ? "on" : "off"));

const typedInto = "input:not([type=radio]):not([type=checkbox]), select, textarea";
const pressed = "a, button, summary";

addEventListener("keydown", (event) => {
  if (!onOff.checked || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
  const at = document.activeElement;
  if (at?.matches(typedInto) || (event.key === "Enter" && at?.matches(pressed))) return;
  const all = [...document.querySelectorAll(`[data-key="${CSS.escape(event.key)}"]`)].filter((one) => one.checkVisibility());
  const open = all.find((one) => one.type !== "radio" || !one.form.querySelector(`[name="${one.name}"]:checked`));
  const one = open ?? all.at(-1);
  if (!one) return;
  event.preventDefault();
  one.focus();
  one.click();
});
