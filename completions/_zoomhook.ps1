
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'zoomhook' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'zoomhook'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'zoomhook' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('listen', 'listen', [CompletionResultType]::ParameterValue, 'Get a public URL, answer Zoom''s challenge, verify and show every request')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Is this captured request genuine, and if not, why?')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'See it work in 10 seconds: no account, no network, no secret')
            [CompletionResult]::new('sign', 'sign', [CompletionResultType]::ParameterValue, 'Sign any body as Zoom does, and print or post the request')
            [CompletionResult]::new('trigger', 'trigger', [CompletionResultType]::ParameterValue, 'Post events and whole scenarios to an endpoint, signed as Zoom signs them')
            [CompletionResult]::new('events', 'events', [CompletionResultType]::ParameterValue, 'What Zoom can send: list, show, sample, search, schema')
            [CompletionResult]::new('history', 'history', [CompletionResultType]::ParameterValue, 'What arrived: list, show, diff, stats, export, import')
            [CompletionResult]::new('replay', 'replay', [CompletionResultType]::ParameterValue, 'Send kept deliveries to your app again, signed afresh')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'zoomhook;listen' {
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'The app''s secret token, or nothing to be asked for it; may be repeated')
            [CompletionResult]::new('--secret-file', '--secret-file', [CompletionResultType]::ParameterName, 'File that holds a secret token and nothing else; may be repeated')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env')
            [CompletionResult]::new('--tunnel', '--tunnel', [CompletionResultType]::ParameterName, 'How Zoom reaches this machine')
            [CompletionResult]::new('--public-url', '--public-url', [CompletionResultType]::ParameterName, 'The public URL of a tunnel or gateway of your own, which leads to the local address')
            [CompletionResult]::new('--tunnel-command', '--tunnel-command', [CompletionResultType]::ParameterName, 'Another program that opens a tunnel; {port} stands for the local port')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'Proxy for connections to the outside: http://HOST:PORT or socks5://HOST:PORT, or none')
            [CompletionResult]::new('--domain', '--domain', [CompletionResultType]::ParameterName, 'Domain of your account; without it ngrok gives you one')
            [CompletionResult]::new('--ngrok-authtoken', '--ngrok-authtoken', [CompletionResultType]::ParameterName, 'Your authtoken; NGROK_AUTHTOKEN or ngrok''s own ngrok.yml are better places for it')
            [CompletionResult]::new('--ngrok-config', '--ngrok-config', [CompletionResultType]::ParameterName, 'ngrok''s configuration file, instead of the one in its usual place')
            [CompletionResult]::new('--ngrok-connect-url', '--ngrok-connect-url', [CompletionResultType]::ParameterName, 'Server to connect to instead of ngrok''s own (the agent''s connect_url)')
            [CompletionResult]::new('--ngrok-ca', '--ngrok-ca', [CompletionResultType]::ParameterName, 'Certificates to trust for that server, as PEM, or ''host'' for the system''s (the agent''s connect_cas)')
            [CompletionResult]::new('--allow-cidr', '--allow-cidr', [CompletionResultType]::ParameterName, 'Let only clients from this address range through; may be repeated')
            [CompletionResult]::new('--deny-cidr', '--deny-cidr', [CompletionResultType]::ParameterName, 'Let no client from this address range through; may be repeated')
            [CompletionResult]::new('--ngrok-policy', '--ngrok-policy', [CompletionResultType]::ParameterName, 'File with a traffic policy for ngrok''s edge, as YAML or JSON')
            [CompletionResult]::new('--forward', '--forward', [CompletionResultType]::ParameterName, 'Hand verified requests to your app: 3000, 3000/zoom, http://localhost:3000; may be repeated')
            [CompletionResult]::new('--ack', '--ack', [CompletionResultType]::ParameterName, 'Answer Zoom with the app''s answer, or at once and hand it to the app afterwards')
            [CompletionResult]::new('--crc', '--crc', [CompletionResultType]::ParameterName, 'Who answers Zoom''s challenge')
            [CompletionResult]::new('--forward-header', '--forward-header', [CompletionResultType]::ParameterName, 'Set this header on every request to your app; may be repeated')
            [CompletionResult]::new('--forward-timeout', '--forward-timeout', [CompletionResultType]::ParameterName, 'Time that your app has for an answer [default: 10s, and 10m with --ack now]')
            [CompletionResult]::new('--forward-ca', '--forward-ca', [CompletionResultType]::ParameterName, 'Certificates to trust for your app besides the system''s, as PEM')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File that deliveries are kept in, instead of the usual one')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'What to do when a delivery cannot be kept')
            [CompletionResult]::new('--history-max', '--history-max', [CompletionResultType]::ParameterName, 'How much to keep: a number of deliveries, a size such as 200MiB, an age such as 30d; may be repeated')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Address to bind; any other than this machine''s own can be reached by other machines')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Port to bind [default: 4000, or the next free one]')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Port to bind [default: 4000, or the next free one]')
            [CompletionResult]::new('--path', '--path', [CompletionResultType]::ParameterName, 'Path that Zoom posts to')
            [CompletionResult]::new('--max-age', '--max-age', [CompletionResultType]::ParameterName, 'How far a request''s timestamp may be from this machine''s time')
            [CompletionResult]::new('--events', '--events', [CompletionResultType]::ParameterName, 'Show and count these events only, such as ''meeting.*,recording.completed''')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Show and count only events with this value, such as payload.object.id=123')
            [CompletionResult]::new('--exit-after', '--exit-after', [CompletionResultType]::ParameterName, 'End after this many events')
            [CompletionResult]::new('--expect', '--expect', [CompletionResultType]::ParameterName, 'End once this event was seen, N times if given; may be repeated')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'End after this time, such as 30s or 5m')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'For a person, or one JSON object a line for a program')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--mask-header', '--mask-header', [CompletionResultType]::ParameterName, 'Mask the value of this header too; may be repeated')
            [CompletionResult]::new('--max-body', '--max-body', [CompletionResultType]::ParameterName, 'Largest body; more is answered with 413')
            [CompletionResult]::new('--max-header-size', '--max-header-size', [CompletionResultType]::ParameterName, 'Largest request head')
            [CompletionResult]::new('--header-timeout', '--header-timeout', [CompletionResultType]::ParameterName, 'Time for a request''s head to arrive')
            [CompletionResult]::new('--body-timeout', '--body-timeout', [CompletionResultType]::ParameterName, 'Time for a request''s body to arrive')
            [CompletionResult]::new('--idle-timeout', '--idle-timeout', [CompletionResultType]::ParameterName, 'Time that a connection may stay open between two requests')
            [CompletionResult]::new('--max-connections', '--max-connections', [CompletionResultType]::ParameterName, 'Connections at a time; more have to wait')
            [CompletionResult]::new('--no-env-file', '--no-env-file', [CompletionResultType]::ParameterName, 'Do not look for a .env')
            [CompletionResult]::new('--strict-url', '--strict-url', [CompletionResultType]::ParameterName, 'End with exit code 6 when the public URL changes')
            [CompletionResult]::new('--pool', '--pool', [CompletionResultType]::ParameterName, 'Share the domain: several people listen at once, and each request goes to one of them')
            [CompletionResult]::new('--ngrok-verify', '--ngrok-verify', [CompletionResultType]::ParameterName, 'Let ngrok''s edge verify Zoom''s signatures as well')
            [CompletionResult]::new('--hold', '--hold', [CompletionResultType]::ParameterName, 'Keep what the app was down for, and deliver it once the app is up')
            [CompletionResult]::new('--forward-unverified', '--forward-unverified', [CompletionResultType]::ParameterName, 'Hand on requests without a right signature too, to test your app''s own check')
            [CompletionResult]::new('--forward-insecure', '--forward-insecure', [CompletionResultType]::ParameterName, 'Take any certificate of your app')
            [CompletionResult]::new('--no-history', '--no-history', [CompletionResultType]::ParameterName, 'Keep nothing on disk')
            [CompletionResult]::new('--allow-unsigned-challenge', '--allow-unsigned-challenge', [CompletionResultType]::ParameterName, 'Answer challenges that carry no signature')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'A line an event, without its body')
            [CompletionResult]::new('--compact', '--compact', [CompletionResultType]::ParameterName, 'A line an event, without its body')
            [CompletionResult]::new('--headers', '--headers', [CompletionResultType]::ParameterName, 'Each event with its request''s headers')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing on stderr: no header, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing on stderr: no header, no hints')
            [CompletionResult]::new('--no-keys', '--no-keys', [CompletionResultType]::ParameterName, 'Read no keys: the terminal stays as it is')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;verify' {
            [CompletionResult]::new('--input', '--input', [CompletionResultType]::ParameterName, 'The format, where it cannot be told from the content: raw-http, rest-client, curl, curl-verbose, curl-trace, powershell, har, ngrok, webhook-site, csv, postman, insomnia, hookdeck, lambda, alb, cloudflare, vercel, smee, zoom-log, zoomhook, headers-body, node-log, python-log, php-log, express-log')
            [CompletionResult]::new('--body', '--body', [CompletionResultType]::ParameterName, 'File with the body alone, or - for stdin; needs --header')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'A header of that request, such as ''x-zm-signature: v0=…''; may be repeated')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'A header of that request, such as ''x-zm-signature: v0=…''; may be repeated')
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'The app''s secret token, or nothing to be asked for it; may be repeated')
            [CompletionResult]::new('--secret-file', '--secret-file', [CompletionResultType]::ParameterName, 'File that holds a secret token and nothing else; may be repeated')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env')
            [CompletionResult]::new('--mine', '--mine', [CompletionResultType]::ParameterName, 'The value that your own code computed: says what your code does otherwise')
            [CompletionResult]::new('--framework', '--framework', [CompletionResultType]::ParameterName, 'The framework in which remedies are written; else guessed from the capture: express, fastify, next, lambda, flask, fastapi, django, laravel, rails, spring, aspnet, go, axum')
            [CompletionResult]::new('--max-age', '--max-age', [CompletionResultType]::ParameterName, 'Refuse what was signed longer before the time of --at, or of the capture itself')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The time to measure ages against: RFC 3339, or Unix seconds')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'For a person, one JSON object a request, or JUnit XML')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File that deliveries are kept in, instead of the usual one')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Read folders, with everything in them')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Read folders, with everything in them')
            [CompletionResult]::new('--no-env-file', '--no-env-file', [CompletionResultType]::ParameterName, 'Do not look for a .env')
            [CompletionResult]::new('--show-signed-string', '--show-signed-string', [CompletionResultType]::ParameterName, 'Show what is signed, byte for byte')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing: the exit code tells. JSON and XML are written all the same')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing: the exit code tells. JSON and XML are written all the same')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;demo' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'For a person, or one JSON object a line for a program')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--mask-header', '--mask-header', [CompletionResultType]::ParameterName, 'Mask the value of this header too; may be repeated')
            [CompletionResult]::new('--fast', '--fast', [CompletionResultType]::ParameterName, 'Without pauses')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'A line an event, without its body')
            [CompletionResult]::new('--compact', '--compact', [CompletionResultType]::ParameterName, 'A line an event, without its body')
            [CompletionResult]::new('--headers', '--headers', [CompletionResultType]::ParameterName, 'Each event with its request''s headers')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing on stderr: no header, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing on stderr: no header, no hints')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;sign' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the request is printed [default: curl on a terminal, headers elsewhere]')
            [CompletionResult]::new('--timestamp', '--timestamp', [CompletionResultType]::ParameterName, 'Sign as of this time, in Unix seconds')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Post it there, and show answer and time')
            [CompletionResult]::new('--break', '--break', [CompletionResultType]::ParameterName, 'Make it wrong on purpose, for tests of a receiver')
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'The app''s secret token, or nothing to be asked for it; may be repeated')
            [CompletionResult]::new('--secret-file', '--secret-file', [CompletionResultType]::ParameterName, 'File that holds a secret token and nothing else; may be repeated')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env')
            [CompletionResult]::new('--challenge', '--challenge', [CompletionResultType]::ParameterName, 'A challenge instead of a body; with --send or --to, its answer is judged')
            [CompletionResult]::new('--send', '--send', [CompletionResultType]::ParameterName, 'Post it to the listen that runs, and show answer and time')
            [CompletionResult]::new('--no-env-file', '--no-env-file', [CompletionResultType]::ParameterName, 'Do not look for a .env')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;trigger' {
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Check a scenario file, and say what is wrong in which line')
            [CompletionResult]::new('--var', '--var', [CompletionResultType]::ParameterName, 'A scenario''s variable: participants=300')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'For a person, or one JSON object a line')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'The endpoint''s URL [default: the listen that runs]')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'Send everything so many times, each time with other values')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'No more than so many requests a second')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'So many connections at a time')
            [CompletionResult]::new('--speed', '--speed', [CompletionResultType]::ParameterName, 'How many times faster than real the pauses are, or ''max'' for none')
            [CompletionResult]::new('--duplicate', '--duplicate', [CompletionResultType]::ParameterName, 'Send so many of a hundred events twice, as Zoom now and then does')
            [CompletionResult]::new('--reorder', '--reorder', [CompletionResultType]::ParameterName, 'Swap so many of a hundred pairs of neighbours')
            [CompletionResult]::new('--fail-signature', '--fail-signature', [CompletionResultType]::ParameterName, 'Sign so many of a hundred events wrongly: they have to be refused with 4xx')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'The same seed gives the same payload; without one it is chosen and shown')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'A value at a path: payload.object.topic=''Quarterly'', or payload.object.duration:=30 for JSON')
            [CompletionResult]::new('--unset', '--unset', [CompletionResultType]::ParameterName, 'Take the value at this path away')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'A body to start from, instead of a made-up one')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'The account, wherever it stands')
            [CompletionResult]::new('--host-email', '--host-email', [CompletionResultType]::ParameterName, 'The host''s address, wherever it stands')
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'The app''s secret token, or nothing to be asked for it; may be repeated')
            [CompletionResult]::new('--secret-file', '--secret-file', [CompletionResultType]::ParameterName, 'File that holds a secret token and nothing else; may be repeated')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'The scenarios that come with zoomhook')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress bar, no counts')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress bar, no counts')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Post to another machine than this one: the events are forged, and their receiver will believe them')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Post to another machine than this one: the events are forged, and their receiver will believe them')
            [CompletionResult]::new('--retry', '--retry', [CompletionResultType]::ParameterName, 'Try again what Zoom would: 5, 20 and 60 minutes after one another, divided by --speed')
            [CompletionResult]::new('--minimal', '--minimal', [CompletionResultType]::ParameterName, 'Only the fields that are always there')
            [CompletionResult]::new('--full', '--full', [CompletionResultType]::ParameterName, 'Every field that is known')
            [CompletionResult]::new('--no-env-file', '--no-env-file', [CompletionResultType]::ParameterName, 'Do not look for a .env')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;events' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'All events by group, or those that a pattern or a word names')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'The fields of an event, with types, values and an example')
            [CompletionResult]::new('sample', 'sample', [CompletionResultType]::ParameterValue, 'Made-up payloads, one a line')
            [CompletionResult]::new('search', 'search', [CompletionResultType]::ParameterValue, 'Events that have a word in their name or in the name of a field')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'The JSON Schema (2020-12) of an event''s body, for your own tests')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'zoomhook;events;list' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'For a person, or one JSON object a line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;events;show' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'zoomhook;events;sample' {
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'The same seed gives the same payload; without one it is chosen and shown')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'A value at a path: payload.object.topic=''Quarterly'', or payload.object.duration:=30 for JSON')
            [CompletionResult]::new('--unset', '--unset', [CompletionResultType]::ParameterName, 'Take the value at this path away')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'A body to start from, instead of a made-up one')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'The account, wherever it stands')
            [CompletionResult]::new('--host-email', '--host-email', [CompletionResultType]::ParameterName, 'The host''s address, wherever it stands')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'One of every event')
            [CompletionResult]::new('--minimal', '--minimal', [CompletionResultType]::ParameterName, 'Only the fields that are always there')
            [CompletionResult]::new('--full', '--full', [CompletionResultType]::ParameterName, 'Every field that is known')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'zoomhook;events;search' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'zoomhook;events;schema' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'zoomhook;events;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'All events by group, or those that a pattern or a word names')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'The fields of an event, with types, values and an example')
            [CompletionResult]::new('sample', 'sample', [CompletionResultType]::ParameterValue, 'Made-up payloads, one a line')
            [CompletionResult]::new('search', 'search', [CompletionResultType]::ParameterValue, 'Events that have a word in their name or in the name of a field')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'The JSON Schema (2020-12) of an event''s body, for your own tests')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'zoomhook;events;help;list' {
            break
        }
        'zoomhook;events;help;show' {
            break
        }
        'zoomhook;events;help;sample' {
            break
        }
        'zoomhook;events;help;search' {
            break
        }
        'zoomhook;events;help;schema' {
            break
        }
        'zoomhook;events;help;help' {
            break
        }
        'zoomhook;history' {
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File that deliveries are kept in, instead of the usual one')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print at once, also what is longer than the screen')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'The newest deliveries')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'One delivery: all of it')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'What differs between two deliveries')
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Counts by event, verdict and answer, and how fast your app is')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'All deliveries, the oldest first, for a file or a program')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Keep what was exported, or captured by another tool')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Delete what is older than an age, such as 7d')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Where the file is')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'zoomhook;history;list' {
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'How many')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'How many')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'For a person, or one JSON object a line')
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'Only this event; a pattern such as ''meeting.*''; may be repeated')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only since this long ago, such as 2h')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Only until this long ago, such as 1h')
            [CompletionResult]::new('--verdict', '--verdict', [CompletionResultType]::ParameterName, 'Only this verdict: valid, invalid or unknown')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'Only this answer, such as 204 or 5xx')
            [CompletionResult]::new('--search', '--search', [CompletionResultType]::ParameterName, 'Only with these words in the body')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File that deliveries are kept in, instead of the usual one')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Then show each new one as it is kept, until Ctrl-C')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'Then show each new one as it is kept, until Ctrl-C')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print at once, also what is longer than the screen')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;history;show' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'For a person, or in a form that other programs take')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File that deliveries are kept in, instead of the usual one')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print at once, also what is longer than the screen')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;history;diff' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'For a person, or a JSON list of what has changed')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File that deliveries are kept in, instead of the usual one')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'What is the same, too')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print at once, also what is longer than the screen')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;history;stats' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'For a person, or one JSON object for a program')
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'Only this event; a pattern such as ''meeting.*''; may be repeated')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only since this long ago, such as 2h')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Only until this long ago, such as 1h')
            [CompletionResult]::new('--verdict', '--verdict', [CompletionResultType]::ParameterName, 'Only this verdict: valid, invalid or unknown')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'Only this answer, such as 204 or 5xx')
            [CompletionResult]::new('--search', '--search', [CompletionResultType]::ParameterName, 'Only with these words in the body')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File that deliveries are kept in, instead of the usual one')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print at once, also what is longer than the screen')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;history;export' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'One JSON object a line, or one HTTP archive')
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'Only this event; a pattern such as ''meeting.*''; may be repeated')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only since this long ago, such as 2h')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Only until this long ago, such as 1h')
            [CompletionResult]::new('--verdict', '--verdict', [CompletionResultType]::ParameterName, 'Only this verdict: valid, invalid or unknown')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'Only this answer, such as 204 or 5xx')
            [CompletionResult]::new('--search', '--search', [CompletionResultType]::ParameterName, 'Only with these words in the body')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File that deliveries are kept in, instead of the usual one')
            [CompletionResult]::new('--redact', '--redact', [CompletionResultType]::ParameterName, 'Mask passcodes, tokens, addresses, names and what people wrote: the same value by the same mask')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print at once, also what is longer than the screen')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;history;import' {
            [CompletionResult]::new('--input', '--input', [CompletionResultType]::ParameterName, 'The format, where it cannot be told from the content: raw-http, rest-client, curl, curl-verbose, curl-trace, powershell, har, ngrok, webhook-site, csv, postman, insomnia, hookdeck, lambda, alb, cloudflare, vercel, smee, zoom-log, zoomhook, headers-body, node-log, python-log, php-log, express-log')
            [CompletionResult]::new('--body', '--body', [CompletionResultType]::ParameterName, 'File with the body alone, or - for stdin; needs --header')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'A header of that request, such as ''x-zm-signature: v0=…''; may be repeated')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'A header of that request, such as ''x-zm-signature: v0=…''; may be repeated')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File that deliveries are kept in, instead of the usual one')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Read folders, with everything in them')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Read folders, with everything in them')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print at once, also what is longer than the screen')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;history;prune' {
            [CompletionResult]::new('--older-than', '--older-than', [CompletionResultType]::ParameterName, 'From which age on: 7d, 12h or 30m')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File that deliveries are kept in, instead of the usual one')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print at once, also what is longer than the screen')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;history;path' {
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File that deliveries are kept in, instead of the usual one')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print at once, also what is longer than the screen')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'zoomhook;history;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'The newest deliveries')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'One delivery: all of it')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'What differs between two deliveries')
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Counts by event, verdict and answer, and how fast your app is')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'All deliveries, the oldest first, for a file or a program')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Keep what was exported, or captured by another tool')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Delete what is older than an age, such as 7d')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Where the file is')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'zoomhook;history;help;list' {
            break
        }
        'zoomhook;history;help;show' {
            break
        }
        'zoomhook;history;help;diff' {
            break
        }
        'zoomhook;history;help;stats' {
            break
        }
        'zoomhook;history;help;export' {
            break
        }
        'zoomhook;history;help;import' {
            break
        }
        'zoomhook;history;help;prune' {
            break
        }
        'zoomhook;history;help;path' {
            break
        }
        'zoomhook;history;help;help' {
            break
        }
        'zoomhook;replay' {
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Another value at a path: payload.object.topic=''Quarterly'', or payload.object.duration:=30 for JSON')
            [CompletionResult]::new('--watch', '--watch', [CompletionResultType]::ParameterName, 'Again each time a file of your app changes; a folder, or this one; may be repeated')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'For a person, or one JSON object a line')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Your app: 3000, 3000/zoom, http://localhost:3000 [default: the app that had it, or listen]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time that your app has for an answer')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'Set this header on every request; may be repeated')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'Set this header on every request; may be repeated')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'Certificates to trust besides the system''s, as PEM')
            [CompletionResult]::new('--speed', '--speed', [CompletionResultType]::ParameterName, 'Pauses as they were (1x), so many times shorter (10x), or none (max)')
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'Only this event; a pattern such as ''meeting.*''; may be repeated')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only since this long ago, such as 2h')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Only until this long ago, such as 1h')
            [CompletionResult]::new('--verdict', '--verdict', [CompletionResultType]::ParameterName, 'Only this verdict: valid, invalid or unknown')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'Only this answer, such as 204 or 5xx')
            [CompletionResult]::new('--search', '--search', [CompletionResultType]::ParameterName, 'Only with these words in the body')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File that deliveries are kept in, instead of the usual one')
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'The app''s secret token, or nothing to be asked for it; may be repeated')
            [CompletionResult]::new('--secret-file', '--secret-file', [CompletionResultType]::ParameterName, 'File that holds a secret token and nothing else; may be repeated')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'All that fit, in the order of their arrival; challenges are left out, and refused ones without --verdict')
            [CompletionResult]::new('--with-retries', '--with-retries', [CompletionResultType]::ParameterName, 'With --all: Zoom''s retries of an event as well')
            [CompletionResult]::new('--exact', '--exact', [CompletionResultType]::ParameterName, 'The bytes and headers as they were kept, with the old signature; needs no secret')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notes, no counts')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notes, no counts')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Send to another machine than this one: its receiver will take the events for new ones')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Send to another machine than this one: its receiver will take the events for new ones')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Take any certificate')
            [CompletionResult]::new('--no-env-file', '--no-env-file', [CompletionResultType]::ParameterName, 'Do not look for a .env')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;completions' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;man' {
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'Write a page for the program and one for each command into this folder instead')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;help' {
            [CompletionResult]::new('listen', 'listen', [CompletionResultType]::ParameterValue, 'Get a public URL, answer Zoom''s challenge, verify and show every request')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Is this captured request genuine, and if not, why?')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'See it work in 10 seconds: no account, no network, no secret')
            [CompletionResult]::new('sign', 'sign', [CompletionResultType]::ParameterValue, 'Sign any body as Zoom does, and print or post the request')
            [CompletionResult]::new('trigger', 'trigger', [CompletionResultType]::ParameterValue, 'Post events and whole scenarios to an endpoint, signed as Zoom signs them')
            [CompletionResult]::new('events', 'events', [CompletionResultType]::ParameterValue, 'What Zoom can send: list, show, sample, search, schema')
            [CompletionResult]::new('history', 'history', [CompletionResultType]::ParameterValue, 'What arrived: list, show, diff, stats, export, import')
            [CompletionResult]::new('replay', 'replay', [CompletionResultType]::ParameterValue, 'Send kept deliveries to your app again, signed afresh')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'zoomhook;help;listen' {
            break
        }
        'zoomhook;help;verify' {
            break
        }
        'zoomhook;help;demo' {
            break
        }
        'zoomhook;help;sign' {
            break
        }
        'zoomhook;help;trigger' {
            break
        }
        'zoomhook;help;events' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'All events by group, or those that a pattern or a word names')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'The fields of an event, with types, values and an example')
            [CompletionResult]::new('sample', 'sample', [CompletionResultType]::ParameterValue, 'Made-up payloads, one a line')
            [CompletionResult]::new('search', 'search', [CompletionResultType]::ParameterValue, 'Events that have a word in their name or in the name of a field')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'The JSON Schema (2020-12) of an event''s body, for your own tests')
            break
        }
        'zoomhook;help;events;list' {
            break
        }
        'zoomhook;help;events;show' {
            break
        }
        'zoomhook;help;events;sample' {
            break
        }
        'zoomhook;help;events;search' {
            break
        }
        'zoomhook;help;events;schema' {
            break
        }
        'zoomhook;help;history' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'The newest deliveries')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'One delivery: all of it')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'What differs between two deliveries')
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Counts by event, verdict and answer, and how fast your app is')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'All deliveries, the oldest first, for a file or a program')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Keep what was exported, or captured by another tool')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Delete what is older than an age, such as 7d')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Where the file is')
            break
        }
        'zoomhook;help;history;list' {
            break
        }
        'zoomhook;help;history;show' {
            break
        }
        'zoomhook;help;history;diff' {
            break
        }
        'zoomhook;help;history;stats' {
            break
        }
        'zoomhook;help;history;export' {
            break
        }
        'zoomhook;help;history;import' {
            break
        }
        'zoomhook;help;history;prune' {
            break
        }
        'zoomhook;help;history;path' {
            break
        }
        'zoomhook;help;replay' {
            break
        }
        'zoomhook;help;completions' {
            break
        }
        'zoomhook;help;man' {
            break
        }
        'zoomhook;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
