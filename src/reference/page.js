// Searches names and summaries while the reader types; "/" goes to the search, arrows and Enter choose.
"use strict";
const box = document.getElementById("search");
const list = document.getElementById("found");
const map = document.getElementById("map");
const topics = Array.from(document.querySelectorAll(".overview tr"), (row) => ({
  name: row.cells[0].textContent,
  summary: row.cells[1].textContent,
}));
let chosen = 0;

// The smaller, the better; a name that begins so comes before one that holds it, and that before a summary.
function rank(topic, words) {
  const name = topic.name.toLowerCase();
  const summary = topic.summary.toLowerCase();
  let sum = 0;
  for (const word of words) {
    if (name === word) sum += 0;
    else if (name.startsWith(word)) sum += 1 + name.length / 100;
    else if (name.includes(word)) sum += 2 + name.length / 100;
    else if (summary.includes(word)) sum += 3 + summary.indexOf(word) / 1000;
    else return Infinity;
  }
  return sum;
}

function show() {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  map.hidden = words.length > 0;
  list.hidden = words.length === 0;
  list.replaceChildren();
  const ranked = topics
    .map((topic) => ({ topic, value: rank(topic, words) }))
    .filter((found) => found.value < Infinity)
    .sort((a, b) => a.value - b.value)
    .slice(0, 60);
  ranked.forEach(({ topic }, i) => {
    const link = document.createElement("a");
    link.href = "#" + topic.name;
    link.append(Object.assign(document.createElement("code"), { textContent: topic.name }));
    const item = document.createElement("li");
    item.append(link, topic.summary);
    item.classList.toggle("chosen", i === chosen);
    list.append(item);
  });
  if (words.length > 0 && ranked.length === 0) list.append("nothing found");
}

box.addEventListener("input", () => {
  chosen = 0;
  show();
});
box.addEventListener("keydown", (event) => {
  const count = list.querySelectorAll("a").length;
  if (event.key === "ArrowDown") chosen = Math.min(chosen + 1, count - 1);
  else if (event.key === "ArrowUp") chosen = Math.max(chosen - 1, 0);
  else if (event.key === "Enter") list.querySelectorAll("a")[chosen]?.click();
  else if (event.key === "Escape") box.value = "";
  else return;
  event.preventDefault();
  show();
  list.querySelector(".chosen")?.scrollIntoView({ block: "nearest" });
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== box) {
    event.preventDefault();
    box.focus();
  }
});
show();
