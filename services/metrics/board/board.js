"use strict";

const PARTS = ["creators", "interactors", "viewers", "inactive"];
const FORMATS_ON_CARD = 3; // the table below has them all
const COUNTS = ["views", "interactions", "contributions", "ballots", "events"];
const KPIS_EVERY = 10_000; // milliseconds; the live numbers come once a second by themselves
const SPEAK_EVERY = 30_000; // a screen reader that is told every second says nothing else
const RETRY = 2_000;
const ARRIVE = 1_000;
const PULSE = 60; // seconds on the line

const at = (id) => document.getElementById(id);
const settings = {
  token: "",
  language: (navigator.language || "en").startsWith("de") ? "de" : "en",
  window: at("window").value, // the one that is selected in the page
};
let state = "waiting";
let paused = false;
let stopLive = null;
let shown = { kpis: null, formats: null, topics: null, totals: null };
let lastId = null;
let spokenAt = 0;
const pulse = [];

// --- words and numbers

function word(key, values = {}) {
  const text = WORDS[settings.language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

const number = (value) => new Intl.NumberFormat(settings.language, { maximumFractionDigits: 1 }).format(value);
const percent = (value) => new Intl.NumberFormat(settings.language, {
  style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1,
}).format(value);

const factor = (value) => `× ${new Intl.NumberFormat(settings.language, {
  minimumFractionDigits: 2, maximumFractionDigits: 2,
}).format(value)}`;
const bounds = ([low, high]) => ({ low: percent(low), high: percent(high) });

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function translate() {
  document.documentElement.lang = settings.language;
  document.title = `Mitmach – ${word("title")}`;
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = word(node.dataset.word);
  for (const node of document.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", word(node.dataset.label));
  }
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === settings.language));
  }
  showState(state);
  at("pause").textContent = word(paused ? "go" : "pause");
  showAll();
}

function showState(name) {
  state = name;
  at("state").textContent = word(paused && name === "connected" ? "paused" : name);
  document.body.dataset.state = paused ? "paused" : name;
}

// --- what is shown

function showAll() {
  if (shown.totals) showTotals(shown.totals, null);
  if (shown.kpis) showKpis(shown.kpis);
  if (shown.formats) showTable("formats", "format", shown.formats);
  if (shown.topics) showTable("topics", "topic", shown.topics);
}

function showTotals(totals, deltas) {
  const list = at("live");
  if (!list.children.length) {
    for (const name of COUNTS) {
      list.append(make("div", { "data-count": name }, make("dt"), make("dd"), make("dd", { class: "delta" })));
    }
  }
  for (const name of COUNTS) {
    const [label, value, delta] = list.querySelector(`[data-count="${name}"]`).children;
    label.textContent = word(name);
    value.textContent = number(totals[name]);
    if (deltas) delta.textContent = deltas[name] ? `+${number(deltas[name])}` : "";
  }
}

function speak(totals) {
  if (Date.now() - spokenAt < SPEAK_EVERY) return;
  spokenAt = Date.now();
  at("spoken").textContent = word("spoken", {
    interactions: number(totals.interactions), contributions: number(totals.contributions),
  });
}

function showPulse(count) {
  pulse.push(count);
  if (pulse.length > PULSE) pulse.shift();
  const top = Math.max(...pulse, 1);
  const points = pulse.map((value, index) => {
    const x = 600 - (pulse.length - 1 - index) * (600 / (PULSE - 1));
    return `${x.toFixed(1)},${(56 - 52 * (value / top)).toFixed(1)}`;
  });
  at("pulse").firstElementChild.setAttribute("points", points.join(" "));
}

