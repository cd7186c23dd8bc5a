# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_zoomhook_global_optspecs
    string join \n h/help V/version
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

complete -c zoomhook -n "__fish_zoomhook_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -s V -l version -d 'Print version'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "listen" -d 'Get a public URL, answer Zoom\'s challenge, verify and show every request'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "verify" -d 'Is this captured request genuine, and if not, why?'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "demo" -d 'See it work in 10 seconds: no account, no network, no secret'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "sign" -d 'Sign any body as Zoom does, and print or post the request'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "trigger" -d 'Post events and whole scenarios to an endpoint, signed as Zoom signs them'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "events" -d 'What Zoom can send: list, show, sample, search, schema'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "history" -d 'What arrived: list, show, diff, stats, export, import'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "replay" -d 'Send kept deliveries to your app again, signed afresh'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "man" -d 'Print the manual page'
complete -c zoomhook -n "__fish_zoomhook_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l secret -d 'The app\'s secret token, or nothing to be asked for it; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l secret-file -d 'File that holds a secret token and nothing else; may be repeated' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l env-file -d 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l tunnel -d 'How Zoom reaches this machine' -r -f -a "ngrok\t'A public URL by ngrok; needs its authtoken'
cloudflared\t'A public URL by an installed cloudflared; needs no account'
none\t'No public URL: loopback only, for tests'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l public-url -d 'The public URL of a tunnel or gateway of your own, which leads to the local address' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l tunnel-command -d 'Another program that opens a tunnel; {port} stands for the local port' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l proxy -d 'Proxy for connections to the outside: http://HOST:PORT or socks5://HOST:PORT, or none' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l domain -d 'Domain of your account; without it ngrok gives you one' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l ngrok-authtoken -d 'Your authtoken; NGROK_AUTHTOKEN or ngrok\'s own ngrok.yml are better places for it' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l ngrok-config -d 'ngrok\'s configuration file, instead of the one in its usual place' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l ngrok-connect-url -d 'Server to connect to instead of ngrok\'s own (the agent\'s connect_url)' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l ngrok-ca -d 'Certificates to trust for that server, as PEM, or \'host\' for the system\'s (the agent\'s connect_cas)' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l allow-cidr -d 'Let only clients from this address range through; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l deny-cidr -d 'Let no client from this address range through; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l ngrok-policy -d 'File with a traffic policy for ngrok\'s edge, as YAML or JSON' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l forward -d 'Hand verified requests to your app: 3000, 3000/zoom, http://localhost:3000; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l ack -d 'Answer Zoom with the app\'s answer, or at once and hand it to the app afterwards' -r -f -a "app\t'With your app\'s own answer, when it comes'
now\t'At once with 204; your app gets it afterwards, with retries. For breakpoints'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l crc -d 'Who answers Zoom\'s challenge' -r -f -a "answer\t'zoomhook; your app gets it on the side, and its answer is judged'
forward\t'Your app'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l forward-header -d 'Set this header on every request to your app; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l forward-timeout -d 'Time that your app has for an answer [default: 10s, and 10m with --ack now]' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l forward-ca -d 'Certificates to trust for your app besides the system\'s, as PEM' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l history-file -d 'File that deliveries are kept in, instead of the usual one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l history -d 'What to do when a delivery cannot be kept' -r -f -a "required\t'Answer it with 503, so that Zoom sends it again'
best-effort\t'Go on without'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l history-max -d 'How much to keep: a number of deliveries, a size such as 200MiB, an age such as 30d; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l host -d 'Address to bind; any other than this machine\'s own can be reached by other machines' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -s p -l port -d 'Port to bind [default: 4000, or the next free one]' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l path -d 'Path that Zoom posts to' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l max-age -d 'How far a request\'s timestamp may be from this machine\'s time' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l events -d 'Show and count these events only, such as \'meeting.*,recording.completed\'' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l where -d 'Show and count only events with this value, such as payload.object.id=123' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l exit-after -d 'End after this many events' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l expect -d 'End once this event was seen, N times if given; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l timeout -d 'End after this time, such as 30s or 5m' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l format -d 'For a person, or one JSON object a line for a program' -r -f -a "pretty\t'For a person at a terminal'
json\t'One JSON object a line'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR, CLICOLOR_FORCE or TERM say otherwise'
always\t'Always'
never\t'Never'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l mask-header -d 'Mask the value of this header too; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l max-body -d 'Largest body; more is answered with 413' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l max-header-size -d 'Largest request head' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l header-timeout -d 'Time for a request\'s head to arrive' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l body-timeout -d 'Time for a request\'s body to arrive' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l idle-timeout -d 'Time that a connection may stay open between two requests' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l max-connections -d 'Connections at a time; more have to wait' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l no-env-file -d 'Do not look for a .env'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l strict-url -d 'End with exit code 6 when the public URL changes'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l pool -d 'Share the domain: several people listen at once, and each request goes to one of them'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l ngrok-verify -d 'Let ngrok\'s edge verify Zoom\'s signatures as well'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l hold -d 'Keep what the app was down for, and deliver it once the app is up'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l forward-unverified -d 'Hand on requests without a right signature too, to test your app\'s own check'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l forward-insecure -d 'Take any certificate of your app'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l no-history -d 'Keep nothing on disk'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l allow-unsigned-challenge -d 'Answer challenges that carry no signature'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -s c -l compact -d 'A line an event, without its body'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l headers -d 'Each event with its request\'s headers'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -s q -l quiet -d 'Nothing on stderr: no header, no hints'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -l no-keys -d 'Read no keys: the terminal stays as it is'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand listen" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l input -d 'The format, where it cannot be told from the content: raw-http, rest-client, curl, curl-verbose, curl-trace, powershell, har, ngrok, webhook-site, csv, postman, insomnia, hookdeck, lambda, alb, cloudflare, vercel, smee, zoom-log, zoomhook, headers-body, node-log, python-log, php-log, express-log' -r -f -a "raw-http\t''
rest-client\t''
curl\t''
curl-verbose\t''
curl-trace\t''
powershell\t''
har\t''
ngrok\t''
webhook-site\t''
csv\t''
postman\t''
insomnia\t''
hookdeck\t''
lambda\t''
alb\t''
cloudflare\t''
vercel\t''
smee\t''
zoom-log\t''
zoomhook\t''
headers-body\t''
node-log\t''
python-log\t''
php-log\t''
express-log\t''"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l body -d 'File with the body alone, or - for stdin; needs --header' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -s H -l header -d 'A header of that request, such as \'x-zm-signature: v0=…\'; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l secret -d 'The app\'s secret token, or nothing to be asked for it; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l secret-file -d 'File that holds a secret token and nothing else; may be repeated' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l env-file -d 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l mine -d 'The value that your own code computed: says what your code does otherwise' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l framework -d 'The framework in which remedies are written; else guessed from the capture: express, fastify, next, lambda, flask, fastapi, django, laravel, rails, spring, aspnet, go, axum' -r -f -a "express\t''
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
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l max-age -d 'Refuse what was signed longer before the time of --at, or of the capture itself' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l at -d 'The time to measure ages against: RFC 3339, or Unix seconds' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l format -d 'For a person, one JSON object a request, or JUnit XML' -r -f -a "pretty\t'For a person at a terminal'
json\t'One JSON object a request'
junit\t'JUnit XML, for CI'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR, CLICOLOR_FORCE or TERM say otherwise'
always\t'Always'
never\t'Never'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l history-file -d 'File that deliveries are kept in, instead of the usual one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -s r -l recursive -d 'Read folders, with everything in them'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l no-env-file -d 'Do not look for a .env'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -l show-signed-string -d 'Show what is signed, byte for byte'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -s q -l quiet -d 'Say nothing: the exit code tells. JSON and XML are written all the same'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand demo" -l format -d 'For a person, or one JSON object a line for a program' -r -f -a "pretty\t'For a person at a terminal'
json\t'One JSON object a line'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand demo" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR, CLICOLOR_FORCE or TERM say otherwise'
always\t'Always'
never\t'Never'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand demo" -l mask-header -d 'Mask the value of this header too; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand demo" -l fast -d 'Without pauses'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand demo" -s c -l compact -d 'A line an event, without its body'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand demo" -l headers -d 'Each event with its request\'s headers'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand demo" -s q -l quiet -d 'Nothing on stderr: no header, no hints'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand demo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand sign" -l format -d 'How the request is printed [default: curl on a terminal, headers elsewhere]' -r -f -a "headers\t'Header lines'
curl\t'A command for curl'
http\t'The whole request in HTTP/1.1 form'
json\t'One JSON object'
raw-signature\t'Only the signature'
powershell\t'A command for PowerShell'
httpie\t'A command for HTTPie'
har\t'An HTTP archive'
.http\t'A file for the HTTP clients of editors'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand sign" -l timestamp -d 'Sign as of this time, in Unix seconds' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand sign" -l to -d 'Post it there, and show answer and time' -r -f
complete -c zoomhook -n "__fish_zoomhook_using_subcommand sign" -l break -d 'Make it wrong on purpose, for tests of a receiver' -r -f -a "secret\t'Signed under an empty secret token, as by code whose variable is not set'
body\t'Another body than the one that was signed: the same JSON, written anew with blanks'
timestamp\t'Milliseconds in the header, seconds in what was signed'
prefix\t'The signature without its v0='
missing-signature\t'No x-zm-signature'
missing-timestamp\t'No x-zm-request-timestamp'
stale\t'Rightly signed, twenty minutes ago'
encoding\t'The signature in upper-case hex'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand sign" -l secret -d 'The app\'s secret token, or nothing to be asked for it; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand sign" -l secret-file -d 'File that holds a secret token and nothing else; may be repeated' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand sign" -l env-file -d 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand sign" -l challenge -d 'A challenge instead of a body; with --send or --to, its answer is judged'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand sign" -l send -d 'Post it to the listen that runs, and show answer and time'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand sign" -l no-env-file -d 'Do not look for a .env'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand sign" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l check -d 'Check a scenario file, and say what is wrong in which line' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l var -d 'A scenario\'s variable: participants=300' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l format -d 'For a person, or one JSON object a line' -r -f -a "pretty\t'For a person at a terminal'
json\t'One JSON object a line'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l to -d 'The endpoint\'s URL [default: the listen that runs]' -r -f
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l count -d 'Send everything so many times, each time with other values' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l rate -d 'No more than so many requests a second' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l concurrency -d 'So many connections at a time' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l speed -d 'How many times faster than real the pauses are, or \'max\' for none' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l duplicate -d 'Send so many of a hundred events twice, as Zoom now and then does' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l reorder -d 'Swap so many of a hundred pairs of neighbours' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l fail-signature -d 'Sign so many of a hundred events wrongly: they have to be refused with 4xx' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l seed -d 'The same seed gives the same payload; without one it is chosen and shown' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l set -d 'A value at a path: payload.object.topic=\'Quarterly\', or payload.object.duration:=30 for JSON' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l unset -d 'Take the value at this path away' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l file -d 'A body to start from, instead of a made-up one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l account-id -d 'The account, wherever it stands' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l host-email -d 'The host\'s address, wherever it stands' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l secret -d 'The app\'s secret token, or nothing to be asked for it; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l secret-file -d 'File that holds a secret token and nothing else; may be repeated' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l env-file -d 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l list -d 'The scenarios that come with zoomhook'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -s q -l quiet -d 'No progress bar, no counts'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -s y -l yes -d 'Post to another machine than this one: the events are forged, and their receiver will believe them'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l retry -d 'Try again what Zoom would: 5, 20 and 60 minutes after one another, divided by --speed'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l minimal -d 'Only the fields that are always there'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l full -d 'Every field that is known'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -l no-env-file -d 'Do not look for a .env'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand trigger" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and not __fish_seen_subcommand_from list show sample search schema help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and not __fish_seen_subcommand_from list show sample search schema help" -f -a "list" -d 'All events by group, or those that a pattern or a word names'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and not __fish_seen_subcommand_from list show sample search schema help" -f -a "show" -d 'The fields of an event, with types, values and an example'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and not __fish_seen_subcommand_from list show sample search schema help" -f -a "sample" -d 'Made-up payloads, one a line'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and not __fish_seen_subcommand_from list show sample search schema help" -f -a "search" -d 'Events that have a word in their name or in the name of a field'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and not __fish_seen_subcommand_from list show sample search schema help" -f -a "schema" -d 'The JSON Schema (2020-12) of an event\'s body, for your own tests'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and not __fish_seen_subcommand_from list show sample search schema help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from list" -l format -d 'For a person, or one JSON object a line' -r -f -a "text\t'For a person'
json\t'One JSON object a line'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from sample" -l seed -d 'The same seed gives the same payload; without one it is chosen and shown' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from sample" -l set -d 'A value at a path: payload.object.topic=\'Quarterly\', or payload.object.duration:=30 for JSON' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from sample" -l unset -d 'Take the value at this path away' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from sample" -l file -d 'A body to start from, instead of a made-up one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from sample" -l account-id -d 'The account, wherever it stands' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from sample" -l host-email -d 'The host\'s address, wherever it stands' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from sample" -l all -d 'One of every event'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from sample" -l minimal -d 'Only the fields that are always there'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from sample" -l full -d 'Every field that is known'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from sample" -s h -l help -d 'Print help'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from search" -s h -l help -d 'Print help'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from schema" -s h -l help -d 'Print help'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from help" -f -a "list" -d 'All events by group, or those that a pattern or a word names'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from help" -f -a "show" -d 'The fields of an event, with types, values and an example'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from help" -f -a "sample" -d 'Made-up payloads, one a line'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from help" -f -a "search" -d 'Events that have a word in their name or in the name of a field'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from help" -f -a "schema" -d 'The JSON Schema (2020-12) of an event\'s body, for your own tests'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand events; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and not __fish_seen_subcommand_from list show diff stats export import prune path help" -l history-file -d 'File that deliveries are kept in, instead of the usual one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and not __fish_seen_subcommand_from list show diff stats export import prune path help" -l no-pager -d 'Print at once, also what is longer than the screen'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and not __fish_seen_subcommand_from list show diff stats export import prune path help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and not __fish_seen_subcommand_from list show diff stats export import prune path help" -f -a "list" -d 'The newest deliveries'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and not __fish_seen_subcommand_from list show diff stats export import prune path help" -f -a "show" -d 'One delivery: all of it'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and not __fish_seen_subcommand_from list show diff stats export import prune path help" -f -a "diff" -d 'What differs between two deliveries'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and not __fish_seen_subcommand_from list show diff stats export import prune path help" -f -a "stats" -d 'Counts by event, verdict and answer, and how fast your app is'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and not __fish_seen_subcommand_from list show diff stats export import prune path help" -f -a "export" -d 'All deliveries, the oldest first, for a file or a program'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and not __fish_seen_subcommand_from list show diff stats export import prune path help" -f -a "import" -d 'Keep what was exported, or captured by another tool'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and not __fish_seen_subcommand_from list show diff stats export import prune path help" -f -a "prune" -d 'Delete what is older than an age, such as 7d'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and not __fish_seen_subcommand_from list show diff stats export import prune path help" -f -a "path" -d 'Where the file is'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and not __fish_seen_subcommand_from list show diff stats export import prune path help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from list" -s n -l limit -d 'How many' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from list" -l format -d 'For a person, or one JSON object a line' -r -f -a "pretty\t'For a person'
json\t'One JSON object a line'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from list" -l event -d 'Only this event; a pattern such as \'meeting.*\'; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from list" -l since -d 'Only since this long ago, such as 2h' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from list" -l until -d 'Only until this long ago, such as 1h' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from list" -l verdict -d 'Only this verdict: valid, invalid or unknown' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from list" -l status -d 'Only this answer, such as 204 or 5xx' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from list" -l search -d 'Only with these words in the body' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from list" -l history-file -d 'File that deliveries are kept in, instead of the usual one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from list" -s f -l follow -d 'Then show each new one as it is kept, until Ctrl-C'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from list" -l no-pager -d 'Print at once, also what is longer than the screen'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from show" -l format -d 'For a person, or in a form that other programs take' -r -f -a "pretty\t'For a person'
http\t'The request as HTTP/1.1, byte for byte'
curl\t'A command for curl, with the old headers'
har\t'An HTTP archive with request and answer'
json\t'One JSON object'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from show" -l history-file -d 'File that deliveries are kept in, instead of the usual one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from show" -l no-pager -d 'Print at once, also what is longer than the screen'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from diff" -l format -d 'For a person, or a JSON list of what has changed' -r -f -a "pretty\t'For a person'
json\t'A list with an object for each change'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from diff" -l history-file -d 'File that deliveries are kept in, instead of the usual one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from diff" -l all -d 'What is the same, too'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from diff" -l no-pager -d 'Print at once, also what is longer than the screen'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from stats" -l format -d 'For a person, or one JSON object for a program' -r -f -a "pretty\t'For a person'
json\t'One JSON object a line'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from stats" -l event -d 'Only this event; a pattern such as \'meeting.*\'; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from stats" -l since -d 'Only since this long ago, such as 2h' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from stats" -l until -d 'Only until this long ago, such as 1h' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from stats" -l verdict -d 'Only this verdict: valid, invalid or unknown' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from stats" -l status -d 'Only this answer, such as 204 or 5xx' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from stats" -l search -d 'Only with these words in the body' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from stats" -l history-file -d 'File that deliveries are kept in, instead of the usual one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from stats" -l no-pager -d 'Print at once, also what is longer than the screen'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from stats" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from export" -l format -d 'One JSON object a line, or one HTTP archive' -r -f -a "ndjson\t'One JSON object a line; import takes it back'
har\t'HAR 1.2, with requests and answers'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from export" -l event -d 'Only this event; a pattern such as \'meeting.*\'; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from export" -l since -d 'Only since this long ago, such as 2h' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from export" -l until -d 'Only until this long ago, such as 1h' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from export" -l verdict -d 'Only this verdict: valid, invalid or unknown' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from export" -l status -d 'Only this answer, such as 204 or 5xx' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from export" -l search -d 'Only with these words in the body' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from export" -l history-file -d 'File that deliveries are kept in, instead of the usual one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from export" -l redact -d 'Mask passcodes, tokens, addresses, names and what people wrote: the same value by the same mask'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from export" -l no-pager -d 'Print at once, also what is longer than the screen'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from import" -l input -d 'The format, where it cannot be told from the content: raw-http, rest-client, curl, curl-verbose, curl-trace, powershell, har, ngrok, webhook-site, csv, postman, insomnia, hookdeck, lambda, alb, cloudflare, vercel, smee, zoom-log, zoomhook, headers-body, node-log, python-log, php-log, express-log' -r -f -a "raw-http\t''
rest-client\t''
curl\t''
curl-verbose\t''
curl-trace\t''
powershell\t''
har\t''
ngrok\t''
webhook-site\t''
csv\t''
postman\t''
insomnia\t''
hookdeck\t''
lambda\t''
alb\t''
cloudflare\t''
vercel\t''
smee\t''
zoom-log\t''
zoomhook\t''
headers-body\t''
node-log\t''
python-log\t''
php-log\t''
express-log\t''"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from import" -l body -d 'File with the body alone, or - for stdin; needs --header' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from import" -s H -l header -d 'A header of that request, such as \'x-zm-signature: v0=…\'; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from import" -l history-file -d 'File that deliveries are kept in, instead of the usual one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from import" -s r -l recursive -d 'Read folders, with everything in them'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from import" -l no-pager -d 'Print at once, also what is longer than the screen'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from prune" -l older-than -d 'From which age on: 7d, 12h or 30m' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from prune" -l history-file -d 'File that deliveries are kept in, instead of the usual one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from prune" -l no-pager -d 'Print at once, also what is longer than the screen'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from path" -l history-file -d 'File that deliveries are kept in, instead of the usual one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from path" -l no-pager -d 'Print at once, also what is longer than the screen'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from path" -s h -l help -d 'Print help'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from help" -f -a "list" -d 'The newest deliveries'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from help" -f -a "show" -d 'One delivery: all of it'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from help" -f -a "diff" -d 'What differs between two deliveries'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from help" -f -a "stats" -d 'Counts by event, verdict and answer, and how fast your app is'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from help" -f -a "export" -d 'All deliveries, the oldest first, for a file or a program'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from help" -f -a "import" -d 'Keep what was exported, or captured by another tool'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Delete what is older than an age, such as 7d'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from help" -f -a "path" -d 'Where the file is'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand history; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l set -d 'Another value at a path: payload.object.topic=\'Quarterly\', or payload.object.duration:=30 for JSON' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l watch -d 'Again each time a file of your app changes; a folder, or this one; may be repeated' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l format -d 'For a person, or one JSON object a line' -r -f -a "pretty\t'For a person at a terminal'
json\t'One JSON object a line'"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l to -d 'Your app: 3000, 3000/zoom, http://localhost:3000 [default: the app that had it, or listen]' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l timeout -d 'Time that your app has for an answer' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -s H -l header -d 'Set this header on every request; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l ca -d 'Certificates to trust besides the system\'s, as PEM' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l speed -d 'Pauses as they were (1x), so many times shorter (10x), or none (max)' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l event -d 'Only this event; a pattern such as \'meeting.*\'; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l since -d 'Only since this long ago, such as 2h' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l until -d 'Only until this long ago, such as 1h' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l verdict -d 'Only this verdict: valid, invalid or unknown' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l status -d 'Only this answer, such as 204 or 5xx' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l search -d 'Only with these words in the body' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l history-file -d 'File that deliveries are kept in, instead of the usual one' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l secret -d 'The app\'s secret token, or nothing to be asked for it; may be repeated' -r
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l secret-file -d 'File that holds a secret token and nothing else; may be repeated' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l env-file -d 'File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env' -r -F
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l all -d 'All that fit, in the order of their arrival; challenges are left out, and refused ones without --verdict'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l with-retries -d 'With --all: Zoom\'s retries of an event as well'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l exact -d 'The bytes and headers as they were kept, with the old signature; needs no secret'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -s q -l quiet -d 'No notes, no counts'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -s y -l yes -d 'Send to another machine than this one: its receiver will take the events for new ones'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l insecure -d 'Take any certificate'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -l no-env-file -d 'Do not look for a .env'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand replay" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand man" -l dir -d 'Write a page for the program and one for each command into this folder instead' -r -f -a "(__fish_complete_directories)"
complete -c zoomhook -n "__fish_zoomhook_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen verify demo sign trigger events history replay completions man help" -f -a "listen" -d 'Get a public URL, answer Zoom\'s challenge, verify and show every request'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen verify demo sign trigger events history replay completions man help" -f -a "verify" -d 'Is this captured request genuine, and if not, why?'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen verify demo sign trigger events history replay completions man help" -f -a "demo" -d 'See it work in 10 seconds: no account, no network, no secret'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen verify demo sign trigger events history replay completions man help" -f -a "sign" -d 'Sign any body as Zoom does, and print or post the request'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen verify demo sign trigger events history replay completions man help" -f -a "trigger" -d 'Post events and whole scenarios to an endpoint, signed as Zoom signs them'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen verify demo sign trigger events history replay completions man help" -f -a "events" -d 'What Zoom can send: list, show, sample, search, schema'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen verify demo sign trigger events history replay completions man help" -f -a "history" -d 'What arrived: list, show, diff, stats, export, import'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen verify demo sign trigger events history replay completions man help" -f -a "replay" -d 'Send kept deliveries to your app again, signed afresh'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen verify demo sign trigger events history replay completions man help" -f -a "completions" -d 'Print a completion script for a shell'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen verify demo sign trigger events history replay completions man help" -f -a "man" -d 'Print the manual page'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and not __fish_seen_subcommand_from listen verify demo sign trigger events history replay completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from events" -f -a "list" -d 'All events by group, or those that a pattern or a word names'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from events" -f -a "show" -d 'The fields of an event, with types, values and an example'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from events" -f -a "sample" -d 'Made-up payloads, one a line'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from events" -f -a "search" -d 'Events that have a word in their name or in the name of a field'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from events" -f -a "schema" -d 'The JSON Schema (2020-12) of an event\'s body, for your own tests'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from history" -f -a "list" -d 'The newest deliveries'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from history" -f -a "show" -d 'One delivery: all of it'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from history" -f -a "diff" -d 'What differs between two deliveries'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from history" -f -a "stats" -d 'Counts by event, verdict and answer, and how fast your app is'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from history" -f -a "export" -d 'All deliveries, the oldest first, for a file or a program'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from history" -f -a "import" -d 'Keep what was exported, or captured by another tool'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from history" -f -a "prune" -d 'Delete what is older than an age, such as 7d'
complete -c zoomhook -n "__fish_zoomhook_using_subcommand help; and __fish_seen_subcommand_from history" -f -a "path" -d 'Where the file is'
