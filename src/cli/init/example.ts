import { SOURCES } from './exampleSources.ts';

/**
 * The configuration a person starts with: every key, commented out where it shows the default. A constant, because the
 * single-file program has no files beside it; `health-sync.example.toml` is the same text.
 */
export const EXAMPLE = `# Configuration of oura-clockify. It may hold secrets, so keep it readable by yourself alone (mode 0600).
#
# A line that begins with # shows a default or a place to fill in. Every key can also be set by an environment
# variable or in a .env file beside this one (see docs/environment.md); the real environment beats .env, and .env
# beats this file. "oura-clockify config show" prints every setting and where it came from.

[app]
# The SQLite file that holds every record. A relative path starts at the folder of this file.
# db = "./health.sqlite"

# Zone in which days begin and end. Default: the zone of the system.
# timezone = "Europe/Berlin"

# Days of history to fetch. Default: everything.
# days = 365

# A run that takes longer is ended cleanly; the next one goes on.
# run_deadline = "15m"

# One line per run: info, every run; warn, those that did not end well; error, those you have to look at.
# Default: no log file.
# log_level = "info"
# log_file = "./health-sync.log"

[oura]
# Whether Oura is read at all. Default: false.
enabled = true

# Of the app you create at https://developer.ouraring.com/applications
# client_id = "…"
# client_secret = "…"

# Where the browser comes back to. It has to be registered with the app exactly as written here.
# redirect_uri = "http://localhost:8484/callback"

# What to ask for at sign-in. Collections whose scope was not granted are left out.
# scopes = ["email", "personal", "daily", "heartrate", "workout", "tag", "session", "spo2", "ring_configuration", "stress", "heart_health"]

# Nothing before this day is read. Years without data cost one request.
# start_date = "2010-01-01"

# Days that every run reads again, today included: a ring may be synchronised late.
# overlap_days = 7

# Collections to read. Default: all of them, see "oura-clockify providers".
# resources = ["sleep", "daily_sleep", "daily_readiness"]

# Tokens from elsewhere instead of a sign-in: imported once, then ignored.
# access_token = "…"
# refresh_token = "…"

# Other addresses than Oura's own, e.g. the sandbox. The last two belong together.
# base_url = "https://api.ouraring.com"
# authorize_url = "https://…"
# token_url = "https://…"

${SOURCES}[clockify]
# Whether sleep is written to Clockify. Default: true once a key is there.
# enabled = true

# From Clockify: Preferences, Advanced, Manage API keys. "oura-clockify auth clockify" asks for it and checks it.
# api_key = "…"

# Needed when the key reaches more than one workspace, so that nothing lands in the wrong one.
# workspace_id = "…"

# The project that entries belong to; made when it is missing.
# project = "Sleep"

# Put on new entries; made when missing.
# tags = []

# Whether new entries are billable.
# billable = false

# Sleep types that become entries: long_sleep, sleep, late_nap, rest.
# types = ["long_sleep", "sleep", "late_nap"]

# Shorter sleep (minutes asleep) gets no entry.
# min_minutes = 15

# A date before which nothing is written, or "all".
# start_date = "all"

# Text of an entry; a marker is put behind it. {duration} {efficiency} {type} {day} {start} {end}
# description = "🛌 Sleep - {duration} ({efficiency}% efficiency)"

# Pace of writes, and requests this program may send per hour. Default: 30 on the free plan, otherwise unlimited.
# requests_per_second = 10
# requests_per_hour = 30

# Whether Clockify is read as well: your time entries beside your nights, and projects, tags and tasks with their names.
# Reading uses at most 6 of 10 requests that an hour has, so that writing gets its part.
# source_enabled = false

# Whose time entries are read: "own", or "all" where you are an administrator of the workspace.
# source_users = "own"

# Time entries, projects and so on per page, and which collections: see "oura-clockify providers --verbose".
# source_page_size = 5000
# source_resources = ["time_entries", "projects"]

# The address of the API; regional hosts have their own, and "oura-clockify auth clockify" finds yours among regions.
# base_url = "https://api.clockify.me/api/v1"
# regions = ["https://api.clockify.me/api/v1", "https://euc1.clockify.me/api/v1", "https://use2.clockify.me/api/v1", "https://euw2.clockify.me/api/v1", "https://apse2.clockify.me/api/v1"]

# A rule writes other sessions as well: rides, workouts, meditations, another tracker's nights. See docs/clockify-rules.md.
# [[clockify.rules]]
# source = "oura.workout"
# project = "Sport"
# description = "{title} - {duration}"
`;
