/* Ticks the countdown by the server's clock and asks for the next view when the hour has come. Without it the page says the minutes. */
"use strict";
const clock = document.querySelector(".clock[data-until]");
if (clock) {
  const until = Date.parse(clock.dataset.until), ahead = Date.parse(clock.dataset.now) - Date.now();
  const show = (part, value) => { clock.querySelector(`[data-part="${part}"]`).textContent = value; };
  const tick = () => {
    const left = Math.ceil((until - Date.now() - ahead) / 1000);
    if (left <= 0) { clearInterval(ticking); location.reload(); return; }
    show("days", Math.floor(left / 86400));
    show("hours", Math.floor(left / 3600) % 24);
    show("minutes", Math.floor(left / 60) % 60);
    show("seconds", left % 60);
  };
  clock.querySelector("[hidden]").hidden = false;
  const ticking = setInterval(tick, 1000);
  tick();
}
