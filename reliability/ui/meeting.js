// The clock of the meeting: how long it has gone on, which part of the agenda it is in, and how much of that is left.
// It starts and stops by its button, and goes on after a reload of the same tab.
(() => {
  const KEY = "reliability-meeting-began";
  if (window.meetingClock) return;
  const began = () => Number(sessionStorage.getItem(KEY)) || 0;
  const written = (seconds) => {
    const whole = Math.floor(Math.abs(seconds));
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  };
  // As the agenda writes when a part begins: hours and minutes.
  const onTheClock = (seconds) => {
    const minutes = Math.floor(seconds / 60);
    return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
  };
  const show = () => {
    const clock = document.querySelector(".rl-clock");
    if (!clock) return;
    const parts = [...document.querySelectorAll("[data-starts]")].map((mark) => ({
      row: mark.closest("tr"),
      from: Number(mark.dataset.starts) * 60,
      to: (Number(mark.dataset.starts) + Number(mark.dataset.minutes)) * 60,
    }));
    const seconds = began() ? (Date.now() - began()) / 1000 : -1;
    const now = parts.find((part) => part.from <= seconds && seconds < part.to);
    for (const part of parts) part.row?.classList.toggle("rl-now", part === now);
    const end = Math.max(0, ...parts.map((part) => part.to));
    const said = seconds < 0 ? `0:00 of ${onTheClock(end)}` : `${onTheClock(seconds)} of ${onTheClock(end)}`;
    const title = now?.row?.querySelector("[data-part]")?.dataset.part ?? "";
    const left = now ? `${title} · ${written(now.to - seconds)} min left` : `over by ${written(seconds - end)} min`;
    clock.querySelector(".rl-clock-time").textContent = said;
    clock.querySelector(".rl-clock-part").textContent = seconds < 0 ? "" : left;
    clock.querySelector("button").textContent = seconds < 0 ? "Start the clock" : "Stop the clock";
  };
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.(".rl-clock button")) return;
    if (began()) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, String(Date.now()));
    show();
  });
  window.meetingClock = setInterval(show, 250);
})();
