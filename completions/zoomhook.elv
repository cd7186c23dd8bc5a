
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
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand listen 'Get a public URL, answer Zoom''s challenge, verify and show every request'
            cand verify 'Is this captured request genuine, and if not, why?'
            cand demo 'See it work in 10 seconds: no account, no network, no secret'
            cand sign 'Sign any body as Zoom does, and print or post the request'
            cand trigger 'Post events and whole scenarios to an endpoint, signed as Zoom signs them'
            cand events 'What Zoom can send: list, show, sample, search, schema'
            cand history 'What arrived: list, show, diff, stats, export, import'
            cand replay 'Send kept deliveries to your app again, signed afresh'
            cand completions 'Print a completion script for a shell'
            cand man 'Print the manual page'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'zoomhook;listen'= {
            cand --secret 'The app''s secret token, or nothing to be asked for it; may be repeated'
            cand --secret-file 'File that holds a secret token and nothing else; may be repeated'
            cand --env-file 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env'
            cand --tunnel 'How Zoom reaches this machine'
            cand --public-url 'The public URL of a tunnel or gateway of your own, which leads to the local address'
            cand --tunnel-command 'Another program that opens a tunnel; {port} stands for the local port'
            cand --proxy 'Proxy for connections to the outside: http://HOST:PORT or socks5://HOST:PORT, or none'
            cand --domain 'Domain of your account; without it ngrok gives you one'
            cand --ngrok-authtoken 'Your authtoken; NGROK_AUTHTOKEN or ngrok''s own ngrok.yml are better places for it'
            cand --ngrok-config 'ngrok''s configuration file, instead of the one in its usual place'
            cand --ngrok-connect-url 'Server to connect to instead of ngrok''s own (the agent''s connect_url)'
            cand --ngrok-ca 'Certificates to trust for that server, as PEM, or ''host'' for the system''s (the agent''s connect_cas)'
            cand --allow-cidr 'Let only clients from this address range through; may be repeated'
            cand --deny-cidr 'Let no client from this address range through; may be repeated'
            cand --ngrok-policy 'File with a traffic policy for ngrok''s edge, as YAML or JSON'
            cand --forward 'Hand verified requests to your app: 3000, 3000/zoom, http://localhost:3000; may be repeated'
            cand --ack 'Answer Zoom with the app''s answer, or at once and hand it to the app afterwards'
            cand --crc 'Who answers Zoom''s challenge'
            cand --forward-header 'Set this header on every request to your app; may be repeated'
            cand --forward-timeout 'Time that your app has for an answer [default: 10s, and 10m with --ack now]'
            cand --forward-ca 'Certificates to trust for your app besides the system''s, as PEM'
            cand --history-file 'File that deliveries are kept in, instead of the usual one'
            cand --history 'What to do when a delivery cannot be kept'
            cand --history-max 'How much to keep: a number of deliveries, a size such as 200MiB, an age such as 30d; may be repeated'
            cand --host 'Address to bind; any other than this machine''s own can be reached by other machines'
            cand -p 'Port to bind [default: 4000, or the next free one]'
            cand --port 'Port to bind [default: 4000, or the next free one]'
            cand --path 'Path that Zoom posts to'
            cand --max-age 'How far a request''s timestamp may be from this machine''s time'
            cand --events 'Show and count these events only, such as ''meeting.*,recording.completed'''
            cand --where 'Show and count only events with this value, such as payload.object.id=123'
            cand --exit-after 'End after this many events'
            cand --expect 'End once this event was seen, N times if given; may be repeated'
            cand --timeout 'End after this time, such as 30s or 5m'
            cand --format 'For a person, or one JSON object a line for a program'
            cand --color 'When to colour'
            cand --mask-header 'Mask the value of this header too; may be repeated'
            cand --max-body 'Largest body; more is answered with 413'
            cand --max-header-size 'Largest request head'
            cand --header-timeout 'Time for a request''s head to arrive'
            cand --body-timeout 'Time for a request''s body to arrive'
            cand --idle-timeout 'Time that a connection may stay open between two requests'
            cand --max-connections 'Connections at a time; more have to wait'
            cand --no-env-file 'Do not look for a .env'
            cand --strict-url 'End with exit code 6 when the public URL changes'
            cand --pool 'Share the domain: several people listen at once, and each request goes to one of them'
            cand --ngrok-verify 'Let ngrok''s edge verify Zoom''s signatures as well'
            cand --hold 'Keep what the app was down for, and deliver it once the app is up'
            cand --forward-unverified 'Hand on requests without a right signature too, to test your app''s own check'
            cand --forward-insecure 'Take any certificate of your app'
            cand --no-history 'Keep nothing on disk'
            cand --allow-unsigned-challenge 'Answer challenges that carry no signature'
            cand -c 'A line an event, without its body'
            cand --compact 'A line an event, without its body'
            cand --headers 'Each event with its request''s headers'
            cand -q 'Nothing on stderr: no header, no hints'
            cand --quiet 'Nothing on stderr: no header, no hints'
            cand --no-keys 'Read no keys: the terminal stays as it is'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;verify'= {
            cand --input 'The format, where it cannot be told from the content: raw-http, rest-client, curl, curl-verbose, curl-trace, powershell, har, ngrok, webhook-site, csv, postman, insomnia, hookdeck, lambda, alb, cloudflare, vercel, smee, zoom-log, zoomhook, headers-body, node-log, python-log, php-log, express-log'
            cand --body 'File with the body alone, or - for stdin; needs --header'
            cand -H 'A header of that request, such as ''x-zm-signature: v0=…''; may be repeated'
            cand --header 'A header of that request, such as ''x-zm-signature: v0=…''; may be repeated'
            cand --secret 'The app''s secret token, or nothing to be asked for it; may be repeated'
            cand --secret-file 'File that holds a secret token and nothing else; may be repeated'
            cand --env-file 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env'
            cand --mine 'The value that your own code computed: says what your code does otherwise'
            cand --framework 'The framework in which remedies are written; else guessed from the capture: express, fastify, next, lambda, flask, fastapi, django, laravel, rails, spring, aspnet, go, axum'
            cand --max-age 'Refuse what was signed longer before the time of --at, or of the capture itself'
            cand --at 'The time to measure ages against: RFC 3339, or Unix seconds'
            cand --format 'For a person, one JSON object a request, or JUnit XML'
            cand --color 'When to colour'
            cand --history-file 'File that deliveries are kept in, instead of the usual one'
            cand -r 'Read folders, with everything in them'
            cand --recursive 'Read folders, with everything in them'
            cand --no-env-file 'Do not look for a .env'
            cand --show-signed-string 'Show what is signed, byte for byte'
            cand -q 'Say nothing: the exit code tells. JSON and XML are written all the same'
            cand --quiet 'Say nothing: the exit code tells. JSON and XML are written all the same'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;demo'= {
            cand --format 'For a person, or one JSON object a line for a program'
            cand --color 'When to colour'
            cand --mask-header 'Mask the value of this header too; may be repeated'
            cand --fast 'Without pauses'
            cand -c 'A line an event, without its body'
            cand --compact 'A line an event, without its body'
            cand --headers 'Each event with its request''s headers'
            cand -q 'Nothing on stderr: no header, no hints'
            cand --quiet 'Nothing on stderr: no header, no hints'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;sign'= {
            cand --format 'How the request is printed [default: curl on a terminal, headers elsewhere]'
            cand --timestamp 'Sign as of this time, in Unix seconds'
            cand --to 'Post it there, and show answer and time'
            cand --break 'Make it wrong on purpose, for tests of a receiver'
            cand --secret 'The app''s secret token, or nothing to be asked for it; may be repeated'
            cand --secret-file 'File that holds a secret token and nothing else; may be repeated'
            cand --env-file 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env'
            cand --challenge 'A challenge instead of a body; with --send or --to, its answer is judged'
            cand --send 'Post it to the listen that runs, and show answer and time'
            cand --no-env-file 'Do not look for a .env'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;trigger'= {
            cand --check 'Check a scenario file, and say what is wrong in which line'
            cand --var 'A scenario''s variable: participants=300'
            cand --format 'For a person, or one JSON object a line'
            cand --to 'The endpoint''s URL [default: the listen that runs]'
            cand --count 'Send everything so many times, each time with other values'
            cand --rate 'No more than so many requests a second'
            cand --concurrency 'So many connections at a time'
            cand --speed 'How many times faster than real the pauses are, or ''max'' for none'
            cand --duplicate 'Send so many of a hundred events twice, as Zoom now and then does'
            cand --reorder 'Swap so many of a hundred pairs of neighbours'
            cand --fail-signature 'Sign so many of a hundred events wrongly: they have to be refused with 4xx'
            cand --seed 'The same seed gives the same payload; without one it is chosen and shown'
            cand --set 'A value at a path: payload.object.topic=''Quarterly'', or payload.object.duration:=30 for JSON'
            cand --unset 'Take the value at this path away'
            cand --file 'A body to start from, instead of a made-up one'
            cand --account-id 'The account, wherever it stands'
            cand --host-email 'The host''s address, wherever it stands'
            cand --secret 'The app''s secret token, or nothing to be asked for it; may be repeated'
            cand --secret-file 'File that holds a secret token and nothing else; may be repeated'
            cand --env-file 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env'
            cand --list 'The scenarios that come with zoomhook'
            cand -q 'No progress bar, no counts'
            cand --quiet 'No progress bar, no counts'
            cand -y 'Post to another machine than this one: the events are forged, and their receiver will believe them'
            cand --yes 'Post to another machine than this one: the events are forged, and their receiver will believe them'
            cand --retry 'Try again what Zoom would: 5, 20 and 60 minutes after one another, divided by --speed'
            cand --minimal 'Only the fields that are always there'
            cand --full 'Every field that is known'
            cand --no-env-file 'Do not look for a .env'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;events'= {
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand list 'All events by group, or those that a pattern or a word names'
            cand show 'The fields of an event, with types, values and an example'
            cand sample 'Made-up payloads, one a line'
            cand search 'Events that have a word in their name or in the name of a field'
            cand schema 'The JSON Schema (2020-12) of an event''s body, for your own tests'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'zoomhook;events;list'= {
            cand --format 'For a person, or one JSON object a line'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;events;show'= {
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'zoomhook;events;sample'= {
            cand --seed 'The same seed gives the same payload; without one it is chosen and shown'
            cand --set 'A value at a path: payload.object.topic=''Quarterly'', or payload.object.duration:=30 for JSON'
            cand --unset 'Take the value at this path away'
            cand --file 'A body to start from, instead of a made-up one'
            cand --account-id 'The account, wherever it stands'
            cand --host-email 'The host''s address, wherever it stands'
            cand --all 'One of every event'
            cand --minimal 'Only the fields that are always there'
            cand --full 'Every field that is known'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'zoomhook;events;search'= {
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'zoomhook;events;schema'= {
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'zoomhook;events;help'= {
            cand list 'All events by group, or those that a pattern or a word names'
            cand show 'The fields of an event, with types, values and an example'
            cand sample 'Made-up payloads, one a line'
            cand search 'Events that have a word in their name or in the name of a field'
            cand schema 'The JSON Schema (2020-12) of an event''s body, for your own tests'
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
        &'zoomhook;events;help;help'= {
        }
        &'zoomhook;history'= {
            cand --history-file 'File that deliveries are kept in, instead of the usual one'
            cand --no-pager 'Print at once, also what is longer than the screen'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand list 'The newest deliveries'
            cand show 'One delivery: all of it'
            cand diff 'What differs between two deliveries'
            cand stats 'Counts by event, verdict and answer, and how fast your app is'
            cand export 'All deliveries, the oldest first, for a file or a program'
            cand import 'Keep what was exported, or captured by another tool'
            cand prune 'Delete what is older than an age, such as 7d'
            cand path 'Where the file is'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'zoomhook;history;list'= {
            cand -n 'How many'
            cand --limit 'How many'
            cand --format 'For a person, or one JSON object a line'
            cand --event 'Only this event; a pattern such as ''meeting.*''; may be repeated'
            cand --since 'Only since this long ago, such as 2h'
            cand --until 'Only until this long ago, such as 1h'
            cand --verdict 'Only this verdict: valid, invalid or unknown'
            cand --status 'Only this answer, such as 204 or 5xx'
            cand --search 'Only with these words in the body'
            cand --history-file 'File that deliveries are kept in, instead of the usual one'
            cand -f 'Then show each new one as it is kept, until Ctrl-C'
            cand --follow 'Then show each new one as it is kept, until Ctrl-C'
            cand --no-pager 'Print at once, also what is longer than the screen'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;history;show'= {
            cand --format 'For a person, or in a form that other programs take'
            cand --history-file 'File that deliveries are kept in, instead of the usual one'
            cand --no-pager 'Print at once, also what is longer than the screen'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;history;diff'= {
            cand --format 'For a person, or a JSON list of what has changed'
            cand --history-file 'File that deliveries are kept in, instead of the usual one'
            cand --all 'What is the same, too'
            cand --no-pager 'Print at once, also what is longer than the screen'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;history;stats'= {
            cand --format 'For a person, or one JSON object for a program'
            cand --event 'Only this event; a pattern such as ''meeting.*''; may be repeated'
            cand --since 'Only since this long ago, such as 2h'
            cand --until 'Only until this long ago, such as 1h'
            cand --verdict 'Only this verdict: valid, invalid or unknown'
            cand --status 'Only this answer, such as 204 or 5xx'
            cand --search 'Only with these words in the body'
            cand --history-file 'File that deliveries are kept in, instead of the usual one'
            cand --no-pager 'Print at once, also what is longer than the screen'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;history;export'= {
            cand --format 'One JSON object a line, or one HTTP archive'
            cand --event 'Only this event; a pattern such as ''meeting.*''; may be repeated'
            cand --since 'Only since this long ago, such as 2h'
            cand --until 'Only until this long ago, such as 1h'
            cand --verdict 'Only this verdict: valid, invalid or unknown'
            cand --status 'Only this answer, such as 204 or 5xx'
            cand --search 'Only with these words in the body'
            cand --history-file 'File that deliveries are kept in, instead of the usual one'
            cand --redact 'Mask passcodes, tokens, addresses, names and what people wrote: the same value by the same mask'
            cand --no-pager 'Print at once, also what is longer than the screen'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;history;import'= {
            cand --input 'The format, where it cannot be told from the content: raw-http, rest-client, curl, curl-verbose, curl-trace, powershell, har, ngrok, webhook-site, csv, postman, insomnia, hookdeck, lambda, alb, cloudflare, vercel, smee, zoom-log, zoomhook, headers-body, node-log, python-log, php-log, express-log'
            cand --body 'File with the body alone, or - for stdin; needs --header'
            cand -H 'A header of that request, such as ''x-zm-signature: v0=…''; may be repeated'
            cand --header 'A header of that request, such as ''x-zm-signature: v0=…''; may be repeated'
            cand --history-file 'File that deliveries are kept in, instead of the usual one'
            cand -r 'Read folders, with everything in them'
            cand --recursive 'Read folders, with everything in them'
            cand --no-pager 'Print at once, also what is longer than the screen'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;history;prune'= {
            cand --older-than 'From which age on: 7d, 12h or 30m'
            cand --history-file 'File that deliveries are kept in, instead of the usual one'
            cand --no-pager 'Print at once, also what is longer than the screen'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;history;path'= {
            cand --history-file 'File that deliveries are kept in, instead of the usual one'
            cand --no-pager 'Print at once, also what is longer than the screen'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'zoomhook;history;help'= {
            cand list 'The newest deliveries'
            cand show 'One delivery: all of it'
            cand diff 'What differs between two deliveries'
            cand stats 'Counts by event, verdict and answer, and how fast your app is'
            cand export 'All deliveries, the oldest first, for a file or a program'
            cand import 'Keep what was exported, or captured by another tool'
            cand prune 'Delete what is older than an age, such as 7d'
            cand path 'Where the file is'
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
        &'zoomhook;history;help;prune'= {
        }
        &'zoomhook;history;help;path'= {
        }
        &'zoomhook;history;help;help'= {
        }
        &'zoomhook;replay'= {
            cand --set 'Another value at a path: payload.object.topic=''Quarterly'', or payload.object.duration:=30 for JSON'
            cand --watch 'Again each time a file of your app changes; a folder, or this one; may be repeated'
            cand --format 'For a person, or one JSON object a line'
            cand --to 'Your app: 3000, 3000/zoom, http://localhost:3000 [default: the app that had it, or listen]'
            cand --timeout 'Time that your app has for an answer'
            cand -H 'Set this header on every request; may be repeated'
            cand --header 'Set this header on every request; may be repeated'
            cand --ca 'Certificates to trust besides the system''s, as PEM'
            cand --speed 'Pauses as they were (1x), so many times shorter (10x), or none (max)'
            cand --event 'Only this event; a pattern such as ''meeting.*''; may be repeated'
            cand --since 'Only since this long ago, such as 2h'
            cand --until 'Only until this long ago, such as 1h'
            cand --verdict 'Only this verdict: valid, invalid or unknown'
            cand --status 'Only this answer, such as 204 or 5xx'
            cand --search 'Only with these words in the body'
            cand --history-file 'File that deliveries are kept in, instead of the usual one'
            cand --secret 'The app''s secret token, or nothing to be asked for it; may be repeated'
            cand --secret-file 'File that holds a secret token and nothing else; may be repeated'
            cand --env-file 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env'
            cand --all 'All that fit, in the order of their arrival; challenges are left out, and refused ones without --verdict'
            cand --with-retries 'With --all: Zoom''s retries of an event as well'
            cand --exact 'The bytes and headers as they were kept, with the old signature; needs no secret'
            cand -q 'No notes, no counts'
            cand --quiet 'No notes, no counts'
            cand -y 'Send to another machine than this one: its receiver will take the events for new ones'
            cand --yes 'Send to another machine than this one: its receiver will take the events for new ones'
            cand --insecure 'Take any certificate'
            cand --no-env-file 'Do not look for a .env'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;completions'= {
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;man'= {
            cand --dir 'Write a page for the program and one for each command into this folder instead'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'zoomhook;help'= {
            cand listen 'Get a public URL, answer Zoom''s challenge, verify and show every request'
            cand verify 'Is this captured request genuine, and if not, why?'
            cand demo 'See it work in 10 seconds: no account, no network, no secret'
            cand sign 'Sign any body as Zoom does, and print or post the request'
            cand trigger 'Post events and whole scenarios to an endpoint, signed as Zoom signs them'
            cand events 'What Zoom can send: list, show, sample, search, schema'
            cand history 'What arrived: list, show, diff, stats, export, import'
            cand replay 'Send kept deliveries to your app again, signed afresh'
            cand completions 'Print a completion script for a shell'
            cand man 'Print the manual page'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'zoomhook;help;listen'= {
        }
        &'zoomhook;help;verify'= {
        }
        &'zoomhook;help;demo'= {
        }
        &'zoomhook;help;sign'= {
        }
        &'zoomhook;help;trigger'= {
        }
        &'zoomhook;help;events'= {
            cand list 'All events by group, or those that a pattern or a word names'
            cand show 'The fields of an event, with types, values and an example'
            cand sample 'Made-up payloads, one a line'
            cand search 'Events that have a word in their name or in the name of a field'
            cand schema 'The JSON Schema (2020-12) of an event''s body, for your own tests'
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
        &'zoomhook;help;history'= {
            cand list 'The newest deliveries'
            cand show 'One delivery: all of it'
            cand diff 'What differs between two deliveries'
            cand stats 'Counts by event, verdict and answer, and how fast your app is'
            cand export 'All deliveries, the oldest first, for a file or a program'
            cand import 'Keep what was exported, or captured by another tool'
            cand prune 'Delete what is older than an age, such as 7d'
            cand path 'Where the file is'
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
        &'zoomhook;help;history;prune'= {
        }
        &'zoomhook;help;history;path'= {
        }
        &'zoomhook;help;replay'= {
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
