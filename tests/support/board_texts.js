"use strict";
// What the board writes for given answers of the API, without a browser: board.js on nodes that do
// nothing but keep their texts. Answers come in as JSON, texts go out as JSON.
const fs = require("node:fs");
const vm = require("node:vm");

class Node {
  constructor(tag) { Object.assign(this, { tag, kids: [], dataset: {}, classes: "" }); }
  append(...kids) { this.kids.push(...kids); }
  replaceChildren(...kids) { this.kids = kids; }
  setAttribute(name, value) { if (name === "class") this.classes = value; }
  addEventListener() {}
  focus() {}
  get children() { return this.kids.filter((kid) => kid instanceof Node); }
  get textContent() { return this.kids.map((kid) => (kid instanceof Node ? kid.textContent : kid)).join(""); }
  set textContent(text) { this.kids = [text]; }
  all(wanted) {
    return this.children.flatMap((kid) => (wanted(kid) ? [kid] : kid.all(wanted)));
  }
}

const nodes = {};
const document = {
  getElementById: (id) => (nodes[id] ??= new Node(id)),
  querySelectorAll: () => [],
  createElement: (tag) => new Node(tag),
  createElementNS: (_, tag) => new Node(tag),
  documentElement: new Node("html"),
  body: new Node("body"),
};
const nothing = { getItem: () => null, setItem() {}, removeItem() {} };
const context = vm.createContext({
  document, Intl, URLSearchParams, navigator: { language: "en" }, location: { hash: "", pathname: "/" },
  localStorage: nothing, sessionStorage: nothing,
});
const [folder] = process.argv.slice(2);
const run = (file) => vm.runInContext(fs.readFileSync(`${folder}/${file}`, "utf8"), context);
context.answers = JSON.parse(fs.readFileSync(0, "utf8"));
run("words.js");
vm.runInContext(context.answers.script, context);
run("board.js");
vm.runInContext(`showKpis(answers.kpis); showTable("formats", "format", answers.formats);
  showTable("topics", "topic", answers.topics); if (answers.totals) showTotals(answers.totals, null);`, context);

const texts = (node, wanted) => node.all(wanted).map((found) => found.textContent);
const rows = (table) => table.all((node) => node.tag === "tr").slice(1).map((row) => row.children.map((cell) => cell.textContent));
const cards = Object.fromEntries(nodes.kpis.children.map((card) => [card.classes.replace("card ", ""), {
  value: texts(card, (node) => node.classes === "value")[0],
  numbers: texts(card, (node) => node.classes === "numbers")[0],
  before: texts(card, (node) => node.classes.startsWith("before"))[0] ?? null,
  parts: texts(card, (node) => node.tag === "dd"),
}]));
process.stdout.write(JSON.stringify({ cards, formats: rows(nodes.formats), topics: rows(nodes.topics) }));
