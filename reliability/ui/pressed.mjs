// Shows a piece of the page as the server wrote it; what has the attribute data-press is named to the server when it is
// pressed. A link in it keeps its address for a tab of its own.
const made = (parent) => {
  const box = document.createElement("div");
  box.addEventListener("click", (event) => {
    const part = event.target.closest("[data-press]");
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.target.closest("a[target=_blank]");
    if (!part || elsewhere || !getSelection().isCollapsed) return; // who marks words to copy them presses nothing
    event.preventDefault();
    box.choose(part.dataset.press);
  });
  parent.append(box);
  return box;
};

const boxes = new WeakMap();

export default ({ data, parentElement, setTriggerValue }) => {
  const box = boxes.get(parentElement) ?? made(parentElement);
  boxes.set(parentElement, box);
  box.choose = (name) => setTriggerValue("chosen", name);
  const html = new TextDecoder().decode(data);
  if (box.written === html) return;
  box.written = html;
  box.innerHTML = html;
};
