// Asks for news of the rehearsal group every two seconds. Without this script a new page does the same.
"use strict";
(function () {
  var main = document.getElementById("main");
  var log = document.getElementById("log");
  var lines = document.getElementById("lines");
  var end = document.getElementById("end");
  var notes = document.getElementById("notes");
  var now = document.getElementById("now");

  function atEnd() {
    return log.scrollHeight - log.scrollTop - log.clientHeight < 80 &&
      document.documentElement.scrollHeight - window.scrollY - window.innerHeight < 80 + document.getElementById("panel").offsetHeight;
  }

  function patch(html) {
    var fresh = document.createElement("template");
    fresh.innerHTML = html;
    Array.prototype.slice.call(fresh.content.children).forEach(function (item) {
      var old = document.getElementById(item.id);
      if (!old) lines.appendChild(item);
      else if (old.dataset.v !== item.dataset.v) lines.replaceChild(item, old);
    });
    var nobody = document.getElementById("nobody");
    if (nobody && fresh.innerHTML.trim()) nobody.remove();
  }

  function take(news) {
    var follow = atEnd();
    main.dataset.state = news.state;
    patch(news.lines);
    notes.innerHTML = news.notes;
    now.textContent = news.now;
    if (follow) end.scrollIntoView({ block: "nearest" });
  }

  function ask() {
    if (document.hidden) return;
    fetch(main.dataset.news + "&state=" + main.dataset.state, { credentials: "same-origin" })
      .then(function (answer) { return answer.status === 200 ? answer.json() : null; })
      .then(function (news) { if (news) take(news); })
      .catch(function () { /* the program may be restarting; the next question will tell */ });
  }

  document.addEventListener("submit", function (event) {
    setTimeout(function () {
      event.target.querySelectorAll("button").forEach(function (button) { button.disabled = true; });
    });
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) location.reload();
  });
  setInterval(ask, 2000);
})();
