# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_zoomhook_global_optspecs
    string join \n profile= h/help V/version
end

function __fish_zoomhook_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_zoomhook_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_zoomhook_using_subcommand
    set -l cmd (__fish_zoomhook_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c zoomhook -n "__fish_zoomhook_needs_command" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -s V -l version -d 'Print version'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "listen" -d 'Get a public URL, answer Zoom\'s challenge, verify and show every request'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "follow" -d 'See and forward the events that a listen of your team shares'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "stream" -d 'Look at the stream that a team shares, and delete from it'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "verify" -d 'Is this captured request genuine, and if not, why?'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "check" -d 'Test your endpoint as Zoom would use it, and prove what is wrong'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "demo" -d 'See it work in 10 seconds: no account, no network, no secret'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "doctor" -d 'Find out what is wrong with your set-up: secret token, clock, port, history, tunnel, app'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "sign" -d 'Sign any body as Zoom does, and print or post the request'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "trigger" -d 'Post events and whole scenarios to an endpoint, signed as Zoom signs them'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "events" -d 'Look up Zoom\'s events: list, show, sample, search, schema, types, drift, learn'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "history" -d 'Look up stored deliveries: list, show, diff, stats, export, import, delete, repair'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "replay" -d 'Send stored deliveries to your app again, with a fresh signature'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "inspect" -d 'Look at deliveries in the browser'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "wait" -d 'Wait for events of the running listen'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "mcp" -d 'Serve zoomhook as tools to an AI agent (Model Context Protocol, stdio)'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "status" -d 'Show the running listens: URLs, app, project, process'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "stop" -d 'Stop a running listen of this project, also one in the background'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "agent" -d 'Teach an AI agent how to work with Zoom\'s webhooks in this project'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "config" -d 'Show where the values of flags come from: zoomhook.toml, the environment, .env, or the default'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "man" -d 'Print the manual page'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l secret -d 'The app\'s secret token; without a value, zoomhook asks for it; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l secret-file -d 'File that contains only a secret token; may be repeated' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l env-file -d 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l tunnel -d 'How Zoom reaches this machine' -r -f -a "ngrok\t'A public URL by ngrok; needs its authtoken'
ssh\t'A public URL over the system\'s ssh; needs no account'
cloudflared\t'A public URL by an installed cloudflared; needs no account'
none\t'No public URL: loopback only, for tests'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l public-url -d 'The public URL of your own tunnel or gateway, which leads to the local address' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l ssh-host -d 'The server for --tunnel ssh: localhost.run, pinggy, or [USER@]HOST[:PORT] of another service' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l tunnel-command -d 'Command of another program that opens a tunnel; {port} stands for the local port' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l proxy -d 'Proxy for outgoing connections: http://HOST:PORT, socks5://HOST:PORT or none' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l domain -d 'Domain of your ngrok account; without it ngrok assigns one' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l ngrok-authtoken -d 'Your authtoken; NGROK_AUTHTOKEN or ngrok\'s own ngrok.yml are safer' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l ngrok-config -d 'ngrok\'s configuration file, instead of the default one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l ngrok-connect-url -d 'Server to connect to instead of ngrok\'s own (the agent\'s connect_url)' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l ngrok-ca -d 'PEM file with certificates to trust for that server, or \'host\' for the system\'s (the agent\'s connect_cas)' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l allow-cidr -d 'Allow only clients from this address range; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l deny-cidr -d 'Deny clients from this address range; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l ngrok-policy -d 'File with a traffic policy for ngrok\'s edge, as YAML or JSON' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l forward -d 'Forward verified requests to your app: 3000, 3000/zoom, http://localhost:3000; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l forward-header -d 'Set this header on every request to your app; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l forward-timeout -d 'Timeout for your app\'s answer [default: 10s, or 10m with --ack now]' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l forward-ca -d 'PEM file with certificates to trust for your app, in addition to the system\'s' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l ack -d 'When to answer Zoom' -r -f -a "app\t'With your app\'s own answer, when it comes'
now\t'At once with 204; your app gets it afterwards, with retries. For breakpoints'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l crc -d 'Who answers Zoom\'s challenge' -r -f -a "answer\t'zoomhook; your app gets it on the side, and its answer is judged'
forward\t'Your app'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l share -d 'Share every verified event on this NATS JetStream server, for `zoomhook follow`' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l share-replicas -d 'Servers that keep a copy, if the stream does not exist yet [default: 1]' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l app -d 'Name of the app on the stream [default: default]' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l nats-creds -d 'NATS credentials file (.creds)' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l nats-nkey -d 'File with the seed of an nkey' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l nats-ca -d 'PEM file with certificates to trust for the NATS server, in addition to the system\'s' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l history-file -d 'File in which deliveries are stored, instead of the default one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l history -d 'What to do if a delivery cannot be stored' -r -f -a "required\t'Do not accept it, so that it comes again: listen answers 503'
best-effort\t'Go on without'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l history-max -d 'Limit of the history: a number of deliveries, a size such as 200MiB, an age such as 30d; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l host -d 'Address to bind; other machines can reach any address except a loopback address' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -s p -l port -d 'Port to bind [default: 4000, or the next free one]' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l path -d 'Path that Zoom posts to' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l max-age -d 'Largest allowed difference between a request\'s timestamp and this machine\'s time' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l events -d 'Show and count only these events, such as \'meeting.*,recording.completed\'' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l where -d 'Show and count only events with this value, such as payload.object.id=123' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l exit-after -d 'End after this many events' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l expect -d 'End once this event has arrived, N times if given; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l timeout -d 'End after this time, such as 30s or 5m' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l inspect -d 'Port of the inspector, a page that shows all deliveries [default: 4040, or the next free one]' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l inspect-host -d 'Host name under which other machines read events from the inspector with a read token; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l format -d 'Output format' -r -f -a "pretty\t'For a person at a terminal'
json\t'One JSON object a line'
junit\t'JUnit XML, for CI'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR, CLICOLOR_FORCE or TERM say otherwise'
always\t'Always'
never\t'Never'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l mask-header -d 'Mask the value of this header too; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l max-body -d 'Largest body; a larger one is answered with 413' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l max-header-size -d 'Largest request head' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l header-timeout -d 'Timeout for a request\'s head' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l body-timeout -d 'Timeout for a request\'s body' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l idle-timeout -d 'Timeout of an idle connection between two requests' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l max-connections -d 'Largest number of open connections; for further ones, idle ones are closed' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l ready-file -d 'Write this file once the URL is ready, and remove it at the end' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l detached-log -d 'The file that has the output of this session in the background. Set by `--detach`' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l no-env-file -d 'Do not read .env files'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l strict-url -d 'End with exit code 6 if the public URL changes'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l pool -d 'Share the domain: several sessions can listen at once, and each request goes to one of them'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l ngrok-verify -d 'Let ngrok\'s edge verify Zoom\'s signatures as well'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l hold -d 'Hold events while the app is down, and deliver them once it is up'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l forward-unverified -d 'Also forward requests without a valid signature, to test your app\'s own check'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l forward-insecure -d 'Accept any certificate of your app'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l share-refused -d 'Also share refused requests'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l allow-unsigned-challenge -d 'Answer challenges without a signature'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l no-inspect -d 'No inspector'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l open -d 'Open the inspector in the browser'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -s c -l compact -d 'Show one line per event, without the body'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l headers -d 'Show the headers of each request'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -s q -l quiet -d 'Print nothing to stderr: no header, no hints'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l no-keys -d 'Do not read single keys from the terminal'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l detach -d 'Return once the URL is ready, and go on listening in the background'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l no-history -d 'Store nothing on disk'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l app -d 'Name of the app on the stream [default: default]' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l nats-creds -d 'NATS credentials file (.creds)' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l nats-nkey -d 'File with the seed of an nkey' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l nats-ca -d 'PEM file with certificates to trust for the NATS server, in addition to the system\'s' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l token-file -d 'File that contains only a read token, for https:// [default: ZOOMHOOK_READ_TOKEN]' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l follow-ca -d 'PEM file with certificates to trust for https://, in addition to the system\'s' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l as -d 'Name to follow as [default: your user and host name]' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l since -d 'Begin this long ago, such as 2h or 3d, in place of where this name ended' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l ack -d 'When an event is confirmed to the stream; what is not confirmed comes again' -r -f -a "app\t'Once your app has answered, or the retries have ended'
now\t'Once it is stored; your app gets it afterwards, with retries'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l secret -d 'The app\'s secret token; without a value, zoomhook asks for it; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l secret-file -d 'File that contains only a secret token; may be repeated' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l env-file -d 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l max-age -d 'Largest allowed difference between a request\'s timestamp and this machine\'s time' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l forward -d 'Forward verified requests to your app: 3000, 3000/zoom, http://localhost:3000; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l forward-header -d 'Set this header on every request to your app; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l forward-timeout -d 'Timeout for your app\'s answer [default: 10s, or 10m with --ack now]' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l forward-ca -d 'PEM file with certificates to trust for your app, in addition to the system\'s' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l history-file -d 'File in which deliveries are stored, instead of the default one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l history -d 'What to do if a delivery cannot be stored' -r -f -a "required\t'Do not accept it, so that it comes again: listen answers 503'
best-effort\t'Go on without'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l history-max -d 'Limit of the history: a number of deliveries, a size such as 200MiB, an age such as 30d; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l events -d 'Show and count only these events, such as \'meeting.*,recording.completed\'' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l where -d 'Show and count only events with this value, such as payload.object.id=123' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l exit-after -d 'End after this many events' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l expect -d 'End once this event has arrived, N times if given; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l timeout -d 'End after this time, such as 30s or 5m' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l inspect -d 'Port of the inspector, a page that shows all deliveries [default: 4040, or the next free one]' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l inspect-host -d 'Host name under which other machines read events from the inspector with a read token; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l format -d 'Output format' -r -f -a "pretty\t'For a person at a terminal'
json\t'One JSON object a line'
junit\t'JUnit XML, for CI'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR, CLICOLOR_FORCE or TERM say otherwise'
always\t'Always'
never\t'Never'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l mask-header -d 'Mask the value of this header too; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l new -d 'Begin with the events that come from now on, in place of where this name ended'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l no-env-file -d 'Do not read .env files'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l hold -d 'Hold events while the app is down, and deliver them once it is up'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l forward-unverified -d 'Also forward requests without a valid signature, to test your app\'s own check'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l forward-insecure -d 'Accept any certificate of your app'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l no-inspect -d 'No inspector'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l open -d 'Open the inspector in the browser'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -s c -l compact -d 'Show one line per event, without the body'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l headers -d 'Show the headers of each request'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -s q -l quiet -d 'Print nothing to stderr: no header, no hints'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l no-keys -d 'Do not read single keys from the terminal'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -l no-history -d 'Store nothing on disk'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand follow" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stream; and not __fish_seen_subcommand_from status prune help" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stream; and not __fish_seen_subcommand_from status prune help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stream; and not __fish_seen_subcommand_from status prune help" -f -a "status" -d 'Show what the stream holds, and how far behind each follower is'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stream; and not __fish_seen_subcommand_from status prune help" -f -a "prune" -d 'Delete old events for all followers, or the positions of followers'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stream; and not __fish_seen_subcommand_from status prune help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stream; and __fish_seen_subcommand_from status" -l app -d 'Name of the app on the stream [default: default]' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stream; and __fish_seen_subcommand_from status" -l nats-creds -d 'NATS credentials file (.creds)' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stream; and __fish_seen_subcommand_from status" -l nats-nkey -d 'File with the seed of an nkey' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stream; and __fish_seen_subcommand_from status" -l nats-ca -d 'PEM file with certificates to trust for the NATS server, in addition to the system\'s' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stream; and __fish_seen_subcommand_from status" -l format -d 'Form of the output' -r -f -a "pretty\t'For a person at a terminal'
json\t'One JSON object on one line'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stream; and __fish_seen_subcommand_from status" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stream; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stream; and __fish_seen_subcommand_from prune" -l app -d 'Name of the app on the stream [default: default]' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stream; and __fish_seen_subcommand_from prune" -l nats-creds -d 'NATS credentials file (.creds)' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stream; and __fish_seen_subcommand_from prune" -l nats-nkey -d 'File with the seed of an nkey' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stream; and __fish_seen_subcommand_from prune" -l nats-ca -d 'PEM file with certificates to trust for the NATS server, in addition to the system\'s' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stream; and __fish_seen_subcommand_from prune" -l older-than -d 'Delete events that the stream stored longer ago than this, such as 2d, for all followers' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stream; and __fish_seen_subcommand_from prune" -l follower -d 'Delete the position of this follower; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stream; and __fish_seen_subcommand_from prune" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stream; and __fish_seen_subcommand_from prune" -s y -l yes -d 'Do not ask'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stream; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stream; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show what the stream holds, and how far behind each follower is'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stream; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Delete old events for all followers, or the positions of followers'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stream; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l input -d 'The format, if it cannot be detected: raw-http, zoomhook, json, text' -r -f -a "raw-http\t''
zoomhook\t''
json\t''
text\t''"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l body -d 'File with only the body, or - for stdin; needs --header' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -s H -l header -d 'A header of that request, such as \'x-zm-signature: v0=…\'; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l secret -d 'The app\'s secret token; without a value, zoomhook asks for it; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l secret-file -d 'File that contains only a secret token; may be repeated' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l env-file -d 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l mine -d 'The value that your own code computed; shows how your code differs' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l framework -d 'The framework for suggested fixes; by default guessed from the capture: express, fastify, next, lambda, flask, fastapi, django, laravel, rails, spring, aspnet, go, axum' -r -f -a "express\t''
fastify\t''
next\t''
lambda\t''
flask\t''
fastapi\t''
django\t''
laravel\t''
rails\t''
spring\t''
aspnet\t''
go\t''
axum\t''"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l scheme -d 'How Zoom signed the request: webhooks, ai-services (sha256=), or auto' -r -f -a "webhooks\t''
ai-services\t''
auto\t''"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l max-age -d 'Largest age of a signature: at --at, or when it was captured, or else now' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l at -d 'The time at which the age is measured: RFC 3339, Unix seconds, or an offset from now such as -10m' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l format -d 'Output format' -r -f -a "pretty\t'For a person at a terminal'
json\t'One JSON object a line'
junit\t'JUnit XML, for CI'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR, CLICOLOR_FORCE or TERM say otherwise'
always\t'Always'
never\t'Never'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l history-file -d 'File in which deliveries are stored, instead of the default one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l project -d 'Folder of the project whose deliveries count [default: the current folder\'s; for export, all]' -r -f -a "(__fish_complete_directories)"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -s r -l recursive -d 'Read folders and everything in them'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l no-env-file -d 'Do not read .env files'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l show-signed-string -d 'Show the signed text, byte for byte'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -s q -l quiet -d 'Print no text, only set the exit code; JSON and XML are still written'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l all-projects -d 'Deliveries of all projects'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand check" -l header -d 'Set this header on each request, for an app with a custom header; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand check" -l basic -d 'Send this user and password, for an app with basic authentication' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand check" -l bearer -d 'Fetch a bearer token from this URL as Zoom does, for an app with OAuth' -r -f
complete -c zoomhook -n "__fish_zoomhook_using_subcommand check" -l client -d 'The client id and the client secret that the token URL expects' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand check" -l ca -d 'PEM file with certificates to trust, in addition to the public ones' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand check" -l suite -d 'Send only the cases of this file, correctly signed, and compare the answers' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand check" -l watch -d 'Run again each time a file in this folder changes, until the endpoint is right; may be repeated' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand check" -l format -d 'Output format' -r -f -a "pretty\t'For a person at a terminal'
json\t'One JSON object a line'
junit\t'JUnit XML, for CI'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand check" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR, CLICOLOR_FORCE or TERM say otherwise'
always\t'Always'
never\t'Never'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand check" -l framework -d 'The framework for suggested fixes; by default guessed from the answers' -r -f -a "express\t''
fastify\t''
next\t''
lambda\t''
flask\t''
fastapi\t''
django\t''
laravel\t''
rails\t''
spring\t''
aspnet\t''
go\t''
axum\t''"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand check" -l secret -d 'The app\'s secret token; without a value, zoomhook asks for it; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand check" -l secret-file -d 'File that contains only a secret token; may be repeated' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand check" -l env-file -d 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand check" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand check" -s y -l yes -d 'Allow another machine as the target: its receiver treats the events as genuine'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand check" -l quick -d 'Only the 12 most telling requests'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand check" -l no-events -d 'Send no events, genuine or forged: only challenges and requests that are not events'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand check" -l strict -d 'Also fail if a case fails that is only recommended'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand check" -s q -l quiet -d 'Print no text, only set the exit code; JSON and XML are still written'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand check" -l no-env-file -d 'Do not read .env files'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand demo" -l format -d 'Output format' -r -f -a "pretty\t'For a person at a terminal'
json\t'One JSON object a line'
junit\t'JUnit XML, for CI'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand demo" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR, CLICOLOR_FORCE or TERM say otherwise'
always\t'Always'
never\t'Never'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand demo" -l mask-header -d 'Mask the value of this header too; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand demo" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand demo" -l fast -d 'Do not pause between requests'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand demo" -s c -l compact -d 'Show one line per event, without the body'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand demo" -l headers -d 'Show the headers of each request'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand demo" -s q -l quiet -d 'Print nothing to stderr: no header, no hints'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand demo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l only -d 'Run only this check; may be repeated' -r -f -a "secret\t'Is there a secret token that can be used?'
secret-sources\t'Do several places set the secret token, with different values?'
secret-match\t'Is it the token that signed the stored deliveries, and does it look like another credential?'
env-file\t'Can other programs read the .env file as zoomhook does?'
git\t'Could the .env file get into git?'
clock\t'Is this machine\'s clock right?'
port\t'Is the local port free, and who has it?'
sessions\t'Which listens run, and which were killed?'
history\t'Can the history be read and written?'
authtoken\t'Is there an ngrok authtoken?'
tunnel-program\t'Is the program of the tunnel installed, and recent?'
proxy\t'Can the proxy be used, and what is reached without it?'
tunnel\t'Does a tunnel open, and does its URL lead here? (--online)'
app\t'Does the app of --forward accept connections, and answer a challenge? (the latter with --online)'
validation\t'How long ago did Zoom last validate the URL?'
completions\t'Are the completions of the shell installed?'
man-page\t'Is the manual page installed?'
terminal\t'Can the terminal show the signs that zoomhook uses?'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l forward -d 'Your app: 3000, 3000/zoom, http://localhost:3000; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l forward-header -d 'With --online, set this header on the challenge to your app; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l path -d 'Path that Zoom posts to' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l clock-server -d 'With --online, the server whose Date is compared with the clock' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l secret -d 'The app\'s secret token; without a value, zoomhook asks for it; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l secret-file -d 'File that contains only a secret token; may be repeated' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l env-file -d 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l tunnel -d 'How Zoom reaches this machine' -r -f -a "ngrok\t'A public URL by ngrok; needs its authtoken'
ssh\t'A public URL over the system\'s ssh; needs no account'
cloudflared\t'A public URL by an installed cloudflared; needs no account'
none\t'No public URL: loopback only, for tests'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l public-url -d 'The public URL of your own tunnel or gateway, which leads to the local address' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l ssh-host -d 'The server for --tunnel ssh: localhost.run, pinggy, or [USER@]HOST[:PORT] of another service' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l tunnel-command -d 'Command of another program that opens a tunnel; {port} stands for the local port' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l proxy -d 'Proxy for outgoing connections: http://HOST:PORT, socks5://HOST:PORT or none' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l domain -d 'Domain of your ngrok account; without it ngrok assigns one' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l ngrok-authtoken -d 'Your authtoken; NGROK_AUTHTOKEN or ngrok\'s own ngrok.yml are safer' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l ngrok-config -d 'ngrok\'s configuration file, instead of the default one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l ngrok-connect-url -d 'Server to connect to instead of ngrok\'s own (the agent\'s connect_url)' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l ngrok-ca -d 'PEM file with certificates to trust for that server, or \'host\' for the system\'s (the agent\'s connect_cas)' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l allow-cidr -d 'Allow only clients from this address range; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l deny-cidr -d 'Deny clients from this address range; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l ngrok-policy -d 'File with a traffic policy for ngrok\'s edge, as YAML or JSON' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l history-file -d 'File in which deliveries are stored, instead of the default one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l host -d 'Address to bind; other machines can reach any address except a loopback address' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -s p -l port -d 'Port to bind [default: 4000, or the next free one]' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l format -d 'Output format' -r -f -a "pretty\t'For a person at a terminal'
json\t'One JSON object a line'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR, CLICOLOR_FORCE or TERM say otherwise'
always\t'Always'
never\t'Never'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l online -d 'Also ask other machines: open the tunnel for a moment, compare the clock, send a challenge to the app'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l no-env-file -d 'Do not read .env files'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l strict-url -d 'End with exit code 6 if the public URL changes'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l pool -d 'Share the domain: several sessions can listen at once, and each request goes to one of them'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l ngrok-verify -d 'Let ngrok\'s edge verify Zoom\'s signatures as well'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -l fix -d 'Fix what zoomhook can fix, after a question for each: create .env, add it to .gitignore'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -s y -l yes -d 'With --fix, ask no question'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -s q -l quiet -d 'Show only the checks that failed'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -s v -l verbose -d 'Show further facts, and how long each check took'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand sign" -l format -d 'Output format of the request [default: curl on a terminal, headers elsewhere]' -r -f -a "headers\t'Header lines'
curl\t'A command for curl'
http\t'The whole request in HTTP/1.1 form'
json\t'One JSON object'
raw-signature\t'Only the signature'
powershell\t'A command for PowerShell'
httpie\t'A command for HTTPie'
har\t'An HTTP archive'
.http\t'A file for the HTTP clients of editors'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand sign" -l at -l timestamp -d 'Sign with this time as the timestamp: Unix seconds, RFC 3339, or an offset from now such as -10m' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand sign" -l to -d 'Post the request to this endpoint, and show the answer and its time: 3000, 3000/zoom, or a URL' -r -f
complete -c zoomhook -n "__fish_zoomhook_using_subcommand sign" -l header -d 'With --send or --to, set this header, such as \'Authorization: Basic …\'; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand sign" -l break -d 'Make the request wrong on purpose, to test a receiver' -r -f -a "secret\t'Signed with an empty secret token, as by code whose variable is not set'
body\t'The body is not the signed one: the same JSON, re-serialized with spaces'
timestamp\t'Milliseconds in the timestamp header, but seconds in the signed text'
prefix\t'The signature without the prefix v0='
missing-signature\t'No x-zm-signature'
missing-timestamp\t'No x-zm-request-timestamp'
stale\t'Correctly signed, but twenty minutes ago'
encoding\t'The signature in upper-case hex'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand sign" -l secret -d 'The app\'s secret token; without a value, zoomhook asks for it; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand sign" -l secret-file -d 'File that contains only a secret token; may be repeated' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand sign" -l env-file -d 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand sign" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand sign" -l challenge -d 'Sign a challenge instead of a body; with --send or --to, its answer is checked'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand sign" -l send -d 'Post the request to the running listen, and show the answer and its time'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand sign" -l no-env-file -d 'Do not read .env files'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand sign" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l check -d 'Check a scenario file and show the line of an error' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l var -d 'Set a variable of a scenario, such as participants=300' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l format -d 'Output format' -r -f -a "pretty\t'For a person at a terminal'
json\t'One JSON object a line'
junit\t'JUnit XML, for CI'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l to -d 'The endpoint: 3000, 3000/zoom, http://localhost:3000/zoom [default: the running listen]' -r -f
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l header -d 'Set this header on each request, such as \'Authorization: Basic …\'; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l count -d 'Number of rounds; each round has different values' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l rate -d 'Largest number of requests per second' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l concurrency -d 'Number of parallel connections' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l speed -d 'Factor by which pauses are shorter than in reality, or \'max\' for no pauses' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l duplicate -d 'Share of events to send twice, as Zoom sometimes does' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l reorder -d 'Share of neighboring pairs to swap' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l fail-signature -d 'Share of events to sign wrongly; the endpoint must refuse these with 4xx' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l seed -d 'Seed of the random values; without it a seed is chosen and shown' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l at -d 'The time of the event: RFC 3339, Unix seconds, or an offset from now such as -10m [default: now]' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l set -d 'Set the value at a path: payload.object.topic=\'Quarterly\', or payload.object.duration:=30 for JSON' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l unset -d 'Remove the value at this path' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l file -d 'File with a body to start from, instead of a generated one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l account-id -d 'Account id to use in all fields' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l host-email -d 'Host\'s email address to use in all fields' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l secret -d 'The app\'s secret token; without a value, zoomhook asks for it; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l secret-file -d 'File that contains only a secret token; may be repeated' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l env-file -d 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l list -d 'List the built-in scenarios'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -s q -l quiet -d 'Show no progress bar and no counts'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -s y -l yes -d 'Allow another machine as the target: its receiver treats the forged events as genuine'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l retry -d 'Retry like Zoom, with pauses of 5, 20 and 60 minutes, divided by --speed'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l minimal -d 'Include only the fields that are always present'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l full -d 'Include every known field'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l no-env-file -d 'Do not read .env files'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and not __fish_seen_subcommand_from list show sample search schema types drift learn help" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and not __fish_seen_subcommand_from list show sample search schema types drift learn help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and not __fish_seen_subcommand_from list show sample search schema types drift learn help" -f -a "list" -d 'List all events by group, or those that match a pattern or a word'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and not __fish_seen_subcommand_from list show sample search schema types drift learn help" -f -a "show" -d 'Show the fields of an event, with types, values and an example'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and not __fish_seen_subcommand_from list show sample search schema types drift learn help" -f -a "sample" -d 'Print generated payloads, one per line'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and not __fish_seen_subcommand_from list show sample search schema types drift learn help" -f -a "search" -d 'Find events with a word in their name or in the name of a field'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and not __fish_seen_subcommand_from list show sample search schema types drift learn help" -f -a "schema" -d 'Print the JSON Schema (2020-12) of an event\'s body, for your own tests'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and not __fish_seen_subcommand_from list show sample search schema types drift learn help" -f -a "types" -d 'Print type definitions of events for your own program'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and not __fish_seen_subcommand_from list show sample search schema types drift learn help" -f -a "drift" -d 'Compare stored deliveries with the catalog'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and not __fish_seen_subcommand_from list show sample search schema types drift learn help" -f -a "learn" -d 'Add what stored deliveries have to the catalog on this machine'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and not __fish_seen_subcommand_from list show sample search schema types drift learn help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from list" -l format -d 'Output format' -r -f -a "text\t'Text for people'
json\t'One JSON object per line'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from list" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from show" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from sample" -l seed -d 'Seed of the random values; without it a seed is chosen and shown' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from sample" -l at -d 'The time of the event: RFC 3339, Unix seconds, or an offset from now such as -10m [default: now]' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from sample" -l set -d 'Set the value at a path: payload.object.topic=\'Quarterly\', or payload.object.duration:=30 for JSON' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from sample" -l unset -d 'Remove the value at this path' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from sample" -l file -d 'File with a body to start from, instead of a generated one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from sample" -l account-id -d 'Account id to use in all fields' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from sample" -l host-email -d 'Host\'s email address to use in all fields' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from sample" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from sample" -l all -d 'One of every event'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from sample" -l minimal -d 'Include only the fields that are always present'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from sample" -l full -d 'Include every known field'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from sample" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from search" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from search" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from schema" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from schema" -l all -d 'The schemas of all events, one per line'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from types" -l lang -d 'The programming language' -r -f -a "typescript\t'Interfaces, and a union of all events'
python\t'TypedDict classes, for Python 3.11 or later'
go\t'Structs for encoding/json'
rust\t'Structs for serde and serde_json'
csharp\t'Records for System.Text.Json, for C# 11 or later'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from types" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from types" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from drift" -l format -d 'Output format' -r -f -a "text\t'Text for people'
json\t'One JSON object per line'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from drift" -l since -d 'Only deliveries newer than this, such as 7d' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from drift" -l history-file -d 'File in which deliveries are stored, instead of the default one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from drift" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from drift" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from learn" -l since -d 'Only deliveries newer than this, such as 7d' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from learn" -l history-file -d 'File in which deliveries are stored, instead of the default one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from learn" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from learn" -l forget -d 'Delete what was learned'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from learn" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from help" -f -a "list" -d 'List all events by group, or those that match a pattern or a word'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show the fields of an event, with types, values and an example'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from help" -f -a "sample" -d 'Print generated payloads, one per line'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from help" -f -a "search" -d 'Find events with a word in their name or in the name of a field'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from help" -f -a "schema" -d 'Print the JSON Schema (2020-12) of an event\'s body, for your own tests'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from help" -f -a "types" -d 'Print type definitions of events for your own program'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from help" -f -a "drift" -d 'Compare stored deliveries with the catalog'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from help" -f -a "learn" -d 'Add what stored deliveries have to the catalog on this machine'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and not __fish_seen_subcommand_from list show diff stats export import delete prune repair path help" -l history-file -d 'File in which deliveries are stored, instead of the default one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and not __fish_seen_subcommand_from list show diff stats export import delete prune repair path help" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and not __fish_seen_subcommand_from list show diff stats export import delete prune repair path help" -l no-pager -d 'Print without a pager, even if the output is longer than the screen'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and not __fish_seen_subcommand_from list show diff stats export import delete prune repair path help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and not __fish_seen_subcommand_from list show diff stats export import delete prune repair path help" -f -a "list" -d 'List the newest deliveries'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and not __fish_seen_subcommand_from list show diff stats export import delete prune repair path help" -f -a "show" -d 'Show one delivery completely'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and not __fish_seen_subcommand_from list show diff stats export import delete prune repair path help" -f -a "diff" -d 'Show the differences between two deliveries'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and not __fish_seen_subcommand_from list show diff stats export import delete prune repair path help" -f -a "stats" -d 'Count deliveries by event, verdict and answer, and show how fast your app is'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and not __fish_seen_subcommand_from list show diff stats export import delete prune repair path help" -f -a "export" -d 'Write all deliveries, oldest first, for a file or a program'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and not __fish_seen_subcommand_from list show diff stats export import delete prune repair path help" -f -a "import" -d 'Store deliveries from an export or from another tool\'s capture'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and not __fish_seen_subcommand_from list show diff stats export import delete prune repair path help" -f -a "delete" -d 'Delete deliveries by their ids, or all of this project that match a filter'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and not __fish_seen_subcommand_from list show diff stats export import delete prune repair path help" -f -a "prune" -d 'Delete deliveries older than an age, such as 7d'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and not __fish_seen_subcommand_from list show diff stats export import delete prune repair path help" -f -a "repair" -d 'Recover what can be read from a damaged history'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and not __fish_seen_subcommand_from list show diff stats export import delete prune repair path help" -f -a "path" -d 'Print the path of the history file'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and not __fish_seen_subcommand_from list show diff stats export import delete prune repair path help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from list" -s n -l limit -d 'Largest number of deliveries' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from list" -l format -d 'Output format' -r -f -a "pretty\t'For a person at a terminal'
json\t'One JSON object a line'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from list" -l event -d 'Only this event, or a pattern such as \'meeting.*\'; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from list" -l since -d 'Only deliveries newer than this, such as 2h' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from list" -l until -d 'Only deliveries older than this, such as 1h' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from list" -l verdict -d 'Only this verdict: valid, invalid or unknown' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from list" -l status -d 'Only deliveries with this answer, such as 204 or 5xx' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from list" -l search -d 'Only deliveries with these words in the body' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from list" -l project -d 'Folder of the project whose deliveries count [default: the current folder\'s; for export, all]' -r -f -a "(__fish_complete_directories)"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from list" -l history-file -d 'File in which deliveries are stored, instead of the default one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from list" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from list" -s f -l follow -d 'Then show each new delivery, until Ctrl-C'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from list" -l all-projects -d 'Deliveries of all projects'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from list" -l no-pager -d 'Print without a pager, even if the output is longer than the screen'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from show" -l format -d 'Output format' -r -f -a "pretty\t'Text for people'
http\t'The request as HTTP/1.1, byte for byte'
curl\t'A curl command, with a fresh signature'
har\t'HAR 1.2, with request and response'
json\t'One JSON object'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from show" -l project -d 'Folder of the project whose deliveries count [default: the current folder\'s; for export, all]' -r -f -a "(__fish_complete_directories)"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from show" -l secret -d 'The app\'s secret token; without a value, zoomhook asks for it; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from show" -l secret-file -d 'File that contains only a secret token; may be repeated' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from show" -l env-file -d 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from show" -l history-file -d 'File in which deliveries are stored, instead of the default one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from show" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from show" -l exact -d 'With --format curl, print the stored signature, which good receivers refuse after 5 minutes'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from show" -l all-projects -d 'Deliveries of all projects'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from show" -l no-env-file -d 'Do not read .env files'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from show" -l no-pager -d 'Print without a pager, even if the output is longer than the screen'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from diff" -l format -d 'Output format' -r -f -a "pretty\t'Text for people'
json\t'A JSON list with one object per change'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from diff" -l project -d 'Folder of the project whose deliveries count [default: the current folder\'s; for export, all]' -r -f -a "(__fish_complete_directories)"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from diff" -l history-file -d 'File in which deliveries are stored, instead of the default one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from diff" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from diff" -l all -d 'Also show equal values'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from diff" -l all-projects -d 'Deliveries of all projects'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from diff" -l no-pager -d 'Print without a pager, even if the output is longer than the screen'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from stats" -l format -d 'Output format' -r -f -a "pretty\t'For a person at a terminal'
json\t'One JSON object a line'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from stats" -l event -d 'Only this event, or a pattern such as \'meeting.*\'; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from stats" -l since -d 'Only deliveries newer than this, such as 2h' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from stats" -l until -d 'Only deliveries older than this, such as 1h' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from stats" -l verdict -d 'Only this verdict: valid, invalid or unknown' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from stats" -l status -d 'Only deliveries with this answer, such as 204 or 5xx' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from stats" -l search -d 'Only deliveries with these words in the body' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from stats" -l project -d 'Folder of the project whose deliveries count [default: the current folder\'s; for export, all]' -r -f -a "(__fish_complete_directories)"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from stats" -l history-file -d 'File in which deliveries are stored, instead of the default one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from stats" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from stats" -l all-projects -d 'Deliveries of all projects'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from stats" -l no-pager -d 'Print without a pager, even if the output is longer than the screen'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from stats" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from export" -l format -d 'Output format' -r -f -a "ndjson\t'One JSON object per line; import can read it'
har\t'HAR 1.2, with requests and responses'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from export" -l event -d 'Only this event, or a pattern such as \'meeting.*\'; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from export" -l since -d 'Only deliveries newer than this, such as 2h' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from export" -l until -d 'Only deliveries older than this, such as 1h' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from export" -l verdict -d 'Only this verdict: valid, invalid or unknown' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from export" -l status -d 'Only deliveries with this answer, such as 204 or 5xx' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from export" -l search -d 'Only deliveries with these words in the body' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from export" -l project -d 'Folder of the project whose deliveries count [default: the current folder\'s; for export, all]' -r -f -a "(__fish_complete_directories)"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from export" -l history-file -d 'File in which deliveries are stored, instead of the default one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from export" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from export" -l redact -d 'Mask every text that may be personal: only known values, times and names of events stay'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from export" -l keep-ids -d 'With --redact, keep the ids of accounts, users, meetings and calls'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from export" -l all-projects -d 'Deliveries of all projects'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from export" -l no-pager -d 'Print without a pager, even if the output is longer than the screen'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from import" -l input -d 'The format, if it cannot be detected: raw-http, zoomhook, json, text' -r -f -a "raw-http\t''
zoomhook\t''
json\t''
text\t''"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from import" -l body -d 'File with only the body, or - for stdin; needs --header' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from import" -s H -l header -d 'A header of that request, such as \'x-zm-signature: v0=…\'; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from import" -l history-file -d 'File in which deliveries are stored, instead of the default one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from import" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from import" -s r -l recursive -d 'Read folders and everything in them'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from import" -l no-pager -d 'Print without a pager, even if the output is longer than the screen'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from delete" -l event -d 'Only this event, or a pattern such as \'meeting.*\'; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from delete" -l since -d 'Only deliveries newer than this, such as 2h' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from delete" -l until -d 'Only deliveries older than this, such as 1h' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from delete" -l verdict -d 'Only this verdict: valid, invalid or unknown' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from delete" -l status -d 'Only deliveries with this answer, such as 204 or 5xx' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from delete" -l search -d 'Only deliveries with these words in the body' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from delete" -l project -d 'Folder of the project whose deliveries count [default: the current folder\'s; for export, all]' -r -f -a "(__fish_complete_directories)"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from delete" -l history-file -d 'File in which deliveries are stored, instead of the default one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from delete" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from delete" -s y -l yes -d 'Do not ask before more than one delivery is deleted'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from delete" -l all-projects -d 'Deliveries of all projects'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from delete" -l no-pager -d 'Print without a pager, even if the output is longer than the screen'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from prune" -l older-than -d 'The age: 7d, 12h or 30m' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from prune" -l history-file -d 'File in which deliveries are stored, instead of the default one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from prune" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from prune" -l no-pager -d 'Print without a pager, even if the output is longer than the screen'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from repair" -l history-file -d 'File in which deliveries are stored, instead of the default one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from repair" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from repair" -l no-pager -d 'Print without a pager, even if the output is longer than the screen'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from repair" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from path" -l history-file -d 'File in which deliveries are stored, instead of the default one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from path" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from path" -l no-pager -d 'Print without a pager, even if the output is longer than the screen'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from path" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the newest deliveries'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show one delivery completely'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from help" -f -a "diff" -d 'Show the differences between two deliveries'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from help" -f -a "stats" -d 'Count deliveries by event, verdict and answer, and show how fast your app is'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write all deliveries, oldest first, for a file or a program'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from help" -f -a "import" -d 'Store deliveries from an export or from another tool\'s capture'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete deliveries by their ids, or all of this project that match a filter'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Delete deliveries older than an age, such as 7d'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from help" -f -a "repair" -d 'Recover what can be read from a damaged history'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from help" -f -a "path" -d 'Print the path of the history file'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l set -d 'Change the value at a path: payload.object.topic=\'Quarterly\', or payload.object.duration:=30 for JSON' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l watch -d 'Send again each time a file in this folder changes [without PATH: the current folder]; may be repeated' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l format -d 'Output format' -r -f -a "pretty\t'For a person at a terminal'
json\t'One JSON object a line'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l to -d 'Your app: 3000, 3000/zoom, http://localhost:3000 [default: the app that received it, or listen]' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l timeout -d 'Timeout for your app\'s answer' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -s H -l header -d 'Set this header on every request; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l ca -d 'PEM file with certificates to trust, in addition to the system\'s' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l speed -d 'Pauses between deliveries: original (1x), ten times shorter (10x), or none (max)' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l event -d 'Only this event, or a pattern such as \'meeting.*\'; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l since -d 'Only deliveries newer than this, such as 2h' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l until -d 'Only deliveries older than this, such as 1h' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l verdict -d 'Only this verdict: valid, invalid or unknown' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l status -d 'Only deliveries with this answer, such as 204 or 5xx' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l search -d 'Only deliveries with these words in the body' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l project -d 'Folder of the project whose deliveries count [default: the current folder\'s; for export, all]' -r -f -a "(__fish_complete_directories)"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l history-file -d 'File in which deliveries are stored, instead of the default one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l secret -d 'The app\'s secret token; without a value, zoomhook asks for it; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l secret-file -d 'File that contains only a secret token; may be repeated' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l env-file -d 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l all -d 'Send all that match, oldest first; without challenges, and without what none of your secret tokens signed'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l with-retries -d 'With --all, also send Zoom\'s retries of an event'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l exact -d 'Send the stored bytes and headers with the old signature; needs no secret'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -s q -l quiet -d 'Show no notes and no counts'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -s y -l yes -d 'Allow another machine as the target: its receiver treats the events as new'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l insecure -d 'Accept any certificate'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l all-projects -d 'Deliveries of all projects'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l no-env-file -d 'Do not read .env files'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand inspect; and not __fish_seen_subcommand_from token help" -s p -l port -d 'Serve the history on this port, also if a listen is running [default: 4040, or the next free one]' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand inspect; and not __fish_seen_subcommand_from token help" -l inspect-host -d 'Host name under which other machines read events from the inspector with a read token; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand inspect; and not __fish_seen_subcommand_from token help" -l history-file -d 'File in which deliveries are stored, instead of the default one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand inspect; and not __fish_seen_subcommand_from token help" -l secret -d 'The app\'s secret token; without a value, zoomhook asks for it; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand inspect; and not __fish_seen_subcommand_from token help" -l secret-file -d 'File that contains only a secret token; may be repeated' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand inspect; and not __fish_seen_subcommand_from token help" -l env-file -d 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand inspect; and not __fish_seen_subcommand_from token help" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand inspect; and not __fish_seen_subcommand_from token help" -l open -d 'Open the page in the browser'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand inspect; and not __fish_seen_subcommand_from token help" -l no-env-file -d 'Do not read .env files'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand inspect; and not __fish_seen_subcommand_from token help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand inspect; and not __fish_seen_subcommand_from token help" -f -a "token" -d 'Let another machine follow the events of this project, and nothing else'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand inspect; and not __fish_seen_subcommand_from token help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand inspect; and __fish_seen_subcommand_from token" -l history-file -d 'File in which deliveries are stored, instead of the default one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand inspect; and __fish_seen_subcommand_from token" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand inspect; and __fish_seen_subcommand_from token" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand inspect; and __fish_seen_subcommand_from token" -f -a "create" -d 'Create a read token and print it'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand inspect; and __fish_seen_subcommand_from token" -f -a "list" -d 'List all read tokens'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand inspect; and __fish_seen_subcommand_from token" -f -a "revoke" -d 'Revoke read tokens; their followers are disconnected within seconds'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand inspect; and __fish_seen_subcommand_from token" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand inspect; and __fish_seen_subcommand_from help" -f -a "token" -d 'Let another machine follow the events of this project, and nothing else'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand inspect; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand wait" -l where -d 'Count only events with this value, such as payload.object.id=123' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand wait" -l timeout -d 'End after this time with exit code 7, such as 30s or 5m [default: no limit]' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand wait" -l since -d 'Also count events that arrived this long before the start, such as 1m' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand wait" -l project -d 'Folder of the project whose deliveries count [default: the current folder\'s; for export, all]' -r -f -a "(__fish_complete_directories)"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand wait" -l history-file -d 'File in which deliveries are stored, instead of the default one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand wait" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand wait" -l all-projects -d 'Deliveries of all projects'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand wait" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand mcp" -l allow-target -d 'Allow this host as a target, in addition to this machine; may be repeated' -r -f -a "(__fish_print_hostnames)"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand mcp" -l project -d 'Folder of the project whose deliveries count [default: the current folder\'s; for export, all]' -r -f -a "(__fish_complete_directories)"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand mcp" -l history-file -d 'File in which deliveries are stored, instead of the default one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand mcp" -l secret -d 'The app\'s secret token; without a value, zoomhook asks for it; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand mcp" -l secret-file -d 'File that contains only a secret token; may be repeated' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand mcp" -l env-file -d 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand mcp" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand mcp" -l allow-send -d 'Allow the tools that send signed requests: check_endpoint, trigger_event, replay_delivery'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand mcp" -l all-projects -d 'Deliveries of all projects'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand mcp" -l no-env-file -d 'Do not read .env files'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand mcp" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand status" -l format -d 'Output format' -r -f -a "pretty\t'For a person at a terminal'
json\t'One JSON object a line'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand status" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stop" -s p -l port -d 'Stop the listen on this port, of any project' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stop" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stop" -l all -d 'Stop every running listen of every project'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand stop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand agent; and not __fish_seen_subcommand_from setup help" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand agent; and not __fish_seen_subcommand_from setup help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand agent; and not __fish_seen_subcommand_from setup help" -f -a "setup" -d 'Write a skill or a section with the rules of Zoom\'s signatures and zoomhook\'s commands'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand agent; and not __fish_seen_subcommand_from setup help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand agent; and __fish_seen_subcommand_from setup" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand agent; and __fish_seen_subcommand_from setup" -l claude -d 'Claude Code: .claude/skills/zoomhook/SKILL.md'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand agent; and __fish_seen_subcommand_from setup" -l codex -d 'Codex and other agents that read it: a section of AGENTS.md'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand agent; and __fish_seen_subcommand_from setup" -l cursor -d 'Cursor: .cursor/rules/zoomhook.mdc'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand agent; and __fish_seen_subcommand_from setup" -l print -d 'Print the text instead'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand agent; and __fish_seen_subcommand_from setup" -l remove -d 'Remove what was written'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand agent; and __fish_seen_subcommand_from setup" -s y -l yes -d 'Write without asking'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand agent; and __fish_seen_subcommand_from setup" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "setup" -d 'Write a skill or a section with the rules of Zoom\'s signatures and zoomhook\'s commands'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand config" -l format -d 'Output format' -r -f -a "pretty\t'For a person at a terminal'
json\t'One JSON object a line'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand config" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand config" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand completions" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand man" -l dir -d 'Write one page for the program and one for each command into this folder' -r -f -a "(__fish_complete_directories)"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand man" -l profile -d 'Use this profile of zoomhook.toml' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen follow stream verify check demo doctor sign trigger events history replay inspect wait mcp status stop agent config completions man help" -f -a "listen" -d 'Get a public URL, answer Zoom\'s challenge, verify and show every request'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen follow stream verify check demo doctor sign trigger events history replay inspect wait mcp status stop agent config completions man help" -f -a "follow" -d 'See and forward the events that a listen of your team shares'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen follow stream verify check demo doctor sign trigger events history replay inspect wait mcp status stop agent config completions man help" -f -a "stream" -d 'Look at the stream that a team shares, and delete from it'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen follow stream verify check demo doctor sign trigger events history replay inspect wait mcp status stop agent config completions man help" -f -a "verify" -d 'Is this captured request genuine, and if not, why?'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen follow stream verify check demo doctor sign trigger events history replay inspect wait mcp status stop agent config completions man help" -f -a "check" -d 'Test your endpoint as Zoom would use it, and prove what is wrong'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen follow stream verify check demo doctor sign trigger events history replay inspect wait mcp status stop agent config completions man help" -f -a "demo" -d 'See it work in 10 seconds: no account, no network, no secret'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen follow stream verify check demo doctor sign trigger events history replay inspect wait mcp status stop agent config completions man help" -f -a "doctor" -d 'Find out what is wrong with your set-up: secret token, clock, port, history, tunnel, app'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen follow stream verify check demo doctor sign trigger events history replay inspect wait mcp status stop agent config completions man help" -f -a "sign" -d 'Sign any body as Zoom does, and print or post the request'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen follow stream verify check demo doctor sign trigger events history replay inspect wait mcp status stop agent config completions man help" -f -a "trigger" -d 'Post events and whole scenarios to an endpoint, signed as Zoom signs them'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen follow stream verify check demo doctor sign trigger events history replay inspect wait mcp status stop agent config completions man help" -f -a "events" -d 'Look up Zoom\'s events: list, show, sample, search, schema, types, drift, learn'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen follow stream verify check demo doctor sign trigger events history replay inspect wait mcp status stop agent config completions man help" -f -a "history" -d 'Look up stored deliveries: list, show, diff, stats, export, import, delete, repair'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen follow stream verify check demo doctor sign trigger events history replay inspect wait mcp status stop agent config completions man help" -f -a "replay" -d 'Send stored deliveries to your app again, with a fresh signature'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen follow stream verify check demo doctor sign trigger events history replay inspect wait mcp status stop agent config completions man help" -f -a "inspect" -d 'Look at deliveries in the browser'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen follow stream verify check demo doctor sign trigger events history replay inspect wait mcp status stop agent config completions man help" -f -a "wait" -d 'Wait for events of the running listen'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen follow stream verify check demo doctor sign trigger events history replay inspect wait mcp status stop agent config completions man help" -f -a "mcp" -d 'Serve zoomhook as tools to an AI agent (Model Context Protocol, stdio)'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen follow stream verify check demo doctor sign trigger events history replay inspect wait mcp status stop agent config completions man help" -f -a "status" -d 'Show the running listens: URLs, app, project, process'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen follow stream verify check demo doctor sign trigger events history replay inspect wait mcp status stop agent config completions man help" -f -a "stop" -d 'Stop a running listen of this project, also one in the background'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen follow stream verify check demo doctor sign trigger events history replay inspect wait mcp status stop agent config completions man help" -f -a "agent" -d 'Teach an AI agent how to work with Zoom\'s webhooks in this project'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen follow stream verify check demo doctor sign trigger events history replay inspect wait mcp status stop agent config completions man help" -f -a "config" -d 'Show where the values of flags come from: zoomhook.toml, the environment, .env, or the default'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen follow stream verify check demo doctor sign trigger events history replay inspect wait mcp status stop agent config completions man help" -f -a "completions" -d 'Print a completion script for a shell'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen follow stream verify check demo doctor sign trigger events history replay inspect wait mcp status stop agent config completions man help" -f -a "man" -d 'Print the manual page'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen follow stream verify check demo doctor sign trigger events history replay inspect wait mcp status stop agent config completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from stream" -f -a "status" -d 'Show what the stream holds, and how far behind each follower is'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from stream" -f -a "prune" -d 'Delete old events for all followers, or the positions of followers'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from events" -f -a "list" -d 'List all events by group, or those that match a pattern or a word'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from events" -f -a "show" -d 'Show the fields of an event, with types, values and an example'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from events" -f -a "sample" -d 'Print generated payloads, one per line'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from events" -f -a "search" -d 'Find events with a word in their name or in the name of a field'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from events" -f -a "schema" -d 'Print the JSON Schema (2020-12) of an event\'s body, for your own tests'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from events" -f -a "types" -d 'Print type definitions of events for your own program'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from events" -f -a "drift" -d 'Compare stored deliveries with the catalog'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from events" -f -a "learn" -d 'Add what stored deliveries have to the catalog on this machine'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from history" -f -a "list" -d 'List the newest deliveries'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from history" -f -a "show" -d 'Show one delivery completely'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from history" -f -a "diff" -d 'Show the differences between two deliveries'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from history" -f -a "stats" -d 'Count deliveries by event, verdict and answer, and show how fast your app is'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from history" -f -a "export" -d 'Write all deliveries, oldest first, for a file or a program'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from history" -f -a "import" -d 'Store deliveries from an export or from another tool\'s capture'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from history" -f -a "delete" -d 'Delete deliveries by their ids, or all of this project that match a filter'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from history" -f -a "prune" -d 'Delete deliveries older than an age, such as 7d'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from history" -f -a "repair" -d 'Recover what can be read from a damaged history'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from history" -f -a "path" -d 'Print the path of the history file'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from inspect" -f -a "token" -d 'Let another machine follow the events of this project, and nothing else'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "setup" -d 'Write a skill or a section with the rules of Zoom\'s signatures and zoomhook\'s commands'
