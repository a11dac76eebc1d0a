// Shows a piece of the page as the server wrote it; what has the attribute data-press is named to the server when it is
// pressed. What did not change stays, and with it the focus. A link keeps its address for a tab of its own.
const made = (parent) => {
  const box = document.createElement("div");
  box.className = "rl-pressed";
  box.addEventListener("click", (event) => {
    const part = event.target.closest("[data-press]");
    if (!part || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    box.choose(part.dataset.press);
  });
  parent.append(box);
  return box;
};

const PARTS = "[data-part]";

// Puts in only the parts that are others, where there are as many as before; otherwise all of it.
const update = (box, html) => {
  const wanted = document.createElement("template");
  wanted.innerHTML = html;
  const now = [...box.querySelectorAll(PARTS)];
  const next = [...wanted.content.querySelectorAll(PARTS)];
  if (!now.length || now.some((part, place) => part.dataset.part !== next[place]?.dataset.part) || next.length > now.length) {
    box.replaceChildren(wanted.content);
    return;
  }
  for (const [place, part] of now.entries()) {
    if (part.innerHTML === next[place].innerHTML) continue;
    const focused = part.contains(document.activeElement) && document.activeElement.dataset.press;
    part.replaceChildren(...next[place].childNodes);
    if (focused) part.querySelector(`[data-press="${CSS.escape(focused)}"]`)?.focus();
  }
};

export default ({ data, parentElement, setTriggerValue }) => {
  const box = parentElement.querySelector(".rl-pressed") ?? made(parentElement);
  box.choose = (name) => setTriggerValue("chosen", name);
  if (box.written === data) return;
  box.written = data;
  update(box, data);
};