function kpiCard(kpi) {
  const value = make("p", { class: "value" }, kpi.value === null ? "–" : percent(kpi.value));
  if (kpi.provisional) value.append(" ", make("small", {}, word("provisional")));
  const card = make("li", { class: `card ${kpi.name}` },
    make("h3", {}, word(kpi.name)), make("p", { class: "question" }, word(`${kpi.name}Question`)), value);
  if (kpi.value === null) {
    card.append(make("p", { class: "numbers" }, word(kpi.suppressed ? "hidden" : "nothing")));
    return card;
  }
  // The numbers beside it say the same to those who can't see the bar.
  const bar = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  bar.setAttribute("viewBox", "0 0 100 4");
  bar.setAttribute("preserveAspectRatio", "none");
  bar.setAttribute("aria-hidden", "true");
  bar.setAttribute("class", "bar");
  for (const [kind, width] of [["all", 100], ["part", 100 * Math.min(kpi.value, 1)]]) {
    const piece = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    piece.setAttribute("class", kind);
    piece.setAttribute("width", String(width));
    piece.setAttribute("height", "4");
    bar.append(piece);
  }
  const numbers = { numerator: number(kpi.numerator), denominator: number(kpi.denominator) };
  const said = [word("of", numbers)];
  if (kpi.parts.interval) said.push(word("interval", bounds(kpi.parts.interval)));
  card.append(bar, make("p", { class: "numbers" }, said.join(" · ")));
  if (kpi.previous !== null) {
    const change = kpi.value - kpi.previous;
    const trend = Math.abs(change) < 0.0005 ? "same" : change > 0 ? "better" : "worse";
    const arrow = { better: "▲", worse: "▼", same: "■" }[trend];
    card.append(make("p", { class: `before ${trend}` },
      make("span", { "aria-hidden": "true" }, `${arrow} `),
      make("span", { class: "spoken" }, `${word(trend)}: `),
      word("before", { value: percent(kpi.previous) })));
  }
  const lines = { shares: partLines, formats: formatLines }[CARDS[kpi.name]]?.(kpi.parts) ?? [];
  if (lines.length) card.append(make("dl", { class: "parts" }, ...lines.flatMap(([name, value]) =>
    [make("dt", {}, name), make("dd", {}, value)])));
  return card;
}

// What the eligible are divided into.
const partLines = (parts) => PARTS.map((name) => [word(name === "viewers" ? "onlyViewers" : name),
  parts[name].suppressed ? word("hidden") : `${percent(parts[name].of_eligible)} (${number(parts[name].people)})`]);

// The formats that reach most of those who could see their posts.
const formatLines = (parts) => Object.entries(parts.formats)
  .filter(([, cell]) => cell.value !== null)
  .sort(([, one], [, other]) => other.value - one.value)
  .slice(0, FORMATS_ON_CARD)
  .map(([name, cell]) => [word(name), percent(cell.value)]);

function showKpis(answer) {
  const byName = Object.fromEntries(answer.items.map((one) => [one.name, one]));
  at("kpis").replaceChildren(...KPIS.filter((name) => byName[name]).map((name) => kpiCard(byName[name])));
  const time = new Date(answer.items[0].as_of).toLocaleTimeString(settings.language);
  at("as-of").textContent = word("asOf", { time });
}

// A value that is hidden and one that isn't there look alike: the first says so beside it.
const orDash = (value, shownAs) => (value === null ? "–" : shownAs(value));

const ENGAGEMENT = {
  viewers: (item) => orDash(item.viewers, number),
  interactors: (item) => orDash(item.interactors, number),
  rate: (item) => (item.suppressed ? word("hidden") : orDash(item.engagement, percent)),
  certain: (item) => orDash(item.interval, (both) => word("range", bounds(both))),
  lift: (item) => orDash(item.lift, factor),
};
const COLUMNS = {
  format: {
    posts: (item) => number(item.posts),
    reach: (item) => (item.reach_suppressed ? word("hidden") : orDash(item.reach, percent)),
    ...ENGAGEMENT,
  },
  topic: { posts: (item) => number(item.posts), ...ENGAGEMENT },
};

function showTable(id, what, answer) {
  const columns = Object.entries(COLUMNS[what]);
  const head = make("tr", {}, ...[what, ...columns.map(([name]) => name)].map((name) =>
    make("th", { scope: "col" }, word(name))));
  const rows = answer.items.slice(0, 12).map((item) => {
    const name = what === "format" ? word(item.format) : item.topic;
    return make("tr", {}, make("th", { scope: "row" }, name),
      ...columns.map(([, cell]) => make("td", {}, cell(item))));
  });
  if (!rows.length) rows.push(make("tr", {}, make("td", { colspan: String(columns.length + 1) }, word("noPosts"))));
  at(id).replaceChildren(make("caption", {}, word(`${id}Caption`)),
    make("thead", {}, head), make("tbody", {}, ...rows));
}

// --- asking

class Refused extends Error {}

