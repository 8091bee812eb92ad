// A Netlify build plugin for a site made by prismic-ssg. It keeps the folder that builds know each
// other by, and lets browsers keep what has its content hash in its name.

const { appendFile, readdir, readFile } = require('node:fs/promises')
const { join, posix } = require('node:path')

// `asset()` puts eight hex digits before the extension. Netlify's own rules can't say "eight hex
// digits", so the rules name each file.
const HASHED = /\.[0-9a-f]{8}(\.[^.]+)?$/
const FOREVER = 'Cache-Control: public, max-age=31536000, immutable'

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
    const known = new Set(listed.split('\n'))
    const hashed = (await filesBelow(constants.PUBLISH_DIR)).filter((path) => HASHED.test(path))
    const rules = hashed
      .map(encodeURI)
      .filter((path) => !known.has(path))
      .map((path) => `${path}\n  ${FOREVER}\n`)
    await appendFile(join(constants.PUBLISH_DIR, '_headers'), rules.join(''))
    await utils.cache.save(inputs.folder)
  },
}
