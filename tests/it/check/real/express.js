// An Express app. MODE=sample does what Zoom's sample does, MODE=right what Zoom requires.
const crypto = require('crypto')
const express = require('express')

const secret = process.env.ZOOM_WEBHOOK_SECRET_TOKEN
const isRight = process.env.MODE === 'right'
const app = express()
app.use(express.json({ verify: (req, res, buf) => { req.rawBody = buf } }))

app.post('/webhook', (req, res) => {
  const timestamp = req.get('x-zm-request-timestamp')
  const body = isRight ? req.rawBody : JSON.stringify(req.body)
  const digest = crypto.createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')
  const isFresh = Math.abs(Date.now() / 1000 - Number(timestamp)) < 300
  if (req.get('x-zm-signature') !== `v0=${digest}` || (isRight && !isFresh)) return res.status(401).end()
  if (req.body.event === 'endpoint.url_validation') {
    const plainToken = req.body.payload.plainToken
    if (isRight && plainToken.startsWith('v0:')) return res.status(400).end()
    const encryptedToken = crypto.createHmac('sha256', secret).update(plainToken).digest('hex')
    return res.json({ plainToken, encryptedToken })
  }
  if (!req.body.event) return res.status(400).end()
  res.status(200).end()
})

const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port))