async function ask(path, options = {}, tries = 5) {
  const headers = { Authorization: `Bearer ${settings.token}`, ...options.headers };
  const answer = await fetch(path, { ...options, headers, cache: "no-store" });
  if (answer.status === 403 && answer.headers.has("Retry-After") && tries) {
    // Whoever was never here isn't active; a visit makes them so, and is heard of a moment later.
    await fetch("v1/me/visits", { method: "POST", headers });
    await pause(ARRIVE);
    return ask(path, options, tries - 1);
  }
  if (answer.status === 401 || answer.status === 403) throw new Refused();
  if (!answer.ok) throw new Error(String(answer.status));
  return answer;
}

function period() {
  if (settings.window !== "today") return settings.window;
  const day = (offset) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
  return `${day(0)}/${day(1)}`;
}

async function refresh() {
  const query = `?window=${encodeURIComponent(period())}`;
  const paths = { kpis: "v1/kpis", formats: "v1/stats/formats", topics: "v1/stats/topics" };
  await Promise.all(Object.entries(paths).map(async ([name, path]) => {
    shown[name] = await (await ask(path + query)).json();
  }));
  showAll();
}

// EventSource can't send a token, so the stream is read by hand.
async function watch(signal) {
  const headers = lastId ? { "Last-Event-ID": lastId } : {};
  const answer = await ask("v1/live", { headers, signal });
  showState("connected");
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    const blocks = text.split("\n\n");
    text = blocks.pop();
    blocks.forEach(receive);
  }
}

function receive(block) {
  const fields = Object.fromEntries(block.split("\n").map((line) => {
    const colon = line.indexOf(": ");
    return [line.slice(0, colon), line.slice(colon + 2)];
  }));
  if (fields.event !== "counted") return;
  lastId = fields.id;
  const { totals, deltas } = JSON.parse(fields.data);
  shown.totals = totals;
  if (paused) return;
  showTotals(totals, deltas);
  showPulse(deltas.events);
  speak(totals);
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function keepWatching(signal) {
  while (!signal.aborted) {
    try {
      await watch(signal);
    } catch (error) {
      if (error instanceof Refused) return signOut("refused");
    }
    if (signal.aborted) return;
    showState("lost");
    await pause(RETRY);
  }
}

async function keepAsking(signal) {
  while (!signal.aborted) {
    try {
      if (!paused) await refresh();
      at("problem").textContent = "";
    } catch (error) {
      if (error instanceof Refused) return signOut("refused");
      at("problem").textContent = word("unavailable");
    }
    await pause(KPIS_EVERY);
  }
}

// --- coming and going

function signIn(token) {
  settings.token = token;
  sessionStorage.setItem("mitmach-token", token);
  at("enter").hidden = true;
  at("content").hidden = at("leave").hidden = false;
  at("problem").textContent = "";
  const control = new AbortController();
  stopLive = () => control.abort();
  keepWatching(control.signal);
  keepAsking(control.signal);
}

function signOut(why) {
  if (stopLive) stopLive();
  stopLive = null;
  settings.token = "";
  sessionStorage.removeItem("mitmach-token");
  shown = { kpis: null, formats: null, topics: null, totals: null };
  lastId = null;
  at("enter").hidden = false;
  at("content").hidden = at("leave").hidden = true;
  at("problem").textContent = why ? word(why) : "";
  showState("waiting");
  at("token").focus();
}

function tokenFromAddress() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  // Out of the address at once, so that it isn't copied or bookmarked with it.
  if (token) history.replaceState(null, "", location.pathname);
  return token;
}

at("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const token = at("token").value.trim();
  at("token").value = "";
  if (token) {
    signIn(token);
    at("figures").focus();
  }
});
at("leave").addEventListener("click", () => signOut());
at("pause").addEventListener("click", () => {
  paused = !paused;
  at("pause").setAttribute("aria-pressed", String(paused));
  translate();
});
at("window").addEventListener("change", (event) => {
  settings.window = event.target.value;
  if (settings.token) refresh().catch(() => { at("problem").textContent = word("unavailable"); });
});
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => {
    settings.language = button.dataset.language;
    localStorage.setItem("mitmach-language", settings.language);
    translate();
  });
}

settings.language = localStorage.getItem("mitmach-language") ?? settings.language;
translate();
const token = tokenFromAddress() ?? sessionStorage.getItem("mitmach-token");
if (token) signIn(token);
