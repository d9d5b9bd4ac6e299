// Runs inside Electron, for build/icons.mjs: draws SVG files into PNG files of given sizes.
// What to draw comes as JSON in the environment: [{ svg, png, size }].
const { app, BrowserWindow } = require('electron')
const fs = require('node:fs')

app.disableHardwareAcceleration()
app.whenReady().then(async () => {
  const window = new BrowserWindow({ show: false })
  await window.loadURL('data:text/html,<title>icons</title>')
  for (const { svg, png, size } of JSON.parse(process.env.PAGEWALK_ICONS ?? '[]')) {
    const source = `data:image/svg+xml;base64,${fs.readFileSync(svg).toString('base64')}`
    const url = await window.webContents.executeJavaScript(`(async () => {
      const image = new Image(${size}, ${size})
      image.src = ${JSON.stringify(source)}
      await image.decode()
      const canvas = Object.assign(document.createElement('canvas'), { width: ${size}, height: ${size} })
      canvas.getContext('2d').drawImage(image, 0, 0, ${size}, ${size})
      return canvas.toDataURL('image/png')
    })()`)
    fs.writeFileSync(png, Buffer.from(url.slice(url.indexOf(',') + 1), 'base64'))
  }
  app.quit()
})
