// What opened ballots come to: every kind and method, the whole tally, as docs/verify/verify.py counts it.
"use strict";
var Count = (function () {
  function range(size) { return Array.from({ length: size }, (_, at) => at); }
  function sum(values) { return values.reduce((all, one) => all + one, 0); }

  // At least (strict: more than) numerator/denominator; 以上 includes the number.
  function met(share, part, whole) {
    if (!share) return true;
    var have = share.denominator * part, need = share.numerator * whole;
    return whole > 0 && (share.strict ? have > need : have >= need);
  }

  // The last of each round goes out (all that are last alike); more than half wins.
  function runOff(size, cast) {
    var left = range(size), rounds = [];
    for (;;) {
      var counts = Array(size).fill(null);
      left.forEach(at => { counts[at] = 0; });
      cast.forEach(chosen => {
        var top = chosen.find(at => left.includes(at));
        if (top !== undefined) counts[top] += 1;
      });
      rounds.push(counts);
      var held = left.map(at => counts[at]), total = sum(held), best = Math.max(...held), last = Math.min(...held);
      if (!total || 2 * best > total || best === last) {
        return { rounds, run_off: left.filter(at => total && counts[at] === best) };
      }
      left = left.filter(at => counts[at] > last);
    }
  }

  // Whom no other beats by a stronger path; what a ballot leaves out stands below what it names.
  function schulze(size, cast) {
    var all = range(size), above = all.map(() => Array(size).fill(0));
    cast.forEach(chosen => {
      var rank = all.map(at => chosen.includes(at) ? chosen.indexOf(at) : size);
      all.forEach(a => all.forEach(b => { if (rank[a] < rank[b]) above[a][b] += 1; }));
    });
    var path = all.map(a => all.map(b => above[a][b] > above[b][a] ? above[a][b] : 0));
    all.forEach(via => all.forEach(a => all.forEach(b => {
      if (a !== b) path[a][b] = Math.max(path[a][b], Math.min(path[a][via], path[via][b]));
    })));
    return all.filter(a => cast.length && all.every(b => path[a][b] >= path[b][a]));
  }

  function households(opened, roll, ballots) {
    var rule = opened.rule, size = opened.options.length, cast = Object.values(ballots);
    var tally = { taken_part: cast.length, total: roll.length };
    tally.quorum = rule.quorum && met(rule.quorum, cast.length, roll.length);
    if (opened.method === "ranked") return Object.assign(tally, runOff(size, cast), { schulze: schulze(size, cast) });
    tally.counts = range(size).map(at => cast.filter(chosen => chosen.includes(at)).length);
    var whole = rule.of_everybody ? roll.length : cast.length;
    tally.reached = rule.consent && range(size).filter(at => met(rule.consent, tally.counts[at], whole));
    return tally;
  }

  function amount(units) {
    return { area: sum(units.map(unit => unit.area)), heads: new Set(units.map(unit => unit.head)).size };
  }
  function plus(one, other) { return { area: one.area + other.area, heads: one.heads + other.heads }; }

  // Civil Code article 278: heads and area (0.01 m²). An owner whose answers differ is in favour of nothing.
  function owners(opened, roll, ballots) {
    var cast = roll.filter(unit => ballots[unit.p]), said = {};
    cast.forEach(unit => {
      var own = said[unit.head] = said[unit.head] || new Set();
      ballots[unit.p].forEach(at => own.add(opened.answers[at]));
    });
    function agreed(answer) { return cast.filter(unit => said[unit.head].size === 1 && said[unit.head].has(answer)); }
    var disputed = Object.keys(said).filter(head => said[head].size > 1).sort();
    var total = amount(roll), took = amount(cast), sides = {}, rule = opened.rule;
    ["consent", "against", "abstain", "follow"].forEach(answer => { sides[answer] = amount(agreed(answer)); });
    var yes = sides.consent;
    function both(share, part, whole) {
      return met(share, part.area, whole.area) && met(share, part.heads, whole.heads);
    }
    function reading(took, sides) {
      var quorum = both(rule.quorum, took, total);
      var consent = rule.of_everybody ? both(rule.consent, yes, total) : both(rule.consent, sides.consent, took);
      return { total, participating: took, in_favour: sides.consent, against: sides.against, abstaining: sides.abstain,
        quorum, passed: quorum && consent, disputed };
    }
    if (!opened.never_deemed) {
      if (Object.values(said).some(own => own.has("follow"))) throw new Error("nobody may follow here");
      return { cast: reading(took, sides), deemed: null };
    }
    var most = ["consent", "against", "abstain"].find(answer =>
      2 * sides[answer].area > took.area && 2 * sides[answer].heads > took.heads);
    if (!most) return { cast: reading(took, sides), deemed: reading(took, sides) };
    var silent = amount(roll.filter(unit => !said[unit.head] && !opened.never_deemed.includes(unit.p)));
    var joined = Object.assign({}, sides, { [most]: plus(plus(sides[most], silent), sides.follow) });
    return { cast: reading(took, sides), deemed: reading(plus(took, silent), joined) };
  }

  function fill(text, facts) { return text.replace(/\{(\w+)\}/g, (_, name) => facts[name]); }
  function shown(options, tally, texts) {
    function named(places) { return places.map(at => options[at]).join(texts.and) || texts.nobody; }
    function side(name, one) { return fill(texts.side, { name, heads: one.heads, area: (one.area / 100).toFixed(2) }); }
    function sides(one) {
      var each = ["participating", "in_favour", "against", "abstaining"];
      return each.map(name => side(texts[name], one[name])).join(texts.join);
    }
    if (tally.run_off) return fill(texts.winners, { run_off: named(tally.run_off), schulze: named(tally.schulze) });
    if (!tally.cast) return tally.counts.map((n, at) => options[at] + " " + n).join(texts.join);
    return sides(tally.cast) + (tally.deemed ? texts.join + fill(texts.deemed, { shown: sides(tally.deemed) }) : "");
  }
  function tally(opened, roll, ballots) {
    return (opened.kind === "owners" ? owners : households)(opened, roll, ballots);
  }
  return { tally, shown };
})();
