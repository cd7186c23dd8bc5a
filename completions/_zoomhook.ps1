
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
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('listen', 'listen', [CompletionResultType]::ParameterValue, 'Get a public URL, answer Zoom''s challenge, verify and show every request')
            [CompletionResult]::new('follow', 'follow', [CompletionResultType]::ParameterValue, 'See and forward the events that a listen of your team shares')
            [CompletionResult]::new('stream', 'stream', [CompletionResultType]::ParameterValue, 'Look at the stream that a team shares, and delete from it')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Is this captured request genuine, and if not, why?')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Test your endpoint as Zoom would use it, and prove what is wrong')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'See it work in 10 seconds: no account, no network, no secret')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Find out what is wrong with your set-up: secret token, clock, port, history, tunnel, app')
            [CompletionResult]::new('sign', 'sign', [CompletionResultType]::ParameterValue, 'Sign any body as Zoom does, and print or post the request')
            [CompletionResult]::new('trigger', 'trigger', [CompletionResultType]::ParameterValue, 'Post events and whole scenarios to an endpoint, signed as Zoom signs them')
            [CompletionResult]::new('events', 'events', [CompletionResultType]::ParameterValue, 'Look up Zoom''s events: list, show, sample, search, schema, types, drift, learn')
            [CompletionResult]::new('history', 'history', [CompletionResultType]::ParameterValue, 'Look up stored deliveries: list, show, diff, stats, export, import, delete, repair')
            [CompletionResult]::new('replay', 'replay', [CompletionResultType]::ParameterValue, 'Send stored deliveries to your app again, with a fresh signature')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Look at deliveries in the browser')
            [CompletionResult]::new('wait', 'wait', [CompletionResultType]::ParameterValue, 'Wait for events of the running listen')
            [CompletionResult]::new('mcp', 'mcp', [CompletionResultType]::ParameterValue, 'Serve zoomhook as tools to an AI agent (Model Context Protocol, stdio)')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the running listens: URLs, app, project, process')
            [CompletionResult]::new('stop', 'stop', [CompletionResultType]::ParameterValue, 'Stop a running listen of this project, also one in the background')
            [CompletionResult]::new('agent', 'agent', [CompletionResultType]::ParameterValue, 'Teach an AI agent how to work with Zoom''s webhooks in this project')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show where the values of flags come from: zoomhook.toml, the environment, .env, or the default')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'zoomhook;listen' {
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'The app''s secret token; without a value, zoomhook asks for it; may be repeated')
            [CompletionResult]::new('--secret-file', '--secret-file', [CompletionResultType]::ParameterName, 'File that contains only a secret token; may be repeated')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env')
            [CompletionResult]::new('--tunnel', '--tunnel', [CompletionResultType]::ParameterName, 'How Zoom reaches this machine')
            [CompletionResult]::new('--public-url', '--public-url', [CompletionResultType]::ParameterName, 'The public URL of your own tunnel or gateway, which leads to the local address')
            [CompletionResult]::new('--ssh-host', '--ssh-host', [CompletionResultType]::ParameterName, 'The server for --tunnel ssh: localhost.run, pinggy, or [USER@]HOST[:PORT] of another service')
            [CompletionResult]::new('--tunnel-command', '--tunnel-command', [CompletionResultType]::ParameterName, 'Command of another program that opens a tunnel; {port} stands for the local port')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'Proxy for outgoing connections: http://HOST:PORT, socks5://HOST:PORT or none')
            [CompletionResult]::new('--domain', '--domain', [CompletionResultType]::ParameterName, 'Domain of your ngrok account; without it ngrok assigns one')
            [CompletionResult]::new('--ngrok-authtoken', '--ngrok-authtoken', [CompletionResultType]::ParameterName, 'Your authtoken; NGROK_AUTHTOKEN or ngrok''s own ngrok.yml are safer')
            [CompletionResult]::new('--ngrok-config', '--ngrok-config', [CompletionResultType]::ParameterName, 'ngrok''s configuration file, instead of the default one')
            [CompletionResult]::new('--ngrok-connect-url', '--ngrok-connect-url', [CompletionResultType]::ParameterName, 'Server to connect to instead of ngrok''s own (the agent''s connect_url)')
            [CompletionResult]::new('--ngrok-ca', '--ngrok-ca', [CompletionResultType]::ParameterName, 'PEM file with certificates to trust for that server, or ''host'' for the system''s (the agent''s connect_cas)')
            [CompletionResult]::new('--allow-cidr', '--allow-cidr', [CompletionResultType]::ParameterName, 'Allow only clients from this address range; may be repeated')
            [CompletionResult]::new('--deny-cidr', '--deny-cidr', [CompletionResultType]::ParameterName, 'Deny clients from this address range; may be repeated')
            [CompletionResult]::new('--ngrok-policy', '--ngrok-policy', [CompletionResultType]::ParameterName, 'File with a traffic policy for ngrok''s edge, as YAML or JSON')
            [CompletionResult]::new('--forward', '--forward', [CompletionResultType]::ParameterName, 'Forward verified requests to your app: 3000, 3000/zoom, http://localhost:3000; may be repeated')
            [CompletionResult]::new('--forward-header', '--forward-header', [CompletionResultType]::ParameterName, 'Set this header on every request to your app; may be repeated')
            [CompletionResult]::new('--forward-timeout', '--forward-timeout', [CompletionResultType]::ParameterName, 'Timeout for your app''s answer [default: 10s, or 10m with --ack now]')
            [CompletionResult]::new('--forward-ca', '--forward-ca', [CompletionResultType]::ParameterName, 'PEM file with certificates to trust for your app, in addition to the system''s')
            [CompletionResult]::new('--ack', '--ack', [CompletionResultType]::ParameterName, 'When to answer Zoom')
            [CompletionResult]::new('--crc', '--crc', [CompletionResultType]::ParameterName, 'Who answers Zoom''s challenge')
            [CompletionResult]::new('--share', '--share', [CompletionResultType]::ParameterName, 'Share every verified event on this NATS JetStream server, for `zoomhook follow`')
            [CompletionResult]::new('--share-replicas', '--share-replicas', [CompletionResultType]::ParameterName, 'Servers that keep a copy, if the stream does not exist yet [default: 1]')
            [CompletionResult]::new('--app', '--app', [CompletionResultType]::ParameterName, 'Name of the app on the stream [default: default]')
            [CompletionResult]::new('--nats-creds', '--nats-creds', [CompletionResultType]::ParameterName, 'NATS credentials file (.creds)')
            [CompletionResult]::new('--nats-nkey', '--nats-nkey', [CompletionResultType]::ParameterName, 'File with the seed of an nkey')
            [CompletionResult]::new('--nats-ca', '--nats-ca', [CompletionResultType]::ParameterName, 'PEM file with certificates to trust for the NATS server, in addition to the system''s')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File in which deliveries are stored, instead of the default one')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'What to do if a delivery cannot be stored')
            [CompletionResult]::new('--history-max', '--history-max', [CompletionResultType]::ParameterName, 'Limit of the history: a number of deliveries, a size such as 200MiB, an age such as 30d; may be repeated')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Address to bind; other machines can reach any address except a loopback address')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Port to bind [default: 4000, or the next free one]')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Port to bind [default: 4000, or the next free one]')
            [CompletionResult]::new('--path', '--path', [CompletionResultType]::ParameterName, 'Path that Zoom posts to')
            [CompletionResult]::new('--max-age', '--max-age', [CompletionResultType]::ParameterName, 'Largest allowed difference between a request''s timestamp and this machine''s time')
            [CompletionResult]::new('--events', '--events', [CompletionResultType]::ParameterName, 'Show and count only these events, such as ''meeting.*,recording.completed''')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Show and count only events with this value, such as payload.object.id=123')
            [CompletionResult]::new('--exit-after', '--exit-after', [CompletionResultType]::ParameterName, 'End after this many events')
            [CompletionResult]::new('--expect', '--expect', [CompletionResultType]::ParameterName, 'End once this event has arrived, N times if given; may be repeated')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'End after this time, such as 30s or 5m')
            [CompletionResult]::new('--inspect', '--inspect', [CompletionResultType]::ParameterName, 'Port of the inspector, a page that shows all deliveries [default: 4040, or the next free one]')
            [CompletionResult]::new('--inspect-host', '--inspect-host', [CompletionResultType]::ParameterName, 'Host name under which other machines read events from the inspector with a read token; may be repeated')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color')
            [CompletionResult]::new('--mask-header', '--mask-header', [CompletionResultType]::ParameterName, 'Mask the value of this header too; may be repeated')
            [CompletionResult]::new('--max-body', '--max-body', [CompletionResultType]::ParameterName, 'Largest body; a larger one is answered with 413')
            [CompletionResult]::new('--max-header-size', '--max-header-size', [CompletionResultType]::ParameterName, 'Largest request head')
            [CompletionResult]::new('--header-timeout', '--header-timeout', [CompletionResultType]::ParameterName, 'Timeout for a request''s head')
            [CompletionResult]::new('--body-timeout', '--body-timeout', [CompletionResultType]::ParameterName, 'Timeout for a request''s body')
            [CompletionResult]::new('--idle-timeout', '--idle-timeout', [CompletionResultType]::ParameterName, 'Timeout of an idle connection between two requests')
            [CompletionResult]::new('--max-connections', '--max-connections', [CompletionResultType]::ParameterName, 'Largest number of open connections; for further ones, idle ones are closed')
            [CompletionResult]::new('--ready-file', '--ready-file', [CompletionResultType]::ParameterName, 'Write this file once the URL is ready, and remove it at the end')
            [CompletionResult]::new('--detached-log', '--detached-log', [CompletionResultType]::ParameterName, 'The file that has the output of this session in the background. Set by `--detach`')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('--no-env-file', '--no-env-file', [CompletionResultType]::ParameterName, 'Do not read .env files')
            [CompletionResult]::new('--strict-url', '--strict-url', [CompletionResultType]::ParameterName, 'End with exit code 6 if the public URL changes')
            [CompletionResult]::new('--pool', '--pool', [CompletionResultType]::ParameterName, 'Share the domain: several sessions can listen at once, and each request goes to one of them')
            [CompletionResult]::new('--ngrok-verify', '--ngrok-verify', [CompletionResultType]::ParameterName, 'Let ngrok''s edge verify Zoom''s signatures as well')
            [CompletionResult]::new('--hold', '--hold', [CompletionResultType]::ParameterName, 'Hold events while the app is down, and deliver them once it is up')
            [CompletionResult]::new('--forward-unverified', '--forward-unverified', [CompletionResultType]::ParameterName, 'Also forward requests without a valid signature, to test your app''s own check')
            [CompletionResult]::new('--forward-insecure', '--forward-insecure', [CompletionResultType]::ParameterName, 'Accept any certificate of your app')
            [CompletionResult]::new('--share-refused', '--share-refused', [CompletionResultType]::ParameterName, 'Also share refused requests')
            [CompletionResult]::new('--allow-unsigned-challenge', '--allow-unsigned-challenge', [CompletionResultType]::ParameterName, 'Answer challenges without a signature')
            [CompletionResult]::new('--no-inspect', '--no-inspect', [CompletionResultType]::ParameterName, 'No inspector')
            [CompletionResult]::new('--open', '--open', [CompletionResultType]::ParameterName, 'Open the inspector in the browser')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Show one line per event, without the body')
            [CompletionResult]::new('--compact', '--compact', [CompletionResultType]::ParameterName, 'Show one line per event, without the body')
            [CompletionResult]::new('--headers', '--headers', [CompletionResultType]::ParameterName, 'Show the headers of each request')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing to stderr: no header, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing to stderr: no header, no hints')
            [CompletionResult]::new('--no-keys', '--no-keys', [CompletionResultType]::ParameterName, 'Do not read single keys from the terminal')
            [CompletionResult]::new('--detach', '--detach', [CompletionResultType]::ParameterName, 'Return once the URL is ready, and go on listening in the background')
            [CompletionResult]::new('--no-history', '--no-history', [CompletionResultType]::ParameterName, 'Store nothing on disk')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;follow' {
            [CompletionResult]::new('--app', '--app', [CompletionResultType]::ParameterName, 'Name of the app on the stream [default: default]')
            [CompletionResult]::new('--nats-creds', '--nats-creds', [CompletionResultType]::ParameterName, 'NATS credentials file (.creds)')
            [CompletionResult]::new('--nats-nkey', '--nats-nkey', [CompletionResultType]::ParameterName, 'File with the seed of an nkey')
            [CompletionResult]::new('--nats-ca', '--nats-ca', [CompletionResultType]::ParameterName, 'PEM file with certificates to trust for the NATS server, in addition to the system''s')
            [CompletionResult]::new('--token-file', '--token-file', [CompletionResultType]::ParameterName, 'File that contains only a read token, for https:// [default: ZOOMHOOK_READ_TOKEN]')
            [CompletionResult]::new('--follow-ca', '--follow-ca', [CompletionResultType]::ParameterName, 'PEM file with certificates to trust for https://, in addition to the system''s')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'Name to follow as [default: your user and host name]')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Begin this long ago, such as 2h or 3d, in place of where this name ended')
            [CompletionResult]::new('--ack', '--ack', [CompletionResultType]::ParameterName, 'When an event is confirmed to the stream; what is not confirmed comes again')
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'The app''s secret token; without a value, zoomhook asks for it; may be repeated')
            [CompletionResult]::new('--secret-file', '--secret-file', [CompletionResultType]::ParameterName, 'File that contains only a secret token; may be repeated')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env')
            [CompletionResult]::new('--max-age', '--max-age', [CompletionResultType]::ParameterName, 'Largest allowed difference between a request''s timestamp and this machine''s time')
            [CompletionResult]::new('--forward', '--forward', [CompletionResultType]::ParameterName, 'Forward verified requests to your app: 3000, 3000/zoom, http://localhost:3000; may be repeated')
            [CompletionResult]::new('--forward-header', '--forward-header', [CompletionResultType]::ParameterName, 'Set this header on every request to your app; may be repeated')
            [CompletionResult]::new('--forward-timeout', '--forward-timeout', [CompletionResultType]::ParameterName, 'Timeout for your app''s answer [default: 10s, or 10m with --ack now]')
            [CompletionResult]::new('--forward-ca', '--forward-ca', [CompletionResultType]::ParameterName, 'PEM file with certificates to trust for your app, in addition to the system''s')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File in which deliveries are stored, instead of the default one')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'What to do if a delivery cannot be stored')
            [CompletionResult]::new('--history-max', '--history-max', [CompletionResultType]::ParameterName, 'Limit of the history: a number of deliveries, a size such as 200MiB, an age such as 30d; may be repeated')
            [CompletionResult]::new('--events', '--events', [CompletionResultType]::ParameterName, 'Show and count only these events, such as ''meeting.*,recording.completed''')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Show and count only events with this value, such as payload.object.id=123')
            [CompletionResult]::new('--exit-after', '--exit-after', [CompletionResultType]::ParameterName, 'End after this many events')
            [CompletionResult]::new('--expect', '--expect', [CompletionResultType]::ParameterName, 'End once this event has arrived, N times if given; may be repeated')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'End after this time, such as 30s or 5m')
            [CompletionResult]::new('--inspect', '--inspect', [CompletionResultType]::ParameterName, 'Port of the inspector, a page that shows all deliveries [default: 4040, or the next free one]')
            [CompletionResult]::new('--inspect-host', '--inspect-host', [CompletionResultType]::ParameterName, 'Host name under which other machines read events from the inspector with a read token; may be repeated')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color')
            [CompletionResult]::new('--mask-header', '--mask-header', [CompletionResultType]::ParameterName, 'Mask the value of this header too; may be repeated')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('--new', '--new', [CompletionResultType]::ParameterName, 'Begin with the events that come from now on, in place of where this name ended')
            [CompletionResult]::new('--no-env-file', '--no-env-file', [CompletionResultType]::ParameterName, 'Do not read .env files')
            [CompletionResult]::new('--hold', '--hold', [CompletionResultType]::ParameterName, 'Hold events while the app is down, and deliver them once it is up')
            [CompletionResult]::new('--forward-unverified', '--forward-unverified', [CompletionResultType]::ParameterName, 'Also forward requests without a valid signature, to test your app''s own check')
            [CompletionResult]::new('--forward-insecure', '--forward-insecure', [CompletionResultType]::ParameterName, 'Accept any certificate of your app')
            [CompletionResult]::new('--no-inspect', '--no-inspect', [CompletionResultType]::ParameterName, 'No inspector')
            [CompletionResult]::new('--open', '--open', [CompletionResultType]::ParameterName, 'Open the inspector in the browser')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Show one line per event, without the body')
            [CompletionResult]::new('--compact', '--compact', [CompletionResultType]::ParameterName, 'Show one line per event, without the body')
            [CompletionResult]::new('--headers', '--headers', [CompletionResultType]::ParameterName, 'Show the headers of each request')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing to stderr: no header, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing to stderr: no header, no hints')
            [CompletionResult]::new('--no-keys', '--no-keys', [CompletionResultType]::ParameterName, 'Do not read single keys from the terminal')
            [CompletionResult]::new('--no-history', '--no-history', [CompletionResultType]::ParameterName, 'Store nothing on disk')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;stream' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show what the stream holds, and how far behind each follower is')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Delete old events for all followers, or the positions of followers')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'zoomhook;stream;status' {
            [CompletionResult]::new('--app', '--app', [CompletionResultType]::ParameterName, 'Name of the app on the stream [default: default]')
            [CompletionResult]::new('--nats-creds', '--nats-creds', [CompletionResultType]::ParameterName, 'NATS credentials file (.creds)')
            [CompletionResult]::new('--nats-nkey', '--nats-nkey', [CompletionResultType]::ParameterName, 'File with the seed of an nkey')
            [CompletionResult]::new('--nats-ca', '--nats-ca', [CompletionResultType]::ParameterName, 'PEM file with certificates to trust for the NATS server, in addition to the system''s')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the output')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;stream;prune' {
            [CompletionResult]::new('--app', '--app', [CompletionResultType]::ParameterName, 'Name of the app on the stream [default: default]')
            [CompletionResult]::new('--nats-creds', '--nats-creds', [CompletionResultType]::ParameterName, 'NATS credentials file (.creds)')
            [CompletionResult]::new('--nats-nkey', '--nats-nkey', [CompletionResultType]::ParameterName, 'File with the seed of an nkey')
            [CompletionResult]::new('--nats-ca', '--nats-ca', [CompletionResultType]::ParameterName, 'PEM file with certificates to trust for the NATS server, in addition to the system''s')
            [CompletionResult]::new('--older-than', '--older-than', [CompletionResultType]::ParameterName, 'Delete events that the stream stored longer ago than this, such as 2d, for all followers')
            [CompletionResult]::new('--follower', '--follower', [CompletionResultType]::ParameterName, 'Delete the position of this follower; may be repeated')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;stream;help' {
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show what the stream holds, and how far behind each follower is')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Delete old events for all followers, or the positions of followers')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'zoomhook;stream;help;status' {
            break
        }
        'zoomhook;stream;help;prune' {
            break
        }
        'zoomhook;stream;help;help' {
            break
        }
        'zoomhook;verify' {
            [CompletionResult]::new('--input', '--input', [CompletionResultType]::ParameterName, 'The format, if it cannot be detected: raw-http, zoomhook, json, text')
            [CompletionResult]::new('--body', '--body', [CompletionResultType]::ParameterName, 'File with only the body, or - for stdin; needs --header')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'A header of that request, such as ''x-zm-signature: v0=…''; may be repeated')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'A header of that request, such as ''x-zm-signature: v0=…''; may be repeated')
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'The app''s secret token; without a value, zoomhook asks for it; may be repeated')
            [CompletionResult]::new('--secret-file', '--secret-file', [CompletionResultType]::ParameterName, 'File that contains only a secret token; may be repeated')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env')
            [CompletionResult]::new('--mine', '--mine', [CompletionResultType]::ParameterName, 'The value that your own code computed; shows how your code differs')
            [CompletionResult]::new('--framework', '--framework', [CompletionResultType]::ParameterName, 'The framework for suggested fixes; by default guessed from the capture: express, fastify, next, lambda, flask, fastapi, django, laravel, rails, spring, aspnet, go, axum')
            [CompletionResult]::new('--scheme', '--scheme', [CompletionResultType]::ParameterName, 'How Zoom signed the request: webhooks, ai-services (sha256=), or auto')
            [CompletionResult]::new('--max-age', '--max-age', [CompletionResultType]::ParameterName, 'Largest age of a signature: at --at, or when it was captured, or else now')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The time at which the age is measured: RFC 3339, Unix seconds, or an offset from now such as -10m')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File in which deliveries are stored, instead of the default one')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Folder of the project whose deliveries count [default: the current folder''s; for export, all]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Read folders and everything in them')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Read folders and everything in them')
            [CompletionResult]::new('--no-env-file', '--no-env-file', [CompletionResultType]::ParameterName, 'Do not read .env files')
            [CompletionResult]::new('--show-signed-string', '--show-signed-string', [CompletionResultType]::ParameterName, 'Show the signed text, byte for byte')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no text, only set the exit code; JSON and XML are still written')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no text, only set the exit code; JSON and XML are still written')
            [CompletionResult]::new('--all-projects', '--all-projects', [CompletionResultType]::ParameterName, 'Deliveries of all projects')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;check' {
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'Set this header on each request, for an app with a custom header; may be repeated')
            [CompletionResult]::new('--basic', '--basic', [CompletionResultType]::ParameterName, 'Send this user and password, for an app with basic authentication')
            [CompletionResult]::new('--bearer', '--bearer', [CompletionResultType]::ParameterName, 'Fetch a bearer token from this URL as Zoom does, for an app with OAuth')
            [CompletionResult]::new('--client', '--client', [CompletionResultType]::ParameterName, 'The client id and the client secret that the token URL expects')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'PEM file with certificates to trust, in addition to the public ones')
            [CompletionResult]::new('--suite', '--suite', [CompletionResultType]::ParameterName, 'Send only the cases of this file, correctly signed, and compare the answers')
            [CompletionResult]::new('--watch', '--watch', [CompletionResultType]::ParameterName, 'Run again each time a file in this folder changes, until the endpoint is right; may be repeated')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color')
            [CompletionResult]::new('--framework', '--framework', [CompletionResultType]::ParameterName, 'The framework for suggested fixes; by default guessed from the answers')
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'The app''s secret token; without a value, zoomhook asks for it; may be repeated')
            [CompletionResult]::new('--secret-file', '--secret-file', [CompletionResultType]::ParameterName, 'File that contains only a secret token; may be repeated')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Allow another machine as the target: its receiver treats the events as genuine')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Allow another machine as the target: its receiver treats the events as genuine')
            [CompletionResult]::new('--quick', '--quick', [CompletionResultType]::ParameterName, 'Only the 12 most telling requests')
            [CompletionResult]::new('--no-events', '--no-events', [CompletionResultType]::ParameterName, 'Send no events, genuine or forged: only challenges and requests that are not events')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Also fail if a case fails that is only recommended')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no text, only set the exit code; JSON and XML are still written')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no text, only set the exit code; JSON and XML are still written')
            [CompletionResult]::new('--no-env-file', '--no-env-file', [CompletionResultType]::ParameterName, 'Do not read .env files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;demo' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color')
            [CompletionResult]::new('--mask-header', '--mask-header', [CompletionResultType]::ParameterName, 'Mask the value of this header too; may be repeated')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('--fast', '--fast', [CompletionResultType]::ParameterName, 'Do not pause between requests')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Show one line per event, without the body')
            [CompletionResult]::new('--compact', '--compact', [CompletionResultType]::ParameterName, 'Show one line per event, without the body')
            [CompletionResult]::new('--headers', '--headers', [CompletionResultType]::ParameterName, 'Show the headers of each request')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing to stderr: no header, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing to stderr: no header, no hints')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;doctor' {
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Run only this check; may be repeated')
            [CompletionResult]::new('--forward', '--forward', [CompletionResultType]::ParameterName, 'Your app: 3000, 3000/zoom, http://localhost:3000; may be repeated')
            [CompletionResult]::new('--forward-header', '--forward-header', [CompletionResultType]::ParameterName, 'With --online, set this header on the challenge to your app; may be repeated')
            [CompletionResult]::new('--path', '--path', [CompletionResultType]::ParameterName, 'Path that Zoom posts to')
            [CompletionResult]::new('--clock-server', '--clock-server', [CompletionResultType]::ParameterName, 'With --online, the server whose Date is compared with the clock')
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'The app''s secret token; without a value, zoomhook asks for it; may be repeated')
            [CompletionResult]::new('--secret-file', '--secret-file', [CompletionResultType]::ParameterName, 'File that contains only a secret token; may be repeated')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env')
            [CompletionResult]::new('--tunnel', '--tunnel', [CompletionResultType]::ParameterName, 'How Zoom reaches this machine')
            [CompletionResult]::new('--public-url', '--public-url', [CompletionResultType]::ParameterName, 'The public URL of your own tunnel or gateway, which leads to the local address')
            [CompletionResult]::new('--ssh-host', '--ssh-host', [CompletionResultType]::ParameterName, 'The server for --tunnel ssh: localhost.run, pinggy, or [USER@]HOST[:PORT] of another service')
            [CompletionResult]::new('--tunnel-command', '--tunnel-command', [CompletionResultType]::ParameterName, 'Command of another program that opens a tunnel; {port} stands for the local port')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'Proxy for outgoing connections: http://HOST:PORT, socks5://HOST:PORT or none')
            [CompletionResult]::new('--domain', '--domain', [CompletionResultType]::ParameterName, 'Domain of your ngrok account; without it ngrok assigns one')
            [CompletionResult]::new('--ngrok-authtoken', '--ngrok-authtoken', [CompletionResultType]::ParameterName, 'Your authtoken; NGROK_AUTHTOKEN or ngrok''s own ngrok.yml are safer')
            [CompletionResult]::new('--ngrok-config', '--ngrok-config', [CompletionResultType]::ParameterName, 'ngrok''s configuration file, instead of the default one')
            [CompletionResult]::new('--ngrok-connect-url', '--ngrok-connect-url', [CompletionResultType]::ParameterName, 'Server to connect to instead of ngrok''s own (the agent''s connect_url)')
            [CompletionResult]::new('--ngrok-ca', '--ngrok-ca', [CompletionResultType]::ParameterName, 'PEM file with certificates to trust for that server, or ''host'' for the system''s (the agent''s connect_cas)')
            [CompletionResult]::new('--allow-cidr', '--allow-cidr', [CompletionResultType]::ParameterName, 'Allow only clients from this address range; may be repeated')
            [CompletionResult]::new('--deny-cidr', '--deny-cidr', [CompletionResultType]::ParameterName, 'Deny clients from this address range; may be repeated')
            [CompletionResult]::new('--ngrok-policy', '--ngrok-policy', [CompletionResultType]::ParameterName, 'File with a traffic policy for ngrok''s edge, as YAML or JSON')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File in which deliveries are stored, instead of the default one')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Address to bind; other machines can reach any address except a loopback address')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Port to bind [default: 4000, or the next free one]')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Port to bind [default: 4000, or the next free one]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('--online', '--online', [CompletionResultType]::ParameterName, 'Also ask other machines: open the tunnel for a moment, compare the clock, send a challenge to the app')
            [CompletionResult]::new('--no-env-file', '--no-env-file', [CompletionResultType]::ParameterName, 'Do not read .env files')
            [CompletionResult]::new('--strict-url', '--strict-url', [CompletionResultType]::ParameterName, 'End with exit code 6 if the public URL changes')
            [CompletionResult]::new('--pool', '--pool', [CompletionResultType]::ParameterName, 'Share the domain: several sessions can listen at once, and each request goes to one of them')
            [CompletionResult]::new('--ngrok-verify', '--ngrok-verify', [CompletionResultType]::ParameterName, 'Let ngrok''s edge verify Zoom''s signatures as well')
            [CompletionResult]::new('--fix', '--fix', [CompletionResultType]::ParameterName, 'Fix what zoomhook can fix, after a question for each: create .env, add it to .gitignore')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'With --fix, ask no question')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'With --fix, ask no question')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show only the checks that failed')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show only the checks that failed')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show further facts, and how long each check took')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show further facts, and how long each check took')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;sign' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format of the request [default: curl on a terminal, headers elsewhere]')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Sign with this time as the timestamp: Unix seconds, RFC 3339, or an offset from now such as -10m')
            [CompletionResult]::new('--timestamp', '--timestamp', [CompletionResultType]::ParameterName, 'Sign with this time as the timestamp: Unix seconds, RFC 3339, or an offset from now such as -10m')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Post the request to this endpoint, and show the answer and its time: 3000, 3000/zoom, or a URL')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'With --send or --to, set this header, such as ''Authorization: Basic …''; may be repeated')
            [CompletionResult]::new('--break', '--break', [CompletionResultType]::ParameterName, 'Make the request wrong on purpose, to test a receiver')
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'The app''s secret token; without a value, zoomhook asks for it; may be repeated')
            [CompletionResult]::new('--secret-file', '--secret-file', [CompletionResultType]::ParameterName, 'File that contains only a secret token; may be repeated')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('--challenge', '--challenge', [CompletionResultType]::ParameterName, 'Sign a challenge instead of a body; with --send or --to, its answer is checked')
            [CompletionResult]::new('--send', '--send', [CompletionResultType]::ParameterName, 'Post the request to the running listen, and show the answer and its time')
            [CompletionResult]::new('--no-env-file', '--no-env-file', [CompletionResultType]::ParameterName, 'Do not read .env files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;trigger' {
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Check a scenario file and show the line of an error')
            [CompletionResult]::new('--var', '--var', [CompletionResultType]::ParameterName, 'Set a variable of a scenario, such as participants=300')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'The endpoint: 3000, 3000/zoom, http://localhost:3000/zoom [default: the running listen]')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'Set this header on each request, such as ''Authorization: Basic …''; may be repeated')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'Number of rounds; each round has different values')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Largest number of requests per second')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Number of parallel connections')
            [CompletionResult]::new('--speed', '--speed', [CompletionResultType]::ParameterName, 'Factor by which pauses are shorter than in reality, or ''max'' for no pauses')
            [CompletionResult]::new('--duplicate', '--duplicate', [CompletionResultType]::ParameterName, 'Share of events to send twice, as Zoom sometimes does')
            [CompletionResult]::new('--reorder', '--reorder', [CompletionResultType]::ParameterName, 'Share of neighboring pairs to swap')
            [CompletionResult]::new('--fail-signature', '--fail-signature', [CompletionResultType]::ParameterName, 'Share of events to sign wrongly; the endpoint must refuse these with 4xx')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Seed of the random values; without it a seed is chosen and shown')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The time of the event: RFC 3339, Unix seconds, or an offset from now such as -10m [default: now]')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set the value at a path: payload.object.topic=''Quarterly'', or payload.object.duration:=30 for JSON')
            [CompletionResult]::new('--unset', '--unset', [CompletionResultType]::ParameterName, 'Remove the value at this path')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'File with a body to start from, instead of a generated one')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'Account id to use in all fields')
            [CompletionResult]::new('--host-email', '--host-email', [CompletionResultType]::ParameterName, 'Host''s email address to use in all fields')
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'The app''s secret token; without a value, zoomhook asks for it; may be repeated')
            [CompletionResult]::new('--secret-file', '--secret-file', [CompletionResultType]::ParameterName, 'File that contains only a secret token; may be repeated')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'List the built-in scenarios')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show no progress bar and no counts')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show no progress bar and no counts')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Allow another machine as the target: its receiver treats the forged events as genuine')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Allow another machine as the target: its receiver treats the forged events as genuine')
            [CompletionResult]::new('--retry', '--retry', [CompletionResultType]::ParameterName, 'Retry like Zoom, with pauses of 5, 20 and 60 minutes, divided by --speed')
            [CompletionResult]::new('--minimal', '--minimal', [CompletionResultType]::ParameterName, 'Include only the fields that are always present')
            [CompletionResult]::new('--full', '--full', [CompletionResultType]::ParameterName, 'Include every known field')
            [CompletionResult]::new('--no-env-file', '--no-env-file', [CompletionResultType]::ParameterName, 'Do not read .env files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;events' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List all events by group, or those that match a pattern or a word')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the fields of an event, with types, values and an example')
            [CompletionResult]::new('sample', 'sample', [CompletionResultType]::ParameterValue, 'Print generated payloads, one per line')
            [CompletionResult]::new('search', 'search', [CompletionResultType]::ParameterValue, 'Find events with a word in their name or in the name of a field')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema (2020-12) of an event''s body, for your own tests')
            [CompletionResult]::new('types', 'types', [CompletionResultType]::ParameterValue, 'Print type definitions of events for your own program')
            [CompletionResult]::new('drift', 'drift', [CompletionResultType]::ParameterValue, 'Compare stored deliveries with the catalog')
            [CompletionResult]::new('learn', 'learn', [CompletionResultType]::ParameterValue, 'Add what stored deliveries have to the catalog on this machine')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'zoomhook;events;list' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;events;show' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;events;sample' {
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Seed of the random values; without it a seed is chosen and shown')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The time of the event: RFC 3339, Unix seconds, or an offset from now such as -10m [default: now]')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set the value at a path: payload.object.topic=''Quarterly'', or payload.object.duration:=30 for JSON')
            [CompletionResult]::new('--unset', '--unset', [CompletionResultType]::ParameterName, 'Remove the value at this path')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'File with a body to start from, instead of a generated one')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'Account id to use in all fields')
            [CompletionResult]::new('--host-email', '--host-email', [CompletionResultType]::ParameterName, 'Host''s email address to use in all fields')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'One of every event')
            [CompletionResult]::new('--minimal', '--minimal', [CompletionResultType]::ParameterName, 'Include only the fields that are always present')
            [CompletionResult]::new('--full', '--full', [CompletionResultType]::ParameterName, 'Include every known field')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;events;search' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;events;schema' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'The schemas of all events, one per line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;events;types' {
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'The programming language')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;events;drift' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only deliveries newer than this, such as 7d')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File in which deliveries are stored, instead of the default one')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;events;learn' {
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only deliveries newer than this, such as 7d')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File in which deliveries are stored, instead of the default one')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('--forget', '--forget', [CompletionResultType]::ParameterName, 'Delete what was learned')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;events;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List all events by group, or those that match a pattern or a word')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the fields of an event, with types, values and an example')
            [CompletionResult]::new('sample', 'sample', [CompletionResultType]::ParameterValue, 'Print generated payloads, one per line')
            [CompletionResult]::new('search', 'search', [CompletionResultType]::ParameterValue, 'Find events with a word in their name or in the name of a field')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema (2020-12) of an event''s body, for your own tests')
            [CompletionResult]::new('types', 'types', [CompletionResultType]::ParameterValue, 'Print type definitions of events for your own program')
            [CompletionResult]::new('drift', 'drift', [CompletionResultType]::ParameterValue, 'Compare stored deliveries with the catalog')
            [CompletionResult]::new('learn', 'learn', [CompletionResultType]::ParameterValue, 'Add what stored deliveries have to the catalog on this machine')
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
        'zoomhook;events;help;types' {
            break
        }
        'zoomhook;events;help;drift' {
            break
        }
        'zoomhook;events;help;learn' {
            break
        }
        'zoomhook;events;help;help' {
            break
        }
        'zoomhook;history' {
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File in which deliveries are stored, instead of the default one')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print without a pager, even if the output is longer than the screen')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the newest deliveries')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one delivery completely')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show the differences between two deliveries')
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Count deliveries by event, verdict and answer, and show how fast your app is')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write all deliveries, oldest first, for a file or a program')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Store deliveries from an export or from another tool''s capture')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete deliveries by their ids, or all of this project that match a filter')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Delete deliveries older than an age, such as 7d')
            [CompletionResult]::new('repair', 'repair', [CompletionResultType]::ParameterValue, 'Recover what can be read from a damaged history')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Print the path of the history file')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'zoomhook;history;list' {
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Largest number of deliveries')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Largest number of deliveries')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'Only this event, or a pattern such as ''meeting.*''; may be repeated')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only deliveries newer than this, such as 2h')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Only deliveries older than this, such as 1h')
            [CompletionResult]::new('--verdict', '--verdict', [CompletionResultType]::ParameterName, 'Only this verdict: valid, invalid or unknown')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'Only deliveries with this answer, such as 204 or 5xx')
            [CompletionResult]::new('--search', '--search', [CompletionResultType]::ParameterName, 'Only deliveries with these words in the body')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Folder of the project whose deliveries count [default: the current folder''s; for export, all]')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File in which deliveries are stored, instead of the default one')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Then show each new delivery, until Ctrl-C')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'Then show each new delivery, until Ctrl-C')
            [CompletionResult]::new('--all-projects', '--all-projects', [CompletionResultType]::ParameterName, 'Deliveries of all projects')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print without a pager, even if the output is longer than the screen')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;history;show' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Folder of the project whose deliveries count [default: the current folder''s; for export, all]')
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'The app''s secret token; without a value, zoomhook asks for it; may be repeated')
            [CompletionResult]::new('--secret-file', '--secret-file', [CompletionResultType]::ParameterName, 'File that contains only a secret token; may be repeated')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File in which deliveries are stored, instead of the default one')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('--exact', '--exact', [CompletionResultType]::ParameterName, 'With --format curl, print the stored signature, which good receivers refuse after 5 minutes')
            [CompletionResult]::new('--all-projects', '--all-projects', [CompletionResultType]::ParameterName, 'Deliveries of all projects')
            [CompletionResult]::new('--no-env-file', '--no-env-file', [CompletionResultType]::ParameterName, 'Do not read .env files')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print without a pager, even if the output is longer than the screen')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;history;diff' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Folder of the project whose deliveries count [default: the current folder''s; for export, all]')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File in which deliveries are stored, instead of the default one')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Also show equal values')
            [CompletionResult]::new('--all-projects', '--all-projects', [CompletionResultType]::ParameterName, 'Deliveries of all projects')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print without a pager, even if the output is longer than the screen')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;history;stats' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'Only this event, or a pattern such as ''meeting.*''; may be repeated')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only deliveries newer than this, such as 2h')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Only deliveries older than this, such as 1h')
            [CompletionResult]::new('--verdict', '--verdict', [CompletionResultType]::ParameterName, 'Only this verdict: valid, invalid or unknown')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'Only deliveries with this answer, such as 204 or 5xx')
            [CompletionResult]::new('--search', '--search', [CompletionResultType]::ParameterName, 'Only deliveries with these words in the body')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Folder of the project whose deliveries count [default: the current folder''s; for export, all]')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File in which deliveries are stored, instead of the default one')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('--all-projects', '--all-projects', [CompletionResultType]::ParameterName, 'Deliveries of all projects')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print without a pager, even if the output is longer than the screen')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;history;export' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'Only this event, or a pattern such as ''meeting.*''; may be repeated')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only deliveries newer than this, such as 2h')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Only deliveries older than this, such as 1h')
            [CompletionResult]::new('--verdict', '--verdict', [CompletionResultType]::ParameterName, 'Only this verdict: valid, invalid or unknown')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'Only deliveries with this answer, such as 204 or 5xx')
            [CompletionResult]::new('--search', '--search', [CompletionResultType]::ParameterName, 'Only deliveries with these words in the body')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Folder of the project whose deliveries count [default: the current folder''s; for export, all]')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File in which deliveries are stored, instead of the default one')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('--redact', '--redact', [CompletionResultType]::ParameterName, 'Mask every text that may be personal: only known values, times and names of events stay')
            [CompletionResult]::new('--keep-ids', '--keep-ids', [CompletionResultType]::ParameterName, 'With --redact, keep the ids of accounts, users, meetings and calls')
            [CompletionResult]::new('--all-projects', '--all-projects', [CompletionResultType]::ParameterName, 'Deliveries of all projects')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print without a pager, even if the output is longer than the screen')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;history;import' {
            [CompletionResult]::new('--input', '--input', [CompletionResultType]::ParameterName, 'The format, if it cannot be detected: raw-http, zoomhook, json, text')
            [CompletionResult]::new('--body', '--body', [CompletionResultType]::ParameterName, 'File with only the body, or - for stdin; needs --header')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'A header of that request, such as ''x-zm-signature: v0=…''; may be repeated')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'A header of that request, such as ''x-zm-signature: v0=…''; may be repeated')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File in which deliveries are stored, instead of the default one')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Read folders and everything in them')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Read folders and everything in them')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print without a pager, even if the output is longer than the screen')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;history;delete' {
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'Only this event, or a pattern such as ''meeting.*''; may be repeated')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only deliveries newer than this, such as 2h')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Only deliveries older than this, such as 1h')
            [CompletionResult]::new('--verdict', '--verdict', [CompletionResultType]::ParameterName, 'Only this verdict: valid, invalid or unknown')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'Only deliveries with this answer, such as 204 or 5xx')
            [CompletionResult]::new('--search', '--search', [CompletionResultType]::ParameterName, 'Only deliveries with these words in the body')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Folder of the project whose deliveries count [default: the current folder''s; for export, all]')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File in which deliveries are stored, instead of the default one')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before more than one delivery is deleted')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before more than one delivery is deleted')
            [CompletionResult]::new('--all-projects', '--all-projects', [CompletionResultType]::ParameterName, 'Deliveries of all projects')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print without a pager, even if the output is longer than the screen')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;history;prune' {
            [CompletionResult]::new('--older-than', '--older-than', [CompletionResultType]::ParameterName, 'The age: 7d, 12h or 30m')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File in which deliveries are stored, instead of the default one')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print without a pager, even if the output is longer than the screen')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;history;repair' {
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File in which deliveries are stored, instead of the default one')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print without a pager, even if the output is longer than the screen')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;history;path' {
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File in which deliveries are stored, instead of the default one')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Print without a pager, even if the output is longer than the screen')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;history;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the newest deliveries')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one delivery completely')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show the differences between two deliveries')
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Count deliveries by event, verdict and answer, and show how fast your app is')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write all deliveries, oldest first, for a file or a program')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Store deliveries from an export or from another tool''s capture')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete deliveries by their ids, or all of this project that match a filter')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Delete deliveries older than an age, such as 7d')
            [CompletionResult]::new('repair', 'repair', [CompletionResultType]::ParameterValue, 'Recover what can be read from a damaged history')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Print the path of the history file')
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
        'zoomhook;history;help;delete' {
            break
        }
        'zoomhook;history;help;prune' {
            break
        }
        'zoomhook;history;help;repair' {
            break
        }
        'zoomhook;history;help;path' {
            break
        }
        'zoomhook;history;help;help' {
            break
        }
        'zoomhook;replay' {
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Change the value at a path: payload.object.topic=''Quarterly'', or payload.object.duration:=30 for JSON')
            [CompletionResult]::new('--watch', '--watch', [CompletionResultType]::ParameterName, 'Send again each time a file in this folder changes [without PATH: the current folder]; may be repeated')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Your app: 3000, 3000/zoom, http://localhost:3000 [default: the app that received it, or listen]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout for your app''s answer')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'Set this header on every request; may be repeated')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'Set this header on every request; may be repeated')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'PEM file with certificates to trust, in addition to the system''s')
            [CompletionResult]::new('--speed', '--speed', [CompletionResultType]::ParameterName, 'Pauses between deliveries: original (1x), ten times shorter (10x), or none (max)')
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'Only this event, or a pattern such as ''meeting.*''; may be repeated')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only deliveries newer than this, such as 2h')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Only deliveries older than this, such as 1h')
            [CompletionResult]::new('--verdict', '--verdict', [CompletionResultType]::ParameterName, 'Only this verdict: valid, invalid or unknown')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'Only deliveries with this answer, such as 204 or 5xx')
            [CompletionResult]::new('--search', '--search', [CompletionResultType]::ParameterName, 'Only deliveries with these words in the body')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Folder of the project whose deliveries count [default: the current folder''s; for export, all]')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File in which deliveries are stored, instead of the default one')
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'The app''s secret token; without a value, zoomhook asks for it; may be repeated')
            [CompletionResult]::new('--secret-file', '--secret-file', [CompletionResultType]::ParameterName, 'File that contains only a secret token; may be repeated')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Send all that match, oldest first; without challenges, and without what none of your secret tokens signed')
            [CompletionResult]::new('--with-retries', '--with-retries', [CompletionResultType]::ParameterName, 'With --all, also send Zoom''s retries of an event')
            [CompletionResult]::new('--exact', '--exact', [CompletionResultType]::ParameterName, 'Send the stored bytes and headers with the old signature; needs no secret')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show no notes and no counts')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show no notes and no counts')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Allow another machine as the target: its receiver treats the events as new')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Allow another machine as the target: its receiver treats the events as new')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Accept any certificate')
            [CompletionResult]::new('--all-projects', '--all-projects', [CompletionResultType]::ParameterName, 'Deliveries of all projects')
            [CompletionResult]::new('--no-env-file', '--no-env-file', [CompletionResultType]::ParameterName, 'Do not read .env files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;inspect' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Serve the history on this port, also if a listen is running [default: 4040, or the next free one]')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Serve the history on this port, also if a listen is running [default: 4040, or the next free one]')
            [CompletionResult]::new('--inspect-host', '--inspect-host', [CompletionResultType]::ParameterName, 'Host name under which other machines read events from the inspector with a read token; may be repeated')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File in which deliveries are stored, instead of the default one')
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'The app''s secret token; without a value, zoomhook asks for it; may be repeated')
            [CompletionResult]::new('--secret-file', '--secret-file', [CompletionResultType]::ParameterName, 'File that contains only a secret token; may be repeated')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('--open', '--open', [CompletionResultType]::ParameterName, 'Open the page in the browser')
            [CompletionResult]::new('--no-env-file', '--no-env-file', [CompletionResultType]::ParameterName, 'Do not read .env files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('token', 'token', [CompletionResultType]::ParameterValue, 'Let another machine follow the events of this project, and nothing else')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'zoomhook;inspect;token' {
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File in which deliveries are stored, instead of the default one')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Create a read token and print it')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List all read tokens')
            [CompletionResult]::new('revoke', 'revoke', [CompletionResultType]::ParameterValue, 'Revoke read tokens; their followers are disconnected within seconds')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'zoomhook;inspect;token;create' {
            [CompletionResult]::new('--expires', '--expires', [CompletionResultType]::ParameterName, 'How long it is valid, from 1s to 366d')
            [CompletionResult]::new('--events', '--events', [CompletionResultType]::ParameterName, 'Show only these events, such as ''meeting.*,recording.completed''')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File in which deliveries are stored, instead of the default one')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;inspect;token;list' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the output')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File in which deliveries are stored, instead of the default one')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;inspect;token;revoke' {
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File in which deliveries are stored, instead of the default one')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;inspect;token;help' {
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Create a read token and print it')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List all read tokens')
            [CompletionResult]::new('revoke', 'revoke', [CompletionResultType]::ParameterValue, 'Revoke read tokens; their followers are disconnected within seconds')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'zoomhook;inspect;token;help;create' {
            break
        }
        'zoomhook;inspect;token;help;list' {
            break
        }
        'zoomhook;inspect;token;help;revoke' {
            break
        }
        'zoomhook;inspect;token;help;help' {
            break
        }
        'zoomhook;inspect;help' {
            [CompletionResult]::new('token', 'token', [CompletionResultType]::ParameterValue, 'Let another machine follow the events of this project, and nothing else')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'zoomhook;inspect;help;token' {
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Create a read token and print it')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List all read tokens')
            [CompletionResult]::new('revoke', 'revoke', [CompletionResultType]::ParameterValue, 'Revoke read tokens; their followers are disconnected within seconds')
            break
        }
        'zoomhook;inspect;help;token;create' {
            break
        }
        'zoomhook;inspect;help;token;list' {
            break
        }
        'zoomhook;inspect;help;token;revoke' {
            break
        }
        'zoomhook;inspect;help;help' {
            break
        }
        'zoomhook;wait' {
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Count only events with this value, such as payload.object.id=123')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'End after this time with exit code 7, such as 30s or 5m [default: no limit]')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Also count events that arrived this long before the start, such as 1m')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Folder of the project whose deliveries count [default: the current folder''s; for export, all]')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File in which deliveries are stored, instead of the default one')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('--all-projects', '--all-projects', [CompletionResultType]::ParameterName, 'Deliveries of all projects')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;mcp' {
            [CompletionResult]::new('--allow-target', '--allow-target', [CompletionResultType]::ParameterName, 'Allow this host as a target, in addition to this machine; may be repeated')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Folder of the project whose deliveries count [default: the current folder''s; for export, all]')
            [CompletionResult]::new('--history-file', '--history-file', [CompletionResultType]::ParameterName, 'File in which deliveries are stored, instead of the default one')
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'The app''s secret token; without a value, zoomhook asks for it; may be repeated')
            [CompletionResult]::new('--secret-file', '--secret-file', [CompletionResultType]::ParameterName, 'File that contains only a secret token; may be repeated')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('--allow-send', '--allow-send', [CompletionResultType]::ParameterName, 'Allow the tools that send signed requests: check_endpoint, trigger_event, replay_delivery')
            [CompletionResult]::new('--all-projects', '--all-projects', [CompletionResultType]::ParameterName, 'Deliveries of all projects')
            [CompletionResult]::new('--no-env-file', '--no-env-file', [CompletionResultType]::ParameterName, 'Do not read .env files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;status' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;stop' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Stop the listen on this port, of any project')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Stop the listen on this port, of any project')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Stop every running listen of every project')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;agent' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('setup', 'setup', [CompletionResultType]::ParameterValue, 'Write a skill or a section with the rules of Zoom''s signatures and zoomhook''s commands')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'zoomhook;agent;setup' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('--claude', '--claude', [CompletionResultType]::ParameterName, 'Claude Code: .claude/skills/zoomhook/SKILL.md')
            [CompletionResult]::new('--codex', '--codex', [CompletionResultType]::ParameterName, 'Codex and other agents that read it: a section of AGENTS.md')
            [CompletionResult]::new('--cursor', '--cursor', [CompletionResultType]::ParameterName, 'Cursor: .cursor/rules/zoomhook.mdc')
            [CompletionResult]::new('--print', '--print', [CompletionResultType]::ParameterName, 'Print the text instead')
            [CompletionResult]::new('--remove', '--remove', [CompletionResultType]::ParameterName, 'Remove what was written')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Write without asking')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Write without asking')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;agent;help' {
            [CompletionResult]::new('setup', 'setup', [CompletionResultType]::ParameterValue, 'Write a skill or a section with the rules of Zoom''s signatures and zoomhook''s commands')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'zoomhook;agent;help;setup' {
            break
        }
        'zoomhook;agent;help;help' {
            break
        }
        'zoomhook;config' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;completions' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;man' {
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'Write one page for the program and one for each command into this folder')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of zoomhook.toml')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'zoomhook;help' {
            [CompletionResult]::new('listen', 'listen', [CompletionResultType]::ParameterValue, 'Get a public URL, answer Zoom''s challenge, verify and show every request')
            [CompletionResult]::new('follow', 'follow', [CompletionResultType]::ParameterValue, 'See and forward the events that a listen of your team shares')
            [CompletionResult]::new('stream', 'stream', [CompletionResultType]::ParameterValue, 'Look at the stream that a team shares, and delete from it')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Is this captured request genuine, and if not, why?')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Test your endpoint as Zoom would use it, and prove what is wrong')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'See it work in 10 seconds: no account, no network, no secret')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Find out what is wrong with your set-up: secret token, clock, port, history, tunnel, app')
            [CompletionResult]::new('sign', 'sign', [CompletionResultType]::ParameterValue, 'Sign any body as Zoom does, and print or post the request')
            [CompletionResult]::new('trigger', 'trigger', [CompletionResultType]::ParameterValue, 'Post events and whole scenarios to an endpoint, signed as Zoom signs them')
            [CompletionResult]::new('events', 'events', [CompletionResultType]::ParameterValue, 'Look up Zoom''s events: list, show, sample, search, schema, types, drift, learn')
            [CompletionResult]::new('history', 'history', [CompletionResultType]::ParameterValue, 'Look up stored deliveries: list, show, diff, stats, export, import, delete, repair')
            [CompletionResult]::new('replay', 'replay', [CompletionResultType]::ParameterValue, 'Send stored deliveries to your app again, with a fresh signature')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Look at deliveries in the browser')
            [CompletionResult]::new('wait', 'wait', [CompletionResultType]::ParameterValue, 'Wait for events of the running listen')
            [CompletionResult]::new('mcp', 'mcp', [CompletionResultType]::ParameterValue, 'Serve zoomhook as tools to an AI agent (Model Context Protocol, stdio)')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the running listens: URLs, app, project, process')
            [CompletionResult]::new('stop', 'stop', [CompletionResultType]::ParameterValue, 'Stop a running listen of this project, also one in the background')
            [CompletionResult]::new('agent', 'agent', [CompletionResultType]::ParameterValue, 'Teach an AI agent how to work with Zoom''s webhooks in this project')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show where the values of flags come from: zoomhook.toml, the environment, .env, or the default')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'zoomhook;help;listen' {
            break
        }
        'zoomhook;help;follow' {
            break
        }
        'zoomhook;help;stream' {
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show what the stream holds, and how far behind each follower is')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Delete old events for all followers, or the positions of followers')
            break
        }
        'zoomhook;help;stream;status' {
            break
        }
        'zoomhook;help;stream;prune' {
            break
        }
        'zoomhook;help;verify' {
            break
        }
        'zoomhook;help;check' {
            break
        }
        'zoomhook;help;demo' {
            break
        }
        'zoomhook;help;doctor' {
            break
        }
        'zoomhook;help;sign' {
            break
        }
        'zoomhook;help;trigger' {
            break
        }
        'zoomhook;help;events' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List all events by group, or those that match a pattern or a word')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the fields of an event, with types, values and an example')
            [CompletionResult]::new('sample', 'sample', [CompletionResultType]::ParameterValue, 'Print generated payloads, one per line')
            [CompletionResult]::new('search', 'search', [CompletionResultType]::ParameterValue, 'Find events with a word in their name or in the name of a field')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema (2020-12) of an event''s body, for your own tests')
            [CompletionResult]::new('types', 'types', [CompletionResultType]::ParameterValue, 'Print type definitions of events for your own program')
            [CompletionResult]::new('drift', 'drift', [CompletionResultType]::ParameterValue, 'Compare stored deliveries with the catalog')
            [CompletionResult]::new('learn', 'learn', [CompletionResultType]::ParameterValue, 'Add what stored deliveries have to the catalog on this machine')
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
        'zoomhook;help;events;types' {
            break
        }
        'zoomhook;help;events;drift' {
            break
        }
        'zoomhook;help;events;learn' {
            break
        }
        'zoomhook;help;history' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the newest deliveries')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one delivery completely')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show the differences between two deliveries')
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Count deliveries by event, verdict and answer, and show how fast your app is')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write all deliveries, oldest first, for a file or a program')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Store deliveries from an export or from another tool''s capture')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete deliveries by their ids, or all of this project that match a filter')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Delete deliveries older than an age, such as 7d')
            [CompletionResult]::new('repair', 'repair', [CompletionResultType]::ParameterValue, 'Recover what can be read from a damaged history')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Print the path of the history file')
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
        'zoomhook;help;history;delete' {
            break
        }
        'zoomhook;help;history;prune' {
            break
        }
        'zoomhook;help;history;repair' {
            break
        }
        'zoomhook;help;history;path' {
            break
        }
        'zoomhook;help;replay' {
            break
        }
        'zoomhook;help;inspect' {
            [CompletionResult]::new('token', 'token', [CompletionResultType]::ParameterValue, 'Let another machine follow the events of this project, and nothing else')
            break
        }
        'zoomhook;help;inspect;token' {
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Create a read token and print it')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List all read tokens')
            [CompletionResult]::new('revoke', 'revoke', [CompletionResultType]::ParameterValue, 'Revoke read tokens; their followers are disconnected within seconds')
            break
        }
        'zoomhook;help;inspect;token;create' {
            break
        }
        'zoomhook;help;inspect;token;list' {
            break
        }
        'zoomhook;help;inspect;token;revoke' {
            break
        }
        'zoomhook;help;wait' {
            break
        }
        'zoomhook;help;mcp' {
            break
        }
        'zoomhook;help;status' {
            break
        }
        'zoomhook;help;stop' {
            break
        }
        'zoomhook;help;agent' {
            [CompletionResult]::new('setup', 'setup', [CompletionResultType]::ParameterValue, 'Write a skill or a section with the rules of Zoom''s signatures and zoomhook''s commands')
            break
        }
        'zoomhook;help;agent;setup' {
            break
        }
        'zoomhook;help;config' {
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
