
use builtin;
use str;

set edit:completion:arg-completer[zoomhook] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'zoomhook'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'zoomhook'= {
            cand --profile 'Use this profile of zoomhook.toml'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand listen 'Get a public URL, answer Zoom''s challenge, verify and show every request'
            cand follow 'See and forward the events that a listen of your team shares'
            cand stream 'Look at the stream that a team shares, and delete from it'
            cand verify 'Is this captured request genuine, and if not, why?'
            cand check 'Test your endpoint as Zoom would use it, and prove what is wrong'
            cand demo 'See it work in 10 seconds: no account, no network, no secret'
            cand doctor 'Find out what is wrong with your set-up: secret token, clock, port, history, tunnel, app'
            cand sign 'Sign any body as Zoom does, and print or post the request'
            cand trigger 'Post events and whole scenarios to an endpoint, signed as Zoom signs them'
            cand events 'Look up Zoom''s events: list, show, sample, search, schema, types, drift, learn'
            cand history 'Look up stored deliveries: list, show, diff, stats, export, import, delete, repair'
            cand replay 'Send stored deliveries to your app again, with a fresh signature'
            cand inspect 'Look at deliveries in the browser'
            cand wait 'Wait for events of the running listen'
            cand mcp 'Serve zoomhook as tools to an AI agent (Model Context Protocol, stdio)'
            cand status 'Show the running listens: URLs, app, project, process'
            cand stop 'Stop a running listen of this project, also one in the background'
            cand agent 'Teach an AI agent how to work with Zoom''s webhooks in this project'
            cand config 'Show where the values of flags come from: zoomhook.toml, the environment, .env, or the default'
            cand completions 'Print a completion script for a shell'
            cand man 'Print the manual page'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'zoomhook;listen'= {
            cand --secret 'The app''s secret token; without a value, zoomhook asks for it; may be repeated'
            cand --secret-file 'File that contains only a secret token; may be repeated'
            cand --env-file 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env'
            cand --tunnel 'How Zoom reaches this machine'
            cand --public-url 'The public URL of your own tunnel or gateway, which leads to the local address'
            cand --ssh-host 'The server for --tunnel ssh: localhost.run, pinggy, or [USER@]HOST[:PORT] of another service'
            cand --tunnel-command 'Command of another program that opens a tunnel; {port} stands for the local port'
            cand --proxy 'Proxy for outgoing connections: http://HOST:PORT, socks5://HOST:PORT or none'
            cand --domain 'Domain of your ngrok account; without it ngrok assigns one'
            cand --ngrok-authtoken 'Your authtoken; NGROK_AUTHTOKEN or ngrok''s own ngrok.yml are safer'
            cand --ngrok-config 'ngrok''s configuration file, instead of the default one'
            cand --ngrok-connect-url 'Server to connect to instead of ngrok''s own (the agent''s connect_url)'
            cand --ngrok-ca 'PEM file with certificates to trust for that server, or ''host'' for the system''s (the agent''s connect_cas)'
            cand --allow-cidr 'Allow only clients from this address range; may be repeated'
            cand --deny-cidr 'Deny clients from this address range; may be repeated'
            cand --ngrok-policy 'File with a traffic policy for ngrok''s edge, as YAML or JSON'
            cand --forward 'Forward verified requests to your app: 3000, 3000/zoom, http://localhost:3000; may be repeated'
            cand --forward-header 'Set this header on every request to your app; may be repeated'
            cand --forward-timeout 'Timeout for your app''s answer [default: 10s, or 10m with --ack now]'
            cand --forward-ca 'PEM file with certificates to trust for your app, in addition to the system''s'
            cand --ack 'When to answer Zoom'
            cand --crc 'Who answers Zoom''s challenge'
            cand --share 'Share every verified event on this NATS JetStream server, for `zoomhook follow`'
            cand --share-replicas 'Servers that keep a copy, if the stream does not exist yet [default: 1]'
            cand --app 'Name of the app on the stream [default: default]'
            cand --nats-creds 'NATS credentials file (.creds)'
            cand --nats-nkey 'File with the seed of an nkey'
            cand --nats-ca 'PEM file with certificates to trust for the NATS server, in addition to the system''s'
            cand --history-file 'File in which deliveries are stored, instead of the default one'
            cand --history 'What to do if a delivery cannot be stored'
            cand --history-max 'Limit of the history: a number of deliveries, a size such as 200MiB, an age such as 30d; may be repeated'
            cand --host 'Address to bind; other machines can reach any address except a loopback address'
            cand -p 'Port to bind [default: 4000, or the next free one]'
            cand --port 'Port to bind [default: 4000, or the next free one]'
            cand --path 'Path that Zoom posts to'
            cand --max-age 'Largest allowed difference between a request''s timestamp and this machine''s time'
            cand --events 'Show and count only these events, such as ''meeting.*,recording.completed'''
            cand --where 'Show and count only events with this value, such as payload.object.id=123'
            cand --exit-after 'End after this many events'
            cand --expect 'End once this event has arrived, N times if given; may be repeated'
            cand --timeout 'End after this time, such as 30s or 5m'
            cand --inspect 'Port of the inspector, a page that shows all deliveries [default: 4040, or the next free one]'
            cand --inspect-host 'Host name under which other machines read events from the inspector with a read token; may be repeated'
            cand --format 'Output format'
            cand --color 'When to use color'
            cand --mask-header 'Mask the value of this header too; may be repeated'
            cand --max-body 'Largest body; a larger one is answered with 413'
            cand --max-header-size 'Largest request head'
            cand --header-timeout 'Timeout for a request''s head'
            cand --body-timeout 'Timeout for a request''s body'
            cand --idle-timeout 'Timeout of an idle connection between two requests'
            cand --max-connections 'Largest number of open connections; for further ones, idle ones are closed'
            cand --ready-file 'Write this file once the URL is ready, and remove it at the end'
            cand --detached-log 'The file that has the output of this session in the background. Set by `--detach`'
            cand --profile 'Use this profile of zoomhook.toml'
            cand --no-env-file 'Do not read .env files'
            cand --strict-url 'End with exit code 6 if the public URL changes'
            cand --pool 'Share the domain: several sessions can listen at once, and each request goes to one of them'
            cand --ngrok-verify 'Let ngrok''s edge verify Zoom''s signatures as well'
            cand --hold 'Hold events while the app is down, and deliver them once it is up'
            cand --forward-unverified 'Also forward requests without a valid signature, to test your app''s own check'
            cand --forward-insecure 'Accept any certificate of your app'
            cand --share-refused 'Also share refused requests'
            cand --allow-unsigned-challenge 'Answer challenges without a signature'
            cand --no-inspect 'No inspector'
            cand --open 'Open the inspector in the browser'
            cand -c 'Show one line per event, without the body'
            cand --compact 'Show one line per event, without the body'
            cand --headers 'Show the headers of each request'
            cand -q 'Print nothing to stderr: no header, no hints'
            cand --quiet 'Print nothing to stderr: no header, no hints'
            cand --no-keys 'Do not read single keys from the terminal'
            cand --detach 'Return once the URL is ready, and go on listening in the background'
            cand --no-history 'Store nothing on disk'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;follow'= {
            cand --app 'Name of the app on the stream [default: default]'
            cand --nats-creds 'NATS credentials file (.creds)'
            cand --nats-nkey 'File with the seed of an nkey'
            cand --nats-ca 'PEM file with certificates to trust for the NATS server, in addition to the system''s'
            cand --token-file 'File that contains only a read token, for https:// [default: ZOOMHOOK_READ_TOKEN]'
            cand --follow-ca 'PEM file with certificates to trust for https://, in addition to the system''s'
            cand --as 'Name to follow as [default: your user and host name]'
            cand --since 'Begin this long ago, such as 2h or 3d, in place of where this name ended'
            cand --ack 'When an event is confirmed to the stream; what is not confirmed comes again'
            cand --secret 'The app''s secret token; without a value, zoomhook asks for it; may be repeated'
            cand --secret-file 'File that contains only a secret token; may be repeated'
            cand --env-file 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env'
            cand --max-age 'Largest allowed difference between a request''s timestamp and this machine''s time'
            cand --forward 'Forward verified requests to your app: 3000, 3000/zoom, http://localhost:3000; may be repeated'
            cand --forward-header 'Set this header on every request to your app; may be repeated'
            cand --forward-timeout 'Timeout for your app''s answer [default: 10s, or 10m with --ack now]'
            cand --forward-ca 'PEM file with certificates to trust for your app, in addition to the system''s'
            cand --history-file 'File in which deliveries are stored, instead of the default one'
            cand --history 'What to do if a delivery cannot be stored'
            cand --history-max 'Limit of the history: a number of deliveries, a size such as 200MiB, an age such as 30d; may be repeated'
            cand --events 'Show and count only these events, such as ''meeting.*,recording.completed'''
            cand --where 'Show and count only events with this value, such as payload.object.id=123'
            cand --exit-after 'End after this many events'
            cand --expect 'End once this event has arrived, N times if given; may be repeated'
            cand --timeout 'End after this time, such as 30s or 5m'
            cand --inspect 'Port of the inspector, a page that shows all deliveries [default: 4040, or the next free one]'
            cand --inspect-host 'Host name under which other machines read events from the inspector with a read token; may be repeated'
            cand --format 'Output format'
            cand --color 'When to use color'
            cand --mask-header 'Mask the value of this header too; may be repeated'
            cand --profile 'Use this profile of zoomhook.toml'
            cand --new 'Begin with the events that come from now on, in place of where this name ended'
            cand --no-env-file 'Do not read .env files'
            cand --hold 'Hold events while the app is down, and deliver them once it is up'
            cand --forward-unverified 'Also forward requests without a valid signature, to test your app''s own check'
            cand --forward-insecure 'Accept any certificate of your app'
            cand --no-inspect 'No inspector'
            cand --open 'Open the inspector in the browser'
            cand -c 'Show one line per event, without the body'
            cand --compact 'Show one line per event, without the body'
            cand --headers 'Show the headers of each request'
            cand -q 'Print nothing to stderr: no header, no hints'
            cand --quiet 'Print nothing to stderr: no header, no hints'
            cand --no-keys 'Do not read single keys from the terminal'
            cand --no-history 'Store nothing on disk'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;stream'= {
            cand --profile 'Use this profile of zoomhook.toml'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand status 'Show what the stream holds, and how far behind each follower is'
            cand prune 'Delete old events for all followers, or the positions of followers'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'zoomhook;stream;status'= {
            cand --app 'Name of the app on the stream [default: default]'
            cand --nats-creds 'NATS credentials file (.creds)'
            cand --nats-nkey 'File with the seed of an nkey'
            cand --nats-ca 'PEM file with certificates to trust for the NATS server, in addition to the system''s'
            cand --format 'Form of the output'
            cand --profile 'Use this profile of zoomhook.toml'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;stream;prune'= {
            cand --app 'Name of the app on the stream [default: default]'
            cand --nats-creds 'NATS credentials file (.creds)'
            cand --nats-nkey 'File with the seed of an nkey'
            cand --nats-ca 'PEM file with certificates to trust for the NATS server, in addition to the system''s'
            cand --older-than 'Delete events that the stream stored longer ago than this, such as 2d, for all followers'
            cand --follower 'Delete the position of this follower; may be repeated'
            cand --profile 'Use this profile of zoomhook.toml'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;stream;help'= {
            cand status 'Show what the stream holds, and how far behind each follower is'
            cand prune 'Delete old events for all followers, or the positions of followers'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'zoomhook;stream;help;status'= {
        }
        &'zoomhook;stream;help;prune'= {
        }
        &'zoomhook;stream;help;help'= {
        }
        &'zoomhook;verify'= {
            cand --input 'The format, if it cannot be detected: raw-http, zoomhook, json, text'
            cand --body 'File with only the body, or - for stdin; needs --header'
            cand -H 'A header of that request, such as ''x-zm-signature: v0=…''; may be repeated'
            cand --header 'A header of that request, such as ''x-zm-signature: v0=…''; may be repeated'
            cand --secret 'The app''s secret token; without a value, zoomhook asks for it; may be repeated'
            cand --secret-file 'File that contains only a secret token; may be repeated'
            cand --env-file 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env'
            cand --mine 'The value that your own code computed; shows how your code differs'
            cand --framework 'The framework for suggested fixes; by default guessed from the capture: express, fastify, next, lambda, flask, fastapi, django, laravel, rails, spring, aspnet, go, axum'
            cand --scheme 'How Zoom signed the request: webhooks, ai-services (sha256=), or auto'
            cand --max-age 'Largest age of a signature: at --at, or when it was captured, or else now'
            cand --at 'The time at which the age is measured: RFC 3339, Unix seconds, or an offset from now such as -10m'
            cand --format 'Output format'
            cand --color 'When to use color'
            cand --history-file 'File in which deliveries are stored, instead of the default one'
            cand --project 'Folder of the project whose deliveries count [default: the current folder''s; for export, all]'
            cand --profile 'Use this profile of zoomhook.toml'
            cand -r 'Read folders and everything in them'
            cand --recursive 'Read folders and everything in them'
            cand --no-env-file 'Do not read .env files'
            cand --show-signed-string 'Show the signed text, byte for byte'
            cand -q 'Print no text, only set the exit code; JSON and XML are still written'
            cand --quiet 'Print no text, only set the exit code; JSON and XML are still written'
            cand --all-projects 'Deliveries of all projects'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;check'= {
            cand --header 'Set this header on each request, for an app with a custom header; may be repeated'
            cand --basic 'Send this user and password, for an app with basic authentication'
            cand --bearer 'Fetch a bearer token from this URL as Zoom does, for an app with OAuth'
            cand --client 'The client id and the client secret that the token URL expects'
            cand --ca 'PEM file with certificates to trust, in addition to the public ones'
            cand --suite 'Send only the cases of this file, correctly signed, and compare the answers'
            cand --watch 'Run again each time a file in this folder changes, until the endpoint is right; may be repeated'
            cand --format 'Output format'
            cand --color 'When to use color'
            cand --framework 'The framework for suggested fixes; by default guessed from the answers'
            cand --secret 'The app''s secret token; without a value, zoomhook asks for it; may be repeated'
            cand --secret-file 'File that contains only a secret token; may be repeated'
            cand --env-file 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env'
            cand --profile 'Use this profile of zoomhook.toml'
            cand -y 'Allow another machine as the target: its receiver treats the events as genuine'
            cand --yes 'Allow another machine as the target: its receiver treats the events as genuine'
            cand --quick 'Only the 12 most telling requests'
            cand --no-events 'Send no events, genuine or forged: only challenges and requests that are not events'
            cand --strict 'Also fail if a case fails that is only recommended'
            cand -q 'Print no text, only set the exit code; JSON and XML are still written'
            cand --quiet 'Print no text, only set the exit code; JSON and XML are still written'
            cand --no-env-file 'Do not read .env files'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;demo'= {
            cand --format 'Output format'
            cand --color 'When to use color'
            cand --mask-header 'Mask the value of this header too; may be repeated'
            cand --profile 'Use this profile of zoomhook.toml'
            cand --fast 'Do not pause between requests'
            cand -c 'Show one line per event, without the body'
            cand --compact 'Show one line per event, without the body'
            cand --headers 'Show the headers of each request'
            cand -q 'Print nothing to stderr: no header, no hints'
            cand --quiet 'Print nothing to stderr: no header, no hints'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;doctor'= {
            cand --only 'Run only this check; may be repeated'
            cand --forward 'Your app: 3000, 3000/zoom, http://localhost:3000; may be repeated'
            cand --forward-header 'With --online, set this header on the challenge to your app; may be repeated'
            cand --path 'Path that Zoom posts to'
            cand --clock-server 'With --online, the server whose Date is compared with the clock'
            cand --secret 'The app''s secret token; without a value, zoomhook asks for it; may be repeated'
            cand --secret-file 'File that contains only a secret token; may be repeated'
            cand --env-file 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env'
            cand --tunnel 'How Zoom reaches this machine'
            cand --public-url 'The public URL of your own tunnel or gateway, which leads to the local address'
            cand --ssh-host 'The server for --tunnel ssh: localhost.run, pinggy, or [USER@]HOST[:PORT] of another service'
            cand --tunnel-command 'Command of another program that opens a tunnel; {port} stands for the local port'
            cand --proxy 'Proxy for outgoing connections: http://HOST:PORT, socks5://HOST:PORT or none'
            cand --domain 'Domain of your ngrok account; without it ngrok assigns one'
            cand --ngrok-authtoken 'Your authtoken; NGROK_AUTHTOKEN or ngrok''s own ngrok.yml are safer'
            cand --ngrok-config 'ngrok''s configuration file, instead of the default one'
            cand --ngrok-connect-url 'Server to connect to instead of ngrok''s own (the agent''s connect_url)'
            cand --ngrok-ca 'PEM file with certificates to trust for that server, or ''host'' for the system''s (the agent''s connect_cas)'
            cand --allow-cidr 'Allow only clients from this address range; may be repeated'
            cand --deny-cidr 'Deny clients from this address range; may be repeated'
            cand --ngrok-policy 'File with a traffic policy for ngrok''s edge, as YAML or JSON'
            cand --history-file 'File in which deliveries are stored, instead of the default one'
            cand --host 'Address to bind; other machines can reach any address except a loopback address'
            cand -p 'Port to bind [default: 4000, or the next free one]'
            cand --port 'Port to bind [default: 4000, or the next free one]'
            cand --format 'Output format'
            cand --color 'When to use color'
            cand --profile 'Use this profile of zoomhook.toml'
            cand --online 'Also ask other machines: open the tunnel for a moment, compare the clock, send a challenge to the app'
            cand --no-env-file 'Do not read .env files'
            cand --strict-url 'End with exit code 6 if the public URL changes'
            cand --pool 'Share the domain: several sessions can listen at once, and each request goes to one of them'
            cand --ngrok-verify 'Let ngrok''s edge verify Zoom''s signatures as well'
            cand --fix 'Fix what zoomhook can fix, after a question for each: create .env, add it to .gitignore'
            cand -y 'With --fix, ask no question'
            cand --yes 'With --fix, ask no question'
            cand -q 'Show only the checks that failed'
            cand --quiet 'Show only the checks that failed'
            cand -v 'Show further facts, and how long each check took'
            cand --verbose 'Show further facts, and how long each check took'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;sign'= {
            cand --format 'Output format of the request [default: curl on a terminal, headers elsewhere]'
            cand --at 'Sign with this time as the timestamp: Unix seconds, RFC 3339, or an offset from now such as -10m'
            cand --timestamp 'Sign with this time as the timestamp: Unix seconds, RFC 3339, or an offset from now such as -10m'
            cand --to 'Post the request to this endpoint, and show the answer and its time: 3000, 3000/zoom, or a URL'
            cand --header 'With --send or --to, set this header, such as ''Authorization: Basic …''; may be repeated'
            cand --break 'Make the request wrong on purpose, to test a receiver'
            cand --secret 'The app''s secret token; without a value, zoomhook asks for it; may be repeated'
            cand --secret-file 'File that contains only a secret token; may be repeated'
            cand --env-file 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env'
            cand --profile 'Use this profile of zoomhook.toml'
            cand --challenge 'Sign a challenge instead of a body; with --send or --to, its answer is checked'
            cand --send 'Post the request to the running listen, and show the answer and its time'
            cand --no-env-file 'Do not read .env files'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;trigger'= {
            cand --check 'Check a scenario file and show the line of an error'
            cand --var 'Set a variable of a scenario, such as participants=300'
            cand --format 'Output format'
            cand --to 'The endpoint: 3000, 3000/zoom, http://localhost:3000/zoom [default: the running listen]'
            cand --header 'Set this header on each request, such as ''Authorization: Basic …''; may be repeated'
            cand --count 'Number of rounds; each round has different values'
            cand --rate 'Largest number of requests per second'
            cand --concurrency 'Number of parallel connections'
            cand --speed 'Factor by which pauses are shorter than in reality, or ''max'' for no pauses'
            cand --duplicate 'Share of events to send twice, as Zoom sometimes does'
            cand --reorder 'Share of neighboring pairs to swap'
            cand --fail-signature 'Share of events to sign wrongly; the endpoint must refuse these with 4xx'
            cand --seed 'Seed of the random values; without it a seed is chosen and shown'
            cand --at 'The time of the event: RFC 3339, Unix seconds, or an offset from now such as -10m [default: now]'
            cand --set 'Set the value at a path: payload.object.topic=''Quarterly'', or payload.object.duration:=30 for JSON'
            cand --unset 'Remove the value at this path'
            cand --file 'File with a body to start from, instead of a generated one'
            cand --account-id 'Account id to use in all fields'
            cand --host-email 'Host''s email address to use in all fields'
            cand --secret 'The app''s secret token; without a value, zoomhook asks for it; may be repeated'
            cand --secret-file 'File that contains only a secret token; may be repeated'
            cand --env-file 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env'
            cand --profile 'Use this profile of zoomhook.toml'
            cand --list 'List the built-in scenarios'
            cand -q 'Show no progress bar and no counts'
            cand --quiet 'Show no progress bar and no counts'
            cand -y 'Allow another machine as the target: its receiver treats the forged events as genuine'
            cand --yes 'Allow another machine as the target: its receiver treats the forged events as genuine'
            cand --retry 'Retry like Zoom, with pauses of 5, 20 and 60 minutes, divided by --speed'
            cand --minimal 'Include only the fields that are always present'
            cand --full 'Include every known field'
            cand --no-env-file 'Do not read .env files'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;events'= {
            cand --profile 'Use this profile of zoomhook.toml'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand list 'List all events by group, or those that match a pattern or a word'
            cand show 'Show the fields of an event, with types, values and an example'
            cand sample 'Print generated payloads, one per line'
            cand search 'Find events with a word in their name or in the name of a field'
            cand schema 'Print the JSON Schema (2020-12) of an event''s body, for your own tests'
            cand types 'Print type definitions of events for your own program'
            cand drift 'Compare stored deliveries with the catalog'
            cand learn 'Add what stored deliveries have to the catalog on this machine'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'zoomhook;events;list'= {
            cand --format 'Output format'
            cand --profile 'Use this profile of zoomhook.toml'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;events;show'= {
            cand --profile 'Use this profile of zoomhook.toml'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;events;sample'= {
            cand --seed 'Seed of the random values; without it a seed is chosen and shown'
            cand --at 'The time of the event: RFC 3339, Unix seconds, or an offset from now such as -10m [default: now]'
            cand --set 'Set the value at a path: payload.object.topic=''Quarterly'', or payload.object.duration:=30 for JSON'
            cand --unset 'Remove the value at this path'
            cand --file 'File with a body to start from, instead of a generated one'
            cand --account-id 'Account id to use in all fields'
            cand --host-email 'Host''s email address to use in all fields'
            cand --profile 'Use this profile of zoomhook.toml'
            cand --all 'One of every event'
            cand --minimal 'Include only the fields that are always present'
            cand --full 'Include every known field'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;events;search'= {
            cand --profile 'Use this profile of zoomhook.toml'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;events;schema'= {
            cand --profile 'Use this profile of zoomhook.toml'
            cand --all 'The schemas of all events, one per line'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;events;types'= {
            cand --lang 'The programming language'
            cand --profile 'Use this profile of zoomhook.toml'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;events;drift'= {
            cand --format 'Output format'
            cand --since 'Only deliveries newer than this, such as 7d'
            cand --history-file 'File in which deliveries are stored, instead of the default one'
            cand --profile 'Use this profile of zoomhook.toml'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;events;learn'= {
            cand --since 'Only deliveries newer than this, such as 7d'
            cand --history-file 'File in which deliveries are stored, instead of the default one'
            cand --profile 'Use this profile of zoomhook.toml'
            cand --forget 'Delete what was learned'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;events;help'= {
            cand list 'List all events by group, or those that match a pattern or a word'
            cand show 'Show the fields of an event, with types, values and an example'
            cand sample 'Print generated payloads, one per line'
            cand search 'Find events with a word in their name or in the name of a field'
            cand schema 'Print the JSON Schema (2020-12) of an event''s body, for your own tests'
            cand types 'Print type definitions of events for your own program'
            cand drift 'Compare stored deliveries with the catalog'
            cand learn 'Add what stored deliveries have to the catalog on this machine'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'zoomhook;events;help;list'= {
        }
        &'zoomhook;events;help;show'= {
        }
        &'zoomhook;events;help;sample'= {
        }
        &'zoomhook;events;help;search'= {
        }
        &'zoomhook;events;help;schema'= {
        }
        &'zoomhook;events;help;types'= {
        }
        &'zoomhook;events;help;drift'= {
        }
        &'zoomhook;events;help;learn'= {
        }
        &'zoomhook;events;help;help'= {
        }
        &'zoomhook;history'= {
            cand --history-file 'File in which deliveries are stored, instead of the default one'
            cand --profile 'Use this profile of zoomhook.toml'
            cand --no-pager 'Print without a pager, even if the output is longer than the screen'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand list 'List the newest deliveries'
            cand show 'Show one delivery completely'
            cand diff 'Show the differences between two deliveries'
            cand stats 'Count deliveries by event, verdict and answer, and show how fast your app is'
            cand export 'Write all deliveries, oldest first, for a file or a program'
            cand import 'Store deliveries from an export or from another tool''s capture'
            cand delete 'Delete deliveries by their ids, or all of this project that match a filter'
            cand prune 'Delete deliveries older than an age, such as 7d'
            cand repair 'Recover what can be read from a damaged history'
            cand path 'Print the path of the history file'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'zoomhook;history;list'= {
            cand -n 'Largest number of deliveries'
            cand --limit 'Largest number of deliveries'
            cand --format 'Output format'
            cand --event 'Only this event, or a pattern such as ''meeting.*''; may be repeated'
            cand --since 'Only deliveries newer than this, such as 2h'
            cand --until 'Only deliveries older than this, such as 1h'
            cand --verdict 'Only this verdict: valid, invalid or unknown'
            cand --status 'Only deliveries with this answer, such as 204 or 5xx'
            cand --search 'Only deliveries with these words in the body'
            cand --project 'Folder of the project whose deliveries count [default: the current folder''s; for export, all]'
            cand --history-file 'File in which deliveries are stored, instead of the default one'
            cand --profile 'Use this profile of zoomhook.toml'
            cand -f 'Then show each new delivery, until Ctrl-C'
            cand --follow 'Then show each new delivery, until Ctrl-C'
            cand --all-projects 'Deliveries of all projects'
            cand --no-pager 'Print without a pager, even if the output is longer than the screen'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;history;show'= {
            cand --format 'Output format'
            cand --project 'Folder of the project whose deliveries count [default: the current folder''s; for export, all]'
            cand --secret 'The app''s secret token; without a value, zoomhook asks for it; may be repeated'
            cand --secret-file 'File that contains only a secret token; may be repeated'
            cand --env-file 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env'
            cand --history-file 'File in which deliveries are stored, instead of the default one'
            cand --profile 'Use this profile of zoomhook.toml'
            cand --exact 'With --format curl, print the stored signature, which good receivers refuse after 5 minutes'
            cand --all-projects 'Deliveries of all projects'
            cand --no-env-file 'Do not read .env files'
            cand --no-pager 'Print without a pager, even if the output is longer than the screen'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;history;diff'= {
            cand --format 'Output format'
            cand --project 'Folder of the project whose deliveries count [default: the current folder''s; for export, all]'
            cand --history-file 'File in which deliveries are stored, instead of the default one'
            cand --profile 'Use this profile of zoomhook.toml'
            cand --all 'Also show equal values'
            cand --all-projects 'Deliveries of all projects'
            cand --no-pager 'Print without a pager, even if the output is longer than the screen'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;history;stats'= {
            cand --format 'Output format'
            cand --event 'Only this event, or a pattern such as ''meeting.*''; may be repeated'
            cand --since 'Only deliveries newer than this, such as 2h'
            cand --until 'Only deliveries older than this, such as 1h'
            cand --verdict 'Only this verdict: valid, invalid or unknown'
            cand --status 'Only deliveries with this answer, such as 204 or 5xx'
            cand --search 'Only deliveries with these words in the body'
            cand --project 'Folder of the project whose deliveries count [default: the current folder''s; for export, all]'
            cand --history-file 'File in which deliveries are stored, instead of the default one'
            cand --profile 'Use this profile of zoomhook.toml'
            cand --all-projects 'Deliveries of all projects'
            cand --no-pager 'Print without a pager, even if the output is longer than the screen'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;history;export'= {
            cand --format 'Output format'
            cand --event 'Only this event, or a pattern such as ''meeting.*''; may be repeated'
            cand --since 'Only deliveries newer than this, such as 2h'
            cand --until 'Only deliveries older than this, such as 1h'
            cand --verdict 'Only this verdict: valid, invalid or unknown'
            cand --status 'Only deliveries with this answer, such as 204 or 5xx'
            cand --search 'Only deliveries with these words in the body'
            cand --project 'Folder of the project whose deliveries count [default: the current folder''s; for export, all]'
            cand --history-file 'File in which deliveries are stored, instead of the default one'
            cand --profile 'Use this profile of zoomhook.toml'
            cand --redact 'Mask every text that may be personal: only known values, times and names of events stay'
            cand --keep-ids 'With --redact, keep the ids of accounts, users, meetings and calls'
            cand --all-projects 'Deliveries of all projects'
            cand --no-pager 'Print without a pager, even if the output is longer than the screen'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;history;import'= {
            cand --input 'The format, if it cannot be detected: raw-http, zoomhook, json, text'
            cand --body 'File with only the body, or - for stdin; needs --header'
            cand -H 'A header of that request, such as ''x-zm-signature: v0=…''; may be repeated'
            cand --header 'A header of that request, such as ''x-zm-signature: v0=…''; may be repeated'
            cand --history-file 'File in which deliveries are stored, instead of the default one'
            cand --profile 'Use this profile of zoomhook.toml'
            cand -r 'Read folders and everything in them'
            cand --recursive 'Read folders and everything in them'
            cand --no-pager 'Print without a pager, even if the output is longer than the screen'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;history;delete'= {
            cand --event 'Only this event, or a pattern such as ''meeting.*''; may be repeated'
            cand --since 'Only deliveries newer than this, such as 2h'
            cand --until 'Only deliveries older than this, such as 1h'
            cand --verdict 'Only this verdict: valid, invalid or unknown'
            cand --status 'Only deliveries with this answer, such as 204 or 5xx'
            cand --search 'Only deliveries with these words in the body'
            cand --project 'Folder of the project whose deliveries count [default: the current folder''s; for export, all]'
            cand --history-file 'File in which deliveries are stored, instead of the default one'
            cand --profile 'Use this profile of zoomhook.toml'
            cand -y 'Do not ask before more than one delivery is deleted'
            cand --yes 'Do not ask before more than one delivery is deleted'
            cand --all-projects 'Deliveries of all projects'
            cand --no-pager 'Print without a pager, even if the output is longer than the screen'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;history;prune'= {
            cand --older-than 'The age: 7d, 12h or 30m'
            cand --history-file 'File in which deliveries are stored, instead of the default one'
            cand --profile 'Use this profile of zoomhook.toml'
            cand --no-pager 'Print without a pager, even if the output is longer than the screen'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;history;repair'= {
            cand --history-file 'File in which deliveries are stored, instead of the default one'
            cand --profile 'Use this profile of zoomhook.toml'
            cand --no-pager 'Print without a pager, even if the output is longer than the screen'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;history;path'= {
            cand --history-file 'File in which deliveries are stored, instead of the default one'
            cand --profile 'Use this profile of zoomhook.toml'
            cand --no-pager 'Print without a pager, even if the output is longer than the screen'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;history;help'= {
            cand list 'List the newest deliveries'
            cand show 'Show one delivery completely'
            cand diff 'Show the differences between two deliveries'
            cand stats 'Count deliveries by event, verdict and answer, and show how fast your app is'
            cand export 'Write all deliveries, oldest first, for a file or a program'
            cand import 'Store deliveries from an export or from another tool''s capture'
            cand delete 'Delete deliveries by their ids, or all of this project that match a filter'
            cand prune 'Delete deliveries older than an age, such as 7d'
            cand repair 'Recover what can be read from a damaged history'
            cand path 'Print the path of the history file'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'zoomhook;history;help;list'= {
        }
        &'zoomhook;history;help;show'= {
        }
        &'zoomhook;history;help;diff'= {
        }
        &'zoomhook;history;help;stats'= {
        }
        &'zoomhook;history;help;export'= {
        }
        &'zoomhook;history;help;import'= {
        }
        &'zoomhook;history;help;delete'= {
        }
        &'zoomhook;history;help;prune'= {
        }
        &'zoomhook;history;help;repair'= {
        }
        &'zoomhook;history;help;path'= {
        }
        &'zoomhook;history;help;help'= {
        }
        &'zoomhook;replay'= {
            cand --set 'Change the value at a path: payload.object.topic=''Quarterly'', or payload.object.duration:=30 for JSON'
            cand --watch 'Send again each time a file in this folder changes [without PATH: the current folder]; may be repeated'
            cand --format 'Output format'
            cand --to 'Your app: 3000, 3000/zoom, http://localhost:3000 [default: the app that received it, or listen]'
            cand --timeout 'Timeout for your app''s answer'
            cand -H 'Set this header on every request; may be repeated'
            cand --header 'Set this header on every request; may be repeated'
            cand --ca 'PEM file with certificates to trust, in addition to the system''s'
            cand --speed 'Pauses between deliveries: original (1x), ten times shorter (10x), or none (max)'
            cand --event 'Only this event, or a pattern such as ''meeting.*''; may be repeated'
            cand --since 'Only deliveries newer than this, such as 2h'
            cand --until 'Only deliveries older than this, such as 1h'
            cand --verdict 'Only this verdict: valid, invalid or unknown'
            cand --status 'Only deliveries with this answer, such as 204 or 5xx'
            cand --search 'Only deliveries with these words in the body'
            cand --project 'Folder of the project whose deliveries count [default: the current folder''s; for export, all]'
            cand --history-file 'File in which deliveries are stored, instead of the default one'
            cand --secret 'The app''s secret token; without a value, zoomhook asks for it; may be repeated'
            cand --secret-file 'File that contains only a secret token; may be repeated'
            cand --env-file 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env'
            cand --profile 'Use this profile of zoomhook.toml'
            cand --all 'Send all that match, oldest first; without challenges, and without what none of your secret tokens signed'
            cand --with-retries 'With --all, also send Zoom''s retries of an event'
            cand --exact 'Send the stored bytes and headers with the old signature; needs no secret'
            cand -q 'Show no notes and no counts'
            cand --quiet 'Show no notes and no counts'
            cand -y 'Allow another machine as the target: its receiver treats the events as new'
            cand --yes 'Allow another machine as the target: its receiver treats the events as new'
            cand --insecure 'Accept any certificate'
            cand --all-projects 'Deliveries of all projects'
            cand --no-env-file 'Do not read .env files'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;inspect'= {
            cand -p 'Serve the history on this port, also if a listen is running [default: 4040, or the next free one]'
            cand --port 'Serve the history on this port, also if a listen is running [default: 4040, or the next free one]'
            cand --inspect-host 'Host name under which other machines read events from the inspector with a read token; may be repeated'
            cand --history-file 'File in which deliveries are stored, instead of the default one'
            cand --secret 'The app''s secret token; without a value, zoomhook asks for it; may be repeated'
            cand --secret-file 'File that contains only a secret token; may be repeated'
            cand --env-file 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env'
            cand --profile 'Use this profile of zoomhook.toml'
            cand --open 'Open the page in the browser'
            cand --no-env-file 'Do not read .env files'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand token 'Let another machine follow the events of this project, and nothing else'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'zoomhook;inspect;token'= {
            cand --history-file 'File in which deliveries are stored, instead of the default one'
            cand --profile 'Use this profile of zoomhook.toml'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand create 'Create a read token and print it'
            cand list 'List all read tokens'
            cand revoke 'Revoke read tokens; their followers are disconnected within seconds'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'zoomhook;inspect;token;create'= {
            cand --expires 'How long it is valid, from 1s to 366d'
            cand --events 'Show only these events, such as ''meeting.*,recording.completed'''
            cand --history-file 'File in which deliveries are stored, instead of the default one'
            cand --profile 'Use this profile of zoomhook.toml'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;inspect;token;list'= {
            cand --format 'Form of the output'
            cand --history-file 'File in which deliveries are stored, instead of the default one'
            cand --profile 'Use this profile of zoomhook.toml'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;inspect;token;revoke'= {
            cand --history-file 'File in which deliveries are stored, instead of the default one'
            cand --profile 'Use this profile of zoomhook.toml'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;inspect;token;help'= {
            cand create 'Create a read token and print it'
            cand list 'List all read tokens'
            cand revoke 'Revoke read tokens; their followers are disconnected within seconds'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'zoomhook;inspect;token;help;create'= {
        }
        &'zoomhook;inspect;token;help;list'= {
        }
        &'zoomhook;inspect;token;help;revoke'= {
        }
        &'zoomhook;inspect;token;help;help'= {
        }
        &'zoomhook;inspect;help'= {
            cand token 'Let another machine follow the events of this project, and nothing else'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'zoomhook;inspect;help;token'= {
            cand create 'Create a read token and print it'
            cand list 'List all read tokens'
            cand revoke 'Revoke read tokens; their followers are disconnected within seconds'
        }
        &'zoomhook;inspect;help;token;create'= {
        }
        &'zoomhook;inspect;help;token;list'= {
        }
        &'zoomhook;inspect;help;token;revoke'= {
        }
        &'zoomhook;inspect;help;help'= {
        }
        &'zoomhook;wait'= {
            cand --where 'Count only events with this value, such as payload.object.id=123'
            cand --timeout 'End after this time with exit code 7, such as 30s or 5m [default: no limit]'
            cand --since 'Also count events that arrived this long before the start, such as 1m'
            cand --project 'Folder of the project whose deliveries count [default: the current folder''s; for export, all]'
            cand --history-file 'File in which deliveries are stored, instead of the default one'
            cand --profile 'Use this profile of zoomhook.toml'
            cand --all-projects 'Deliveries of all projects'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;mcp'= {
            cand --allow-target 'Allow this host as a target, in addition to this machine; may be repeated'
            cand --project 'Folder of the project whose deliveries count [default: the current folder''s; for export, all]'
            cand --history-file 'File in which deliveries are stored, instead of the default one'
            cand --secret 'The app''s secret token; without a value, zoomhook asks for it; may be repeated'
            cand --secret-file 'File that contains only a secret token; may be repeated'
            cand --env-file 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env'
            cand --profile 'Use this profile of zoomhook.toml'
            cand --allow-send 'Allow the tools that send signed requests: check_endpoint, trigger_event, replay_delivery'
            cand --all-projects 'Deliveries of all projects'
            cand --no-env-file 'Do not read .env files'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;status'= {
            cand --format 'Output format'
            cand --profile 'Use this profile of zoomhook.toml'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;stop'= {
            cand -p 'Stop the listen on this port, of any project'
            cand --port 'Stop the listen on this port, of any project'
            cand --profile 'Use this profile of zoomhook.toml'
            cand --all 'Stop every running listen of every project'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;agent'= {
            cand --profile 'Use this profile of zoomhook.toml'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand setup 'Write a skill or a section with the rules of Zoom''s signatures and zoomhook''s commands'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'zoomhook;agent;setup'= {
            cand --profile 'Use this profile of zoomhook.toml'
            cand --claude 'Claude Code: .claude/skills/zoomhook/SKILL.md'
            cand --codex 'Codex and other agents that read it: a section of AGENTS.md'
            cand --cursor 'Cursor: .cursor/rules/zoomhook.mdc'
            cand --print 'Print the text instead'
            cand --remove 'Remove what was written'
            cand -y 'Write without asking'
            cand --yes 'Write without asking'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;agent;help'= {
            cand setup 'Write a skill or a section with the rules of Zoom''s signatures and zoomhook''s commands'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'zoomhook;agent;help;setup'= {
        }
        &'zoomhook;agent;help;help'= {
        }
        &'zoomhook;config'= {
            cand --format 'Output format'
            cand --profile 'Use this profile of zoomhook.toml'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;completions'= {
            cand --profile 'Use this profile of zoomhook.toml'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;man'= {
            cand --dir 'Write one page for the program and one for each command into this folder'
            cand --profile 'Use this profile of zoomhook.toml'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;help'= {
            cand listen 'Get a public URL, answer Zoom''s challenge, verify and show every request'
            cand follow 'See and forward the events that a listen of your team shares'
            cand stream 'Look at the stream that a team shares, and delete from it'
            cand verify 'Is this captured request genuine, and if not, why?'
            cand check 'Test your endpoint as Zoom would use it, and prove what is wrong'
            cand demo 'See it work in 10 seconds: no account, no network, no secret'
            cand doctor 'Find out what is wrong with your set-up: secret token, clock, port, history, tunnel, app'
            cand sign 'Sign any body as Zoom does, and print or post the request'
            cand trigger 'Post events and whole scenarios to an endpoint, signed as Zoom signs them'
            cand events 'Look up Zoom''s events: list, show, sample, search, schema, types, drift, learn'
            cand history 'Look up stored deliveries: list, show, diff, stats, export, import, delete, repair'
            cand replay 'Send stored deliveries to your app again, with a fresh signature'
            cand inspect 'Look at deliveries in the browser'
            cand wait 'Wait for events of the running listen'
            cand mcp 'Serve zoomhook as tools to an AI agent (Model Context Protocol, stdio)'
            cand status 'Show the running listens: URLs, app, project, process'
            cand stop 'Stop a running listen of this project, also one in the background'
            cand agent 'Teach an AI agent how to work with Zoom''s webhooks in this project'
            cand config 'Show where the values of flags come from: zoomhook.toml, the environment, .env, or the default'
            cand completions 'Print a completion script for a shell'
            cand man 'Print the manual page'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'zoomhook;help;listen'= {
        }
        &'zoomhook;help;follow'= {
        }
        &'zoomhook;help;stream'= {
            cand status 'Show what the stream holds, and how far behind each follower is'
            cand prune 'Delete old events for all followers, or the positions of followers'
        }
        &'zoomhook;help;stream;status'= {
        }
        &'zoomhook;help;stream;prune'= {
        }
        &'zoomhook;help;verify'= {
        }
        &'zoomhook;help;check'= {
        }
        &'zoomhook;help;demo'= {
        }
        &'zoomhook;help;doctor'= {
        }
        &'zoomhook;help;sign'= {
        }
        &'zoomhook;help;trigger'= {
        }
        &'zoomhook;help;events'= {
            cand list 'List all events by group, or those that match a pattern or a word'
            cand show 'Show the fields of an event, with types, values and an example'
            cand sample 'Print generated payloads, one per line'
            cand search 'Find events with a word in their name or in the name of a field'
            cand schema 'Print the JSON Schema (2020-12) of an event''s body, for your own tests'
            cand types 'Print type definitions of events for your own program'
            cand drift 'Compare stored deliveries with the catalog'
            cand learn 'Add what stored deliveries have to the catalog on this machine'
        }
        &'zoomhook;help;events;list'= {
        }
        &'zoomhook;help;events;show'= {
        }
        &'zoomhook;help;events;sample'= {
        }
        &'zoomhook;help;events;search'= {
        }
        &'zoomhook;help;events;schema'= {
        }
        &'zoomhook;help;events;types'= {
        }
        &'zoomhook;help;events;drift'= {
        }
        &'zoomhook;help;events;learn'= {
        }
        &'zoomhook;help;history'= {
            cand list 'List the newest deliveries'
            cand show 'Show one delivery completely'
            cand diff 'Show the differences between two deliveries'
            cand stats 'Count deliveries by event, verdict and answer, and show how fast your app is'
            cand export 'Write all deliveries, oldest first, for a file or a program'
            cand import 'Store deliveries from an export or from another tool''s capture'
            cand delete 'Delete deliveries by their ids, or all of this project that match a filter'
            cand prune 'Delete deliveries older than an age, such as 7d'
            cand repair 'Recover what can be read from a damaged history'
            cand path 'Print the path of the history file'
        }
        &'zoomhook;help;history;list'= {
        }
        &'zoomhook;help;history;show'= {
        }
        &'zoomhook;help;history;diff'= {
        }
        &'zoomhook;help;history;stats'= {
        }
        &'zoomhook;help;history;export'= {
        }
        &'zoomhook;help;history;import'= {
        }
        &'zoomhook;help;history;delete'= {
        }
        &'zoomhook;help;history;prune'= {
        }
        &'zoomhook;help;history;repair'= {
        }
        &'zoomhook;help;history;path'= {
        }
        &'zoomhook;help;replay'= {
        }
        &'zoomhook;help;inspect'= {
            cand token 'Let another machine follow the events of this project, and nothing else'
        }
        &'zoomhook;help;inspect;token'= {
            cand create 'Create a read token and print it'
            cand list 'List all read tokens'
            cand revoke 'Revoke read tokens; their followers are disconnected within seconds'
        }
        &'zoomhook;help;inspect;token;create'= {
        }
        &'zoomhook;help;inspect;token;list'= {
        }
        &'zoomhook;help;inspect;token;revoke'= {
        }
        &'zoomhook;help;wait'= {
        }
        &'zoomhook;help;mcp'= {
        }
        &'zoomhook;help;status'= {
        }
        &'zoomhook;help;stop'= {
        }
        &'zoomhook;help;agent'= {
            cand setup 'Write a skill or a section with the rules of Zoom''s signatures and zoomhook''s commands'
        }
        &'zoomhook;help;agent;setup'= {
        }
        &'zoomhook;help;config'= {
        }
        &'zoomhook;help;completions'= {
        }
        &'zoomhook;help;man'= {
        }
        &'zoomhook;help;help'= {
        }
    ]
    $completions[$command]
}
