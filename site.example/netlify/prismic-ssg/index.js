// A Netlify build plugin for a site made by prismic-ssg. It keeps the folder that builds know each
// other by, and lets browsers keep what has its content hash in its name.

const { appendFile, readdir, readFile } = require('node:fs/promises')
const { join, posix } = require('node:path')

// `asset()` puts eight hex digits before the extension. Netlify's own rules can't say "eight hex
// digits", so the rules name each file. `report.20260131.pdf` has a date there, and may change.
const HASHED = /\.(?!(19|20)\d{6}(\.|$))[0-9a-f]{8}(\.[^.]+)?$/
const FOREVER = 'Cache-Control: public, max-age=31536000, immutable'

const encoded = (path) => path.split('/').map(encodeURIComponent).join('/')

// What the rules of a `_headers` file are for. They can spell a name in more ways than one.
const ruled = (text) => {
  const lines = text.split('\n').map((line) => line.trim())
  return lines
    .filter((line) => line.startsWith('/'))
    .map((line) => {
      try {
        return decodeURIComponent(line)
      } catch {
        return line
      }
    })
}

const filesBelow = async (folder, prefix = '/') => {
  const entries = await readdir(folder, { withFileTypes: true })
  const nested = entries
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map((entry) =>
      entry.isDirectory()
        ? filesBelow(join(folder, entry.name), posix.join(prefix, entry.name))
        : [posix.join(prefix, entry.name)],
    )
  return (await Promise.all(nested)).flat()
}

module.exports = {
  async onPreBuild({ inputs, utils }) {
    await utils.cache.restore(inputs.folder)
  },

  // Not reached by a build that failed: what it knew is not kept.
  async onPostBuild({ constants, inputs, utils }) {
    // The build has listed those of its own: two rules for one file would both count.
    const listed = await readFile(join(constants.PUBLISH_DIR, '_headers'), 'utf8').catch(() => '')
    const known = new Set(ruled(listed))
    const hashed = (await filesBelow(constants.PUBLISH_DIR)).filter((path) => HASHED.test(path))
    const rules = hashed
      .filter((path) => !known.has(path))
      .map((path) => `${encoded(path)}\n  ${FOREVER}\n`)
    await appendFile(join(constants.PUBLISH_DIR, '_headers'), rules.join(''))
    await utils.cache.save(inputs.folder)
  },
}
