(function () {
  var tip = document.createElement('div');
  tip.className = 'tip';
  tip.hidden = true;
  document.body.appendChild(tip);
  document.addEventListener('pointermove', function (event) {
    var over = event.target.closest ? event.target.closest('[data-tip]') : null;
    tip.hidden = !over;
    if (!over) return;
    tip.textContent = over.getAttribute('data-tip');
    var left = Math.min(event.clientX + 14, window.innerWidth - tip.offsetWidth - 8);
    var top = Math.min(event.clientY + 14, window.innerHeight - tip.offsetHeight - 8);
    tip.style.left = Math.max(8, left) + 'px';
    tip.style.top = Math.max(8, top) + 'px';
  });
})();
