// Notes, on the clock of performance.now(), when somebody last clicked and when the page was last drawn again.
// ROOT is the selector of the part that counts; what changes outside it (menus, the running man) does not.
(() => {
  const marks = { clicked: 0, drawn: 0, changes: 0 };
  window.benchmarkMarks = marks;
  addEventListener("click", (event) => { marks.clicked = event.timeStamp; }, true);
  let waiting = false;
  new MutationObserver((records) => {
    const root = document.querySelector(ROOT);
    const counted = root ? records.filter((record) => root.contains(record.target)).length : 0;
    if (!counted) return;
    marks.changes += counted;
    if (waiting) return;
    waiting = true;
    // After the frame that shows the change: a task that is queued while it is prepared runs once it is painted.
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => { marks.drawn = performance.now(); waiting = false; };
      channel.port2.postMessage(0);
    });
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
})();
