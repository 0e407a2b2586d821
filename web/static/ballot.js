// Six digits of the voter's own, made here and not by the server: nobody else can have given two households the same.
"use strict";
var own = document.querySelector("[data-own]");
var again = document.querySelector("[data-again]");
function make() {
  var digits = "", one = new Uint8Array(1);
  while (digits.length < 6) {
    crypto.getRandomValues(one);
    if (one[0] < 250) digits += one[0] % 10;
  }
  own.value = digits;
}
if (own && window.crypto && crypto.getRandomValues) {
  make();
  again.parentNode.hidden = false;
  again.addEventListener("click", make);
}
