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

  var hider = doc.querySelector('form[data-hide]'), idle = hider && (hider.getAttribute('data-idle') || 180) * 1000,
    shifts = 0, shiftAt = 0, seenAt = Date.now(), left = false, unsent = [];

  function cover() { if (!/ covered/.test(root.className)) { root.className += ' covered'; } }
  function uncover() { if (!left) { root.className = root.className.replace(/ covered/g, ''); } }
  function leave() { left = true; location.replace(hider.getAttribute('data-hide')); }

  /* Hide: cover at once, end the sign-in in the background, and leave nothing to come back to. What was written
     about a person in danger is sent first: nobody would write it a second time. */
  function hide() {
    if (left) { return; }
    left = true;
    cover();
    doc.title = ' ';
    keep(function () {
      if (navigator.sendBeacon && window.FormData &&
          navigator.sendBeacon(hider.action, new FormData(hider))) { leave(); } else { hider.submit(); }
    });
  }
  function keep(then) {
    var form = doc.querySelector('form[data-keep]'), ask;
    if (!form || unsent.indexOf(form) < 0 || !window.FormData) { then(); return; }
    ask = new XMLHttpRequest();
    ask.open('POST', form.action);
    ask.timeout = 5000;
    ask.onloadend = then;
    ask.send(new FormData(form));
  }

  if (hider) {
    doc.addEventListener('keydown', function (e) {
      if (e.keyCode !== 16) { shifts = 0; return; }
      if (e.repeat) { return; }
      shifts = Date.now() - shiftAt < 1500 ? shifts + 1 : 1;
      shiftAt = Date.now();
      if (shifts === 3) { hide(); }
    });
    /* Covered while another app is in front, and after the idle time of the server. Then the server would ask again
       who is there, so the page is left; one that holds something typed or chosen and not yet sent is only covered.
       The sign-in is not ended here: its owner may be busy in another window, and the server knows. */
    doc.addEventListener('visibilitychange', function () { if (doc.hidden) { cover(); } else { rest(); } });
    ['click', 'keydown', 'input', 'touchstart', 'scroll'].forEach(function (kind) {
      doc.addEventListener(kind, function () { seenAt = Date.now(); uncover(); }, true);
    });
    window.addEventListener('pageshow', rest);
    setInterval(rest, 5000);
  }
  function rest() {
    if (left) { return; }
    if (Date.now() - seenAt < idle) { if (!doc.hidden) { uncover(); } return; }
    cover();
    if (!unsent.length && !hider.hasAttribute('data-unsent')) { leave(); }
  }

  /* Forms: what is typed or chosen waits until its own form is sent; searches hold nothing to lose. Leaving is warned
     of where somebody would have to ask another person again (data-guard). A second tap on the same button does
     nothing for two seconds. */
  function note(form) {
    if (form && form.getAttribute('method') === 'post' && form.getAttribute('role') !== 'search' &&
        unsent.indexOf(form) < 0) { unsent.push(form); }
  }
  ['input', 'change'].forEach(function (kind) {
    doc.addEventListener(kind, function (e) { note(e.target.form); }, true);
  });
  if (hider && hider.hasAttribute('data-unsent')) { each('form[data-guard]', note); }
  window.addEventListener('beforeunload', function (e) {
    if (!left && unsent.some(function (form) { return form.hasAttribute('data-guard'); })) {
      e.preventDefault();
      e.returnValue = '';
    }
  });
  doc.addEventListener('submit', function (e) {
    var form = e.target;
    if (form === hider) { e.preventDefault(); hide(); return; }
    if (Date.now() - (form.sentAt || 0) < 2000) { e.preventDefault(); return; }
    form.sentAt = Date.now();
    unsent = unsent.filter(function (one) { return one !== form; });
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
    note(button.form);
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
