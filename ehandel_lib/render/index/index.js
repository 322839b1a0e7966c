"use strict";
// Hides rows that do not hold what is searched for, and puts rows in the order of a column.
const table = document.querySelector(".kommuner");
const body = table.tBodies[0];
const rows = [...body.rows];
const plain = (text) => text.toLocaleLowerCase("da").replaceAll("aa", "å");

function search(event) {
  const wanted = plain(event.target.value.trim());
  rows.forEach((row) => (row.hidden = !plain(row.dataset.soeg).includes(wanted)));
  const shown = rows.filter((row) => !row.hidden).length;
  document.getElementById("fundet").textContent = `${shown} af ${rows.length} vist`;
}

// What has no number stands last, whichever way the others stand.
function compare(column, direction) {
  return (a, b) => {
    const [x, y] = [a, b].map((row) => row.cells[column].dataset.sorter ?? "");
    if (x === "" || y === "") return (x === "") - (y === "");
    const numbers = [Number(x), Number(y)];
    const order = numbers.some(Number.isNaN) ? (x < y ? -1 : x > y ? 1 : 0) : numbers[0] - numbers[1];
    return direction * order || rows.indexOf(a) - rows.indexOf(b);
  };
}

function sort(button) {
  const head = button.closest("th");
  const first = head.dataset.foerst ?? "ascending";
  const other = first === "ascending" ? "descending" : "ascending";
  const chosen = head.getAttribute("aria-sort") === first ? other : first;
  table.querySelectorAll("th[aria-sort]").forEach((th) => th.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", chosen);
  body.append(...[...rows].sort(compare(head.cellIndex, chosen === "ascending" ? 1 : -1)));
}

document.getElementById("soeg").addEventListener("input", search);
table.querySelectorAll("thead button").forEach((button) => button.addEventListener("click", () => sort(button)));
document.querySelector(".soeg").hidden = false;
