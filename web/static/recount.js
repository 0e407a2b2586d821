// Counts a vote again from its files, as docs/verify/verify.py does; the arithmetic is in count.js.
"use strict";
var names = Object.keys;
var box = document.getElementById("recount");
var texts = JSON.parse(box.dataset.texts);
var vote = Number(box.dataset.vote);
var out = box.querySelector("[role=status]");
var button = box.querySelector("[data-start]");
var mine = box.querySelector("[data-mine]");
var utf8 = new TextEncoder();

function bytes() {
  var parts = Array.prototype.map.call(arguments, function (part) {
    return typeof part === "string" ? utf8.encode(part) : Uint8Array.from(part);
  });
  var all = new Uint8Array(parts.reduce(function (sum, part) { return sum + part.length; }, 0)), at = 0;
  parts.forEach(function (part) { all.set(part, at); at += part.length; });
  return all;
}
async function sha() { return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.apply(null, arguments))); }
function base64(value) { return btoa(String.fromCharCode.apply(null, value)); }
function plain(text) {
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), function (c) { return c.charCodeAt(0); });
}
function hex(value) { return Array.from(value, function (one) { return (one + 256).toString(16).slice(1); }).join(""); }
function url64(value) { return base64(value).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, ""); }
function canonical(value) {
  if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return "{" + names(value).sort().map(function (name) {
    return JSON.stringify(name) + ":" + canonical(value[name]);
  }).join(",") + "}";
}
function same(one, other) { return canonical(one) === canonical(other); }

// RFC 6962: an odd one goes up as it is.
async function root(lines) {
  var level = await Promise.all(lines.map(function (line) { return sha([0], line); }));
  if (!level.length) return sha();
  while (level.length > 1) {
    var next = [];
    for (var i = 0; i < level.length; i += 2) {
      next.push(i + 1 < level.length ? sha([1], level[i], level[i + 1]) : level[i]);
    }
    level = await Promise.all(next);
  }
  return level[0];
}

var found;
function say(ok, key, facts) {
  var text = (texts[key] || key).replace(/\{(\w+)\}/g, function (_, name) { return (facts || {})[name]; });
  found.push({ ok, text });
}
function expect(ok, key, facts) { say(ok, ok ? key : key + "_not", facts); return ok; }

async function get(name) {
  var answer = await fetch(box.dataset[name], { cache: "no-store" });
  if (!answer.ok) throw new Error(name);
  return (await answer.text()).replace(/\n$/, "");
}
async function files() {
  var parts = await Promise.all(["log", "roll", "openings", "head", "keys"].map(get));
  return { log: parts[0].split("\n"), roll: parts[1].split("\n").slice(1),
    openings: parts[2].split("\n").slice(1), head: parts[3].split("\n"), keys: parts[4].split("\n") };
}

async function signed(head, keys) {
  var text = head.slice(0, 3).join("\n") + "\n";
  var mark = head.find(function (line) { return line.indexOf("\u2014 " + head[0] + " ") === 0; });
  var signature = plain(mark.split(" ")[2]), id = hex(signature.slice(0, 4));
  var own = keys.find(function (key) { return key.indexOf(head[0] + "+" + id + "+") === 0; });
  var key = plain(own.split("+").slice(2).join("+")).slice(1);
  try {
    key = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
  } catch (old) { return null; }
  return crypto.subtle.verify({ name: "Ed25519" }, key, signature.slice(4), utf8.encode(text));
}

async function checkLog(got) {
  var head = { size: Number(got.head[1]), root: got.head[2] };
  var right = head.size === got.log.length && base64(await root(got.log)) === head.root;
  expect(right, "head", head);
  var mark = await signed(got.head, got.keys).catch(function () { return false; });
  if (mark === null) say(null, "unsigned"); else expect(mark, "signed");
}

function replay(lines) {
  var was = { counted: {}, next: {}, casts: 0, closed: false, wrong: 0, seen: {} };
  lines.forEach(function (line, at) {
    var entry = JSON.parse(line);
    if (canonical(entry) !== line) was.wrong += 1;
    if (entry.vote !== vote) return;
    if (entry.type === "open" && !was.opened) was.opened = entry;
    else if (entry.type === "result" && was.closed && !was.result) was.result = entry;
    else if (!was.opened || was.closed) was.wrong += 1;
    else if (entry.type === "cast") {
      was.casts += 1;
      was.seen[entry.p] = true;
      if (entry.rev !== (was.next[entry.p] || 0)) was.wrong += 1;
      else { was.next[entry.p] = entry.rev + 1; was.counted[entry.p] = { rev: entry.rev, c: entry.c }; }
    } else if (entry.type === "void") {
      if (!was.counted[entry.p]) was.wrong += 1;
      delete was.counted[entry.p];
    } else if (entry.type === "close") { was.closed = true; if (entry.casts !== was.casts) was.wrong += 1; }
    else if (entry.type !== "extend") was.wrong += 1;
  });
  return was;
}

