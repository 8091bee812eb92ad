// Shows what Pagefind finds for the search page's ?q=, a few pages at a time.
const form = document.querySelector('form[data-pagefind]')
const { pagefind: script, base, none, some, failed } = form.dataset
const [one, several = one] = some.split('|')
const status = document.querySelector('.search-status')
const list = document.querySelector('#found')
const A_TIME = 10

const entry = ({ url, meta, excerpt }) => {
  const item = document.createElement('li')
  const heading = document.createElement('h2')
  const link = document.createElement('a')
  link.href = url
  link.textContent = meta.title ?? url
  heading.append(link)
  const text = document.createElement('p')
  // Text of a page, escaped by Pagefind, with <mark> around what was looked for.
  text.innerHTML = excerpt
  const both = document.createElement('div')
  both.append(heading, text)
  item.append(both)
  return item
}

const show = async (results) => {
  const found = await Promise.all(results.slice(0, A_TIME).map((each) => each.data()))
  list.append(...found.map(entry))
  const rest = results.slice(A_TIME)
  if (!rest.length) return
  const more = document.createElement('button')
  more.textContent = '…'
  more.setAttribute('aria-label', `+ ${rest.length}`)
  more.addEventListener('click', async () => {
    more.remove()
    await show(rest)
  })
  list.after(more)
}

const search = async (text) => {
  form.elements.q.value = text
  try {
    const pagefind = await import(new URL(script, location.href))
    await pagefind.options({ baseUrl: base })
    const { results } = await pagefind.search(text)
    const said = results.length === 1 ? one : several
    status.textContent = results.length ? said.replace('{}', results.length) : none
    await show(results)
  } catch (error) {
    status.textContent = failed
    console.error(error)
  }
}

const asked = new URLSearchParams(location.search).get('q')?.trim()
if (asked) await search(asked)
else form.elements.q.focus()
