/* Enhancements only: every page works without this file. ES5, no libraries, no markup made from text. */
(function () {
  'use strict';
  var doc = document, root = doc.documentElement;

  function each(selector, act, within) {
    var found = (within || doc).querySelectorAll(selector), i;
    for (i = 0; i < found.length; i += 1) { act(found[i]); }
  }
  function up(node, name) {
    while (node && node.getAttribute && !node.hasAttribute(name)) { node = node.parentNode; }
    return node && node.getAttribute ? node : null;
  }

  /* Hide: cover at once, end the sign-in in the background, and leave nothing to come back to. */
  function hide(form) {
    root.className += ' covered';
    doc.title = ' ';
    if (!navigator.sendBeacon || !window.FormData ||
        !navigator.sendBeacon(form.action, new FormData(form))) { return false; }
    location.replace(form.getAttribute('data-hide'));
    return true;
  }

  var hider = doc.querySelector('form[data-hide]'), shifts = 0, shiftAt = 0, seenAt = Date.now(), dirty = false;
  if (hider) {
    doc.addEventListener('keydown', function (e) {
      if (e.keyCode !== 16) { shifts = 0; return; }
      if (e.repeat) { return; }
      shifts = Date.now() - shiftAt < 1500 ? shifts + 1 : 1;
      shiftAt = Date.now();
      if (shifts === 3 && !hide(hider)) { hider.submit(); }
    });
    /* Covered while another app is in front; after three minutes without a touch the page is left, or only
       covered while it holds something that was typed and not yet sent. */
    doc.addEventListener('visibilitychange', function () {
      if (doc.hidden) { root.className += ' covered'; } else { rest(); }
    });
    ['click', 'keydown', 'touchstart', 'scroll'].forEach(function (kind) {
      doc.addEventListener(kind, function () { seenAt = Date.now(); uncover(); }, true);
    });
    setInterval(rest, 5000);
  }
  function uncover() { root.className = root.className.replace(/ ?covered/g, ''); }
  function rest() {
    if (Date.now() - seenAt < 180000) { if (!doc.hidden) { uncover(); } return; }
    if (dirty) { root.className += ' covered'; } else if (!hide(hider)) { hider.submit(); }
  }

  /* Forms: warn before typed text is lost; a second tap on the same button does nothing for two seconds. */
  doc.addEventListener('input', function (e) { if (up(e.target, 'data-guard')) { dirty = true; } });
  window.addEventListener('beforeunload', function (e) {
    if (dirty) { e.preventDefault(); e.returnValue = ''; }
  });
  doc.addEventListener('submit', function (e) {
    var form = e.target;
    if (form === hider) { if (hide(form)) { e.preventDefault(); } return; }
    if (Date.now() - (form.sentAt || 0) < 2000) { e.preventDefault(); return; }
    form.sentAt = Date.now();
    dirty = false;
  });

  /* Register: counts follow every tick; "Everyone came" marks the rows that have no mark yet. */
  function count(form) {
    var came = form.querySelectorAll('[data-tick=came]:checked').length,
      missed = form.querySelectorAll('[data-tick=missed]:checked').length,
      all = form.querySelectorAll('[data-tick=came]').length,
      figures = {came: came, missed: missed, open: all - came - missed};
    each('[data-count]', function (b) { b.textContent = figures[b.getAttribute('data-count')]; }, form);
  }
  doc.addEventListener('change', function (e) {
    if (e.target.hasAttribute('data-tick') && e.target.form) { count(e.target.form); }
  });
  doc.addEventListener('click', function (e) {
    var button = up(e.target, 'data-all');
    if (!button || !button.form) { return; }
    e.preventDefault();
    each('[data-tick=came]', function (tick) {
      if (!button.form.querySelector('[name="' + tick.name + '"]:checked')) { tick.checked = true; }
    }, button.form);
    dirty = true;
    count(button.form);
  });

  /* Disclosures: menus close by Escape or a tap elsewhere, covered results after their seconds. */
  each('details[data-close]', function (box) {
    var timer;
    box.addEventListener('toggle', function () {
      clearTimeout(timer);
      if (box.open) { timer = setTimeout(function () { box.open = false; }, box.getAttribute('data-close') * 1000); }
    });
  });
  function closeMenus(except) {
    each('details[data-menu][open]', function (box) { if (!except || !box.contains(except)) { box.open = false; } });
  }
  doc.addEventListener('click', function (e) { closeMenus(e.target); });
  doc.addEventListener('keydown', function (e) { if (e.keyCode === 27) { closeMenus(null); } });

  /* Copy for Excel: the table as cells, and a cell is never a formula. */
  each('button[data-copy]', function (button) {
    if (!navigator.clipboard) { return; }
    button.hidden = false;
    button.addEventListener('click', function () {
      var lines = [];
      each('tr', function (row) {
        var cells = [];
        each('th,td', function (cell) { 
          cells.push(cell.innerText.replace(/\s+/g, ' ').trim().replace(/^([=+@]|-(?!\d))/, "'$1"));
        }, row);
        lines.push(cells.join('\t'));
      }, doc.getElementById(button.getAttribute('data-copy')));
      navigator.clipboard.writeText(lines.join('\n')).then(function () {
        button.textContent = button.getAttribute('data-done');
      });
    });
  });

  each('[data-again]', function (box) {
    setTimeout(function () { location.reload(); }, box.getAttribute('data-again') * 1000);
  });

  /* Preview: what does not fit into the frame gets a thick border, and a line says so. */
  each('iframe[data-fit]', function (frame) {
    var said = doc.getElementById(frame.getAttribute('data-fit'));
    function look() {
      var inner = frame.contentDocument, wide = 0;
      if (!inner || !inner.body || !inner.querySelector('main')) { return; }
      each('main *, header *, nav.bar *', function (one) {
        var box = one.getBoundingClientRect();
        if (box.width > 1 && one.getAttribute('class') !== 'vh' &&
            (box.right > inner.documentElement.clientWidth + 1 || box.left < -1 ||
            one.scrollWidth > one.clientWidth + 1 && inner.defaultView.getComputedStyle(one).overflowX === 'hidden')) {
          one.setAttribute('class', (one.getAttribute('class') || '') + ' over');
          wide += 1;
        }
      }, inner);
      said.textContent = said.getAttribute(wide ? 'data-over' : 'data-fine');
    }
    frame.addEventListener('load', look);
    look();
  });

  each('[data-focus]', function (box) { box.focus(); });
}());