async function commitment(one) {
  var said = canonical([vote, one.p, one.rev, one.choice, one.own]);
  return url64(await sha("fengsi-shuoshi/ballot-v1\0", said, plain(one.nonce)));
}

async function checkOpenings(was, lines) {
  var opened = {}, wrong = 0;
  await Promise.all(lines.map(async function (line) {
    var one = JSON.parse(line), held = was.counted[one.p];
    if (canonical(one) !== line || opened[one.p] || !held || held.rev !== one.rev) { wrong += 1; return; }
    opened[one.p] = one;
    var made = was.opened.slips ? url64(await sha("fengsi-shuoshi/cred-v1\0", vote + "\0" + one.code)) : one.p;
    if (made !== one.p || !isChoice(was.opened, one) || await commitment(one) !== held.c) wrong += 1;
  }));
  wrong += names(was.counted).length - names(opened).length;
  expect(!wrong, "openings", { n: lines.length, wrong });
  return opened;
}

function choices(one) { return Array.isArray(one.choice) ? one.choice : [one.choice]; }

// One option where one is asked for, but all the answers of co-owners who differ.
function isChoice(opened, one) {
  var chosen = choices(one);
  return chosen.length > 0 && (chosen.length === 1 || opened.method !== "single" || opened.kind === "owners") &&
    chosen.every(function (at, n) {
      return Number.isInteger(at) && at >= 0 && at < opened.options.length && chosen.indexOf(at) === n;
    });
}

function checkCount(opened, result, openings, roll) {
  if (!result) { say(false, "count_not"); return; }
  var ballots = {};
  names(openings).forEach(function (p) { ballots[p] = choices(openings[p]); });
  var counted = Count.tally(opened, roll, ballots);
  expect(same(counted, result.tally), "count", { shown: Count.shown(opened.options, counted, texts) });
}

async function recount() {
  var got = await files();
  await checkLog(got);
  var was = replay(got.log), roll = got.roll.map(JSON.parse);
  expect(was.opened && was.closed && !was.wrong, "order", { n: was.casts, wrong: was.wrong });
  var known = {}, sorted = roll.every(function (one, at) { known[one.p] = true; return !at || roll[at - 1].p < one.p; });
  var outside = names(was.seen).some(function (p) { return !known[p]; });
  var listed = url64(await root(got.roll)) === was.opened.roll;
  expect(listed && sorted && !outside, "roll", { n: roll.length });
  checkCount(was.opened, was.result, await checkOpenings(was, got.openings), roll);
  return { got, was };
}

async function receipt(text) {
  var one = JSON.parse(text.split("\n")[0]), held = await recount();
  if (one.vote !== vote) { say(null, "mine_other", { number: one.vote }); return; }
  delete one.vote;
  var c = await commitment(one);
  var entry = canonical({ type: "cast", vote, p: one.p, rev: one.rev, c });
  var at = held.got.log.indexOf(entry) + 1;
  if (!expect(at > 0, "mine", { at })) return;
  expect((held.was.counted[one.p] || {}).rev === one.rev, "mine_counts");
  expect(held.got.openings.indexOf(canonical(one)) >= 0, "mine_opened", {
    choice: choices(one).map(function (n) { return held.was.opened.options[n]; }).join(texts.join)
  });
  say(null, one.own ? "own" : "no_own", { own: one.own });
}

async function run(work) {
  found = [];
  button.disabled = true;
  out.textContent = texts.counting;
  try { await work(); } catch (broken) { say(false, "broken"); }
  var wrong = found.filter(function (one) { return one.ok === false; }).length;
  var list = document.createElement("ul");
  found.forEach(function (one) {
    var line = list.appendChild(document.createElement("li"));
    line.textContent = texts[one.ok === null ? "unchecked" : one.ok ? "good" : "bad"] + one.text;
  });
  var first = document.createElement("p");
  first.appendChild(document.createElement("b")).textContent = wrong ? texts.differs : texts.agrees;
  out.replaceChildren(first, list);
  out.className = wrong ? "error" : "counted";
  button.disabled = false;
}
if (window.crypto && crypto.subtle) {
  box.querySelectorAll("[hidden]").forEach(function (part) { part.hidden = false; });
  button.addEventListener("click", function () { run(recount); });
  mine.addEventListener("change", async function () {
    var text = mine.files.length ? await mine.files[0].text() : "";
    if (text) run(function () { return receipt(text); });
  });
}
