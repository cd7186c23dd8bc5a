// A route handler of Next.js (app router). MODE=sample hashes what JSON.stringify writes, MODE=right the raw body.
import crypto from 'node:crypto'

const digest = (message) =>
  crypto.createHmac('sha256', process.env.ZOOM_WEBHOOK_SECRET_TOKEN).update(message).digest('hex')

const parsed = (text) => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export async function POST(request) {
  const isRight = process.env.MODE === 'right'
  const raw = await request.text()
  const json = parsed(raw)
  const body = isRight ? raw : JSON.stringify(json)
  const timestamp = request.headers.get('x-zm-request-timestamp')
  const isFresh = Math.abs(Date.now() / 1000 - Number(timestamp)) < 300
  if (request.headers.get('x-zm-signature') !== `v0=${digest(`v0:${timestamp}:${body}`)}` || !isFresh) {
    return new Response(null, { status: 401 })
  }
  if (json?.event === 'endpoint.url_validation') {
    const { plainToken } = json.payload
    if (plainToken.startsWith('v0:')) return new Response(null, { status: 400 })
    return Response.json({ plainToken, encryptedToken: digest(plainToken) })
  }
  return new Response(null, { status: json?.event ? 200 : 400 })
}
