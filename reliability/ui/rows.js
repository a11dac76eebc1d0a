// In a list of records arrows move, and Enter or a click opens the row. The list is drawn on a canvas: its rows hold one
// button each, in the first column, which hears the mouse alone. Enter, and a click beside the button, press it.
(() => {
  if (window.opensRows) return;
  window.opensRows = true;
  const LIST = '[class*="st-key-opens-"] canvas[data-testid="data-grid-canvas"]';
  const LINE_REM = 2.1875; // the height of a row and of the header
  const LOOK_MS = 300; // a little longer than the grid takes
  const LOOKS = 10;
  const INSIDE_PX = 20; // from the left edge, inside the first column

  const chosen = (canvas) => canvas.querySelector('td[aria-selected="true"]');

  // Where the button of the chosen row is, on the screen.
  const button = (canvas) => {
    const row = Number(chosen(canvas).closest("tr").getAttribute("aria-rowindex")) - 2;
    const line = LINE_REM * parseFloat(getComputedStyle(document.documentElement).fontSize);
    const { left, top } = canvas.getBoundingClientRect();
    const { scrollTop } = canvas.closest("[data-testid=stDataFrame]").querySelector(".dvn-scroller");
    return { clientX: left + INSIDE_PX, clientY: top + line * (row + 1.5) - scrollTop, near: line / 2 };
  };

  const press = (canvas) => {
    const { clientX, clientY } = button(canvas);
    const at = { bubbles: true, cancelable: true, clientX, clientY, pointerType: "mouse", pointerId: 1 };
    for (const kind of ["mousemove", "pointerdown", "pointerup", "click"]) canvas.dispatchEvent(new PointerEvent(kind, at));
  };

  window.addEventListener("keydown", (event) => {
    const canvas = event.target.closest?.(LIST);
    if (event.key !== "Enter" || !canvas) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (chosen(canvas)) press(canvas);
  }, true);

  // Whether it was the button itself that was clicked, which has done its work, is known once the grid has told its
  // table for screen readers which cell is chosen. A click on the header, which sorts, chooses none on its line.
  const beside = (canvas, y, looks) => {
    const cell = chosen(canvas);
    if (cell && cell.getAttribute("aria-colindex") !== "1") {
      const { clientY, near } = button(canvas);
      if (Math.abs(clientY - y) <= near) return press(canvas);
    }
    if (looks > 0) setTimeout(beside, LOOK_MS, canvas, y, looks - 1);
  };

  window.addEventListener("click", ({ isTrusted, target, clientY }) => {
    const canvas = isTrusted && target.closest?.('[class*="st-key-opens-"]')?.querySelector(LIST);
    if (canvas) setTimeout(beside, LOOK_MS, canvas, clientY, LOOKS);
  });
})();
