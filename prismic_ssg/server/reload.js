// Live reload and the error overlay of `prismic-ssg serve --watch`. Nothing of it is in the output.
//
// The server sends the whole present state; this script compares it with what the page shows.
(() => {
  'use strict'
  const script = document.currentScript
  if (!script || window.__prismicSsgReload) return
  window.__prismicSsgReload = true

  const shown = { ...script.dataset }
  const remembered = 'prismic-ssg:scroll'
  let source = null
  let again = 0
  let leaving = false

  // --- the stream. A tab that nobody sees has none: browsers allow six connections to a server, and
  // would let the seventh tab wait for ever. Whoever comes back hears at once what changed.

  const connect = () => {
    if (source || leaving || document.visibilityState === 'hidden') return
    const query = new URLSearchParams({
      path: location.pathname,
      epoch: shown.epoch,
      number: shown.number,
    })
    source = new EventSource(`/_prismic/events?${query}`)
    source.onmessage = (event) => apply(JSON.parse(event.data))
    source.onerror = () => {
      if (source && source.readyState === EventSource.CLOSED) {
        disconnect()
        again = setTimeout(connect, 1000)
      }
    }
  }

  const disconnect = () => {
    clearTimeout(again)
    if (source) source.close()
    source = null
  }

  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') disconnect()
    else connect()
  })
  addEventListener('pagehide', disconnect)
  addEventListener('pageshow', connect)

  // --- what to do about a state

  const apply = (state) => {
    overlay.show(state.problems, state.count)
    if (state.epoch !== shown.epoch) return reload()
    if (state.digest !== shown.digest) {
      if (state.shape !== shown.shape || !swapStyles(state.styles)) return reload()
      shown.digest = state.digest
    }
    shown.number = state.number
    if (state.files.length) useFiles(state.files)
  }

  const reload = () => {
    if (leaving) return
    leaving = true
    disconnect()
    try {
      const place = { path: location.pathname, x: scrollX, y: scrollY }
      sessionStorage.setItem(remembered, JSON.stringify(place))
    } catch {
      // Storage can be forbidden; the browser then restores what it can by itself.
    }
    location.reload()
  }

  const restoreScroll = () => {
    try {
      const text = sessionStorage.getItem(remembered)
      sessionStorage.removeItem(remembered)
      const place = JSON.parse(text || 'null')
      if (!place || place.path !== location.pathname) return
      const scroll = () => scrollTo({ left: place.x, top: place.y, behavior: 'instant' })
      scroll()
      // Images may push the page down until they are all there.
      if (document.readyState !== 'complete') addEventListener('load', scroll, { once: true })
    } catch {
      // As above.
    }
  }

  // --- stylesheets are swapped: the new one is loaded beside the old, which then goes, so that
  // the page is never without.

  const hash = /\.[0-9a-f]{8}(\.css)$/
  const stylesheets = () => [...document.querySelectorAll('link[rel~="stylesheet"][href]')]
  const pathOf = (href) => new URL(href, document.baseURI).pathname

  const swap = (link, href) =>
    new Promise((resolve) => {
      const next = link.cloneNode()
      next.href = href
      next.onload = () => (link.remove(), resolve())
      next.onerror = () => (next.remove(), resolve())
      link.after(next)
    })

  const swapStyles = (hrefs) => {
    const links = stylesheets()
    for (const href of hrefs) {
      const path = pathOf(href)
      const same = (link) => pathOf(link.href).replace(hash, '$1') === path.replace(hash, '$1')
      const link = links.find(same)
      if (!link) return false
      if (pathOf(link.href) !== path) swap(link, href)
    }
    return true
  }

  const useFiles = (files) => {
    const isOurs = (href) => new URL(href, document.baseURI).origin === location.origin
    if (files.includes('*')) return reload()
    const changed = (path) => files.some((file) => decodeURI(path).endsWith(`/${file}`))
    const styles = stylesheets().filter((link) => isOurs(link.href) && changed(pathOf(link.href)))
    const used = performance.getEntriesByType('resource').map((entry) => entry.name)
    const others = used.filter((name) => isOurs(name) && changed(pathOf(name)))
    // What no link can be swapped for: images, scripts, fonts, a stylesheet that another imports.
    const hasLink = (name) => styles.some((link) => pathOf(link.href) === pathOf(name))
    if (!others.every(hasLink)) return reload()
    for (const link of styles) {
      const url = new URL(link.href, document.baseURI)
      url.searchParams.set('changed', Date.now())
      swap(link, url.href)
    }
  }

  // --- the overlay

  const overlay = (() => {
    let host = null
    let last = ''
    let small = false

    const element = (name, className, ...children) => {
      const made = document.createElement(name)
      if (className) made.className = className
      made.append(...children.filter((child) => child !== null && child !== undefined))
      return made
    }

    const source = (problem) => {
      if (!problem.source) return null
      const lines = problem.source.map(([number, text]) => {
        const line = element('span', number === problem.line ? 'line here' : 'line')
        line.append(element('i', '', String(number)), element('span', '', text || ' '))
        return line
      })
      const code = element('code', '', ...lines)
      const pre = element('pre', '', code)
      pre.tabIndex = 0
      return pre
    }

    const place = (problem) => {
      const parts = []
      if (problem.file) {
        parts.push(element('b', '', problem.line ? `${problem.file}:${problem.line}` : problem.file))
      }
      if (problem.pages) {
        const more = problem.more_pages ? ` and ${problem.more_pages} more` : ''
        parts.push(element('span', '', `page ${problem.pages.join(', ')}${more}`))
      }
      if (problem.document) {
        parts.push(element('span', '', `document ${problem.document}`))
        if (problem.field) parts.push(element('span', '', `field ${problem.field}`))
      }
      if (problem.edit) {
        const link = element('a', '', 'Open in Prismic')
        link.href = problem.edit
        link.target = '_blank'
        link.rel = 'noreferrer'
        parts.push(link)
      }
      return parts.length ? element('p', 'place', ...parts) : null
    }

    // The place stands in a line of its own: a message need not begin with it.
    const message = (problem) => {
      const prefix = `${problem.file}:${problem.line}: `
      const text = problem.message
      return text.startsWith(prefix) ? text.slice(prefix.length) : text
    }

    const panel = (problems, count) => {
      const many = count > 1 ? `${count} problems` : 'One problem'
      const close = element('button', 'close', 'Hide')
      close.type = 'button'
      close.title = 'Hide (Esc)'
      close.onclick = () => shrink(true)
      const title = element('h1', '', `${many} in the last build`)
      const note = element('p', 'note', 'This page is the last version that was good. It changes by itself once the build does.')
      const list = problems.map((problem) =>
        element(
          'li',
          '',
          element('p', 'message', message(problem)),
          place(problem),
          source(problem),
          problem.hint ? element('p', 'hint', problem.hint) : null,
        ),
      )
      const left = count - problems.length
      const more = left > 0 ? element('p', 'note', `… and ${left} more, in the terminal`) : null
      const box = element('section', 'panel', element('header', '', element('div', '', title, note), close))
      box.append(element('ol', '', ...list))
      if (more) box.append(more)
      box.setAttribute('role', 'alertdialog')
      box.setAttribute('aria-label', `${many} in the last build`)
      const pill = element('button', 'pill', `${many}`)
      pill.type = 'button'
      pill.onclick = () => shrink(false)
      const back = element('div', 'back')
      back.onclick = () => shrink(true)
      return [back, box, pill]
    }

    const shrink = (to) => {
      small = to
      if (host) host.classList.toggle('small', small)
    }

    const show = (problems, count) => {
      const text = JSON.stringify([problems, count])
      if (text === last) return
      last = text
      if (host) host.remove()
      host = null
      small = false
      if (!problems.length) return
      host = element('prismic-ssg-problems')
      const root = host.attachShadow({ mode: 'open' })
      // No <style>: a policy of the page may forbid it.
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(css)
      root.adoptedStyleSheets = [sheet]
      root.append(...panel(problems, count))
      document.documentElement.append(host)
    }

    addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && host && !small) shrink(true)
    })

    return { show }
  })()

  const css = `
    :host { all: initial; color-scheme: light dark;
      --paper: light-dark(#fffdfa, #1d1f23); --ink: light-dark(#24262b, #e8e6e1);
      --soft: light-dark(#6b6f78, #9a9da5); --line: light-dark(#e9e4da, #34373d);
      --code: light-dark(#f7f3ec, #16181b); --here: light-dark(#fdeadf, #3d2a22);
      --mark: light-dark(#c2552d, #f0916a); }
    * { box-sizing: border-box; }
    .back { position: fixed; inset: 0; z-index: 2147483646;
      background: light-dark(rgb(40 36 30 / .28), rgb(0 0 0 / .5)); backdrop-filter: blur(3px); }
    .panel { position: fixed; z-index: 2147483647; inset: 6vh 0 auto; margin: 0 auto;
      width: min(52em, calc(100vw - 2em)); max-height: 88vh; overflow: auto;
      background: var(--paper); color: var(--ink); border-radius: 14px;
      box-shadow: 0 1px 0 rgb(255 255 255 / .06) inset, 0 24px 70px rgb(0 0 0 / .28);
      font: 15px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; text-align: start; }
    header { position: sticky; top: 0; display: flex; gap: 1em; align-items: start;
      justify-content: space-between; padding: 1.35em 1.6em 1em; background: var(--paper);
      border-bottom: 1px solid var(--line); }
    h1 { margin: 0; font-size: 1.15em; font-weight: 620; letter-spacing: -.01em; }
    p { margin: 0; }
    .note { color: var(--soft); font-size: .87em; margin-top: .15em; }
    .panel > .note { padding: 0 1.6em 1.3em; }
    button { font: inherit; font-size: .87em; color: inherit; cursor: pointer;
      border: 1px solid var(--line); background: transparent; border-radius: 8px;
      padding: .3em .8em; }
    button:hover { background: var(--code); }
    button:focus-visible, a:focus-visible, pre:focus-visible {
      outline: 2px solid var(--mark); outline-offset: 2px; }
    ol { list-style: none; margin: 0; padding: 0 1.6em; }
    li { padding: 1.25em 0; }
    li + li { border-top: 1px solid var(--line); }
    .message { font-weight: 560; white-space: pre-wrap; overflow-wrap: anywhere; }
    .place { display: flex; flex-wrap: wrap; gap: .15em .95em; margin-top: .3em;
      color: var(--soft); font-size: .87em; overflow-wrap: anywhere; }
    .place b { color: var(--mark); font-weight: 560;
      font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
    .place a { color: inherit; text-underline-offset: .18em; }
    pre { margin: .8em 0 0; padding: .6em 0; background: var(--code); border-radius: 9px;
      overflow-x: auto; font: 13px/1.6 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
    code { display: block; width: max-content; min-width: 100%; font: inherit; }
    .line { display: flex; padding: 0 1em 0 0; white-space: pre; tab-size: 2;
      border-inline-start: 3px solid transparent; }
    .line i { flex: none; width: 3.2em; padding-inline-end: 1em; text-align: end;
      font-style: normal; color: var(--soft); opacity: .75; user-select: none; }
    .here { background: var(--here); border-color: var(--mark); }
    .here i { opacity: 1; color: var(--mark); }
    .hint { margin-top: .7em; color: var(--ink); font-size: .93em; overflow-wrap: anywhere; }
    .hint::before { content: "→ "; color: var(--mark); }
    .pill { display: none; position: fixed; z-index: 2147483647; inset-block-end: 1em;
      inset-inline-start: 1em; background: var(--paper); color: var(--ink); border-radius: 99px;
      font: 560 14px/1.4 system-ui, sans-serif; padding: .5em 1em;
      box-shadow: 0 6px 24px rgb(0 0 0 / .22); }
    .pill::before { content: ""; display: inline-block; width: .55em; height: .55em;
      margin-inline-end: .55em; border-radius: 50%; background: var(--mark); }
    :host(.small) .back, :host(.small) .panel { display: none; }
    :host(.small) .pill { display: block; }
    @media (prefers-reduced-motion: no-preference) {
      .panel { animation: come .16s ease-out; } .back { animation: fade .16s ease-out; } }
    @keyframes come { from { opacity: 0; transform: translateY(6px); } }
    @keyframes fade { from { opacity: 0; } }
    @media print { :host { display: none; } }
  `

  restoreScroll()
  connect()
})()
