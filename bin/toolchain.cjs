'use strict'
// Finds (and in a checkout installs) what this project runs on. Plain CommonJS without dependencies, so that an old
// system Node can read it: the project itself needs the Node that the lock file pins.

const { spawn, spawnSync } = require('node:child_process')
const { accessSync, constants, existsSync, readFileSync } = require('node:fs')
const { constants: osConstants } = require('node:os')
const path = require('node:path')
const { pathToFileURL } = require('node:url')

const root = path.dirname(__dirname)
const modules = path.join(root, 'node_modules')
const pinnedNode = path.join(modules, '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')
const forwarded = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2']

/** A checkout has sources; a published package has only `dist`. */
const isCheckout = () => existsSync(path.join(root, 'src', 'main.ts'))

/** Whether this very process is a Node that `engines` in package.json admits. */
function nodeIsNewEnough(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major >= 24 || (major === 22 && minor >= 19)
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch {
    return undefined
  }
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * Whether node_modules holds what the lock file says. npm writes its own record of an install last, so an install that
 * was cut short counts as none. `runtimeOnly` is content without the development tools.
 */
function isInstalled({ runtimeOnly }) {
  const locked = readPackages(path.join(root, 'package-lock.json'))
  const installed = readPackages(path.join(modules, '.package-lock.json'))
  if (locked === undefined || installed === undefined) return false
  return Object.entries(locked).every(([name, wanted]) => {
    if (name === '') return true
    const found = installed[name]
    if (found !== undefined) return found.version === wanted.version
    return wanted.optional === true || wanted.peer === true || (runtimeOnly && wanted.dev === true)
  })
}

/** The environment without node_modules/.bin in PATH: npm must not run on the Node that it is about to replace. */
function environmentForNpm() {
  const entries = (process.env.PATH || '').split(path.delimiter)
  const kept = entries.filter((entry) => path.basename(path.dirname(entry)) !== 'node_modules')
  return { ...process.env, PATH: kept.join(path.delimiter) }
}

function install() {
  process.stderr.write('s3-iam-proxy: installing the locked dependencies (npm ci) …\n')
  // stdout belongs to the program's log: npm's goes to stderr. The pinned Node is a development dependency, which
  // NODE_ENV=production would leave out.
  const result = spawnSync('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    env: environmentForNpm(),
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (result.error) fail(`npm cannot be run (${result.error.message}); install Node.js with npm, then run \`npm ci\``)
  if (result.status !== 0) fail('`npm ci` failed, see above')
}

function fail(message) {
  process.stderr.write(`s3-iam-proxy: ${message}\n`)
  process.exit(1)
}

/**
 * The Node to run on: the pinned one, or this one where it is good enough and only the tools are missing.
 * Installs what is missing, unless S3_IAM_PROXY_NO_INSTALL is set.
 */
function prepare({ runtimeOnly }) {
  const usable = () => isExecutable(pinnedNode) && isInstalled({ runtimeOnly: false })
  if (usable()) return pinnedNode
  if (runtimeOnly && nodeIsNewEnough() && isInstalled({ runtimeOnly: true })) return process.execPath
  if (process.env.S3_IAM_PROXY_NO_INSTALL) fail('the locked dependencies are not installed; run `npm ci`')
  install()
  if (!usable()) fail(`no Node at ${pinnedNode} after \`npm ci\`; were install scripts switched off (ignore-scripts)?`)
  return pinnedNode
}

/** Runs `file` with `args` on `node`, as if it had been started instead of us: same stdio, signals, exit code. */
function run(node, file, args) {
  if (node === process.execPath || sameVersion(node)) {
    process.argv = [process.argv[0], file, ...args]
    return import(pathToFileURL(file).href).catch((error) => {
      process.stderr.write(`${error && error.stack ? error.stack : error}\n`)
      process.exitCode = 1
    })
  }
  return runChild(node, file, args)
}

function sameVersion(node) {
  return node === pinnedNode && process.execPath === path.join(modules, 'node', 'bin', 'node')
}

function runChild(node, file, args) {
  const child = spawn(node, [file, ...args], { stdio: 'inherit' })
  // Ctrl-C in a terminal reaches the child by itself; a second copy would count as a second signal.
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
  for (const signal of forwarded) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !onTerminal) child.kill(signal)
    })
  }
  return new Promise((resolve) => {
    child.on('error', (error) => fail(`cannot run ${node}: ${error.message}`))
    child.on('exit', (code, signal) => {
      if (signal === null) process.exitCode = code
      else endBy(signal)
      resolve()
    })
  })
}

/** Ends this process as the child ended; where the signal does not end us, with the shell's code for it. */
function endBy(signal) {
  process.exitCode = 128 + (osConstants.signals[signal] || 0)
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
}

module.exports = { fail, isCheckout, nodeIsNewEnough, prepare, root, run }
