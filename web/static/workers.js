// The graph of jobs that ended, drawn from the table behind it; and "All on this page".
"use strict";
(() => {
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  let plot = null;

  // Custom properties made of light-dark() are resolved only where they are used.
  const resolved = (name) => {
    const probe = document.createElement("span");
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found || color(name);
  };

  const read = (table) => {
    const rows = [...table.tBodies[0].rows].reverse();
    const number = (row, cell) => Number(row.cells[cell].textContent);
    return [
      rows.map((row) => Date.parse(row.querySelector("time").dateTime) / 1000),
      rows.map((row) => number(row, 1)),
      rows.map((row) => number(row, 2)),
    ];
  };

  const axis = () => ({ stroke: resolved("--soft"), grid: { stroke: resolved("--line"), width: 1 }, ticks: { stroke: resolved("--line") } });

  const draw = () => {
    const place = document.querySelector("[data-graph]");
    const table = place && document.getElementById(place.dataset.graph);
    if (!table || !window.uPlot) return;
    if (plot) plot.destroy();
    const line = (label, name) => ({ label, stroke: resolved(name), width: 2, points: { show: false } });
    plot = new window.uPlot({
      width: place.clientWidth,
      height: 200,
      tzDate: (seconds) => window.uPlot.tzDate(new Date(seconds * 1000), place.dataset.zone),
      axes: [axis(), axis()],
      scales: { y: { range: (_, least, most) => [0, Math.max(1, most)] } },
      series: [{}, line("done", "--accent"), line("failed", "--bad")],
      cursor: { y: false },
    }, read(table), place);
  };

  document.addEventListener("DOMContentLoaded", draw);
  document.addEventListener("htmx:afterSettle", draw);
  window.addEventListener("resize", draw);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-check-all]")) return;
    for (const box of document.querySelectorAll("[data-select]")) box.checked = event.target.checked;
  });
})();
