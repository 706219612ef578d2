// What the published client does against the demo server; prints what it got as JSON.
// Usage: node uniai.mjs MODULE_FOLDER BASE_URL SECRET
import { createRequire } from 'node:module'
import { setTimeout as pause } from 'node:timers/promises'

const [folder, proxy, token] = process.argv.slice(2)
const { default: UniAI } = createRequire(`${folder}/`)('uniai')
const ai = new UniAI({ MidJourney: { proxy, token } })

async function finished(id) {
  for (let asked = 0; asked < 200; asked++) {
    const [task] = await ai.task('midjourney', id)
    if (task.fail) throw new Error(`${id}: ${task.fail}`)
    if (task.progress === 100 && task.imgs.length) return task
    await pause(50)
  }
  throw new Error(`${id} does not finish`)
}

const grid = await ai.imagine('a red kite', { provider: 'midjourney', width: 1536, height: 1024 })
const drawn = { grid: await finished(grid.taskId) }
for (const [name, action, index] of [
  ['single', 'UPSCALE', 2],
  ['variation', 'VARIATION', 3],
  ['again', 'REROLL', undefined]
]) {
  const { taskId } = await ai.change('midjourney', grid.taskId, action, index)
  drawn[name] = await finished(taskId)
}
const list = await ai.task('midjourney')
console.log(JSON.stringify({ drawn, list: list.map(task => task.id) }))
process.exit(0)
