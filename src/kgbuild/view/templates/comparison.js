"use strict";
(() => {
  const root = document.documentElement, $ = (id) => document.getElementById(id);
  const boxes = [...document.querySelectorAll("#kinds input")];
  const changes = [...document.querySelectorAll(".change")];
  const show = () => {
    const on = new Set(boxes.filter((b) => b.checked).map((b) => b.dataset.kind));
    let n = 0;
    for (const c of changes) {
      const kinds = c.dataset.kinds.split(" ");
      const isShown = on.has(kinds[0]) && (kinds.length < 2 || on.has("moved"));
      c.hidden = !isShown;
      n += isShown;
    }
    $("shown").textContent = `${n} / ${changes.length}`;
  };
  for (const b of boxes) b.addEventListener("change", show);
  $("language").addEventListener("click", () => {
    root.lang = root.dataset.ui = root.dataset.ui === "zh" ? "en" : "zh";
  });
  show();
})();
